"""The check of a film: a good one passes, and each way of breaking it turns the right check red."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from sounds import Sound, silence, speech, write_track
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.caption_check import SpokenLine, check_captions
from sparkle_motion_dagster.media.film.check import FilmReport, check_film
from sparkle_motion_dagster.media.film.expected import ExpectedFilm
from sparkle_motion_dagster.media.film.join import Piece, join_clips
from sparkle_motion_dagster.media.film.mux import Chapter, FilmParts, write_film
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget, encode_track, master_track
from sparkle_motion_dagster.plan.captions.captioning import USUAL_ROOM
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=128, height=72)
RATE = Fraction(24000, 1001)
FRAMES = 144
SAMPLES = 288_288
LINES = ((12_000, 84_000), (120_000, 170_000), (230_000, 280_000))
SPOKEN = tuple(SpokenLine(start, end, "Mara", f"Line {start}.") for start, end in LINES)
TARGET = MasteringTarget()


def takes() -> list[Sound]:
    return [
        speech((end - start) / 48_000, pitch=110 + 30 * number, seed=number)
        for number, (start, end) in enumerate(LINES)
    ]


def lay(lines: list[Sound], shift: int = 0) -> Sound:
    track = silence(SAMPLES / 48_000)
    for line, (start, _) in zip(lines, LINES, strict=False):
        track[start + shift :][: len(line)] = line
    return track


def moving(frames: int) -> Iterator[YuvFrame]:
    grey = np.full((36, 64), 128, np.uint8)
    ramp = np.tile(np.linspace(20, 220, 128).astype(np.uint8), (72, 1))
    for shift in range(frames):
        yield YuvFrame(np.roll(ramp, 5 * shift, axis=1), grey, grey)


@dataclasses.dataclass(frozen=True)
class Studio:
    """A good film, its parts, and the means to spoil it."""

    folder: Path
    parts: FilmParts
    film: Path
    expected: ExpectedFilm

    def failed(self, film: Path, **expected: object) -> set[str]:
        report = check_film(film, dataclasses.replace(self.expected, **expected))  # type: ignore[arg-type]
        return {check.name for check in report.checks if not check.passed}

    def assemble(self, **parts: object) -> Path:
        film = self.folder / "broken.mp4"
        write_film(dataclasses.replace(self.parts, **parts), film)  # type: ignore[arg-type]
        return film

    def with_sound(self, track: Sound, target: MasteringTarget = TARGET) -> Path:
        sound = self.folder / "broken.m4a"
        master_track(write_track(self.folder / "broken.wav", track), sound, target)
        return self.assemble(sound=sound)

    def through_ffmpeg(self, *arguments: object) -> Path:
        film = self.folder / "broken.mp4"
        command = [ffmpeg_path(), "-nostdin", "-y", *arguments, "-movflags", "+faststart", film]
        subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)
        return film


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("good")
    clips = [Piece(folder / "one.mp4"), Piece(folder / "two.mp4")]
    encoding = ClipEncoding(crf=20, preset="veryfast")
    for clip in clips:
        write_clip(clip.clip, moving(FRAMES // 2), size=SIZE, frame_rate=RATE, encoding=encoding)
    join_clips(clips, folder / "picture.mp4", frame_rate=RATE)
    track = write_track(folder / "track.wav", lay(takes()))
    master_track(track, folder / "sound.m4a", TARGET)
    parts = FilmParts(
        picture=folder / "picture.mp4",
        sound=folder / "sound.m4a",
        captions=tuple(Caption(line.start_s, line.end_s, f"Mara:\n{line.text}") for line in SPOKEN),
        chapters=(Chapter("one", 0, FRAMES // 2), Chapter("two", FRAMES // 2, FRAMES)),
        title="Harbour Light",
        frame_rate=RATE,
    )
    write_film(parts, folder / "film.mp4")
    expected = ExpectedFilm(
        frame_rate=RATE,
        size=SIZE,
        frames=FRAMES,
        pieces=tuple(clips),
        title="Harbour Light",
        chapters=2,
        captions=3,
        track=track,
        lines=SPOKEN,
        target=TARGET,
    )
    return Studio(folder, parts, folder / "film.mp4", expected)


@pytest.fixture
def studio(good: Studio, tmp_path: Path) -> Studio:
    return dataclasses.replace(good, folder=tmp_path)


def test_a_good_film_passes_and_its_report_says_what_was_measured(good: Studio) -> None:
    report = check_film(good.film, good.expected)
    assert report.passed, report
    measured = {check.name: check.measured for check in report.checks}
    assert list(measured) == [
        *("picture", "copied", "length", "sync", "speech", "loudness", "captions", "streams")
    ]
    assert measured["picture"]["frames"] == FRAMES
    assert measured["length"]["audio_s"] == pytest.approx(6.006, abs=1e-3)
    assert measured["sync"]["worst_ms"] == pytest.approx(0, abs=0.1)
    assert measured["sync"]["compared"] == 3
    assert measured["speech"]["lines"] == 3
    assert measured["loudness"]["integrated_lufs"] == pytest.approx(-16, abs=0.5)
    assert measured["captions"]["captions"] == measured["captions"]["lines"] == 3
    assert measured["captions"]["widest_row"] == len("Line 120000.")
    assert measured["captions"]["largest_delay_ms"] == pytest.approx(0, abs=0.5)
    assert measured["streams"]["captions"] == 3
    assert FilmReport.model_validate_json(report.model_dump_json()) == report
    assert json.loads(report.model_dump_json())["checks"][0]["description"]


def test_a_cut_off_film_is_noticed(studio: Studio) -> None:
    film = studio.folder / "broken.mp4"
    content = studio.film.read_bytes()
    film.write_bytes(content[: len(content) * 7 // 10])
    assert {"picture", "length", "sync", "speech"} <= studio.failed(film)


def test_damage_inside_the_picture_is_noticed(studio: Studio) -> None:
    content = bytearray(studio.film.read_bytes())
    with av.open(str(studio.film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    place, size = packets[40].pos, packets[40].size
    assert place is not None
    content[place + size // 2 : place + size] = b"\xa5" * (size - size // 2)
    film = studio.folder / "broken.mp4"
    film.write_bytes(content)
    assert studio.failed(film) == {"picture", "copied"}


def test_what_is_no_film_fails_every_check_with_a_reason(studio: Studio) -> None:
    film = studio.folder / "broken.mp4"
    film.write_text("no film at all")
    report = check_film(film, studio.expected)
    assert not report.passed
    assert all("error" in check.measured for check in report.checks)


def test_a_missing_last_frame_is_noticed(studio: Studio) -> None:
    picture = studio.folder / "picture.mp4"
    encoding = ClipEncoding(crf=20, preset="veryfast")
    write_clip(picture, moving(FRAMES - 1), size=SIZE, frame_rate=RATE, encoding=encoding)
    assert studio.failed(studio.assemble(picture=picture)) == {*("picture", "copied", "length")}


def test_a_frame_missing_in_the_middle_is_noticed(studio: Studio) -> None:
    film = studio.through_ffmpeg(
        "-i", studio.film, "-map", "0:v", "-map", "0:a", "-map", "0:s", "-c", "copy",
        "-bsf:v", "noise=drop=eq(n\\,71)",
    )  # fmt: skip
    assert studio.failed(film) == {"picture", "copied"}


def test_a_picture_that_was_encoded_again_is_noticed_however_well_that_was_done(
    studio: Studio,
) -> None:
    film = studio.through_ffmpeg(
        "-i", studio.film, "-map", "0:v", "-map", "0:a", "-map", "0:s", "-c", "copy",
        "-c:v", "libx264", "-crf", "1", "-video_track_timescale", "24000",
    )  # fmt: skip
    assert studio.failed(film) == {"copied"}


def test_an_uneven_pace_is_noticed(studio: Studio) -> None:
    film = studio.through_ffmpeg(
        "-i", studio.film, "-map", "0:v", "-map", "0:a", "-map", "0:s", "-c", "copy",
        "-bsf:v", "setts=ts=if(eq(N\\,70)\\,TS+200\\,TS)",
    )  # fmt: skip
    assert studio.failed(film) == {"picture"}


def test_another_size_or_rate_is_noticed(studio: Studio) -> None:
    assert studio.failed(studio.film, size=FrameSize(width=128, height=74)) == {"picture"}
    assert {"picture", "length"} <= studio.failed(studio.film, frame_rate=Fraction(24))


@pytest.mark.parametrize("frames", [-2, 2])
def test_sound_two_frames_off_is_noticed_and_measured(studio: Studio, frames: int) -> None:
    shift = round(frames / RATE * 48_000)
    report = check_film(studio.with_sound(lay(takes(), shift)), studio.expected)
    assert [check.name for check in report.checks if not check.passed] == ["sync"]
    (sync,) = [check for check in report.checks if check.name == "sync"]
    assert sync.measured["worst_ms"] == pytest.approx(frames * 1001 / 24, abs=0.1)


def test_sound_less_than_a_frame_off_is_let_pass(studio: Studio) -> None:
    assert studio.failed(studio.with_sound(lay(takes(), 1800))) == set()


def test_sound_that_the_container_delays_is_noticed(studio: Studio) -> None:
    film = studio.through_ffmpeg(
        "-i", studio.film, "-itsoffset", "0.0834", "-i", studio.film,
        "-map", "0:v", "-map", "1:a", "-map", "0:s", "-c", "copy",
    )  # fmt: skip
    assert "sync" in studio.failed(film)


def test_sound_that_drifts_is_noticed_at_its_end(studio: Studio) -> None:
    slow = np.interp(np.arange(SAMPLES) / 1.015, np.arange(SAMPLES), lay(takes()))
    assert "sync" in studio.failed(studio.with_sound(slow.astype(np.float32)))


def test_a_missing_line_is_noticed(studio: Studio) -> None:
    lines = takes()
    lines[1][:] = 0
    assert studio.failed(studio.with_sound(lay(lines))) == {"sync", "speech"}


def test_a_line_that_breaks_off_is_noticed(studio: Studio) -> None:
    lines = takes()
    lines[0][len(lines[0]) // 3 :] = 0
    assert studio.failed(studio.with_sound(lay(lines))) == {"sync"}


def test_a_line_in_another_take_is_noticed(studio: Studio) -> None:
    lines = takes()
    lines[2] = speech(len(lines[2]) / 48_000, pitch=200, seed=9)
    assert studio.failed(studio.with_sound(lay(lines))) == {"sync"}


def test_a_line_too_quiet_to_hear_is_noticed(studio: Studio) -> None:
    lines = takes()
    lines[1] *= 0.01
    assert studio.failed(studio.with_sound(lay(lines))) == {"speech"}


def test_noise_between_the_lines_is_noticed(studio: Studio) -> None:
    track = lay(takes())
    track[95_000:110_000] += 0.01 * speech(15_000 / 48_000)
    assert studio.failed(studio.with_sound(track)) == {"speech"}


def test_what_is_mixed_under_the_lines_may_be_heard_and_nothing_else(studio: Studio) -> None:
    """Where the track is silent the film is; where a cue is on it, that is heard."""
    track = lay(takes())
    track[95_000:105_000] += 0.1 * speech(10_000 / 48_000)
    mixed = write_track(studio.folder / "mixed.wav", track)
    film = studio.with_sound(track)
    assert studio.failed(film, track=mixed) == {"speech"}
    assert studio.failed(film, track=mixed, is_mixed=True) == set()
    noisy = studio.with_sound(track + lay([]) + 0.02 * np.roll(track, 60_000))
    assert "speech" in studio.failed(noisy, track=mixed, is_mixed=True)


def test_a_film_of_ambience_alone_keeps_its_level(studio: Studio) -> None:
    rain = 0.03 * speech(SAMPLES / 48_000)
    track = write_track(studio.folder / "rain.wav", rain)
    encode_track(track, studio.folder / "rain.m4a", TARGET)
    film = studio.assemble(sound=studio.folder / "rain.m4a", captions=())
    alone = {"track": track, "lines": (), "captions": 0}
    assert studio.failed(film, **alone, is_mixed=True, is_levelled=False) == set()
    assert studio.failed(film, **alone, is_mixed=True) == {"loudness"}
    assert studio.failed(film, **alone) == {"speech", "loudness"}


@pytest.mark.parametrize("lufs", [-18.0, -14.0])
def test_another_loudness_is_noticed(studio: Studio, lufs: float) -> None:
    film = studio.with_sound(lay(takes()), MasteringTarget(integrated_lufs=lufs))
    assert studio.failed(film) == {"loudness"}


def test_a_peak_that_clips_is_noticed(studio: Studio) -> None:
    louder = MasteringTarget(true_peak_dbtp=0, limiter_ceiling_dbtp=-0.3)
    lines = [np.asarray(8 * np.sign(line) * np.abs(line) ** 3.2, np.float32) for line in takes()]
    track = write_track(studio.folder / "peaks.wav", lay(lines))
    master_track(track, studio.folder / "peaks.m4a", louder)
    film = studio.assemble(sound=studio.folder / "peaks.m4a")
    assert studio.failed(film, track=track) == {"loudness"}


def test_chapters_captions_and_title_are_counted(studio: Studio) -> None:
    one, two = studio.parts.chapters
    for broken in (
        {"chapters": (one,)},
        {"chapters": (dataclasses.replace(one, end_frame=FRAMES),)},
        {"chapters": (one, dataclasses.replace(two, end_frame=FRAMES - 1))},
        {"title": "Harbour Night"},
    ):
        assert studio.failed(studio.assemble(**broken)) == {"streams"}, broken
    for captions in (studio.parts.captions[:2], ()):
        broken_film = studio.assemble(captions=captions)
        assert studio.failed(broken_film) == {"captions", "streams"}


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Mara:\nLine 120001."},
        {"text": "Tom:\nLine 120000."},
        {"text": "Mara:\nLine 120000. 120000."},
        {"text": "Line"},
        {"text": "Mara:\nLine\n120000."},
        {"start_s": 2.47},
        {"start_s": 2.53},
        {"end_s": 4.56},
        {"end_s": 3.4},
    ],
)
def test_a_caption_that_is_wrong_is_noticed(studio: Studio, change: dict[str, str | float]) -> None:
    one, two, three = studio.parts.captions
    wrong = dataclasses.replace(two, **change)  # type: ignore[arg-type]
    assert studio.failed(studio.assemble(captions=(one, wrong, three))) == {"captions"}


@pytest.mark.parametrize(("words", "failed"), [(7, set()), (8, {"captions"})])
def test_a_caption_that_is_too_wide_is_noticed(
    studio: Studio, words: int, failed: set[str]
) -> None:
    text = " ".join(["light"] * words)
    wide = (*studio.parts.captions[:2], Caption(230_000 / 48_000, 5.9, text))
    lines = (*SPOKEN[:2], dataclasses.replace(SPOKEN[2], text=text))
    assert studio.failed(studio.assemble(captions=wide), lines=lines) == failed


def test_captions_may_linger_part_a_line_and_leave_out_a_name_that_is_known(studio: Studio) -> None:
    one, two, three = studio.parts.captions
    film = studio.assemble(
        captions=(
            dataclasses.replace(one, end_s=2.2),
            Caption(two.start_s, 3.0, "Line"),
            Caption(3.0, 4.5, "120\n000."),
            three,
        )
    )
    assert studio.failed(film, captions=4) == set()


def test_a_name_in_another_direction_than_the_line_is_no_other_word() -> None:
    caption = Caption(0.25, 1.75, "\u202aمارا: Line 12000.\u202c")
    passed, _ = check_captions(
        [caption], [SpokenLine(12_000, 84_000, "مارا", "Line 12000.")], USUAL_ROOM
    )
    assert passed


def test_a_caption_where_nobody_speaks_is_noticed(studio: Studio) -> None:
    one, two, three = studio.parts.captions
    stray = Caption(2.0, 2.4, "Mara: Hm.")
    film = studio.assemble(captions=(one, stray, two, three))
    assert studio.failed(film, captions=4) == {"captions"}


def test_the_first_speaker_and_each_new_one_must_be_named(studio: Studio) -> None:
    one, two, three = studio.parts.captions
    film = studio.assemble(captions=(dataclasses.replace(one, text="Line 12000."), two, three))
    assert studio.failed(film) == {"captions"}
    nameless = dataclasses.replace(three, text="Line 230000.")
    film = studio.assemble(captions=(one, two, nameless))
    assert studio.failed(film) == set()
    others = (*SPOKEN[:2], dataclasses.replace(SPOKEN[2], speaker="Tom"))
    assert studio.failed(film, lines=others) == {"captions"}


def test_an_index_at_the_end_is_noticed(studio: Studio) -> None:
    film = studio.folder / "late.mp4"
    subprocess.run(
        [ffmpeg_path(), "-i", studio.film, "-map", "0:v", "-map", "0:a", "-map", "0:s",
         "-c", "copy", film],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    assert studio.failed(film) == {"streams"}


def test_sound_in_another_format_is_noticed(studio: Studio) -> None:
    copied = ("-i", studio.film, "-map", "0:v", "-map", "0:a", "-map", "0:s", "-c", "copy")
    assert studio.failed(studio.through_ffmpeg(*copied, "-c:a", "aac", "-ac", "1")) >= {"streams"}
    other_rate = studio.through_ffmpeg(*copied, "-c:a", "aac", "-ar", "44100")
    assert studio.failed(other_rate) >= {"streams", "sync", "speech"}
    mute = studio.through_ffmpeg("-i", studio.film, "-map", "0:v", "-map", "0:s", "-c", "copy")
    assert studio.failed(mute) >= {"streams", "sync", "speech", "loudness"}


def test_a_film_in_which_nobody_speaks_is_silent(studio: Studio) -> None:
    expected = {"lines": (), "captions": 0}
    sound = studio.folder / "silent.m4a"
    master_track(write_track(studio.folder / "silent.wav", lay([])), sound, TARGET)
    film = studio.assemble(sound=sound, captions=())
    assert studio.failed(film, **expected) == set()
    talking = studio.assemble(captions=())
    assert studio.failed(talking, **expected) == {"speech", "loudness"}


def test_what_rings_on_after_a_line_breaks_no_silence(studio: Studio) -> None:
    track = lay(takes())
    (_, end), rings = LINES[0], 33_600
    track[end : end + rings] += 0.1 * speech(rings / 48_000)
    film, parts = studio.with_sound(track), {"track": studio.folder / "broken.wav"}
    assert studio.failed(film, **parts) == {"speech"}
    ringing = (dataclasses.replace(SPOKEN[0], rings=rings), *SPOKEN[1:])
    assert studio.failed(film, **parts, lines=ringing) == set()
