"""Review gates: the run ends green at a stage, and goes on when a person approved just that."""

from __future__ import annotations

import pytest
from dagster import DagsterInstance, DagsterRunStatus

from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.operations.reviews import review_of
from sparkle_motion_dagster.runs.queue import runs_of
from studio import Plan, Studio, plan_format_example

QUEUED = DagsterRunStatus.QUEUED

pytestmark = pytest.mark.service


def reviewed_plan(*stages: str) -> Plan:
    plan = plan_format_example()
    plan["render_profile"]["metadata"]["resolution"] = "128x72"
    plan["render_profile"]["review"] = list(stages)
    return plan


def state_of(studio: Studio) -> State:
    state = RunFolder(studio.home, "film").state.read().status
    assert state is not None
    return state.state


def queued(studio: Studio) -> list[str]:
    """Return who asked for the runs that wait in the queue."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        return [run.tags["sparkle/started_by"] for run in runs_of(instance, "film", QUEUED)]


def test_a_film_goes_on_stage_by_stage_as_a_person_approves(studio: Studio) -> None:
    plan = studio.write(reviewed_plan("movie_plan", "base_images"))
    waits = studio.sparkle("render", plan)
    assert waits.returncode == 0, waits.stderr
    assert waits.stdout == ""
    assert "sparkle approve film movie_plan" in waits.stderr
    assert set(studio.manifests()) == {"movie_plan"}
    assert state_of(studio) is State.WAITING
    assert "waiting for review" in studio.sparkle("status").stdout
    assert studio.sparkle("approve", "film", "movie_plan").returncode == 0
    assert queued(studio) == ["go_on"]
    drawn = studio.sparkle("resume", "film")
    assert drawn.returncode == 0, drawn.stderr
    assert "sparkle approve film base_images" in drawn.stderr
    pictures = studio.home.runs / "film" / "base_images"
    assert f"It lies in {pictures}." in drawn.stderr
    assert "without gating" not in drawn.stderr
    assert f"It lies in {pictures}." in studio.sparkle("status", "film").stdout
    # What does not need the keyframes is made meanwhile.
    assert set(studio.manifests()) == {
        "movie_plan",
        "dialogue_wavs",
        "timeline_track",
        "base_images",
    }
    assert queued(studio) == []
    approved = studio.sparkle("approve", "film", "base_images", "--note", "The lamp is lovely.")
    assert approved.returncode == 0
    done = studio.sparkle("resume", "film")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(studio.film())
    assert state_of(studio) is State.RENDERED
    state = RunFolder(studio.home, "film").state.read()
    review = review_of(state, studio.manifests()["base_images"])
    assert review is not None
    assert review.note == "The lamp is lovely."


def test_a_part_that_is_made_again_does_not_hide_what_waits(studio: Studio) -> None:
    plan = studio.write(reviewed_plan("base_images"))
    stills = ("render", plan, "--job", "stills_only")
    assert studio.sparkle(*stills).returncode == 0
    assert state_of(studio) is State.WAITING
    assert studio.sparkle("approve", "film", "base_images").returncode == 0
    again = studio.sparkle(*stills)
    assert again.returncode == 0, again.stderr
    assert state_of(studio) is State.PARTLY
    assert queued(studio) == ["go_on"]


def test_a_rejected_stage_ends_the_film_until_it_is_another(studio: Studio) -> None:
    plan = reviewed_plan("base_images")
    assert studio.sparkle("render", studio.write(plan)).returncode == 0
    rejected = studio.sparkle("reject", "film", "base_images", "--note", "Too dark.")
    assert rejected.returncode == 0
    assert state_of(studio) is State.REJECTED
    refused = studio.sparkle("render", studio.plans / "film.yaml")
    assert refused.returncode == 2
    assert "Too dark." in refused.stderr
    assert "shot_clips" not in studio.manifests()
    plan["base_images"][0]["prompt"] = "a calm sea at noon"
    asks_again = studio.sparkle("render", studio.write(plan))
    assert asks_again.returncode == 0, asks_again.stderr
    assert "sparkle approve film base_images" in asks_again.stderr
    assert state_of(studio) is State.WAITING


def test_nobody_gets_around_a_gate(studio: Studio) -> None:
    """A stage further down, materialized by itself, sees that its input is not approved."""
    assert studio.sparkle("render", studio.write(reviewed_plan("base_images"))).returncode == 0
    around = studio.dagster(
        *("asset", "materialize", "-m", "sparkle_motion_dagster.definitions"),
        *("--select", "shot_clips", "--partition", "film"),
    )
    assert around.returncode != 0
    assert "waits for a person's review" in around.stderr + around.stdout
    assert "shot_clips" not in studio.manifests()
    assert state_of(studio) is State.WAITING
    part = studio.sparkle("render", studio.plans / "film.yaml", "--job", "sound_only")
    assert part.returncode == 0, part.stderr
    assert state_of(studio) is State.WAITING


def test_a_stage_that_is_not_made_cannot_be_decided_on(studio: Studio) -> None:
    assert studio.sparkle("add", studio.write(reviewed_plan("base_images"))).returncode == 0
    early = studio.sparkle("approve", "film", "base_images")
    assert early.returncode == 2
    assert "has not been made yet" in early.stderr
    wrong = studio.sparkle("approve", "film", "video_final")
    assert wrong.returncode == 2
