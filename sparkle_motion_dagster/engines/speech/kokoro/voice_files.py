"""Kokoro's voices as files: where each lies, and whether it is the one that it should be."""

from hashlib import sha256
from pathlib import Path

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.weights import located
from sparkle_motion_dagster.engines.machinery.weights_errors import DamagedWeightsError
from sparkle_motion_dagster.engines.speech.kokoro.upstream import DIGESTS
from sparkle_motion_dagster.engines.speech.kokoro.weights import VOICES
from sparkle_motion_dagster.errors import did_you_mean

SHIPPED = Path(__file__).with_name("voices")
"""The folder of those that come with the engine."""


def check_voice(name: str) -> None:
    """Make sure that there is a voice of a name upstream.

    Raises:
        EngineInputError: There is none.
    """
    if name not in DIGESTS:
        raise EngineInputError(
            f"Kokoro has no voice {name!r}.{did_you_mean(name, DIGESTS)} It has "
            f"{', '.join(DIGESTS)}."
        )


def voice_content(name: str, folder: Path = SHIPPED) -> bytes:
    """Return what a voice's file holds, once its digest was compared.

    Args:
        name: Upstream's name of the voice.
        folder: Where it is looked for, before the hub's cache.

    Raises:
        EngineInputError: There is no such voice.
        MissingWeightsError: It does not come with the engine, and was not fetched from the hub.
        DamagedWeightsError: It is not the file that it should be.
    """
    check_voice(name)
    file = folder / f"{name}.bin"
    if not file.is_file():
        file = located(VOICES.weights, None, "kokoro", VOICES.name) / "voices" / file.name
    content = file.read_bytes()
    if (found := sha256(content).hexdigest()) != DIGESTS[name]:
        raise DamagedWeightsError(
            f"Kokoro's voice {name}, {file.resolve()}, is damaged: its sha256 is {found[:12]}…, "
            f"and should be {DIGESTS[name][:12]}…. Remove the file, and fetch it again: sparkle "
            f"engines install kokoro --model {VOICES.name}"
        )
    return content
