"""The check of a film: a good one passes, and each way of breaking it turns the right check red."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from sounds import Sound, silence, speech, write_track
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.caption_check import SpokenLine, check_captions
from sparkle_motion_dagster.media.film.check import check_film
from sparkle_motion_dagster.media.film.expected import ExpectedFilm
from sparkle_motion_dagster.media.film.join import Piece, join
from sparkle_motion_dagster.media.film.mux import Chapter, FilmParts, write_film
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.report import Report
from sparkle_motion_dagster.media.sound.master_check import (
    ExpectedSound,
    LaidLine,
    check_master,
    listen,
)
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget, master_track
from sparkle_motion_dagster.plan.captions.captioning import USUAL_ROOM
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=128, height=72)
RATE = Fraction(24000, 1001)
FRAMES = 144
SAMPLES = 288_288
LINES = ((12_000, 84_000), (120_000, 170_000), (230_000, 280_000))
SPOKEN = tuple(SpokenLine(start, end, "Mara", f"Line {start}.") for start, end in LINES)
TARGET = MasteringTarget()
ENCODING = ClipEncoding(crf=20, preset="veryfast")
OF_SOUND = {"sync", "speech", "loudness"}
COPY = ("-map", "0:v", "-map", "0:a", "-map", "0:s", "-c", "copy")


def track() -> Sound:
    sound = silence(SAMPLES / 48_000)
    for number, (start, end) in enumerate(LINES):
        line = speech((end - start) / 48_000, pitch=110 + 30 * number, seed=number)
        sound[start:][: len(line)] = line
    return sound


def noisy(frames: int, seed: int) -> Iterator[YuvFrame]:
    """A picture that x264 writes with frames out of order (B-frames)."""
    rng, grey = np.random.default_rng(seed), np.full((36, 64), 128, np.uint8)
    picture = np.tile(np.linspace(20, 220, 128), (72, 1))
    for _ in range(frames):
        noise = rng.normal(0, 8, picture.shape)
        yield YuvFrame(np.clip(picture + noise, 16, 235).astype(np.uint8), grey, grey)


def clip(path: Path, frames: int, seed: int, rate: Fraction = RATE) -> Piece:
    write_clip(path, noisy(frames, seed), size=SIZE, frame_rate=rate, encoding=ENCODING)
    return Piece(path)


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

    def through_ffmpeg(self, *arguments: object) -> Path:
        film = self.folder / "broken.mp4"
        command = [ffmpeg_path(), "-nostdin", "-y", *arguments, "-movflags", "+faststart", film]
        subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)
        return film


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("good")
    clips = [clip(folder / f"{number}.mp4", FRAMES // 2, number) for number in (1, 2)]
    laid, sound = write_track(folder / "track.wav", track()), folder / "sound.m4a"
    mastered = master_track(laid, sound, TARGET)
    lines = tuple(LaidLine(*line) for line in LINES)
    parts = FilmParts(
        picture=join(clips, RATE),
        sound=sound,
        captions=tuple(Caption(line.start_s, line.end_s, f"Mara:\n{line.text}") for line in SPOKEN),
        chapters=(Chapter("one", 0, FRAMES // 2), Chapter("two", FRAMES // 2, FRAMES)),
        title="Harbour Light",
    )
    write_film(parts, folder / "film.mp4")
    expected = ExpectedFilm(
        size=SIZE,
        frames=FRAMES,
        picture=parts.picture,
        sound=sound,
        sound_report=check_master(
            listen(sound, ExpectedSound(laid, SAMPLES, RATE, lines, TARGET)), mastered.loudness
        ),
        title="Harbour Light",
        chapters=2,
        captions=3,
        lines=SPOKEN,
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
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert json.loads(report.model_dump_json())["checks"][0]["description"]


def test_what_is_no_film_fails_every_check_with_a_reason(studio: Studio) -> None:
    film = studio.folder / "broken.mp4"
    film.write_text("no film at all")
    report = check_film(film, studio.expected)
    assert not report.passed
    assert all("error" in check.measured for check in report.checks)


def test_what_nobody_can_decode_fails_every_check_with_a_reason(studio: Studio) -> None:
    film = studio.folder / "broken.mp4"
    film.write_bytes(studio.film.read_bytes().replace(b"avc1", b"none"))
    report = check_film(film, studio.expected)
    assert all("codec" in str(check.measured["error"]) for check in report.checks)


def test_a_picture_that_was_encoded_again_is_noticed_however_well_that_was_done(
    studio: Studio,
) -> None:
    film = studio.through_ffmpeg(
        "-i", studio.film, *COPY,
        "-c:v", "libx264", "-crf", "1", "-video_track_timescale", "24000",
    )  # fmt: skip
    assert studio.failed(film) == {"picture", "copied"}


@pytest.mark.parametrize("rate", [Fraction(8), Fraction(5, 2)])
def test_a_film_of_few_frames_a_second_is_its_clips_too(studio: Studio, rate: Fraction) -> None:
    """Without being told otherwise, muxers count them in other ticks than their clips do."""
    picture = join([clip(studio.folder / "slow.mp4", frames=15, seed=1, rate=rate)], rate)
    film = studio.assemble(picture=picture, captions=(), chapters=())
    # It is as long as the sound only nearly.
    assert not {"picture", "copied"} & studio.failed(film, picture=picture, frames=15)


@dataclasses.dataclass
class Sample:
    """A packet of a film: what it holds, and when; times in ticks of its stream."""

    content: bytes
    pts: int
    dts: int
    duration: int
    is_keyframe: bool


Samples = list[Sample]


def changed(studio: Studio, **changes: Callable[[Samples], Samples]) -> Path:
    """Write the film again, with the packets of its picture, sound or captions changed."""
    film = studio.folder / "broken.mp4"
    options = {"movflags": "+faststart", "fflags": "+bitexact", "movie_timescale": "48000"}
    with ExitStack() as stack, av.open(str(film), "w", format="mp4", options=options) as broken:
        packets = []
        for kind in ("video", "audio", "subtitle"):
            good = stack.enter_context(av.open(str(studio.film)))
            broken.metadata["title"] = good.metadata["title"]
            broken.set_chapters(good.chapters())
            (source,) = (stream for stream in good.streams if stream.type == kind)
            target = broken.add_stream_from_template(source)
            samples = [
                Sample(bytes(p), p.pts, p.dts, p.duration, p.is_keyframe)
                for p in good.demux(source)
                if p.size and p.pts is not None and p.dts is not None and p.duration is not None
            ]
            for sample in changes.get(kind, list)(samples):
                packet: Any = av.Packet(sample.content)
                packet.stream, packet.time_base = target, source.time_base
                packet.pts, packet.dts = sample.pts, sample.dts
                packet.duration, packet.is_keyframe = sample.duration, sample.is_keyframe
                packets.append((sample.dts * Fraction(source.time_base or 1), packet))
        for _, packet in sorted(packets, key=lambda timed: timed[0]):
            broken.mux(packet)
    return film


def test_a_film_that_was_only_written_again_passes(studio: Studio) -> None:
    """What the tests below break is broken by nothing but the change."""
    assert studio.failed(changed(studio)) == set()


def dropped(samples: Samples) -> Samples:
    return samples[:40] + samples[41:]


def dropped_last(samples: Samples) -> Samples:
    return samples[:-1]


def doubled(samples: Samples) -> Samples:
    """One more, and all behind it a frame later."""
    step = samples[0].duration
    later = [dataclasses.replace(one, pts=one.pts + step, dts=one.dts + step) for one in samples]
    return samples[:41] + later[40:]


def swapped(samples: Samples) -> Samples:
    """Two in each other's place, at each other's time."""
    one, two = samples[40], samples[41]
    return [
        *samples[:40],
        dataclasses.replace(one, content=two.content),
        dataclasses.replace(two, content=one.content),
        *samples[42:],
    ]


def flipped(samples: Samples) -> Samples:
    """A bit of a packet is another one."""
    content = bytearray(samples[40].content)
    content[len(content) // 2] ^= 1
    return [*samples[:40], dataclasses.replace(samples[40], content=bytes(content)), *samples[41:]]


def shown_late(samples: Samples) -> Samples:
    """A frame is shown a tick too late: 1/24000 s."""
    late = dataclasses.replace(samples[40], pts=samples[40].pts + 1)
    return [*samples[:40], late, *samples[41:]]


def all_late(samples: Samples) -> Samples:
    return [dataclasses.replace(one, pts=one.pts + 1, dts=one.dts + 1) for one in samples]


def decoded_late(samples: Samples) -> Samples:
    """A frame that is decoded ahead of its time is so a tick later."""
    ahead = next(n for n in range(40, len(samples)) if samples[n].dts < samples[n].pts)
    late = dataclasses.replace(samples[ahead], dts=samples[ahead].dts + 1)
    return [*samples[:ahead], late, *samples[ahead + 1 :]]


def all_decoded_early(samples: Samples) -> Samples:
    """Every frame is decoded a frame earlier than it need be, and shown when it should."""
    return [dataclasses.replace(one, dts=one.dts - one.duration) for one in samples]


def slower(samples: Samples) -> Samples:
    """All of it plays at another rate: each frame is shown a tick longer."""

    def later(ticks: int) -> int:
        return ticks + ticks // samples[0].duration

    return [
        Sample(one.content, later(one.pts), later(one.dts), one.duration + 1, one.is_keyframe)
        for one in samples
    ]


def unmarked(samples: Samples) -> Samples:
    """Players are not told that they may begin at the second clip."""
    second = next(n for n in range(40, len(samples)) if samples[n].is_keyframe)
    plain = dataclasses.replace(samples[second], is_keyframe=False)
    return [*samples[:second], plain, *samples[second + 1 :]]


def heard_late(samples: Samples) -> Samples:
    """A packet of the sound is heard a sample too late."""
    late = dataclasses.replace(samples[40], pts=samples[40].pts + 1, dts=samples[40].dts + 1)
    return [*samples[:40], late, *samples[41:]]


def two_frames_late(samples: Samples) -> Samples:
    shift = round(2 / RATE * 48_000)
    return [dataclasses.replace(one, pts=one.pts + shift, dts=one.dts + shift) for one in samples]


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        (dropped, {"picture", "copied"}),
        (dropped_last, {"picture", "copied", "length"}),
        (doubled, {"picture", "copied", "length"}),
        (swapped, {"copied"}),
        (flipped, {"copied"}),
        (unmarked, {"copied"}),
        (shown_late, {"picture"}),
        (all_late, {"picture"}),
        (decoded_late, {"picture"}),
        (all_decoded_early, {"picture"}),
        (slower, {"picture", "length"}),
    ],
)
def test_a_change_in_the_packets_of_the_picture_is_noticed(
    studio: Studio, change: Callable[[Samples], Samples], failed: set[str]
) -> None:
    found = studio.failed(changed(studio, video=change))
    # Whether what is left can be decoded is another question than whether it is what it should be.
    assert failed <= found <= {*failed, "picture"}


@pytest.mark.parametrize(
    "change", [dropped, dropped_last, swapped, flipped, heard_late, all_late, two_frames_late]
)
def test_a_change_in_the_packets_of_the_sound_is_noticed(
    studio: Studio, change: Callable[[Samples], Samples]
) -> None:
    """What was measured of the mastered sound is not claimed of another one."""
    found = studio.failed(changed(studio, audio=change))
    assert {"copied", *OF_SOUND} <= found <= {"copied", "length", *OF_SOUND}


def test_how_late_sound_is_is_measured(studio: Studio) -> None:
    copied = check_film(changed(studio, audio=two_frames_late), studio.expected).find("copied")
    assert copied.measured["sound_deviation_ms"] == pytest.approx(2 * 1001 / 24, abs=0.1)


def test_a_clip_of_another_film_is_noticed(studio: Studio) -> None:
    """One that was encoded in the same way, with as many frames."""
    one, _ = studio.parts.picture.parts
    other = clip(studio.folder / "other.mp4", FRAMES // 2, seed=3)
    film = studio.assemble(picture=join([Piece(one.clip), other], RATE))
    report = check_film(film, studio.expected)
    assert [check.name for check in report.checks if not check.passed] == ["copied"]
    assert report.find("copied").measured["first_differing"] == FRAMES // 2


def test_a_picture_that_was_joined_wrongly_is_noticed(studio: Studio) -> None:
    """A film may be the very copy of one that shows two frames at once, and none before them."""
    one, two = studio.parts.picture.parts
    shown = array("i", (41 if frame == 40 else frame for frame in one.shown))
    joined = dataclasses.replace(
        studio.parts.picture, parts=(dataclasses.replace(one, shown=shown), two)
    )
    film = studio.assemble(picture=joined)
    assert studio.failed(film, picture=joined) == {"picture"}


def test_headers_of_another_encoding_are_noticed(studio: Studio) -> None:
    """The packets are the clips', but decoders are told of another profile."""
    content = studio.film.read_bytes()
    place = content.index(b"avcC") + len(b"avcC") + 1  # ISO/IEC 14496-15, 5.3.3.1.2
    film = studio.folder / "broken.mp4"
    film.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    assert "copied" in studio.failed(film)


def test_silence_instead_of_the_sound_is_noticed(studio: Studio) -> None:
    sound = studio.folder / "silent.m4a"
    master_track(
        write_track(studio.folder / "silent.wav", silence(SAMPLES / 48_000)), sound, TARGET
    )
    assert studio.failed(studio.assemble(sound=sound)) == {"copied", *OF_SOUND}


def test_sound_that_clips_is_noticed(studio: Studio) -> None:
    film = studio.through_ffmpeg(
        "-i", studio.film, *COPY, "-c:a", "aac", "-filter:a", "volume=20dB"
    )
    assert studio.failed(film) >= {"copied", *OF_SOUND}


def test_sound_in_another_format_is_noticed(studio: Studio) -> None:
    mono = studio.through_ffmpeg("-i", studio.film, *COPY, "-c:a", "aac", "-ac", "1")
    assert studio.failed(mono) >= {"streams", "copied", *OF_SOUND}
    other_rate = studio.through_ffmpeg("-i", studio.film, *COPY, "-c:a", "aac", "-ar", "44100")
    assert studio.failed(other_rate) >= {"streams", "copied", *OF_SOUND}
    mute = studio.through_ffmpeg("-i", studio.film, "-map", "0:v", "-map", "0:s", "-c", "copy")
    assert studio.failed(mute) >= {"streams", "copied", *OF_SOUND}


@pytest.mark.parametrize("name", sorted(OF_SOUND))
def test_what_the_mastered_sound_does_not_keep_the_film_does_not(studio: Studio, name: str) -> None:
    report = studio.expected.sound_report
    broken = report.find(name).model_copy(update={"passed": False})
    checks = tuple(broken if check.name == name else check for check in report.checks)
    assert studio.failed(studio.film, sound_report=Report(checks=checks)) == {name}


def test_a_cut_off_film_is_noticed(studio: Studio) -> None:
    film = studio.folder / "broken.mp4"
    content = studio.film.read_bytes()
    film.write_bytes(content[: len(content) * 7 // 10])
    assert {"picture", "copied", "length", *OF_SOUND} <= studio.failed(film)


def test_damage_inside_the_picture_is_noticed_and_counted(studio: Studio) -> None:
    content = bytearray(studio.film.read_bytes())
    with av.open(str(studio.film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    place, size = packets[40].pos, packets[40].size
    assert place is not None
    content[place + 4 : place + size] = b"\xa5" * (size - 4)  # behind its length
    film = studio.folder / "broken.mp4"
    film.write_bytes(content)
    report = check_film(film, studio.expected)
    assert {check.name for check in report.checks if not check.passed} == {"picture", "copied"}
    assert report.find("picture").measured["damaged_frames"]
    assert report.find("copied").measured["first_differing"] == 40


def test_another_size_or_number_of_frames_is_noticed(studio: Studio) -> None:
    assert studio.failed(studio.film, size=FrameSize(width=128, height=74)) == {"picture"}
    assert studio.failed(studio.film, frames=FRAMES - 1) >= {"picture", "length"}


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
