"""The check of a finished film: what was promised, measured by decoding the written file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pydantic import JsonValue

from sparkle_motion_dagster.media.caption import Caption
from sparkle_motion_dagster.media.caption_check import SpokenLine, check_captions, read_captions
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.join import Piece, encoded
from sparkle_motion_dagster.media.listening import Listener, find, level_dbfs
from sparkle_motion_dagster.media.loudness import measure_loudness
from sparkle_motion_dagster.media.mastering import MasteringTarget
from sparkle_motion_dagster.plan.captioning import USUAL_ROOM, CaptionRoom
from sparkle_motion_dagster.units import SAMPLE_RATE, FrameSize, Record, format_rate

if TYPE_CHECKING:
    from av.container import InputContainer

_TIME_TOLERANCE_S = Fraction(1, 1000)
"""Players count in milliseconds; the film's own clocks are finer."""

_AUDIBLE_DBFS = -45.0
"""RMS level that a line reaches: 30 dB under the loudness of speech nobody hears it."""

_SILENCE_DBFS = -60.0
"""RMS level that half a second between lines stays under."""

_SILENCE_WINDOW = SAMPLE_RATE // 2
_AAC_SPREAD = 4096
"""Samples on either side of a line over which AAC may smear it: two of its long windows."""

_PIECE = 5 * SAMPLE_RATE
_SEARCH = SAMPLE_RATE // 2
_ALIKE = 0.7
"""Correlation of a piece of the track with the same piece, mastered, encoded and decoded."""

_Measured: TypeAlias = tuple[bool, dict[str, JsonValue]]
_Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class ExpectedFilm:
    """What a film must hold.

    Attributes:
        frame_rate: Frames per second.
        size: Size of the picture.
        frames: Number of frames.
        pieces: What its picture was joined of.
        title: The film's title.
        chapters: Number of chapters.
        captions: Number of captions that can be shown or hidden.
        burned: Captions that the picture shows instead.
        track: The film's track before mastering (48 kHz WAV).
        lines: What sounds on the track, in order.
        target: What the sound was mastered to.
        is_mixed: Whether something is on the track beside the lines.
        is_levelled: Whether the sound was brought to the target's loudness, if it is not silent.
        caption_room: What the frame has room for.
    """

    frame_rate: Fraction
    size: FrameSize
    frames: int
    pieces: tuple[Piece, ...]
    title: str
    chapters: int
    captions: int
    track: Path
    lines: tuple[SpokenLine, ...]
    target: MasteringTarget
    is_mixed: bool = False
    is_levelled: bool = True
    burned: tuple[Caption, ...] = ()
    caption_room: CaptionRoom = USUAL_ROOM

    @property
    def spans(self) -> tuple[_Span, ...]:
        """Where lines sound: first sample, and the one behind the last."""
        return tuple((line.start, line.end) for line in self.lines)

    @property
    def duration_s(self) -> Fraction:
        """Length of the film in seconds."""
        return self.frames / self.frame_rate


class Check(Record):
    """One promise, whether the film keeps it, and what was measured."""

    name: str
    passed: bool
    measured: dict[str, JsonValue]
    description: str


class FilmReport(Record):
    """All checks of one film."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether the film keeps every promise."""
        return all(check.passed for check in self.checks)


def check_film(film: Path, expected: ExpectedFilm) -> FilmReport:
    """Measure a finished film against what it must be.

    A film that cannot be decoded fails the checks that had to decode it, with the reason among
    what was measured. Memory does not grow with the film's length.

    Args:
        film: The written MP4.
        expected: What it must hold.
    """
    return FilmReport(checks=tuple(_check(name, film, expected) for name in _CHECKS))


def _check(name: str, film: Path, expected: ExpectedFilm) -> Check:
    import av

    description, measure = _CHECKS[name]
    try:
        passed, measured = measure(film, expected)
    except (av.FFmpegError, MediaError) as error:
        passed, measured = False, {"error": str(error)}
    return Check(name=name, passed=passed, measured=measured, description=description)


def _picture(film: Path, expected: ExpectedFilm) -> _Measured:
    import av

    with av.open(str(film), metadata_errors="replace") as container:
        if len(container.streams.video) != 1:
            return False, {"picture_streams": len(container.streams.video)}
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        frames = damaged = 0
        deviation = Fraction(0)
        for frame in container.decode(stream):
            if frame.is_corrupt or frame.pts is None or frame.time_base is None:
                damaged += 1
            else:
                planned = frames / expected.frame_rate
                deviation = max(deviation, abs(frame.pts * frame.time_base - planned))
            frames += 1
        codec = stream.codec_context
        size = f"{codec.width}x{codec.height}"
    passed = (
        codec.name == "h264"
        and size == str(expected.size)
        and frames == expected.frames
        and not damaged
        and deviation <= _TIME_TOLERANCE_S
    )
    return passed, {
        "codec": codec.name,
        "size": size,
        "expected_size": str(expected.size),
        "frames": frames,
        "expected_frames": expected.frames,
        "damaged_frames": damaged,
        "expected_frame_rate": format_rate(expected.frame_rate),
        "largest_deviation_ms": _rounded(1000 * deviation),
    }


def _copied(film: Path, expected: ExpectedFilm) -> _Measured:
    differing = [
        number
        for number, (held, given) in enumerate(
            zip_longest(encoded([Piece(film)]), encoded(expected.pieces))
        )
        if held != given
    ]
    return not differing, {
        "pieces": len(expected.pieces),
        "differing": len(differing),
        "first_differing": differing[0] if differing else None,
    }


def _length(film: Path, expected: ExpectedFilm) -> _Measured:
    import av

    with av.open(str(film), metadata_errors="replace") as container:
        lengths: dict[str, Fraction] = {"film_s": Fraction(container.duration or 0, av.time_base)}
        for stream in (*container.streams.video, *container.streams.audio):
            lengths[f"{stream.type}_s"] = Fraction((stream.duration or 0) * (stream.time_base or 1))
            lengths[f"{stream.type}_data_s"] = Fraction(0)
        for packet in container.demux(*container.streams.video, *container.streams.audio):
            if packet.pts is not None and packet.duration is not None:
                name = f"{packet.stream.type}_data_s"
                end = (packet.pts + packet.duration) * packet.time_base
                lengths[name] = max(lengths[name], end)
    passed = all(
        abs(length - expected.duration_s) <= _TIME_TOLERANCE_S for length in lengths.values()
    )
    return passed, {
        "expected_s": _rounded(expected.duration_s),
        **{name: _rounded(length) for name, length in lengths.items()},
    }


def _sync(film: Path, expected: ExpectedFilm) -> _Measured:
    import soundfile

    offsets: list[float] = []
    likenesses: list[float] = []
    listener = Listener(film)
    with soundfile.SoundFile(expected.track) as track:
        for start, end in _pieces(expected.spans):
            track.seek(start)
            piece = track.read(end - start, dtype="float32", always_2d=True).mean(axis=1)
            if level_dbfs(piece) > _SILENCE_DBFS:
                place, likeness = find(piece, listener.window(start - _SEARCH, end + _SEARCH))
                offsets.append(1000 * (place - _SEARCH) / SAMPLE_RATE)
                likenesses.append(likeness)
    if not offsets:
        return True, {"compared": 0, "note": "nothing sounds that could be compared"}
    worst = max(offsets, key=abs)
    frame_ms = 1000 / expected.frame_rate
    return abs(worst) <= frame_ms and min(likenesses) >= _ALIKE, {
        "compared": len(offsets),
        "start_ms": _rounded(offsets[0]),
        "middle_ms": _rounded(offsets[len(offsets) // 2]),
        "end_ms": _rounded(offsets[-1]),
        "worst_ms": _rounded(worst),
        "allowed_ms": _rounded(frame_ms),
        "lowest_likeness": _rounded(min(likenesses)),
        "expected_likeness": _ALIKE,
    }


def _speech(film: Path, expected: ExpectedFilm) -> _Measured:
    listener = Listener(film)
    levels = {
        span: level_dbfs(listener.window(*span))
        for span in sorted((*expected.spans, *_silent_windows(expected)))
    }
    lines = [levels.pop(span) for span in expected.spans]
    quietest = min(lines, default=None)
    loudest_silence = max(levels.values(), default=None)
    passed = (quietest is None or quietest >= _AUDIBLE_DBFS) and (
        loudest_silence is None or loudest_silence <= _SILENCE_DBFS
    )
    return passed, {
        "lines": len(lines),
        "quietest_line": None if quietest is None else 1 + lines.index(quietest),
        "quietest_line_dbfs": quietest,
        "audible_from_dbfs": _AUDIBLE_DBFS,
        "loudest_silence_dbfs": loudest_silence,
        "silent_up_to_dbfs": _SILENCE_DBFS,
    }


def _loudness(film: Path, expected: ExpectedFilm) -> _Measured:
    loudness = measure_loudness(film)
    sounds = bool(expected.lines) or (
        expected.is_mixed and not measure_loudness(expected.track).silent
    )
    if not sounds:
        passed = loudness.silent
    elif expected.is_levelled:
        passed = expected.target.is_met_by(loudness)
    else:
        passed = (loudness.true_peak_dbtp or -math.inf) <= expected.target.true_peak_dbtp
    return passed, {
        "integrated_lufs": loudness.integrated_lufs,
        "expected_lufs": expected.target.integrated_lufs
        if sounds and expected.is_levelled
        else None,
        "tolerance_lu": expected.target.tolerance_lu,
        "true_peak_dbtp": loudness.true_peak_dbtp,
        "allowed_true_peak_dbtp": expected.target.true_peak_dbtp,
    }


def _captions(film: Path, expected: ExpectedFilm) -> _Measured:
    return check_captions(
        expected.burned or read_captions(film), expected.lines, expected.caption_room
    )


def _streams(film: Path, expected: ExpectedFilm) -> _Measured:
    import av

    with av.open(str(film), metadata_errors="replace") as container:
        measured: dict[str, JsonValue] = {
            "sound": [
                f"{sound.codec_context.name} {sound.sample_rate} Hz {sound.layout.name}"
                for sound in container.streams.audio
            ],
            "caption_streams": len(container.streams.subtitles),
            "captions": _count_captions(container),
            "title": container.metadata.get("title"),
            "chapters": len(container.chapters()),
            "chapters_cover_film": _chapters_cover(container, expected.duration_s),
            "index_comes_first": _index_comes_first(film),
        }
    promised: dict[str, JsonValue] = {
        "sound": [f"aac {SAMPLE_RATE} Hz stereo"],
        "caption_streams": 1 if expected.captions else 0,
        "captions": expected.captions,
        "title": expected.title,
        "chapters": expected.chapters,
        "chapters_cover_film": True,
        "index_comes_first": True,
    }
    return measured == promised, {**measured, "expected": promised}


def _count_captions(container: InputContainer) -> int:
    return sum(
        packet.size > len(b"\0\0")  # an empty text says that nothing is shown
        for stream in container.streams.subtitles
        for packet in container.demux(stream)
    )


def _chapters_cover(container: InputContainer, duration_s: Fraction) -> bool:
    """Say whether the first chapter begins the film, each follows the last, and one ends it."""
    spans = [
        (chapter["start"] * base, chapter["end"] * base)
        for chapter in container.chapters()
        if (base := chapter["time_base"])
    ]
    ends = [Fraction(0), *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), duration_s]
    return all(
        abs(start - end) <= _TIME_TOLERANCE_S for start, end in zip(starts, ends, strict=True)
    )


def _index_comes_first(film: Path) -> bool:
    """Say whether the index (moov) lies before the media (mdat): ISO/IEC 14496-12, 4.2."""
    with film.open("rb") as file:
        while len(header := file.read(8)) == 8:
            name, size, read = header[4:], int.from_bytes(header[:4], "big"), 8
            if name in {b"moov", b"mdat"}:
                return name == b"moov"
            if size == 1:  # the size stands in the next 8 bytes
                size, read = int.from_bytes(file.read(8), "big"), 16
            file.seek(max(size - read, 0), 1)
    return False


def _pieces(lines: Sequence[_Span]) -> Iterator[_Span]:
    """Cut lines into pieces of at most five seconds: drift shows, and memory stays flat."""
    for start, end in lines:
        count = math.ceil((end - start) / _PIECE)
        edges = [start + (end - start) * cut // count for cut in range(count + 1)]
        yield from pairwise(edges)


def _silences(expected: ExpectedFilm) -> Iterator[_Span]:
    """Return what lies between the lines in windows, away from what rings on and AAC smears."""
    total = round(expected.duration_s * SAMPLE_RATE)
    rung = (line.end + line.rings + _AAC_SPREAD for line in expected.lines)
    starts = [0, *accumulate(rung, max)]
    ends = [*(start - _AAC_SPREAD for start, _ in expected.spans), total]
    for first, last in zip(starts, ends, strict=True):
        for start in range(first, last, _SILENCE_WINDOW):
            yield start, min(start + _SILENCE_WINDOW, last)


def _silent_windows(expected: ExpectedFilm) -> Iterator[_Span]:
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


def _rounded(value: float | Fraction) -> float:
    return round(float(value), 3)


_CHECKS: Mapping[str, tuple[str, Callable[[Path, ExpectedFilm], _Measured]]] = {
    "picture": (
        "Every frame decodes, in the film's size, each at its exact time from 0 on.",
        _picture,
    ),
    "copied": (
        "Nothing was encoded again: the picture is that of the clips and transitions, bit by bit.",
        _copied,
    ),
    "length": ("Film, picture and sound are exactly as long as the frames.", _length),
    "sync": (
        "Every line sounds as it was laid, within one frame of its place under the picture.",
        _sync,
    ),
    "speech": (
        "Every line is loud enough to be heard, and where nothing is on the track is silence.",
        _speech,
    ),
    "loudness": (
        "The film has its loudness, and no peak that clips; where nothing sounds it is silent.",
        _loudness,
    ),
    "captions": (
        "Captions say what is spoken, while it is: two lines that fit, none over another.",
        _captions,
    ),
    "streams": (
        "Sound, captions, chapters and title are there, and the film plays while it loads.",
        _streams,
    ),
}

PROMISES: Mapping[str, str] = {name: promise for name, (promise, _) in _CHECKS.items()}
"""The checks' names, and what each one promises."""
