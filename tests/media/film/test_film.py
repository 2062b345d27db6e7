"""The final mux: exact times, untouched streams, captions, chapters, equal bytes."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from joined import read_captions
from measure import frame_times, sound
from sounds import silence, speech, write_track
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.join import Piece, join
from sparkle_motion_dagster.media.film.mux import Chapter, FilmParts, write_film
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget, master_track
from sparkle_motion_dagster.plan.captions.captioning import CaptionRoom
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=128, height=72)
ENCODING = ClipEncoding(crf=20, preset="veryfast")
RATES = [Fraction(24), Fraction(24000, 1001), Fraction(16), Fraction(30000, 1001), Fraction(25, 2)]
FRAMES = (13, 30, 20)
TITLE = "Harbour = Light; # 1\\2\n— “海”"
CHAPTERS = ("cliff; = # \\ one", "lamp\nroom", "Phare d'été")


def moving(frames: int) -> Iterator[YuvFrame]:
    grey = np.full((36, 64), 128, np.uint8)
    ramp = np.tile(np.linspace(20, 220, 128).astype(np.uint8), (72, 1))
    for shift in range(frames):
        yield YuvFrame(np.roll(ramp, 5 * shift, axis=1), grey, grey)


def make_parts(folder: Path, rate: Fraction) -> FilmParts:
    """Three shots, one line, with a sound that is not a whole number of AAC frames."""
    clips = [folder / f"shot_{number}.mp4" for number in range(3)]
    for clip, frames in zip(clips, FRAMES, strict=True):
        write_clip(clip, moving(frames), size=SIZE, frame_rate=rate, encoding=ENCODING)
    picture, sound_file = join(list(map(Piece, clips)), rate), folder / "sound.m4a"
    length = sum(FRAMES) / rate
    rest = silence(float(length))[: round(length * 48_000) - 48_000]
    track = write_track(folder / "track.wav", speech(1), rest)
    master_track(track, sound_file, MasteringTarget())
    edges = np.cumsum((0, *FRAMES)).tolist()
    return FilmParts(
        picture=picture,
        sound=sound_file,
        captions=(
            Caption(0.25, 1.0, "Mara: Not <tonight>."),
            Caption(1.0, 1.2, "Tom: Tonight,\nthen: déjà 海"),
            Caption(1.5, 2.0, "Mara: No."),
        ),
        chapters=tuple(
            Chapter(title, start, end)
            for title, start, end in zip(CHAPTERS, edges[:-1], edges[1:], strict=True)
        ),
        title=TITLE,
    )


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> FilmParts:
    return make_parts(tmp_path_factory.mktemp("parts"), Fraction(24000, 1001))


@pytest.fixture(scope="module")
def film(parts: FilmParts) -> Path:
    path = parts.sound.with_name("film.mp4")
    write_film(parts, path)
    return path


def payload(path: Path, kind: str) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(**{kind: 0}) if packet.size]


def captions(path: Path) -> list[tuple[float, float, str]]:
    cues = []
    with av.open(str(path)) as container:
        for packet in container.demux(subtitles=0):
            if packet.size > 2 and packet.pts is not None and packet.duration is not None:
                text = bytes(packet)
                assert int.from_bytes(text[:2], "big") == len(text) - 2
                start, end = packet.pts, packet.pts + packet.duration
                base = packet.time_base
                cues.append((float(start * base), float(end * base), text[2:].decode()))
    return cues


@pytest.mark.parametrize(("size", "font_size"), [((1280, 720), 16), ((720, 1280), 9)])
def test_captions_are_as_large_as_the_frame_has_room_for(
    parts: FilmParts, tmp_path: Path, size: tuple[int, int], font_size: int
) -> None:
    """The size is the last byte but four of a tx3g style record (3GPP TS 26.245, 5.16)."""
    room = CaptionRoom.of(FrameSize(width=size[0], height=size[1]))
    captions = (dataclasses.replace(parts.captions[0], italic=True), *parts.captions[1:])
    parts = dataclasses.replace(parts, caption_room=room, captions=captions)
    write_film(parts, tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as container:
        stream = container.streams.subtitles[0]
        header = stream.codec_context.extradata
        samples = [bytes(packet) for packet in container.demux(stream) if packet.size]
    assert header is not None
    assert header[25] == font_size
    (italic,) = (sample for sample in samples if b"styl" in sample)
    assert italic[-5] == font_size


@pytest.mark.parametrize("rate", RATES)
def test_every_time_is_exact_at_every_rate(tmp_path: Path, rate: Fraction) -> None:
    parts = make_parts(tmp_path, rate)
    write_film(parts, tmp_path / "film.mp4")
    frames = sum(FRAMES)
    assert frame_times(tmp_path / "film.mp4") == [k / rate for k in range(frames)]
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(float(frames / rate), abs=1e-5)
        edges = np.cumsum((0, *FRAMES)).tolist()
        for chapter, start, end in zip(container.chapters(), edges, edges[1:], strict=False):
            base = chapter["time_base"]
            assert base is not None
            assert abs(chapter["start"] * base - start / rate) <= Fraction(1, 48_000)
            assert abs(chapter["end"] * base - end / rate) <= Fraction(1, 48_000)


def test_picture_and_sound_are_copied_untouched(parts: FilmParts, film: Path) -> None:
    assert payload(film, "video") == [
        packet for part in parts.picture.parts for packet in payload(part.clip, "video")
    ]
    assert payload(film, "audio") == payload(parts.sound, "audio")


def test_the_sound_begins_with_the_picture(parts: FilmParts, film: Path) -> None:
    assert np.array_equal(sound(film), sound(parts.sound))
    voice, heard = speech(1), sound(film)[:96_000, 0]
    likeness = np.fft.irfft(np.fft.rfft(heard, 2**18) * np.conj(np.fft.rfft(voice, 2**18)))
    assert int(likeness.argmax()) == 0


def test_pyav_reads_title_chapters_and_captions(film: Path) -> None:
    with av.open(str(film)) as container:
        assert container.metadata["title"] == TITLE
        assert [chapter["metadata"]["title"] for chapter in container.chapters()] == list(CHAPTERS)
        assert [stream.type for stream in container.streams][:3] == ["video", "audio", "subtitle"]
        subtitles = container.streams.subtitles[0]
        assert subtitles.codec_context.name == "mov_text"
        assert av.stream.Disposition.default in subtitles.disposition
    assert captions(film) == [
        (0.25, 1.0, "Mara: Not ＜tonight＞."),
        (1.0, 1.2, "Tom: Tonight,\nthen: déjà 海"),
        (1.5, 2.0, "Mara: No."),
    ]


def test_ffmpeg_reads_title_chapters_and_captions(film: Path, tmp_path: Path) -> None:
    facts = subprocess.run(
        [ffmpeg_path(), "-nostdin", "-i", film, "-map", "0:s", "-f", "srt", tmp_path / "read.srt"],
        stderr=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    ).stderr
    assert "Duration: 00:00:02.63, start: 0.000000" in facts
    assert "Chapter #0:2: start 1.793458, end 2.627625" in facts
    assert "lamp" in facts
    assert "Harbour = Light; # 1\\2" in facts
    read = (tmp_path / "read.srt").read_text(encoding="utf-8")
    assert "00:00:00,250 --> 00:00:01,000\nMara: Not ＜tonight＞.\n" in read
    assert "00:00:01,000 --> 00:00:01,200\nTom: Tonight,\nthen: déjà 海\n" in read


def test_ffmpeg_reads_which_captions_are_in_italics(parts: FilmParts, tmp_path: Path) -> None:
    heard, seen = Caption(0.25, 1.0, "Narrator: Là 海\nthen.", italic=True), parts.captions[2]
    film, read = tmp_path / "film.mp4", tmp_path / "read.srt"
    write_film(dataclasses.replace(parts, captions=(heard, seen)), film)
    command = [ffmpeg_path(), "-nostdin", "-i", film, "-map", "0:s", read]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)
    assert read.read_text(encoding="utf-8") == (
        "1\n00:00:00,250 --> 00:00:01,000\n<i>Narrator: Là 海\nthen.</i>\n\n"
        "2\n00:00:01,500 --> 00:00:02,000\nMara: No.\n\n"
    )
    assert read_captions(film) == (heard, seen)


def test_a_film_without_captions_has_no_caption_stream(parts: FilmParts, tmp_path: Path) -> None:
    write_film(dataclasses.replace(parts, captions=()), tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert len(container.streams.subtitles) == 0
        assert len(container.chapters()) == 3


def test_a_chapter_may_be_an_hour_long(tmp_path: Path, parts: FilmParts) -> None:
    frames = 16 * 3600
    black = YuvFrame(
        np.full((72, 128), 16, np.uint8), *(np.full((36, 64), 128, np.uint8) for _ in range(2))
    )
    rate = Fraction(1, 60)
    clip = tmp_path / "hour.mp4"
    write_clip(clip, [black] * 60, size=SIZE, frame_rate=rate, encoding=ENCODING)
    picture = join([Piece(clip)], rate)
    hour = FilmParts(picture, parts.sound, (), (Chapter("all of it", 0, 60),), "Hour")
    write_film(hour, tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as container:
        (chapter,) = container.chapters()
        assert chapter["time_base"] is not None
        assert chapter["end"] * chapter["time_base"] == frames / 16


def test_the_index_comes_first_so_that_it_plays_while_it_loads(film: Path) -> None:
    content = film.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_equal_parts_give_equal_bytes_without_version_or_date(
    parts: FilmParts, film: Path, tmp_path: Path
) -> None:
    write_film(parts, tmp_path / "other.mp4")
    content = (tmp_path / "other.mp4").read_bytes()
    assert content == film.read_bytes()
    assert b"Lavf" not in content
    with av.open(str(film)) as container:
        assert "creation_time" not in container.metadata


def test_a_part_that_is_missing_or_wrong_is_named(parts: FilmParts, tmp_path: Path) -> None:
    output = tmp_path / "film.mp4"
    with pytest.raises(MediaError, match=r"film\.mp4 cannot be put together of .*missing\.m4a"):
        write_film(dataclasses.replace(parts, sound=tmp_path / "missing.m4a"), output)
    first, *others = parts.picture.parts
    gone = dataclasses.replace(first, clip=tmp_path / "gone.mp4")
    for pieces in ((gone, *others), (*others, gone)):
        picture = dataclasses.replace(parts.picture, parts=pieces)
        with pytest.raises(MediaError, match=r"film\.mp4 cannot .*No such file .*gone\.mp4"):
            write_film(dataclasses.replace(parts, picture=picture), output)
    with pytest.raises(MediaError, match=r"shot_0\.mp4 must hold one sound stream"):
        write_film(dataclasses.replace(parts, sound=parts.picture.model), output)
    with pytest.raises(MediaError, match=r"begins at 1 s, before"):
        write_film(dataclasses.replace(parts, captions=parts.captions[::-1]), output)
    assert not output.exists()
