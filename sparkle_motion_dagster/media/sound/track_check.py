"""The film's track, listened to: whether each line is there, and silence where nobody speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sparkle_motion_dagster.media.sound.listening import level_dbfs, weighted_dbfs
from sparkle_motion_dagster.media.sound.takes import Samples
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from soundfile import SoundFile

AUDIBLE_DBFS = -45.0
"""RMS level that a line reaches: 30 dB under the loudness of speech nobody hears it."""

SILENT_DBFS = -60.0
"""RMS level that half a second stays under where nothing is to be heard."""

_SUM_BLOCK = SAMPLE_RATE * 10
_SILENCE_WINDOW = SAMPLE_RATE // 2
"""Short enough that a click does not drown in the silence around it."""


@dataclass(frozen=True)
class TrackLevels:
    """RMS levels on a track, in dB below full scale.

    Attributes:
        lines: Of each line, in order.
        silences: Of what lies before, between and after lines and cues, every half second of it.
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
    speech: Path,
    lines: Sequence[tuple[int, int]],
    sound: Path,
    cues: Sequence[tuple[int, int]] = (),
) -> TrackLevels:
    """Measure lines where they are, and the film's sound where nothing is.

    Args:
        speech: The track of the lines, a WAV.
        lines: First sample and sample behind the last of each line, in order.
        sound: The film's sound, a WAV: that track, or the mix.
        cues: The same of all that sounds beside the lines, in any order.
    """
    import soundfile

    with ExitStack() as stack:
        spoken, heard = (
            stack.enter_context(soundfile.SoundFile(str(path))) for path in (speech, sound)
        )
        return TrackLevels(
            tuple(level_dbfs(_mono(spoken, *line)) for line in lines),
            tuple(
                level_dbfs(_mono(heard, start, min(start + _SILENCE_WINDOW, end)))
                for start, end in _gaps([*lines, *cues], heard.frames)
                for start in range(start, end, _SILENCE_WINDOW)
            ),
        )


def levels_over(
    speech: Path, lines: Sequence[tuple[int, int]], music: Path
) -> tuple[float | None, ...]:
    """Return how many decibels each line is louder than the music under it, weighted as loudness.

    Args:
        speech: The track of the lines, a WAV.
        lines: First sample and sample behind the last of each line.
        music: The stem of the music, a WAV.

    Returns:
        A number a line; None: there is no music.
    """
    import soundfile

    with ExitStack() as stack:
        spoken, played = (
            stack.enter_context(soundfile.SoundFile(str(path))) for path in (speech, music)
        )
        return tuple(
            round(weighted_dbfs(_mono(spoken, *line)) - weighted_dbfs(under), 2)
            if (under := _mono(played, *line)).any()
            else None
            for line in lines
        )


def largest_difference(whole: Path, parts: Sequence[Path]) -> float:
    """Return by how much a sample of a sound is off the sum of its parts, at most.

    Args:
        whole: A WAV.
        parts: WAVs of as many samples.

    Returns:
        A share of full scale; infinite where a part has another length.
    """
    import soundfile

    with ExitStack() as stack:
        sound, *opened = (
            stack.enter_context(soundfile.SoundFile(str(path))) for path in (whole, *parts)
        )
        if any(part.frames != sound.frames for part in opened):
            return float("inf")
        worst = 0.0
        for block in sound.blocks(_SUM_BLOCK, dtype="float64", always_2d=True):
            for part in opened:
                block -= part.read(len(block), dtype="float64", always_2d=True)
            worst = max(worst, float(np.abs(block).max(initial=0)))
        return worst


def _gaps(spans: Sequence[tuple[int, int]], samples: int) -> Iterator[tuple[int, int]]:
    """Yield what lies outside of spans, in order; empty ones may lie anywhere."""
    reached = 0
    sounding = sorted((start, end) for start, end in spans if start < end)
    for start, end in [*sounding, (samples, samples)]:
        if reached < start:
            yield reached, start
        reached = max(reached, end)


def _mono(sound: SoundFile, start: int, end: int) -> Samples:
    sound.seek(start)
    samples = sound.read(end - start, dtype="float32", always_2d=True)
    mono: Samples = samples.mean(axis=1, dtype=np.float32)
    return mono
