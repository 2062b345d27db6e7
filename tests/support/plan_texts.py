"""A small valid plan as text, one thing a line, and ways to break it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.plan.reading.loading import load_plan

PLAN = """\
schema_version: "1"
title: Harbour Light
characters:
  - id: mara
    name: Mara
    voice_profile:
      voice_id: emma
      language: en-US
  - id: tom
    name: Tom
base_images:
  - id: frame_000
    prompt: storm over a lighthouse
  - id: frame_001
    prompt: lamp room
    characters: [mara]
    metadata: {seed: 11, mood: calm}
  - id: frame_002
    prompt: Mara's face
shots:
  - id: shot_001
    duration_sec: 4.0
    visual_description: the camera climbs the tower
    start_base_image_id: frame_000
    end_base_image_id: frame_001
  - id: shot_002
    duration_sec: 5
    visual_description: Mara speaks to the storm
    start_base_image_id: frame_001
    end_base_image_id: frame_002
    is_talking_closeup: true
    dialogue:
      - character_id: mara
        text: Not tonight.
dialogue_timeline:
  - {type: silence, start_time_sec: 0.0, duration_sec: 3.5}
  - {type: dialogue, character_id: mara, text: Not   tonight., start_time_sec: 3.5, duration_sec: 4}
  - {type: silence, start_time_sec: 7.5, duration_sec: 1.5}
render_profile:
  video:
    model_id: wan-2.1
    max_fps: 24
  metadata: {resolution: 1280x720}
metadata:
  plan_id: harbour-light
  seed: "1234"
"""


def changed(*changes: tuple[str, str]) -> str:
    """Return the plan with texts replaced, each of which must occur exactly once."""
    text = PLAN
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def write(folder: Path, text: str | bytes, name: str = "film.yaml") -> Path:
    """Write a plan file."""
    path = folder / name
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


def refused(path: Path) -> PlanError:
    """Return the error that loading a plan file ends in."""
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    assert caught.value.path == path
    assert str(caught.value).startswith(str(path))
    return caught.value


def problem_of(folder: Path, text: str | bytes, name: str = "film.yaml") -> PlanProblem:
    """Return the only problem of a plan file."""
    problems = refused(write(folder, text, name)).problems
    assert len(problems) == 1, problems
    return problems[0]


def line_of(text: str, part: str) -> int:
    """Return the 1-based line of the first place where some text occurs."""
    return text.count("\n", 0, text.index(part)) + 1
