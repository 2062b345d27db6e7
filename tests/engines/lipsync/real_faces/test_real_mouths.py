"""Mouths of faces that are painted like real ones: moved, and measured anew."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clips import run_python
from painted_face import PaintedFace, paint
from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Axes
from sparkle_motion_dagster.engines.lipsync.real_faces.real_eyes import RealEyes
from sparkle_motion_dagster.engines.lipsync.real_faces.real_mouth import RealMouth
from sparkle_motion_dagster.faces import topology
from sparkle_motion_dagster.faces.finding import meshes_in
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.media.frames import YuvFrame, colours, halve_chroma

FACE = PaintedFace(160, 190, 230)
TURNED = PaintedFace(160, 190, 230, turn=25, tilt=20)
OPEN = PaintedFace(160, 190, 230, opened=0.6)


@dataclass(frozen=True, eq=False)
class Sitter:
    """A frame, and the face that was found in it."""

    frame: YuvFrame
    points: Points

    @cached_property
    def axes(self) -> Axes:
        return Axes.of(self.points)

    @cached_property
    def places(self) -> Points:
        return self.axes.of_face(self.points)

    def speaking(self, mouth: Mouth, presence: float = 1.0) -> YuvFrame:
        return RealMouth(self.places).shown(self.frame, self.axes, mouth, presence)

    def at(self, *place: float) -> tuple[int, int]:
        """Return row and column of one of the face's own places."""
        x, y = self.axes.in_picture(np.array(place))
        return int(y), int(x)


@cache
def sitter(face: PaintedFace = FACE, width: int = 320, height: int = 400, grain: int = 0) -> Sitter:
    picture = paint(width, height, [face])
    if grain:
        noise = np.random.default_rng(1).integers(-grain, grain + 1, picture.shape[:2])
        picture = np.clip(picture.astype(int) + noise[..., None], 0, 255).astype(np.uint8)
    (mesh,) = meshes_in(picture)
    return Sitter(YuvFrame.from_rgb(picture), mesh.points)


def found_in(frame: YuvFrame) -> Points:
    """Return the face in a frame, in its own places."""
    luma = (frame.y.astype(np.float32) - 16) / 219
    u, v = (
        np.kron((plane.astype(np.float32) - 128) / 224, np.ones((2, 2), np.float32))
        for plane in (frame.u, frame.v)
    )
    rgb = np.stack(colours(luma, u, v), axis=-1)
    (mesh,) = meshes_in(np.rint(255 * np.clip(rgb, 0, 1)).astype(np.uint8))
    return Axes.of(mesh.points).of_face(mesh.points)


def gap(frame: YuvFrame) -> float:
    """Return how far the lips in a frame are apart, as the mesh sees it."""
    upper, lower = (edge[5] for edge in (topology.UPPER_INNER, topology.LOWER_INNER))
    places = found_in(frame)
    return float(places[lower, 1] - places[upper, 1])


def width(frame: YuvFrame) -> int:
    """Return how wide the lips in a frame are: what is red below the nose."""
    return int((frame.v[120:138] >= 152).any(axis=0).sum())


def changed(before: YuvFrame, after: YuvFrame) -> NDArray[np.bool_]:
    """Return which pixels of any plane differ."""
    chroma = (before.u != after.u) | (before.v != after.v)
    return np.asarray((before.y != after.y) | np.kron(chroma, np.ones((2, 2), bool)))


def places_of(sits: Sitter, pixels: NDArray[np.bool_]) -> Points:
    """Return the face's own places of some pixels."""
    rows, columns = np.nonzero(pixels)
    return sits.axes.of_face(np.column_stack([columns, rows]).astype(np.float64) + 0.5)


def test_a_mouth_that_does_not_speak_leaves_its_frame_alone() -> None:
    assert sitter().speaking(Mouth(opening=1.0), presence=0.0) is sitter().frame


def test_lips_are_seen_apart_as_far_as_they_are_asked_to_be() -> None:
    seen = [gap(sitter().speaking(Mouth(opening))) for opening in (0.0, 0.4, 0.7, 1.0)]
    assert np.diff(seen).min() > 0.01
    assert seen[0] < 0.025
    assert seen[-1] > 0.08


def test_lips_that_are_apart_in_the_picture_close() -> None:
    open_wide = sitter(OPEN)
    assert gap(open_wide.frame) > 0.12
    assert gap(open_wide.speaking(Mouth(press=0.7))) < 0.04


def test_closed_lips_leave_no_tooth_between_them() -> None:
    open_wide = sitter(OPEN)
    assert _teeth(open_wide, open_wide.frame) > 40
    assert _teeth(open_wide, open_wide.speaking(Mouth(press=0.7))) == 0


def _teeth(sits: Sitter, frame: YuvFrame) -> int:
    """Return how many pixels of the mouth are bright and grey."""
    top, left = sits.at(-0.25, -0.12)
    bottom, right = sits.at(0.25, 0.15)
    luma, redness = frame.y[::2, ::2], frame.v
    part = slice(top // 2, bottom // 2), slice(left // 2, right // 2)
    return int(((luma[part] > 110) & (redness[part] < 135)).sum())


def test_a_mouth_is_rounded_and_spread() -> None:
    rounded, own, spread = (
        width(sitter().speaking(Mouth(0.2, width=share))) for share in (-1.0, 0.0, 1.0)
    )
    assert rounded < 0.85 * own
    assert spread > 1.05 * own


@pytest.mark.parametrize(
    "face",
    [
        FACE,
        PaintedFace(160, 190, 80),
        TURNED,
        PaintedFace(160, 330, 230, tilt=-12),
    ],
    ids=["upright", "small", "turned", "partly outside"],
)
def test_nothing_around_the_lower_face_changes(face: PaintedFace) -> None:
    sits = sitter(face, grain=8)
    moved = changed(sits.frame, sits.speaking(Mouth(opening=1.0)))
    outline = sits.points[list(topology.OVAL)]
    middle = outline.mean(axis=0)
    near = np.zeros(sits.frame.shape, np.uint8)
    around = np.rint(middle + 1.3 * (outline - middle)).astype(np.int32)
    cv2.fillPoly(near, [around], 1)
    assert moved.any()
    assert not (moved & (near == 0)).any()
    places = places_of(sits, moved)
    nose = sits.places[1, 1] - 0.1
    assert places[:, 1].min() > nose - 0.15, "eyes hold still"


def test_the_chin_goes_down_with_the_jaw() -> None:
    chin = found_in(sitter().speaking(Mouth(opening=1.0)))[topology.LOWER_OUTER[5], 1]
    assert chin > sitter().places[topology.LOWER_OUTER[5], 1] + 0.03


def test_skin_that_moves_keeps_its_grain() -> None:
    sits = sitter(grain=12)
    below_lip = sits.places[200]
    kept = []
    for opening in np.linspace(0.3, 1.0, 8):
        shown = sits.speaking(Mouth(float(opening)))
        drop = 0.1 * opening
        kept.append(_fineness(shown, sits, below_lip + np.array([0, 0.8 * drop])))
    assert np.mean(kept) > 0.85 * _fineness(sits.frame, sits, below_lip)


def _fineness(frame: YuvFrame, sits: Sitter, place: Points) -> float:
    row, column = sits.at(*place)
    part = frame.y[row - 8 : row + 9, column - 20 : column + 21].astype(np.float32)
    return float(np.square(cv2.Laplacian(part, cv2.CV_32F)[1:-1, 1:-1]).mean())


def test_teeth_are_lit_as_the_face_is() -> None:
    bright = sitter()
    dark = Sitter(_dimmed(bright.frame), bright.points)
    teeth = [
        int(sits.speaking(Mouth(opening=0.8)).y[sits.at(0.03, 0.005)]) for sits in (bright, dark)
    ]
    assert teeth[0] > 90
    assert (teeth[1] - 16) / (teeth[0] - 16) == pytest.approx(0.4, abs=0.05)


def _dimmed(frame: YuvFrame) -> YuvFrame:
    return YuvFrame(
        np.rint(16 + 0.4 * (frame.y.astype(float) - 16)).astype(np.uint8),
        *(
            np.rint(128 + 0.4 * (plane.astype(float) - 128)).astype(np.uint8)
            for plane in (frame.u, frame.v)
        ),
    )


def test_in_black_and_white_a_mouth_has_no_colours_either() -> None:
    colours = sitter(grain=8).frame
    grey = YuvFrame(colours.y, *(np.full_like(plane, 128) for plane in (colours.u, colours.v)))
    shown = Sitter(grey, sitter(grain=8).points).speaking(Mouth(opening=1.0, tongue=0.5))
    assert not np.array_equal(shown.y, grey.y)
    assert np.unique([shown.u, shown.v]).tolist() == [128]


def test_in_a_picture_of_one_tint_a_mouth_is_of_that_tint() -> None:
    colours = sitter().frame
    luma = halve_chroma(colours.y.astype(float))
    brown = YuvFrame(
        colours.y,
        np.rint(126 - 0.06 * luma).astype(np.uint8),
        np.rint(129 + 0.05 * luma).astype(np.uint8),
    )
    shown = Sitter(brown, sitter().points).speaking(Mouth(opening=1.0, tongue=0.5))
    luma = halve_chroma(shown.y.astype(float))
    assert np.abs(shown.u - (126 - 0.06 * luma)).max() < 2
    assert np.abs(shown.v - (129 + 0.05 * luma)).max() < 2


@pytest.mark.parametrize("opened", [0.0, 0.2, 0.6])
def test_speaking_begins_without_a_jump(opened: float) -> None:
    sits = sitter(PaintedFace(160, 190, 230, opened=opened))
    first = sits.speaking(Mouth(opening=0.3), presence=0.01).y.astype(int)
    assert np.abs(first - sits.frame.y).max() < 15


def test_a_face_outside_of_the_frame_changes_nothing() -> None:
    axes = sitter().axes
    outside = Axes(axes.origin + 5000, axes.across, axes.down, axes.height)
    shown = RealMouth(sitter().places).shown(sitter().frame, outside, Mouth(opening=1.0), 1.0)
    assert shown is sitter().frame


def test_eyes_blink_and_nothing_else_moves() -> None:
    sits = sitter(grain=8)
    eyes = RealEyes(sits.places)
    assert eyes.shown(sits.frame, sits.axes, 0.0) is sits.frame
    closed = eyes.shown(sits.frame, sits.axes, 1.0)
    assert _whites(sits, sits.frame) > 0.2
    assert _whites(sits, closed) < 0.05
    moved = places_of(sits, changed(sits.frame, closed))
    assert moved[:, 1].max() < sits.places[1, 1], "the nose and all below it"


def _whites(sits: Sitter, frame: YuvFrame) -> float:
    """Return how much of where the eyes are in the picture is as white as they are."""
    within = np.zeros(frame.v.shape, np.uint8)
    for upper, lower in (
        (topology.LEFT_UPPER_LID, topology.LEFT_LOWER_LID),
        (topology.RIGHT_UPPER_LID, topology.RIGHT_LOWER_LID),
    ):
        outline = sits.points[[*upper, *lower[::-1]]] / 2
        cv2.fillPoly(within, [np.rint(outline).astype(np.int32)], 1)
    return float((frame.v[within == 1] < 134).mean())


def test_bytes_are_the_same_on_one_core_and_on_more(tmp_path: Path) -> None:
    sits = sitter(TURNED)
    np.savez(tmp_path / "sitter.npz", *sits.frame.planes, sits.points)
    program = (
        "import numpy as np\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from test_real_mouths import Sitter, YuvFrame, digest\n"
        f"*planes, points = np.load({str(tmp_path / 'sitter.npz')!r}).values()\n"
        "print(digest(Sitter(YuvFrame(*planes), points)))"
    )
    assert run_python(program).strip() == digest(sits)


def digest(sits: Sitter) -> str:
    """Return a digest of a face that speaks and blinks."""
    frame = sits.speaking(Mouth(0.7, width=-0.4, tongue=0.5))
    frame = RealEyes(sits.places).shown(frame, sits.axes, 0.6)
    return hashlib.sha256(b"".join(plane.tobytes() for plane in frame.planes)).hexdigest()
