"""The voices that films are cast with."""

import os
from pathlib import Path

from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.registry import engines_of_kind
from sparkle_motion_dagster.film.casting.catalogue import VoiceCatalogue


def voice_catalogue() -> VoiceCatalogue:
    """Return the voice catalogue: the voices, what engines say of them, what the user adds.

    The user's own file is the one that ``$SPARKLE_VOICES`` names.

    Raises:
        VoiceCatalogueError: A file cannot be read, or something in it is wrong.
    """
    engines = (engine.voices for engine in engines_of_kind("speech").values())
    own = os.environ.get("SPARKLE_VOICES")
    return VoiceCatalogue.load(
        CONFIGS / "voices.yaml",
        *(file for file in engines if file is not None),
        *([Path(own).expanduser()] if own else []),
    )
