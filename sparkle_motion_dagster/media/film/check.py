"""The check of a finished film: what was promised, measured on the written file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from pydantic import JsonValue

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.film.caption_check import check_captions
from sparkle_motion_dagster.media.film.expected import ExpectedFilm
from sparkle_motion_dagster.media.film.promises import PROMISES
from sparkle_motion_dagster.media.film.reading import FilmReading, read_film
from sparkle_motion_dagster.media.report import Check, Measured, Report, rounded
from sparkle_motion_dagster.media.sound.promises import SOUND_PROMISES
from sparkle_motion_dagster.units import SAMPLE_RATE, format_rate

_TIME_TOLERANCE_S = Fraction(1, 1000)
"""Players count in milliseconds; the film's own clocks are finer."""


def check_film(film: Path, expected: ExpectedFilm) -> Report:
    """Measure a finished film against what it must be.

    The film is its clips and its mastered sound: every one of their packets is read again and
    compared with the film's. What was measured when they were made, of decoded frames and samples,
    then holds for the film, and nothing need be decoded twice. A film that cannot be read fails
    every check, with the reason among what was measured. Memory does not grow with its length.

    Args:
        film: The written MP4.
        expected: What it must hold.
    """
    import av

    try:
        reading = read_film(film, expected)
    except (av.FFmpegError, MediaError) as error:
        return Report(
            checks=tuple(_found(name, (False, {"error": str(error)})) for name in _MEASURES)
        )
    return Report(
        checks=tuple(
            _found(name, measure(film, reading, expected)) for name, measure in _MEASURES.items()
        )
    )


def _found(name: str, found: Measured) -> Check:
    passed, measured = found
    return Check(name=name, passed=passed, measured=measured, description=PROMISES[name])


def _picture(film: Path, reading: FilmReading, expected: ExpectedFilm) -> Measured:
    found, parameters = reading.picture, reading.parameters
    size, codec = parameters.get("size"), parameters.get("codec")
    # Of what is no copy nobody has decoded anything yet.
    damaged = 0 if found.is_exact else found.packets - _whole_frames(film)
    passed = (
        reading.streams.get("video") == 1
        and codec == "h264"
        and size == str(expected.size)
        and found.packets == expected.frames
        and not damaged
        and not found.mistimed
        and not reading.times.missing
    )
    return passed, {
        "codec": codec,
        "size": size,
        "expected_size": str(expected.size),
        "frames": found.packets,
        "expected_frames": expected.frames,
        "damaged_frames": damaged,
        "expected_frame_rate": format_rate(expected.frame_rate),
        "frames_at_another_time": found.mistimed,
        "times_without_a_frame": reading.times.missing,
        "largest_deviation_ms": rounded(1000 * found.deviation_s),
    }


def _whole_frames(film: Path) -> int:
    """Decode a film, and return how many of its frames are whole."""
    import av

    whole = 0
    with av.open(str(film), metadata_errors="replace") as container:
        for stream in container.streams.video[:1]:
            for packet in container.demux(stream):
                # What cannot be decoded at all gives no frame; what is painted over says so.
                with suppress(av.FFmpegError):
                    whole += sum(not frame.is_corrupt for frame in stream.decode(packet))
    return whole


def _copied(_: Path, reading: FilmReading, expected: ExpectedFilm) -> Measured:
    picture, sound = reading.picture, reading.sound
    other_headers: list[JsonValue] = [
        name
        for name, value in expected.picture.parameters.items()
        if reading.parameters.get(name) != value
    ]
    if reading.sound_headers[0] != reading.sound_headers[1]:
        other_headers.append("codec headers of the sound")
    other_entrances = len({*reading.entrances} ^ {*picture.keyframes})
    differs = picture.differing or other_entrances or sound.differing or sound.mistimed
    return not (differs or other_headers), {
        "pieces": len(expected.picture.parts),
        "packets": picture.packets,
        "differing": picture.differing,
        "first_differing": picture.first_differing,
        "other_keyframes": other_entrances,
        "sound_packets": sound.packets,
        "differing_of_sound": sound.differing,
        "first_differing_of_sound": sound.first_differing,
        "sound_at_another_time": sound.mistimed,
        "sound_deviation_ms": rounded(1000 * sound.deviation_s),
        "other_headers": other_headers,
    }


def _length(_: Path, reading: FilmReading, expected: ExpectedFilm) -> Measured:
    lengths = reading.lengths_s | {
        "video_data_s": reading.picture.end_s,
        "audio_data_s": reading.sound.end_s,
    }
    passed = all(
        abs(length - expected.duration_s) <= _TIME_TOLERANCE_S for length in lengths.values()
    )
    return passed, {
        "expected_s": rounded(expected.duration_s),
        **{name: rounded(length) for name, length in lengths.items()},
    }


def _of_sound(name: str) -> Callable[[Path, FilmReading, ExpectedFilm], Measured]:
    """Return what takes a promise over from the mastered sound, if the film's is a copy of it."""

    def measure(_: Path, reading: FilmReading, expected: ExpectedFilm) -> Measured:
        if not reading.sound.is_exact:
            return False, {"error": "the film's sound is not the mastered one; see: copied"}
        check = expected.sound_report.find(name)
        return check.passed, dict(check.measured)

    return measure


def _captions(_: Path, reading: FilmReading, expected: ExpectedFilm) -> Measured:
    shown = expected.burned or reading.captions
    return check_captions(shown, expected.lines, expected.caption_room)


def _streams(film: Path, reading: FilmReading, expected: ExpectedFilm) -> Measured:
    measured: dict[str, JsonValue] = {
        "sound": [*reading.sounds],
        "caption_streams": reading.streams.get("subtitle", 0),
        "captions": len(reading.captions),
        "title": reading.title,
        "chapters": len(reading.chapters),
        "chapters_cover_film": _cover(reading.chapters, expected.duration_s),
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


def _cover(chapters: list[tuple[Fraction, Fraction]], duration_s: Fraction) -> bool:
    """Say whether the first chapter begins the film, each follows the last, and one ends it."""
    ends = [Fraction(0), *(end for _, end in chapters)]
    starts = [*(start for start, _ in chapters), duration_s]
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


_Measure = Callable[[Path, FilmReading, ExpectedFilm], Measured]

_MEASURES: Mapping[str, _Measure] = {
    "picture": _picture,
    "copied": _copied,
    "length": _length,
    **{name: _of_sound(name) for name in SOUND_PROMISES},
    "captions": _captions,
    "streams": _streams,
}
