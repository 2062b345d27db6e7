"""Where caption strips are cut in the middle of a dissolve: where there are two of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.images.storyboard.scene import highest_strip
from sparkle_motion_dagster.film.keyframes import make_keyframes
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import BASE_IMAGES, VIDEO_FINAL
from sparkle_motion_dagster.film.transitions import PlacedClip, make_transitions
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.plan.timeline.clip_places import clip_places
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineShot
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.units import SAMPLE_RATE
from studio import Plan, write_plan
from theatre import Theatre

RATE = Fraction(12)
LUMAS = {"drawn": 60, "drawn_too": 180, "own": 60}


def film() -> Plan:
    """Return a film that dissolves from one drawn keyframe to another, then to an own picture."""
    return {
        "title": "Strips",
        "base_images": [
            {"id": "drawn", "prompt": "a harbour"},
            {"id": "drawn_too", "prompt": "a garden"},
            {"id": "own", "prompt": "a photograph", "local_path": "own.png"},
        ],
        "shots": [
            {
                "id": name,
                "duration_sec": 1,
                "visual_description": name,
                "start_base_image_id": name,
                "transition": transition,
            }
            for name, transition in zip(LUMAS, ("dissolve", "wipe", "cut"), strict=True)
        ],
        "render_profile": {
            "video": {"model_id": "any", "max_fps": 12},
            "metadata": {"resolution": "320x180"},
        },
    }


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    Image.new("RGB", (320, 180), "grey").save(tmp_path / "own.png")
    plan = write_plan(film(), tmp_path / "film.yaml")
    theatre = Theatre(Workbench(SparkleHome(tmp_path / "home")), plan)
    drawing = theatre.stage(BASE_IMAGES)
    keyframes = make_keyframes(drawing, theatre.engines().images)
    return theatre.stage(VIDEO_FINAL, drawing.manifest(keyframes.result))


def placed_clips(stage: Stage, folder: Path) -> list[PlacedClip]:
    """Return a clip for each shot, grey all over."""
    shots = tuple(
        TimelineShot(
            id=shot.id,
            planned_start_frame=12 * number,
            planned_frames=12,
            start_frame=12 * number,
            frames=12,
        )
        for number, shot in enumerate(stage.plan.shots)
    )
    timeline = MeasuredTimeline(
        fps=RATE,
        sample_rate=SAMPLE_RATE,
        frames=36,
        samples=3 * SAMPLE_RATE,
        shots=shots,
        lines=(),
    )
    size, encoding = stage.format.size, ClipEncoding(crf=1, preset="ultrafast")
    clips = []
    for place, shot in zip(clip_places(stage.plan, timeline), stage.plan.shots, strict=True):
        planes = np.full((180, 320), LUMAS[shot.id], np.uint8), np.full((90, 160), 128, np.uint8)
        frames = [YuvFrame(*planes, planes[1])] * place.frames
        path = folder / f"{shot.id}.mp4"
        write_clip(path, frames, size=size, frame_rate=RATE, encoding=encoding)
        clips.append(PlacedClip(shot, StoredFile(sha256=digest_file(path), path=path), place))
    return clips


def test_a_strip_is_cut_only_where_the_other_shot_has_one(stage: Stage, tmp_path: Path) -> None:
    scenes = stage.scenes(stage.plan.shots)
    rows = highest_strip(scene.path for scene in scenes)
    assert (len(scenes), rows > 0) == (2, True)
    dissolve, wipe = make_transitions(stage, placed_clips(stage, tmp_path))
    frames = list(read_frames(dissolve.files["clip"].path))
    strips = [float(np.mean(frame.y[: rows - 2])) for frame in frames]
    assert strips == pytest.approx([60] * 5 + [180] * 5, abs=3)
    for frame in read_frames(wipe.files["clip"].path):
        assert float(np.mean(frame.y[: rows - 2])) == pytest.approx(float(np.mean(frame.y)), abs=3)
