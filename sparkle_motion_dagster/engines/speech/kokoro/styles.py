"""Voices as Kokoro knows them: a table of styles, one row for each count of tokens."""

import functools
from collections.abc import Mapping

import numpy as np

from sparkle_motion_dagster.engines.speech.kokoro.model import Floats
from sparkle_motion_dagster.engines.speech.kokoro.voice_files import voice_content

_ROWS, _WIDTH = 510, 256


def style_of(mix: Mapping[str, float], tokens: int) -> Floats:
    """Return the style of a voice, or of a mix of several, for so many tokens; of shape (256,).

    Args:
        mix: Upstream's names of voices, and how much each counts.
        tokens: Symbols without the ends.

    Raises:
        EngineInputError, MissingWeightsError, DamagedWeightsError: As `voice_content` says.
    """
    whole = sum(mix.values())
    style = np.zeros(_WIDTH, np.float32)
    for name, share in mix.items():
        style += np.float32(share / whole) * _table(name)[tokens]
    return style


@functools.cache
def _table(name: str) -> Floats:
    table: Floats = np.frombuffer(voice_content(name), dtype="<f4").astype(np.float32)
    return table.reshape(_ROWS, _WIDTH)
