"""The files of a keyframe: how its picture is written, and what is kept of it to look at."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Examined, MadeFile
from sparkle_motion_dagster.engines.images.base import examine_keyframe
from sparkle_motion_dagster.media.errors import ProbeError
from sparkle_motion_dagster.media.picture_review import keyframe_edge, open_edge
from sparkle_motion_dagster.media.pictures import write_png
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=642, height=362)


def noisy() -> NDArray[np.uint8]:
    """Return a picture of soft colours and noise, no two rows alike."""
    y, x = np.mgrid[0 : SIZE.height, 0 : SIZE.width]
    soft = np.stack([x * 255 // SIZE.width, y * 255 // SIZE.height, (x + y) % 256], axis=-1)
    noise = np.random.default_rng(3).integers(0, 4, soft.shape)
    return (soft // 2 + noise).astype(np.uint8)


def examined(path: Path) -> Examined:
    folder = path.parent / "previews"
    folder.mkdir()
    return examine_keyframe(MadeFile(path, "image/png"), folder)


def test_a_png_holds_its_pixels_and_nothing_else(tmp_path: Path) -> None:
    write_png(noisy(), tmp_path / "p.png")
    with Image.open(tmp_path / "p.png") as picture:
        assert (picture.mode, picture.info) == ("RGB", {})
        assert np.array_equal(np.asarray(picture), noisy())
    assert chunks(tmp_path / "p.png") == {"IHDR", "IDAT", "IEND"}


def chunks(path: Path) -> set[str]:
    """Return the types of a PNG's chunks (PNG, third edition, 5.3)."""
    data, place, found = path.read_bytes(), 8, set()
    while place < len(data):
        found.add(data[place + 4 : place + 8].decode())
        place += 12 + int.from_bytes(data[place : place + 4], "big")
    return found


def test_what_is_kept_of_a_keyframe_is_what_clips_of_it_are_held_against(tmp_path: Path) -> None:
    write_png(noisy(), tmp_path / "p.png")
    found = examined(tmp_path / "p.png")
    picture = StoredFile(sha256=digest_file(tmp_path / "p.png"), path=tmp_path / "p.png")
    kept = open_edge(found.previews["edge"].path)
    assert np.array_equal(kept, keyframe_edge(picture, SIZE))


def test_a_keyframes_facts_are_those_of_its_file(tmp_path: Path) -> None:
    write_png(noisy(), tmp_path / "p.png")
    found = examined(tmp_path / "p.png")
    assert found.facts == probe(tmp_path / "p.png", "image/png")
    with Image.open(found.previews["thumbnail"].path) as thumbnail:
        assert (thumbnail.format, max(thumbnail.size)) == ("JPEG", 320)


def test_a_keyframe_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    write_png(noisy(), tmp_path / "whole.png")
    data = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "p.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(ProbeError, match=r"p\.png"):
        examined(tmp_path / "p.png")
