"""Looking through clips: what is seen in real ones, and which are refused."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from sparkle_motion_dagster.artifacts.models import Stretch
from sparkle_motion_dagster.engines.base import Examined, MadeFile
from sparkle_motion_dagster.engines.machinery.clips import examine_clip
from sparkle_motion_dagster.media.clip_review import review_clip
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.picture_review import open_edges, ssim
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.units import FrameSize

ROWS, COLUMNS = 90, 160
GREY = np.full((ROWS // 2, COLUMNS // 2), 128, np.uint8)


def hills(shift: int) -> NDArray[np.uint8]:
    """A soft landscape, `shift` pixels further on."""
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    waves = np.sin((columns + shift) / 9) + np.cos((rows + (columns + shift) / 3) / 7)
    return np.asarray(125 + 35 * waves, np.uint8)


def write(
    path: Path, lumas: Iterable[NDArray[np.uint8]], rate: Fraction = Fraction(24), crf: int = 18
) -> Path:
    write_clip(
        path,
        (YuvFrame(luma, GREY, GREY) for luma in lumas),
        size=FrameSize(width=COLUMNS, height=ROWS),
        frame_rate=rate,
        encoding=ClipEncoding(crf=crf, preset="veryfast"),
    )
    return path


def moving(count: int, start: int = 0) -> list[NDArray[np.uint8]]:
    return [hills(start + k) for k in range(count)]


def examined(clip: Path) -> Examined:
    folder = clip.parent / f"previews_of_{clip.stem}"
    folder.mkdir()
    return examine_clip(MadeFile(clip, "video/mp4"), folder)


def test_a_clip_in_which_all_moves_has_nothing_to_report(tmp_path: Path) -> None:
    facts = examined(write(tmp_path / "clip.mp4", moving(60))).facts
    assert (facts.frames, facts.black, facts.still) == (60, (), ())


def test_a_slow_move_is_a_move(tmp_path: Path) -> None:
    """A pixel a second is the quietest that a camera does."""
    frames = [
        np.asarray(
            hills(k // 24) * (1 - k % 24 / 24) + hills(k // 24 + 1) * (k % 24 / 24), np.uint8
        )
        for k in range(72)
    ]
    assert examined(write(tmp_path / "clip.mp4", frames)).facts.still == ()


def test_black_stretches_are_found_where_they_are(tmp_path: Path) -> None:
    black = np.full((ROWS, COLUMNS), 16, np.uint8)
    black[:6] = 90  # a caption strip stays readable
    frames = [*moving(7), *[black] * 5, *moving(20, 40), *[black] * 3]
    found = examined(write(tmp_path / "clip.mp4", frames)).facts
    assert found.black == (
        Stretch(start_frame=7, frames=5),
        Stretch(start_frame=32, frames=3),
    )
    assert found.still == ()


@pytest.mark.parametrize("rate", [24, 50])
def test_frozen_stretches_of_half_a_second_are_found(tmp_path: Path, rate: int) -> None:
    half = rate // 2
    frames = [*moving(10), *[hills(30)] * half, *moving(10, 60), *[hills(90)] * (half - 1)]
    clip = write(tmp_path / "clip.mp4", [*frames, *moving(3, 120)], Fraction(rate))
    assert examined(clip).facts.still == (Stretch(start_frame=10, frames=half),)


def test_a_frozen_clip_is_frozen_from_end_to_end(tmp_path: Path) -> None:
    """Through the refreshed picture that comes every two seconds, too."""
    clip = write(tmp_path / "clip.mp4", [hills(0)] * 72, crf=8)
    assert examined(clip).facts.still == (Stretch(start_frame=0, frames=72),)


def test_a_clip_of_one_frame_has_both_edges(tmp_path: Path) -> None:
    previews = examined(write(tmp_path / "clip.mp4", moving(1))).previews
    with Image.open(previews["edges"].path) as edges, Image.open(previews["strip"].path) as strip:
        assert (edges.size, strip.size) == ((320, 360), (1000, 112))


def test_edges_are_the_first_frame_on_top_of_the_last(tmp_path: Path) -> None:
    frames = [np.full((ROWS, COLUMNS), 40 + 8 * k, np.uint8) for k in range(20)]
    previews = examined(write(tmp_path / "clip.mp4", frames)).previews
    assert previews["edges"].media_type == "image/png"
    edges = np.asarray(Image.open(previews["edges"].path))
    assert edges.shape == (360, 320)
    assert edges[:180].mean() == pytest.approx(40, abs=2)
    assert edges[180:].mean() == pytest.approx(40 + 8 * 19, abs=2)


def test_the_strip_shows_five_frames_evenly_spread(tmp_path: Path) -> None:
    frames = [np.full((ROWS, COLUMNS), 40 + 8 * k, np.uint8) for k in range(21)]
    previews = examined(write(tmp_path / "clip.mp4", frames)).previews
    assert previews["strip"].media_type == "image/jpeg"
    facts = probe(previews["strip"].path, "image/jpeg")
    assert (facts.width, facts.height) == (1000, 112)
    strip = np.asarray(Image.open(previews["strip"].path).convert("L"))
    levels = [strip[:, 200 * k : 200 * k + 200].mean() for k in range(5)]
    expected = [(40 + 8 * k - 16) * 255 / 219 for k in (0, 5, 10, 15, 20)]
    assert levels == pytest.approx(expected, abs=4)


def test_seams_are_alike_where_clips_follow_each_other(tmp_path: Path) -> None:
    mosaic = np.random.default_rng(2).integers(30, 220, (9, 16), dtype=np.uint8)
    stranger = mosaic.repeat(10, axis=0).repeat(10, axis=1)
    one, following, other = (
        open_edges(examined(write(tmp_path / f"{name}.mp4", frames)).previews["edges"].path)
        for name, frames in (
            ("one", moving(12)),
            ("following", moving(12, 12)),
            ("other", [stranger] * 12),
        )
    )
    assert ssim(one.last, following.first) > 0.9
    assert ssim(one.last, other.first) < 0.5
    assert ssim(following.last, one.first) < ssim(one.last, following.first)


def test_damage_in_its_middle_is_found(tmp_path: Path) -> None:
    """Both of its ends are whole, and all of its packets are there."""
    clip = write(tmp_path / "clip.mp4", moving(72))
    with av.open(str(clip)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    begin, size = packets[30].pos or 0, packets[30].size
    content = bytearray(clip.read_bytes())
    content[begin + 4 : begin + size] = bytes(size - 4)
    clip.write_bytes(content)
    assert probe(clip, "video/mp4").frames == 72
    with pytest.raises(MediaError, match=r"clip\.mp4 is damaged: \d+ of 72 frames decode"):
        review_clip(clip)


def test_a_clip_that_breaks_off_is_refused(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.mp4", moving(48))
    clip = tmp_path / "clip.mp4"
    run_ffmpeg(["-i", str(whole), "-c", "copy", "-movflags", "+faststart", str(clip)], timeout_s=30)
    content = clip.read_bytes()
    clip.write_bytes(content[: len(content) // 2])
    with pytest.raises(MediaError, match=r"clip\.mp4 is cut off or damaged"):
        review_clip(clip)


def test_a_file_that_is_no_clip_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no clip at all")
    with pytest.raises(MediaError, match=r"broken\.mp4 cannot be read as video/mp4"):
        review_clip(broken)
