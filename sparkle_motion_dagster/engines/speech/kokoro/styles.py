"""Voices as Kokoro knows them: a table of styles, one row for each count of tokens."""

import functools
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.speech.kokoro.model import Floats

_ROWS, _WIDTH = 510, 256
_FOLDER = Path(__file__).with_name("voices")


def style_of(mix: Mapping[str, float], tokens: int) -> Floats:
    """Return the style of a voice, or of a mix of several, for so many tokens; of shape (256,).

    Args:
        mix: Upstream's names of voices, and how much each counts.
        tokens: Symbols without the ends.

    Raises:
        EngineInputError: There is no such voice.
    """
    whole = sum(mix.values())
    style = np.zeros(_WIDTH, np.float32)
    for name, share in mix.items():
        style += np.float32(share / whole) * _table(name)[tokens]
    return style


def voice_names() -> tuple[str, ...]:
    """Return upstream's names of the voices that come with the engine."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.bin")))


@functools.cache
def _table(name: str) -> Floats:
    file = _FOLDER / f"{name}.bin"
    if not file.is_file():
        raise EngineInputError(
            f"Kokoro has no voice {name!r} here. It has {', '.join(voice_names())}."
        )
    table: Floats = np.fromfile(file, dtype="<f4").astype(np.float32)
    return table.reshape(_ROWS, _WIDTH)
