"""A screenplay becomes a film, and another line in it one of which little is made again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.shotlist.listing import listed_of
from sparkle_motion_dagster.shotlist.models import ShotList
from sparkle_motion_dagster.shotlist.rewriting.rewriting import rewritten
from studio import Studio

SCRIPT = Path(__file__).parent / "data" / "scripts" / "pier.fountain"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    studio = Studio(tmp_path_factory.mktemp("script"))
    studio.plans.mkdir(exist_ok=True)
    shutil.copy(SCRIPT, studio.plans)
    return studio


def written(studio: Studio) -> Path:
    """Make the plan of the screenplay, small, and of few frames."""
    wrote = studio.sparkle_here("write", "--from", studio.plans / SCRIPT.name)
    assert wrote.returncode == 0, wrote.stderr
    plan = studio.plans / "pier.yaml"
    text = plan.read_text()
    if "resolution" not in text:
        video = "  video:\n"
        assert video in text
        fewer = text.replace(video, f"{video}    max_fps: 12\n")
        plan.write_text(f"{fewer.rstrip()}\n  resolution: 160x90\n")
    return plan


def test_a_script_becomes_a_film_and_an_edit_makes_little_again(studio: Studio) -> None:
    made = studio.make_file(written(studio), "pier")
    first = made.made
    plan = load_plan(studio.plans / "pier.yaml").plan
    assert set(first["shot_clips"]) >= {one.id for one in plan.shots}
    failed = {name for name, check in made.checks.items() if not check.passed}
    assert failed <= {"prompt_read"}  # its rules for drawing do not know all words

    script = studio.plans / SCRIPT.name
    script.write_text(script.read_text().replace("The boat is late.", "The boat is early."))
    again = studio.make_file(written(studio), "pier").made
    assert again.keys() == {"dialogue_wavs", "timeline_track", "lipsync_clips", "video_final"}
    assert again["dialogue_wavs"] == ["line_0001"]
    assert again["lipsync_clips"] == ["pier_02"]


def test_a_line_that_is_rewritten_makes_its_take_its_mouth_the_track_and_the_film(
    studio: Studio,
) -> None:
    path = written(studio)
    studio.make_file(path, "pier")
    text = path.read_text()
    listed = listed_of(plan_in(text)[1])
    was, now = "The boat is", "That boat is"
    told = listed.model_dump_json()
    assert was in told
    rewriting = rewritten(text, ShotList.model_validate_json(told.replace(was, now)))
    assert rewriting.text == text.replace(was, now)
    path.write_text(rewriting.text)
    made = studio.make_file(path, "pier").made
    assert len(made["dialogue_wavs"]) == 1
    (shot,) = made["lipsync_clips"]
    assert f"`{shot}`" in str(rewriting.differences[1])
    assert made.keys() == {"dialogue_wavs", "timeline_track", "lipsync_clips", "video_final"}
