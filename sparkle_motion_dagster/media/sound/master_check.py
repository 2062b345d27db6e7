"""The check of a film's mastered sound: decoded as it is delivered, held against its track."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

from sparkle_motion_dagster.media.report import Check, Measured, Report, rounded
from sparkle_motion_dagster.media.sound.listening import Listener, find, level_dbfs
from sparkle_motion_dagster.media.sound.loudness import Loudness, measure_loudness
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget
from sparkle_motion_dagster.media.sound.promises import SOUND_PROMISES
from sparkle_motion_dagster.media.sound.track_check import AUDIBLE_DBFS, SILENT_DBFS
from sparkle_motion_dagster.units import SAMPLE_RATE

_SILENCE_WINDOW = SAMPLE_RATE // 2
_AAC_SPREAD = 4096
"""Samples on either side of a line over which AAC may smear it: two of its long windows."""

_PIECE = 5 * SAMPLE_RATE
_SEARCH = SAMPLE_RATE // 2
_ALIKE = 0.7
"""Correlation of a piece of the track with the same piece, mastered, encoded and decoded."""

_Span = tuple[int, int]
"""A first sample, and the one behind the last."""


@dataclass(frozen=True)
class LaidLine:
    """A line that sounds on the track, from sample `start` up to `end`.

    For `rings` samples more it may be heard dying away.
    """

    start: int
    end: int
    rings: int = 0


@dataclass(frozen=True)
class ExpectedSound:
    """What a film's sound must be.

    Attributes:
        track: The film's track before mastering (48 kHz WAV).
        samples: How long it is, at `units.SAMPLE_RATE`.
        frame_rate: The film's frames per second.
        lines: What sounds on the track, in order.
        target: What it was mastered to.
        is_mixed: Whether something is on the track beside the lines.
        is_levelled: Whether it was brought to the target's loudness, if it is not silent.
    """

    track: Path
    samples: int
    frame_rate: Fraction
    lines: tuple[LaidLine, ...]
    target: MasteringTarget
    is_mixed: bool = False
    is_levelled: bool = True

    @property
    def spans(self) -> tuple[_Span, ...]:
        """Where lines sound."""
        return tuple((line.start, line.end) for line in self.lines)


@dataclass(frozen=True)
class HeardSound:
    """What a mastered sound must be, and what was heard of it.

    Attributes:
        expected: What it must be.
        places: Where the pieces of lines sound, in order: by how many samples too late, and how
            much alike.
        levels: RMS levels of lines, and of windows that must be silent, in dB below full scale.
    """

    expected: ExpectedSound
    places: Sequence[tuple[int, float]]
    levels: Mapping[_Span, float]


def check_master(heard: HeardSound, loudness: Loudness) -> Report:
    """Hold what was measured of a mastered sound against what it must be.

    Args:
        heard: What was heard of it.
        loudness: What was measured of it, decoded, when it was mastered.
    """
    return Report(
        checks=tuple(
            Check(name=name, passed=passed, measured=measured, description=SOUND_PROMISES[name])
            for name, (passed, measured) in (
                ("sync", _sync(heard)),
                ("speech", _speech(heard)),
                ("loudness", _loudness(heard.expected, loudness)),
            )
        )
    )


def listen(sound: Path, expected: ExpectedSound) -> HeardSound:
    """Listen to a mastered sound once, from its beginning to its end.

    Memory does not grow with its length.

    Args:
        sound: The file, as ``mastering.master_track`` writes it.
        expected: What it must be.

    Raises:
        MediaError, av.FFmpegError: It cannot be decoded.
    """
    import soundfile

    places: list[tuple[int, float]] = []
    levels: dict[_Span, float] = {}
    listener = Listener(sound)
    sought = [(start - _SEARCH, end + _SEARCH, True) for start, end in _pieces(expected.spans)]
    levelled = [(*span, False) for span in (*expected.spans, *_silent_windows(expected))]
    with soundfile.SoundFile(expected.track) as track:
        for start, end, is_sought in sorted([*sought, *levelled]):
            window = listener.window(start, end)
            if not is_sought:
                levels[start, end] = level_dbfs(window)
                continue
            track.seek(start + _SEARCH)
            piece = track.read(end - start - 2 * _SEARCH, dtype="float32", always_2d=True)
            if level_dbfs(mono := piece.mean(axis=1)) > SILENT_DBFS:
                place, likeness = find(mono, window)
                places.append((place - _SEARCH, likeness))
    return HeardSound(expected, places, levels)


def _sync(heard: HeardSound) -> Measured:
    """Measure how far from its place under the picture each line sounds."""
    if not heard.places:
        return True, {"compared": 0, "note": "nothing sounds that could be compared"}
    offsets = [1000 * samples / SAMPLE_RATE for samples, _ in heard.places]
    lowest_likeness = min(likeness for _, likeness in heard.places)
    worst = max(offsets, key=abs)
    frame_ms = 1000 / heard.expected.frame_rate
    return abs(worst) <= frame_ms and lowest_likeness >= _ALIKE, {
        "compared": len(offsets),
        "start_ms": rounded(offsets[0]),
        "middle_ms": rounded(offsets[len(offsets) // 2]),
        "end_ms": rounded(offsets[-1]),
        "worst_ms": rounded(worst),
        "allowed_ms": rounded(frame_ms),
        "lowest_likeness": rounded(lowest_likeness),
        "expected_likeness": _ALIKE,
    }


def _speech(heard: HeardSound) -> Measured:
    """Measure how loud each line is, and whether it is silent where nothing is on the track."""
    spans = heard.expected.spans
    lines = [heard.levels[span] for span in spans]
    silences = [heard.levels[span] for span in heard.levels.keys() - spans]
    quietest, loudest_silence = min(lines, default=None), max(silences, default=None)
    passed = (quietest is None or quietest >= AUDIBLE_DBFS) and (
        loudest_silence is None or loudest_silence <= SILENT_DBFS
    )
    return passed, {
        "lines": len(lines),
        "quietest_line": None if quietest is None else 1 + lines.index(quietest),
        "quietest_line_dbfs": quietest,
        "audible_from_dbfs": AUDIBLE_DBFS,
        "loudest_silence_dbfs": loudest_silence,
        "silent_up_to_dbfs": SILENT_DBFS,
    }


def _loudness(expected: ExpectedSound, found: Loudness) -> Measured:
    """Hold loudness and true peak against what was asked for."""
    sounds = bool(expected.lines) or (
        expected.is_mixed and not measure_loudness(expected.track).silent
    )
    if not sounds:
        passed = found.silent
    elif expected.is_levelled:
        passed = expected.target.is_met_by(found)
    else:
        highest = found.true_peak_dbtp
        passed = highest is None or highest <= expected.target.true_peak_dbtp
    return passed, {
        "integrated_lufs": found.integrated_lufs,
        "expected_lufs": expected.target.integrated_lufs
        if sounds and expected.is_levelled
        else None,
        "tolerance_lu": expected.target.tolerance_lu,
        "true_peak_dbtp": found.true_peak_dbtp,
        "allowed_true_peak_dbtp": expected.target.true_peak_dbtp,
    }


def _pieces(lines: Sequence[_Span]) -> Iterator[_Span]:
    """Cut lines into pieces of at most five seconds: drift shows, and memory stays flat."""
    for start, end in lines:
        count = math.ceil((end - start) / _PIECE)
        edges = [start + (end - start) * cut // count for cut in range(count + 1)]
        yield from pairwise(edges)


def _silences(expected: ExpectedSound) -> Iterator[_Span]:
    """Return what lies between the lines in windows, away from what rings on and AAC smears."""
    rung = (line.end + line.rings + _AAC_SPREAD for line in expected.lines)
    starts = [0, *accumulate(rung, max)]
    ends = [*(start - _AAC_SPREAD for start, _ in expected.spans), expected.samples]
    for first, last in zip(starts, ends, strict=True):
        for start in range(first, last, _SILENCE_WINDOW):
            yield start, min(start + _SILENCE_WINDOW, last)


def _silent_windows(expected: ExpectedSound) -> Iterator[_Span]:
    """Return the windows between lines in which the film must be silent.

    Where cues are, the track says: the film must be silent where that is, and around it.
    """
    if not expected.is_mixed:
        yield from _silences(expected)
        return
    import soundfile

    with soundfile.SoundFile(expected.track) as track:
        for start, end in _silences(expected):
            first = max(start - _AAC_SPREAD, 0)
            track.seek(first)
            if not track.read(end + _AAC_SPREAD - first, dtype="float32").any():
                yield start, end
