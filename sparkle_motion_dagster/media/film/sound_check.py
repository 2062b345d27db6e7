"""The check of a finished film's sound: decoded from the written file, held against its track."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

from sparkle_motion_dagster.media.film.expected import ExpectedFilm, Measured, Span, rounded
from sparkle_motion_dagster.media.sound.listening import Listener, find, level_dbfs
from sparkle_motion_dagster.media.sound.loudness import measure_loudness
from sparkle_motion_dagster.media.sound.track_check import AUDIBLE_DBFS, SILENT_DBFS
from sparkle_motion_dagster.units import SAMPLE_RATE

_SILENCE_WINDOW = SAMPLE_RATE // 2
_AAC_SPREAD = 4096
"""Samples on either side of a line over which AAC may smear it: two of its long windows."""

_PIECE = 5 * SAMPLE_RATE
_SEARCH = SAMPLE_RATE // 2
_ALIKE = 0.7
"""Correlation of a piece of the track with the same piece, mastered, encoded and decoded."""


def sync(film: Path, expected: ExpectedFilm) -> Measured:
    """Measure how far from its place under the picture each line sounds."""
    import soundfile

    offsets: list[float] = []
    likenesses: list[float] = []
    listener = Listener(film)
    with soundfile.SoundFile(expected.track) as track:
        for start, end in _pieces(expected.spans):
            track.seek(start)
            piece = track.read(end - start, dtype="float32", always_2d=True).mean(axis=1)
            if level_dbfs(piece) > SILENT_DBFS:
                place, likeness = find(piece, listener.window(start - _SEARCH, end + _SEARCH))
                offsets.append(1000 * (place - _SEARCH) / SAMPLE_RATE)
                likenesses.append(likeness)
    if not offsets:
        return True, {"compared": 0, "note": "nothing sounds that could be compared"}
    worst = max(offsets, key=abs)
    frame_ms = 1000 / expected.frame_rate
    return abs(worst) <= frame_ms and min(likenesses) >= _ALIKE, {
        "compared": len(offsets),
        "start_ms": rounded(offsets[0]),
        "middle_ms": rounded(offsets[len(offsets) // 2]),
        "end_ms": rounded(offsets[-1]),
        "worst_ms": rounded(worst),
        "allowed_ms": rounded(frame_ms),
        "lowest_likeness": rounded(min(likenesses)),
        "expected_likeness": _ALIKE,
    }


def speech(film: Path, expected: ExpectedFilm) -> Measured:
    """Measure how loud each line is, and whether it is silent where nothing is on the track."""
    listener = Listener(film)
    levels = {
        span: level_dbfs(listener.window(*span))
        for span in sorted((*expected.spans, *_silent_windows(expected)))
    }
    lines = [levels.pop(span) for span in expected.spans]
    quietest = min(lines, default=None)
    loudest_silence = max(levels.values(), default=None)
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


def loudness(film: Path, expected: ExpectedFilm) -> Measured:
    """Measure loudness and true peak of a film against what it was mastered to."""
    heard = measure_loudness(film)
    sounds = bool(expected.lines) or (
        expected.is_mixed and not measure_loudness(expected.track).silent
    )
    if not sounds:
        passed = heard.silent
    elif expected.is_levelled:
        passed = expected.target.is_met_by(heard)
    else:
        highest = heard.true_peak_dbtp
        passed = highest is None or highest <= expected.target.true_peak_dbtp
    return passed, {
        "integrated_lufs": heard.integrated_lufs,
        "expected_lufs": expected.target.integrated_lufs
        if sounds and expected.is_levelled
        else None,
        "tolerance_lu": expected.target.tolerance_lu,
        "true_peak_dbtp": heard.true_peak_dbtp,
        "allowed_true_peak_dbtp": expected.target.true_peak_dbtp,
    }


def _pieces(lines: Sequence[Span]) -> Iterator[Span]:
    """Cut lines into pieces of at most five seconds: drift shows, and memory stays flat."""
    for start, end in lines:
        count = math.ceil((end - start) / _PIECE)
        edges = [start + (end - start) * cut // count for cut in range(count + 1)]
        yield from pairwise(edges)


def _silences(expected: ExpectedFilm) -> Iterator[Span]:
    """Return what lies between the lines in windows, away from what rings on and AAC smears."""
    total = round(expected.duration_s * SAMPLE_RATE)
    rung = (line.end + line.rings + _AAC_SPREAD for line in expected.lines)
    starts = [0, *accumulate(rung, max)]
    ends = [*(start - _AAC_SPREAD for start, _ in expected.spans), total]
    for first, last in zip(starts, ends, strict=True):
        for start in range(first, last, _SILENCE_WINDOW):
            yield start, min(start + _SILENCE_WINDOW, last)


def _silent_windows(expected: ExpectedFilm) -> Iterator[Span]:
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
