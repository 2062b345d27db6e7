"""The files that a plan names are taken in as they were looked at, whatever happens to them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.film.intake import freeze_plan, opened_plan
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.production.workbench import Workbench

PLAN = """\
title: A boat
base_images:
  - {id: boat, prompt: a boat, local_path: boat.png}
shots:
  - id: shot_001
    visual_description: a boat
    duration_sec: 2
    start_base_image_id: boat
    transition: hold
render_profile: {video: {model_id: wan-2.1}}
"""


def when_copied(source: Path, happens: Callable[[], object]) -> None:
    """Have something happen to a file in the moment in which it is copied next, once."""
    left = [happens]

    def heard(event: str, args: tuple[object, ...]) -> None:
        if event == "shutil.copyfile" and args[0] == source and left:
            left.pop()()

    sys.addaudithook(heard)


def saved_half(picture: Path) -> None:
    """Leave a picture as a program does that is in the middle of saving it."""
    picture.write_bytes(picture.read_bytes()[:-200])


def test_a_picture_that_is_being_saved_while_it_is_copied_is_refused(tmp_path: Path) -> None:
    picture, plan = tmp_path / "boat.png", tmp_path / "film.yaml"
    Image.linear_gradient("L").save(picture)
    plan.write_text(PLAN)
    opened_plan(load_plan(plan))  # as whoever renders it does first
    when_copied(picture, lambda: saved_half(picture))
    bench = Workbench(SparkleHome(tmp_path / "home"))
    with pytest.raises(PlanError, match=r"boat\.png"):
        freeze_plan("film", "animatic", plan, bench)
    assert not [*bench.run_folder("film").stages()]
