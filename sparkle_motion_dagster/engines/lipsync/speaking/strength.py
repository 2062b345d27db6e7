"""How strongly a line is spoken, moment by moment: who gets louder opens the mouth wider."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_WINDOW_S = 0.02
_REACH_S = 0.12
"""Loudness is that of a syllable: a mean over about twice this time."""

_SILENT_DB = 30
"""A sound so much below the line's loudest is none that the others are measured by."""

_PER_DB = 1 / 30
_LEAST, _MOST = 0.75, 1.25
"""How much wider a mouth opens for each decibel above the line's own level, and how far that goes:
in lively speech jaws open by up to half as much again in stressed syllables."""


@dataclass(frozen=True)
class Strength:
    """How strongly a line is spoken.

    Attributes:
        times: Seconds from the line's first sample, rising, (n,).
        factors: How wide the mouth is open, of what its sounds ask for, (n,).
    """

    times: NDArray[np.float64]
    factors: NDArray[np.float64]

    def at(self, seconds: float) -> float:
        """Return how wide the mouth is open at a time, of what its sounds ask for."""
        return float(np.interp(seconds, self.times, self.factors)) if len(self.times) else 1.0


def strength_of(audio: Path) -> Strength:
    """Return how strongly a recorded line is spoken, against its own level: the median in dB."""
    import soundfile

    with soundfile.SoundFile(audio) as sound:
        window = max(1, round(_WINDOW_S * sound.samplerate))
        blocks = sound.blocks(window, dtype="float64", always_2d=True)
        power = np.array([np.mean(np.square(block)) for block in blocks])
        seconds = window / sound.samplerate
    times = (np.arange(len(power)) + 0.5) * seconds
    loudest = power.max(initial=0.0)
    if loudest <= 0:
        return Strength(times, np.ones(len(power)))
    reach = np.arange(-round(2 * _REACH_S / seconds), round(2 * _REACH_S / seconds) + 1) * seconds
    weights = np.exp(-((reach / _REACH_S) ** 2))
    smooth = np.convolve(
        np.pad(power, len(reach) // 2, mode="edge"), weights / weights.sum(), "valid"
    )
    level_db = 10 * np.log10(np.maximum(smooth / loudest, 1e-12))
    usual = np.median(level_db[level_db > level_db.max() - _SILENT_DB])
    return Strength(times, np.clip(1 + _PER_DB * (level_db - usual), _LEAST, _MOST))
