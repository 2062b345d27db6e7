"""Which engines there are. A new engine is one module and one line here."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ValidationError

from sparkle_motion_dagster.engines.base import Engine, EngineInputError
from sparkle_motion_dagster.engines.machinery.equipped import EquippedEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities

Kind = Literal["images", "video", "speech", "lipsync"]

_PACKAGE = "sparkle_motion_dagster.engines"

ENGINES: Mapping[Kind, Mapping[str, str]] = {
    "images": {
        "storyboard": "images.storyboard.engine:StoryboardEngine",
        "sdxl": "images.sdxl.engine:SdxlEngine",
    },
    "video": {"camera": "video.camera.engine:CameraEngine", "wan": "video.wan.engine:WanEngine"},
    "speech": {
        "espeak": "speech.espeak.engine:EspeakEngine",
        "chatterbox": "speech.chatterbox.engine:ChatterboxEngine",
    },
    "lipsync": {
        "viseme": "lipsync.viseme.engine:VisemeEngine",
        "wav2lip": "lipsync.wav2lip.engine:Wav2LipEngine",
    },
}
"""For each kind, the engines' names and where their classes are; imported only when asked for."""


def engine_of(
    kind: Kind, name: str, settings: Mapping[str, Any], facilities: Facilities
) -> Engine[Any, Any]:
    """Return an engine with its settings.

    Args:
        kind: What it makes.
        name: Which of that kind.
        settings: Its settings, by name.
        facilities: What it may use, if it runs a model or a worker.

    Raises:
        EngineInputError: There is no such engine, or it does not take these settings.
    """
    known = ENGINES[kind]
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise EngineInputError(
            f"There is no {kind} engine {name!r}. Known ones: {', '.join(sorted(known))}.{hint}"
        )
    module, class_name = known[name].split(":")
    engine: type[Engine[Any, Any]] = getattr(
        importlib.import_module(f"{_PACKAGE}.{module}"), class_name
    )
    try:
        validated = engine.settings_model.model_validate(dict(settings))
    except ValidationError as error:
        raise EngineInputError(
            f"The {kind} engine {name} does not take these settings: {reasons(error)}."
        ) from error
    if issubclass(engine, EquippedEngine):
        return engine(validated, facilities)
    return engine(validated)


def reasons(error: ValidationError) -> str:
    """Return what is wrong with settings, in one line: each field and why."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'settings'}: {fault['msg']}"
        for fault in error.errors(include_url=False)
    )
