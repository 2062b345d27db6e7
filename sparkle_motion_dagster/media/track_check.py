"""The film's track, listened to: whether each line is there, and silence where nobody speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sparkle_motion_dagster.media.listening import level_dbfs
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from soundfile import SoundFile

AUDIBLE_DBFS = -45.0
"""RMS level that a line reaches: speech this far below full scale is still understood."""

SILENT_DBFS = -60.0
"""RMS level that a track stays under where nobody speaks."""


_SILENCE_WINDOW = SAMPLE_RATE // 2
"""Short enough that a click does not drown in the silence around it."""


@dataclass(frozen=True)
class TrackLevels:
    """RMS levels on a track, in dB below full scale.

    Attributes:
        lines: Of each line, in order.
        silences: Of what lies before, between and after the lines, every half second of it.
    """

    lines: tuple[float, ...]
    silences: tuple[float, ...]

    @property
    def as_promised(self) -> bool:
        """Whether every line can be heard, and nothing else can."""
        return min(self.lines, default=0) >= AUDIBLE_DBFS and (
            max(self.silences, default=-120) <= SILENT_DBFS
        )


def measure_levels(
    track: Path, lines: Sequence[tuple[int, int]], rings: Sequence[int]
) -> TrackLevels:
    """Measure a track where lines are, and where none is.

    Args:
        track: A WAV.
        lines: First sample and sample behind the last of each line, in order.
        rings: How many samples each line may be heard after that.
    """
    import soundfile

    with soundfile.SoundFile(str(track)) as sound:
        rung = (end + ring for (_, end), ring in zip(lines, rings, strict=True))
        starts = [0, *accumulate(rung, max)]
        ends = [*(start for start, _ in lines), sound.frames]
        gaps = [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
        return TrackLevels(
            tuple(_level(sound, *line) for line in lines),
            tuple(
                _level(sound, start, min(start + _SILENCE_WINDOW, gap[1]))
                for gap in gaps
                for start in range(*gap, _SILENCE_WINDOW)
            ),
        )


def _level(sound: SoundFile, start: int, end: int) -> float:
    sound.seek(start)
    samples = sound.read(end - start, dtype="float32", always_2d=True)
    return level_dbfs(samples.mean(axis=1, dtype=np.float32))
