"""A shot of one picture: cut from, or held; the camera goes its way, and nothing shines through."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips import digest, stored, write_keyframe
from sparkle_motion_dagster.engines.images.storyboard.scene import Box, Face, KeyframeScene
from sparkle_motion_dagster.engines.video.base import VideoRequest
from sparkle_motion_dagster.engines.video.camera.dissolve import Limits
from sparkle_motion_dagster.engines.video.camera.engine import CameraEngine, CameraSettings
from sparkle_motion_dagster.engines.video.camera.lens import Picture
from sparkle_motion_dagster.engines.video.camera.staying import stay
from sparkle_motion_dagster.engines.video.camera.travel import plan_travel
from sparkle_motion_dagster.engines.video.camera.views import WHOLE, View, distance, shaken
from sparkle_motion_dagster.engines.video.motion_prompts import read_motion
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.frames import YuvFrame, load_keyframe
from sparkle_motion_dagster.units import FrameSize

CAMERA = CameraEngine(CameraSettings())
SIZE = FrameSize(width=128, height=72)
STRIP = 6
LIMITS = Limits(dissolve_s=0.8, unmatched_s=0.8, share=0.35, shift=0.12, closest=0.62)
MOVES = (
    None, "slow pan left", "pan right", "whip pan left", "tilt up", "fast crane down", "push in",
    "pull back to reveal", "zoom out, then pan right", "push in, then pull out", "roll clockwise",
    "handheld", "dutch angle", "pan left and then pan right",
)  # fmt: skip
seconds = st.floats(0.1, 60)


@pytest.fixture
def picture(tmp_path: Path) -> VideoRequest:
    """A shot from one picture alone."""
    return VideoRequest(
        start=write_keyframe(tmp_path / "start.png", 1),
        end=None,
        frames=48,
        frame_rate=Fraction(24),
        size=SIZE,
        ends_on_keyframe=True,
        visual_description="she waits",
        seed=5,
        encoding=ClipEncoding(crf=18, preset="veryfast"),
    )


def held(request: VideoRequest) -> VideoRequest:
    return request.model_copy(update={"end": request.start, "end_scene": request.start_scene})


def with_scene(request: VideoRequest, folder: Path, **scene: Any) -> VideoRequest:
    path = folder / "scene.json"
    path.write_text(KeyframeScene(strip_rows=STRIP, **scene).model_dump_json())
    return request.model_copy(update={"start_scene": stored(path)})


def frames_of(request: VideoRequest, strip_rows: int = 0) -> list[YuvFrame]:
    picture = Picture(load_keyframe(request.start.path, request.size), strip_rows)
    return list(CAMERA.shot(request).frames(picture, picture))


def digest_of(request: VideoRequest) -> str:
    return digest(*(plane for frame in frames_of(request) for plane in frame.planes))


def views(prompt: str | None, seconds: float, chance: str = "") -> list[View]:
    travel = plan_travel(read_motion(prompt, chance), seconds, chance)
    viewing = stay(travel, LIMITS).start
    steps = [k / 100 for k in range(101)]
    return [shaken(viewing(step), travel.shake(step), 16 / 9) for step in steps]


@given(st.sampled_from(MOVES), seconds, st.text("ab", max_size=4))
def test_it_begins_on_all_of_the_picture_and_never_leaves_it(
    prompt: str | None, seconds: float, chance: str
) -> None:
    seen = views(prompt, seconds, chance)
    assert distance(seen[0], WHOLE) == pytest.approx(0, abs=1e-9)
    for view in seen:
        cosine, sine = math.cos(math.radians(view.angle)), math.sin(math.radians(abs(view.angle)))
        across = view.scale / 2 * (cosine + sine * 9 / 16)
        upright = view.scale / 2 * (cosine + sine * 16 / 9)
        assert across - 1e-9 <= view.x <= 1 - across + 1e-9
        assert upright - 1e-9 <= view.y <= 1 - upright + 1e-9
        assert view.scale > 0.4


@given(st.sampled_from(MOVES), st.floats(1, 60), st.text("ab", max_size=4))
def test_it_never_stands_for_a_second(prompt: str | None, seconds: float, chance: str) -> None:
    seen = views(prompt, seconds, chance)
    steps = [
        distance(one, other) + math.radians(abs(one.angle - other.angle))
        for one, other in pairwise(seen)
    ]
    second = math.ceil(100 / seconds)
    assert all(sum(steps[begin : begin + second]) > 1e-3 for begin in range(101 - second))


@pytest.mark.parametrize("seconds", [1.0, 4.0, 20.0])
def test_it_goes_where_its_prompt_says(seconds: float) -> None:
    def end(prompt: str) -> View:
        return views(prompt, seconds)[-1]

    assert end("push in").scale < 0.97
    assert end("pan left").x < 0.49 < 0.51 < end("pan right").x
    assert end("tilt up").y < 0.49 < 0.51 < end("tilt down").y
    assert end("static") == WHOLE


@pytest.mark.parametrize("seconds", [1.0, 4.0, 20.0])
def test_a_camera_that_pulls_back_comes_near_first(seconds: float) -> None:
    """The picture has nothing around it: so most of the shot it pulls back, and ends on all."""
    scales = [view.scale for view in views("pull back", seconds)]
    nearest = scales.index(min(scales))
    assert nearest == 40
    assert scales[nearest] < 0.985
    assert all(one <= other + 1e-9 for one, other in pairwise(scales[nearest:]))
    assert scales[-1] == pytest.approx(1)


@pytest.mark.parametrize("prompt", [None, "pan right", "whip pan left"])
def test_a_held_shot_is_one_picture(picture: VideoRequest, prompt: str | None) -> None:
    """No two views of it shine through each other, and nothing leads it back."""
    asked = picture.model_copy(update={"motion_prompt": prompt})
    first, *_, last = frames_of(asked)
    assert np.array_equal(first.y, load_keyframe(picture.start.path, SIZE).y)
    assert not np.array_equal(last.y, first.y)
    assert digest_of(asked) == digest_of(held(asked))


def test_while_the_camera_stands_the_same_frame_is_shown_again(picture: VideoRequest) -> None:
    asked = picture.model_copy(update={"motion_prompt": "push in, then still"})
    frames = frames_of(asked)
    stood = [one is other for one, other in pairwise(frames)]
    assert not any(stood[:10])
    assert all(stood[-10:])
    assert not np.array_equal(frames[-1].y, frames[0].y)


def test_two_shots_of_one_picture_move_differently(picture: VideoRequest) -> None:
    shots = [picture.model_copy(update={"again": again}) for again in (None, 3, 4, 5, 6)]
    assert len({digest_of(request) for request in shots}) == 5
    pans = [shot.model_copy(update={"motion_prompt": "pan"}) for shot in shots[:2]]
    one, other = (CAMERA.shot(pan).travel.end.right for pan in pans)
    assert one == -other != 0


@pytest.mark.parametrize("prompt", ["pan right", "handheld", "pull back", None])
def test_its_strip_stays_and_its_faces_are_followed(
    picture: VideoRequest, tmp_path: Path, prompt: str | None
) -> None:
    face = Face(character_id="mara", x=0.5, y=0.5, size=0.2)
    request = with_scene(picture, tmp_path, faces=(face,)).model_copy(
        update={"motion_prompt": prompt}
    )
    for asked in (request, held(request)):
        keyframe = load_keyframe(asked.start.path, SIZE)
        for frame in frames_of(asked, STRIP):
            assert np.array_equal(frame.y[:STRIP], keyframe.y[:STRIP])
        faces = CAMERA.shot(asked).scene().faces
        assert len(faces) == asked.frames
        assert all([seen.share for seen in frame] == [1.0] for frame in faces)
        assert faces[0][0].face == face
        assert faces[30][0].face.x != face.x or faces[30][0].face.size != face.size


@pytest.mark.parametrize("prompt", ["fast push in", "whip pan right", "roll left, handheld"])
def test_a_group_stays_in_the_frame(picture: VideoRequest, tmp_path: Path, prompt: str) -> None:
    group = Box(left=0.05, top=0.2, right=0.6, bottom=0.9)
    request = with_scene(picture, tmp_path, group=group).model_copy(
        update={"motion_prompt": prompt}
    )
    assert CAMERA.shot(request).keeps_groups()
    alone = request.model_copy(update={"start_scene": None})
    assert CAMERA.shot(request).travel.end != CAMERA.shot(alone).travel.end


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_the_shortest_shots(picture: VideoRequest, frames: int) -> None:
    short = picture.model_copy(update={"frames": frames, "motion_prompt": "whip pan left"})
    shown = frames_of(short)
    assert len(shown) == frames
    assert np.array_equal(shown[0].y, load_keyframe(picture.start.path, SIZE).y)
