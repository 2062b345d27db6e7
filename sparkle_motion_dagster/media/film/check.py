"""The check of a finished film: what was promised, measured by decoding the written file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import JsonValue

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.film import sound_check
from sparkle_motion_dagster.media.film.caption_check import check_captions, read_captions
from sparkle_motion_dagster.media.film.expected import ExpectedFilm, Measured, rounded
from sparkle_motion_dagster.media.film.join import Piece, encoded
from sparkle_motion_dagster.units import SAMPLE_RATE, Record, format_rate

if TYPE_CHECKING:
    from av.container import InputContainer

_TIME_TOLERANCE_S = Fraction(1, 1000)
"""Players count in milliseconds; the film's own clocks are finer."""


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


def _picture(film: Path, expected: ExpectedFilm) -> Measured:
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
        "largest_deviation_ms": rounded(1000 * deviation),
    }


def _copied(film: Path, expected: ExpectedFilm) -> Measured:
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


def _length(film: Path, expected: ExpectedFilm) -> Measured:
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
        "expected_s": rounded(expected.duration_s),
        **{name: rounded(length) for name, length in lengths.items()},
    }


def _captions(film: Path, expected: ExpectedFilm) -> Measured:
    return check_captions(
        expected.burned or read_captions(film), expected.lines, expected.caption_room
    )


def _streams(film: Path, expected: ExpectedFilm) -> Measured:
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


_CHECKS: Mapping[str, tuple[str, Callable[[Path, ExpectedFilm], Measured]]] = {
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
        sound_check.sync,
    ),
    "speech": (
        "Every line is loud enough to be heard, and where nothing is on the track is silence.",
        sound_check.speech,
    ),
    "loudness": (
        "The film has its loudness, and no peak that clips; where nothing sounds it is silent.",
        sound_check.loudness,
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
