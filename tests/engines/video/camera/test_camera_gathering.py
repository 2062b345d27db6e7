"""Groups stay in the frame: measured in the frames, in which lights mark where people are."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clips import stored
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.images.storyboard.scene import Box, Face, KeyframeScene
from sparkle_motion_dagster.engines.video.base import VideoRequest
from sparkle_motion_dagster.engines.video.camera.engine import CameraEngine, CameraSettings
from sparkle_motion_dagster.engines.video.camera.lens import Picture
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.frames import YuvFrame, load_keyframe
from sparkle_motion_dagster.units import FrameSize

CAMERA = CameraEngine(CameraSettings())
STRIP = 6
CENTRED = Box(left=0.12, top=0.3, right=0.88, bottom=0.9)
ASIDE = Box(left=0.05, top=0.2, right=0.6, bottom=0.7)
MOVES = [
    "slow push in", "fast push in", "pan left", "whip pan right", "handheld", "dutch angle",
    "roll left, handheld", "crane up, then push in", "pull out", "tilt down", "static", None,
]  # fmt: skip


def lights(folder: Path, name: str, size: FrameSize, group: Box) -> StoredFile:
    """Write a keyframe with a light in each corner of a group, and nothing else."""
    picture = np.full((size.height, size.width, 3), 20, np.uint8)
    for x, y in itertools.product((group.left, group.right), (group.top, group.bottom)):
        column, row = round(x * size.width), round(y * size.height)
        picture[row - 1 : row + 1, column - 1 : column + 1] = 255
    path = folder / f"{name}.png"
    Image.fromarray(picture).save(path)
    return stored(path)


def scene(folder: Path, name: str, group: Box | None, *faces: Face) -> StoredFile:
    path = folder / f"{name}.json"
    path.write_text(KeyframeScene(strip_rows=STRIP, faces=faces, group=group).model_dump_json())
    return stored(path)


def request_for(
    prompt: str | None, size: FrameSize, picture: StoredFile, told: StoredFile
) -> VideoRequest:
    return VideoRequest(
        start=picture,
        start_scene=told,
        end=picture,
        end_scene=told,
        frames=48,
        frame_rate=Fraction(24),
        size=size,
        ends_on_keyframe=False,
        visual_description="fans cheer",
        motion_prompt=prompt,
        seed=5,
        encoding=ClipEncoding(crf=18, preset="veryfast"),
    )


def frames_of(request: VideoRequest) -> list[YuvFrame]:
    planned = CAMERA.shot(request)
    picture = Picture(load_keyframe(request.start.path, request.size), STRIP)
    return list(planned.frames(picture, picture))


def lit_corners(frame: YuvFrame, group: Box) -> int:
    """Return how many corners of a group are seen: of the frame's quarters about its middle."""
    rows, columns = frame.y.shape
    below = frame.y[STRIP:] > 60
    row = round((group.top + group.bottom) / 2 * rows) - STRIP
    column = round((group.left + group.right) / 2 * columns)
    quarters = [
        part for half in (below[:row], below[row:]) for part in (half[:, :column], half[:, column:])
    ]
    return sum(bool(part.any()) for part in quarters)


@pytest.mark.parametrize(
    ("size", "group"),
    [(FrameSize(width=128, height=72), CENTRED), (FrameSize(width=72, height=128), ASIDE)],
    ids=["centred", "aside, upright"],
)
@pytest.mark.parametrize("prompt", MOVES)
def test_no_move_leaves_somebody_outside(
    tmp_path: Path, size: FrameSize, group: Box, prompt: str | None
) -> None:
    request = request_for(
        prompt, size, lights(tmp_path, "lights", size, group), scene(tmp_path, "scene", group)
    )
    frames = frames_of(request)
    assert {lit_corners(frame, group) for frame in frames} == {4}
    if prompt != "static":
        moved = [np.abs(frame.y.astype(int) - frames[0].y).max() for frame in frames]
        assert max(moved) > 20  # it still moves


def test_a_camera_that_is_not_told_of_a_group_goes_its_way(tmp_path: Path) -> None:
    size = FrameSize(width=128, height=72)
    request = request_for(
        "fast push in", size, lights(tmp_path, "lights", size, ASIDE), scene(tmp_path, "s", None)
    )
    assert min(lit_corners(frame, ASIDE) for frame in frames_of(request)) < 4


def test_a_move_that_leaves_nobody_outside_is_as_it_was(tmp_path: Path) -> None:
    """Faces that are in both keyframes are matched, too."""
    faces = tuple(
        Face(character_id=name, x=x, y=0.5, size=0.1)
        for name, x in (("mara", 0.42), ("tom", 0.5), ("ida", 0.58))
    )
    group = Box(left=0.35, top=0.38, right=0.65, bottom=0.62)
    size = FrameSize(width=128, height=72)
    picture = lights(tmp_path, "lights", size, group)
    alone, together = (
        frames_of(request_for("slow push in", size, picture, scene(tmp_path, name, box, *faces)))
        for name, box in (("alone", None), ("together", group))
    )
    assert all(np.array_equal(one.y, other.y) for one, other in zip(alone, together, strict=True))
