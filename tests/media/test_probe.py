"""Probing: facts are measured, and a file that is not what it says is refused by name."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from sparkle_motion_dagster.artifacts.models import MediaFacts
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import ProbeError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.units import FrameSize


def write_video(path: Path, count: int = 25, rate: Fraction = Fraction(24)) -> Path:
    grey = np.full((36, 64), 128, np.uint8)
    rng = np.random.default_rng(5)
    noise = rng.integers(30, 200, (72, 128), dtype=np.uint8)

    def frames() -> Iterator[YuvFrame]:
        for shift in range(count):
            yield YuvFrame(np.roll(noise, shift, axis=0), grey, grey)

    write_clip(
        path,
        frames(),
        size=FrameSize(width=128, height=72),
        frame_rate=rate,
        encoding=ClipEncoding(crf=18, preset="veryfast"),
    )
    return path


def write_film(path: Path, *options: str) -> Path:
    """A film with stereo sound, its index first, as it is delivered."""
    run_ffmpeg(
        [
            *("-f", "lavfi", "-i", "testsrc=s=128x72:r=24:d=2"),
            *("-f", "lavfi", "-i", "sine=f=300:r=48000:d=2", "-ac", "2"),
            *("-pix_fmt", "yuv420p", "-movflags", "+faststart", *options, str(path)),
        ],
        timeout_s=60,
    )
    return path


def write_streamed(path: Path) -> Path:
    """A silent clip with its index first: cut off, it still tells what should be there."""
    clip = write_video(path.with_name("plain.mp4"))
    run_ffmpeg(["-i", str(clip), "-c", "copy", "-movflags", "+faststart", str(path)], timeout_s=30)
    return path


def write_wav(path: Path, samples: int = 22050) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 44100, 0, "NONE", ""))
        sound.writeframes((np.sin(np.arange(samples) / 9) * 9000).astype("<i2").tobytes())
    return path


def write_picture(path: Path) -> Path:
    rng = np.random.default_rng(4)
    patches = rng.integers(0, 240, (4, 6, 3), dtype=np.uint8).repeat(16, axis=0).repeat(16, axis=1)
    grain = rng.integers(0, 15, (64, 96, 3), dtype=np.uint8)
    Image.fromarray(patches + grain).save(path, quality=90)
    return path


def test_a_clips_facts(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip.mp4", 25, Fraction(24000, 1001))
    assert probe(clip, "video/mp4") == MediaFacts(
        duration_s=25 * 1001 / 24000,
        frame_rate=Fraction(24000, 1001),
        frames=25,
        width=128,
        height=72,
    )


def test_a_single_frame_has_a_rate(tmp_path: Path) -> None:
    facts = probe(write_video(tmp_path / "clip.mp4", 1, Fraction(16)), "video/mp4")
    assert (facts.frames, facts.frame_rate, facts.duration_s) == (1, Fraction(16), 1 / 16)


def test_a_films_facts(tmp_path: Path) -> None:
    facts = probe(write_film(tmp_path / "film.mp4"), "video/mp4")
    assert (facts.frames, facts.frame_rate, facts.duration_s) == (48, Fraction(24), 2.0)
    assert (facts.sample_rate, facts.channels) == (48000, 2)


def test_a_pictures_facts(tmp_path: Path) -> None:
    facts = probe(write_picture(tmp_path / "p.png"), "image/png")
    assert (facts.width, facts.height) == (96, 64)
    assert facts.phash is not None
    assert len(facts.phash) == 16


def test_equal_pictures_have_near_hashes_and_others_do_not(tmp_path: Path) -> None:
    png = probe(write_picture(tmp_path / "p.png"), "image/png").phash
    Image.open(write_picture(tmp_path / "p.jpg")).save(tmp_path / "lossy.png")
    lossy = probe(tmp_path / "lossy.png", "image/png").phash
    noise = np.random.default_rng(1).integers(0, 255, (64, 96, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    other = probe(tmp_path / "noise.png", "image/png").phash

    def distance(one: str | None, another: str | None) -> int:
        assert one is not None
        assert another is not None
        return (int(one, 16) ^ int(another, 16)).bit_count()

    assert distance(png, lossy) <= 6
    assert distance(png, other) > 12


def test_a_sounds_facts(tmp_path: Path) -> None:
    assert probe(write_wav(tmp_path / "s.wav"), "audio/wav") == MediaFacts(
        duration_s=0.5, sample_rate=44100, channels=1
    )


def test_json_has_no_facts(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": [1, "é"]}', encoding="utf-8")
    assert probe(tmp_path / "a.json", "application/json") == MediaFacts()


def _cut(share: float) -> Callable[[Path], None]:
    def cut(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return cut


def _scratch(path: Path) -> None:
    """Flip a bit in the (first) picture, as a bad disk would."""
    start = path.read_bytes().find(b"mdat") if path.suffix == ".mp4" else 0
    _flip(path, start + 1000)


def _spoil_the_last_frame(path: Path) -> None:
    """Lose most of it, as a write that was not finished would."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
        last = max(packets, key=lambda packet: packet.pts or 0)
        place, size = last.pos, last.size
    assert place is not None
    content = bytearray(path.read_bytes())
    content[place + 8 : place + size] = bytes(size - 8)
    path.write_bytes(content)


def _flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 16
    path.write_bytes(content)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


FILES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "clip.mp4": ("video/mp4", write_video),
    "film.mp4": ("video/mp4", write_film),
    "streamed.mp4": ("video/mp4", write_streamed),
    "sound.wav": ("audio/wav", write_wav),
    "picture.png": ("image/png", write_picture),
}


@pytest.mark.parametrize("damage", [_cut(0.97), _cut(0.5), _cut(0.01), _empty])
@pytest.mark.parametrize("name", FILES)
def test_files_that_are_cut_off_are_refused(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    media_type, write = FILES[name]
    path = write(tmp_path / name)
    probe(path, media_type)
    damage(path)
    with pytest.raises(ProbeError, match=name.replace(".", r"\.")):
        probe(path, media_type)


@pytest.mark.parametrize("name", ["clip.mp4", "film.mp4", "picture.png"])
def test_damage_in_the_first_picture_is_found(tmp_path: Path, name: str) -> None:
    media_type, write = FILES[name]
    path = write(tmp_path / name)
    _scratch(path)
    with pytest.raises(ProbeError, match=name.replace(".", r"\.")):
        probe(path, media_type)


@pytest.mark.parametrize("count", [2, 25, 60])
def test_damage_in_the_last_frame_is_found(tmp_path: Path, count: int) -> None:
    """With more than 48 frames it is not the first group of pictures that holds the last."""
    clip = write_video(tmp_path / "clip.mp4", count)
    assert probe(clip, "video/mp4").frames == count
    _spoil_the_last_frame(clip)
    with pytest.raises(ProbeError, match=r"clip\.mp4"):
        probe(clip, "video/mp4")


@pytest.mark.parametrize("media_type", ["video/mp4", "audio/wav", "image/png"])
@pytest.mark.parametrize("name", FILES)
def test_files_under_a_wrong_name_are_refused(tmp_path: Path, name: str, media_type: str) -> None:
    right, write = FILES[name]
    if right == media_type:
        return
    with pytest.raises(ProbeError, match=name.replace(".", r"\.")):
        probe(write(tmp_path / name), media_type)


def test_an_uneven_frame_rate_is_refused(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", "-vf", "select='not(eq(n,9))'", "-fps_mode", "vfr")
    with pytest.raises(ProbeError, match=r"film\.mp4 has no constant frame rate: frame"):
        probe(film, "video/mp4")


def test_a_video_without_a_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match="holds 0 picture and 1 sound streams"):
        probe(write_film(tmp_path / "film.mp4", "-vn"), "video/mp4")


@pytest.mark.parametrize("text", ['{"a": 1', "{'a': 1}", '{"a": NaN}', "\xff\xfe", " "])
def test_json_that_does_not_parse_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ProbeError, match=r"a\.json cannot be read as application/json"):
        probe(tmp_path / "a.json", "application/json")


def test_a_jpeg_under_a_pngs_name_is_refused(tmp_path: Path) -> None:
    write_picture(tmp_path / "p.jpg").rename(tmp_path / "p.png")
    with pytest.raises(ProbeError, match=r"p\.png is JPEG, not image/png"):
        probe(tmp_path / "p.png", "image/png")


def test_missing_files_and_unknown_types_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match=r"gone\.mp4 does not exist"):
        probe(tmp_path / "gone.mp4", "video/mp4")
    with pytest.raises(ProbeError, match="audio/flac cannot be probed"):
        probe(write_wav(tmp_path / "a.flac"), "audio/flac")
