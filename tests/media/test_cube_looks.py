"""Looks: .cube files are read as their format says, and colours go through them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from itertools import product
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clips import luma_psnr, to_rgb
from sparkle_motion_dagster.media.cube_files import CubeError, read_cube
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.looks import Look

Colour = tuple[float, float, float]


def cube(points: int, look: Callable[[Colour], Colour] = lambda colour: colour) -> str:
    """Return a .cube file: red changes fastest."""
    steps = [number / (points - 1) for number in range(points)]
    rows = (look((red, green, blue)) for blue, green, red in product(steps, steps, steps))
    return f"LUT_3D_SIZE {points}\n" + "\n".join(" ".join(f"{x:.6f}" for x in r) for r in rows)


def warm(colour: Colour) -> Colour:
    red, green, blue = colour
    return min(1.0, red * 0.9 + 0.1), green**1.1, blue * 0.8


def read(folder: Path, text: str | bytes) -> Look:
    path = folder / "look.cube"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_cube(path)


def picture(seed: int = 3, side: int = 64) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return soft colours: what chroma loses of sharp ones is no look's doing."""
    import cv2

    spots = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(spots, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_comments_titles_blank_lines_and_windows_files_are_read(tmp_path: Path) -> None:
    plain = read(tmp_path, cube(3, warm))
    head, body = cube(3, warm).split("\n", 1)
    dressed = f'# by a colourist\n\nTITLE "Warm # 1"\n{head}\nDOMAIN_MIN 0 0 0\n\t{body}\n\n'
    windows = b"\xef\xbb\xbf" + dressed.replace("\n", "\r\n").encode()
    assert np.array_equal(read(tmp_path, windows).table, plain.table)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no LUT_1D_SIZE and no LUT_3D_SIZE"),
        ("hello world", "line 1: 'hello' is no keyword"),
        ("0 0 0\n", "line 1: colours begin before"),
        (cube(3).rsplit("\n", 1)[0], "ends in line 27 with 26 colours, but LUT_3D_SIZE 3 means 27"),
        (cube(3) + "\n1 1 1", "line 29: LUT_3D_SIZE 3 means 27 colours: this is one more"),
        ("LUT_3D_SIZE 1\n0 0 0", "line 1: a LUT_3D_SIZE is a whole number from 2 to 129, not '1'"),
        ("LUT_3D_SIZE 130", "from 2 to 129, not '130'"),
        ("LUT_3D_SIZE 99999999999", "from 2 to 129"),
        ("LUT_3D_SIZE 2.5", "from 2 to 129, not '2.5'"),
        ("LUT_1D_SIZE 65537", "from 2 to 65536"),
        ("LUT_3D_SIZE 2\n0 0 nan", "line 2: 'nan' is no finite number"),
        ("LUT_3D_SIZE 2\nnan 0 0", "line 2: 'nan' is no finite number"),
        ("LUT_3D_SIZE 2\n0 0 1e999", "line 2: '1e999' is no finite number"),
        ("LUT_3D_SIZE 2\n0 0", "line 2: 3 numbers should stand here, not '0 0'"),
        ("LUT_3D_SIZE 2\n0 0 0 0", "line 2: 3 numbers"),
        ("LUT_3D_SIZE 2\n0 0,5 0", "line 2: '0,5' is no number"),
        ("LUT_3D_SIZE 2\n0 0 0\nTITLE x", "line 3: TITLE stands among the colours"),
        ("LUT_3D_SIZE 2\nLUT_3D_SIZE 2", "line 2: LUT_3D_SIZE stands there twice"),
        ("LUT_3D_SIZE 2\nLUT_1D_SIZE 2", "line 2: it has a table of one dimension and one"),
        ("LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\n0 0 0\n1 1 1", "DOMAIN_MIN must be below DOMAIN_MAX"),
        (b"LUT_3D_SIZE 2\n\xff\xfe", "is no text"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_its_line(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises(CubeError) as refused:
        read(tmp_path, text)
    assert message in str(refused.value)


@pytest.mark.parametrize("points", [2, 17, 33])
def test_a_neutral_look_changes_nothing_that_can_be_seen(tmp_path: Path, points: int) -> None:
    look = read(tmp_path, cube(points))
    colours = np.random.default_rng(1).random((500, 3))
    assert np.abs(look.colours(colours) - colours).max() < 1e-6


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_between_points_colours_lie_between_and_greys_on_the_grey_axis(
    points: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    table = rng.random((points, points, points, 3))
    look = Look(table)
    found = look.colours(rng.random((50, 3)))
    assert (found >= table.min((0, 1, 2)) - 1e-12).all()
    assert (found <= table.max((0, 1, 2)) + 1e-12).all()
    grey = rng.random()
    (on_axis,) = look.colours(np.full((1, 3), grey))
    place = grey * (points - 1)
    cell = min(int(place), points - 2)
    first, second = (table[n, n, n] for n in (cell, cell + 1))
    assert on_axis == pytest.approx(first + (place - cell) * (second - first))


def test_colours_are_those_that_ffmpeg_finds(tmp_path: Path) -> None:
    read(tmp_path, cube(5, warm))
    rgb = np.random.default_rng(5).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    filtered = subprocess.run(
        [
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo"),
            *("-pixel_format", "rgb24", "-video_size", "32x32", "-i", "pipe:", "-vf"),
            *("lut3d=look.cube:interp=tetrahedral", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:"),
        ],
        input=rgb.tobytes(),
        capture_output=True,
        check=True,
        cwd=tmp_path,
    ).stdout
    theirs = np.frombuffer(filtered, np.uint8).reshape(-1, 3).astype(int)
    ours = 255 * read_cube(tmp_path / "look.cube").colours(rgb.reshape(-1, 3) / 255)
    # Theirs are cut off to whole numbers.
    assert np.abs(ours - theirs - 0.5).max() < 0.501


def test_a_table_of_one_dimension_and_its_domain(tmp_path: Path) -> None:
    look = read(tmp_path, "LUT_1D_SIZE 3\nDOMAIN_MAX 1 2 1\n0 0 1\n0.25 0.5 0.5\n1 1 0\n")
    (found,) = look.colours(np.array([[0.5, 0.5, 0.25]]))
    assert found == pytest.approx([0.25, 0.25, 0.75])
    ranged = read(tmp_path, "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE -1 1\n0 0 0\n1 1 1\n")
    assert ranged.colours(np.zeros((1, 3)))[0] == pytest.approx([0.5] * 3)


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> dict[str, YuvFrame]:
    """A frame as it was, after a neutral look, and after a warm one."""
    folder = tmp_path_factory.mktemp("looks")
    plain = YuvFrame.from_rgb(picture())
    return {
        "plain": plain,
        "neutral": read(folder, cube(17)).graded(plain),
        "warm": read(folder, cube(33, warm)).graded(plain),
    }


def test_a_frame_through_a_neutral_look_is_the_frame(frames: dict[str, YuvFrame]) -> None:
    for one, other in zip(frames["plain"].planes, frames["neutral"].planes, strict=True):
        assert luma_psnr(one, other) > 55
        assert np.abs(one.astype(int) - other).max() <= 4


def test_a_frame_through_a_look_has_its_colours(frames: dict[str, YuvFrame]) -> None:
    before, after = (to_rgb(frames[name]).astype(float) / 255 for name in ("plain", "warm"))
    wanted = np.stack(
        [0.9 * before[..., 0] + 0.1, before[..., 1] ** 1.1, 0.8 * before[..., 2]], axis=2
    )
    assert np.abs(after - wanted).mean() < 0.01
