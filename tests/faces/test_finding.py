"""Faces in one picture."""

from collections.abc import Sequence
from random import Random

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painted_face import OTHER, PaintedFace, paint
from sparkle_motion_dagster.faces.boxes import overlap
from sparkle_motion_dagster.faces.detector import Find, merged
from sparkle_motion_dagster.faces.finding import SMALLEST, faces_in, looks_in, meshes_in
from sparkle_motion_dagster.faces.looks import difference
from sparkle_motion_dagster.faces.mesh import FaceMesh
from sparkle_motion_dagster.faces.topology import LOWER_INNER, UPPER_INNER


def gap(face: FaceMesh) -> float:
    """Return how far the lips are apart, in heights of the face."""
    upper, lower = face.points[[UPPER_INNER[5], LOWER_INNER[5]]]
    return float(np.hypot(*(lower - upper)) / face.height)


@pytest.mark.parametrize("height", [72, 150, 400, 600])
def test_faces_are_found_from_small_to_large(height: int) -> None:
    [face] = meshes_in(paint(1280, 720, [PaintedFace(500, 360, height)]))
    assert face.presence > 0.95
    assert face.height == pytest.approx(height, rel=0.08)
    assert face.points.mean(axis=0) == pytest.approx((500, 360), abs=0.12 * height)


def test_what_is_too_small_to_speak_is_left_out() -> None:
    assert not meshes_in(paint(640, 360, [PaintedFace(300, 180, SMALLEST * 0.8)]))


def test_a_face_larger_than_the_picture_is_found() -> None:
    [face] = meshes_in(paint(640, 360, [PaintedFace(320, 140, 420)]))
    assert face.height == pytest.approx(420, rel=0.1)


def test_turned_and_tilted_faces_are_found_and_their_mouths_measured() -> None:
    people = [
        PaintedFace(190, 180, 150, turn=30, opened=0.8),
        PaintedFace(460, 180, 150, tilt=-20),
    ]
    faces = sorted(meshes_in(paint(640, 360, people)), key=lambda face: face.box)
    assert len(faces) == 2
    assert gap(faces[0]) > 0.08
    assert gap(faces[1]) < 0.03


def test_a_face_whose_lips_the_picture_cuts_off_is_left_out() -> None:
    assert meshes_in(paint(640, 500, [PaintedFace(320, 200, 400)]))
    assert not meshes_in(paint(640, 320, [PaintedFace(320, 200, 400)]))


def test_many_faces_are_found_the_largest_first() -> None:
    people = [PaintedFace(150 + 220 * n, 250, 90 + 10 * n) for n in range(5)]
    found = faces_in(paint(1280, 500, people))
    assert (found.width, found.height) == (1280, 500)
    middles = [mesh.points[:, 0].mean() for mesh in found.meshes]
    assert middles == pytest.approx([1030, 810, 590, 370, 150], abs=12)


def test_what_is_no_face_is_none() -> None:
    noise = np.random.default_rng(4).integers(0, 255, (45, 80, 3), np.uint8)
    blots = cv2.resize(noise, (640, 360), interpolation=cv2.INTER_CUBIC)
    assert not meshes_in(np.asarray(blots, np.uint8))
    assert faces_in(np.full((101, 77, 3), 128, np.uint8)).faces == ()
    head_over_heels = paint(640, 360, [PaintedFace(320, 180, 200)])[::-1]
    assert all(face.presence > 0.9 for face in meshes_in(head_over_heels))


def test_one_person_is_like_themselves_elsewhere_and_not_like_another() -> None:
    fair = looks_in(paint(640, 360, [PaintedFace(200, 160, 150)]))
    again = looks_in(paint(640, 360, [PaintedFace(420, 190, 110, turn=15, tilt=8)], (90, 80, 70)))
    dark = looks_in(paint(640, 360, [OTHER.at(200, 160, 150)]))
    assert fair is not None
    assert again is not None
    assert dark is not None
    assert difference(fair, again) < 0.8
    assert difference(fair, dark) > 1.5
    assert looks_in(np.zeros((90, 160, 3), np.uint8)) is None


boxes = st.tuples(*[st.integers(0, 40)] * 2, *[st.integers(1, 40)] * 2).map(
    lambda box: np.array([box[0], box[1], box[0] + box[2], box[1] + box[3]], np.float64)
)
finds = st.lists(
    st.builds(
        lambda box, score: Find(box, np.stack([box[:2], box[2:]]), score / 16),
        boxes,
        st.integers(8, 16),
    ),
    max_size=8,
)


@given(finds, st.randoms())
def test_finds_are_merged_alike_in_any_order(found: list[Find], dice: Random) -> None:
    shuffled = found.copy()
    dice.shuffle(shuffled)
    assert _told(merged(found)) == _told(merged(shuffled))


def _told(found: Sequence[Find]) -> list[tuple[float, ...]]:
    return [(find.score, *find.box, *find.eyes.ravel()) for find in found]


@given(boxes, boxes)
def test_boxes_overlap_each_other_alike(one: Sequence[float], other: Sequence[float]) -> None:
    assert overlap(one, other) == overlap(other, one)
    assert 0 <= overlap(one, other) <= 1
    assert overlap(one, one) == 1
