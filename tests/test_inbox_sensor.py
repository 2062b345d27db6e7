"""The inbox sensor on a Dagster instance of its own: what it asks for is what the job takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.sensor_definition import SensorExecutionData
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)

from plan_texts import PLAN, changed
from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.definitions import defs
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.runs.films import register_film
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.runs.names import PARTITION_TAG, RUN_KEY_TAG
from sparkle_motion_dagster.sensors import inbox
from studio import Studio


@pytest.fixture
def instance(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("SPARKLE_HOME", str(studio.home.root))
    monkeypatch.setenv("SPARKLE_PLANS", str(studio.plans))
    with open_instance(studio.home) as instance:
        yield instance


def look(instance: dg.DagsterInstance, cursor: str | None = None) -> SensorExecutionData:
    """Evaluate the sensor as the daemon's code server does: requests come back resolved."""
    context = dg.SensorEvaluationContext(
        instance_ref=instance.get_ref(),
        last_tick_completion_time=None,
        last_run_key=None,
        cursor=cursor,
        repository_name=None,
        repository_def=defs.get_repository_def(),
        sensor_name=inbox.name,
    )
    with context:
        return inbox.evaluate_tick(context)


def requested(studio: Studio, instance: dg.DagsterInstance, plan: str = PLAN) -> dg.RunRequest:
    """Drop a plan, and return the run that it leads to."""
    (studio.plans / "Harbour.yaml").write_text(plan)
    look(instance)
    (request,) = look(instance).run_requests or []
    return request


def test_a_plan_becomes_a_run_that_the_job_accepts(
    studio: Studio, instance: dg.DagsterInstance
) -> None:
    request = requested(studio, instance)

    job = defs.resolve_job_def("render_movie")
    assert dg.validate_run_config(job, request.run_config)
    config = request.run_config
    assert config["resources"]["film"]["config"]["profile"] == "animatic"
    path = config["ops"]["movie_plan"]["config"]["plan_path"]
    assert Path(path) == studio.plans / "Harbour.yaml"
    assert request.partition_key == request.tags[PARTITION_TAG] == "harbour"
    assert request.tags["sparkle/started_by"] == "inbox"
    assert request.run_key is not None
    assert request.run_key.startswith("harbour:")


def test_a_prompt_file_becomes_a_run_that_writes(
    studio: Studio, instance: dg.DagsterInstance
) -> None:
    writer = "writer: {engine: openai, settings: {temperature: null}}"
    text = f"---\nseconds: 12\napprove: true\n{writer}\n---\nTwo keepers argue."
    (studio.plans / "Keepers.prompt.md").write_text(text)
    look(instance)
    (request,) = look(instance).run_requests or []

    job = defs.resolve_job_def("write_plan")
    assert request.job_name == job.name
    assert dg.validate_run_config(job, request.run_config)
    written_by = request.run_config["resources"]["writer"]["config"]
    assert written_by == {"engine": "openai", "settings": {}}  # Dagster takes no null
    assert request.run_config["ops"]["plan_draft"]["config"] == {
        "prompt": "Two keepers argue.",
        "seconds": 12.0,
        "seed": 0,
        "approve": True,
    }
    assert request.partition_key == request.tags[PARTITION_TAG] == "keepers"
    assert request.tags["sparkle/started_by"] == "inbox"


def arrive(instance: dg.DagsterInstance, *requests: dg.RunRequest) -> None:
    """Create the runs that were asked for, as the daemon does."""
    for request in requests:
        tags = {**request.tags, RUN_KEY_TAG: str(request.run_key)}
        create_run(instance, tags, dg.DagsterRunStatus.QUEUED)


def create_run(
    instance: dg.DagsterInstance, tags: Mapping[str, str], status: dg.DagsterRunStatus
) -> None:
    """Create a run, without the events that say what it plans: the sensor reads none."""
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("films"), "films")
    origin = RemoteJobOrigin(repository, "render_movie")
    instance.add_run(
        dg.DagsterRun("render_movie", tags=tags, status=status, remote_job_origin=origin)
    )


def test_the_film_is_registered_with_its_run(studio: Studio, instance: dg.DagsterInstance) -> None:
    (studio.plans / "a.yaml").write_text(PLAN)
    (studio.plans / "b.yaml").write_text(PLAN)
    look(instance)

    (partitions,) = look(instance).dynamic_partitions_requests or []
    assert partitions.partitions_def_name == film_partitions.name
    assert list(partitions.partition_keys) == ["a", "b"]


def test_requests_come_again_until_the_cursor_says_that_they_arrived(
    studio: Studio, instance: dg.DagsterInstance
) -> None:
    request = requested(studio, instance)
    again = look(instance)
    assert [one.run_key for one in again.run_requests or []] == [request.run_key]
    arrive(instance, request)

    assert not look(instance, again.cursor).run_requests


def test_an_order_over_its_limits_fails_once_and_is_ordered_again_when_it_is_edited(
    studio: Studio, instance: dg.DagsterInstance
) -> None:
    limited = changed(("render_profile:\n", "render_profile:\n  limits: {disk_gb: 1.0e-9}\n"))
    request = requested(studio, instance, limited)
    cursor = look(instance).cursor
    register_film(instance, "harbour")
    ran = defs.resolve_job_def("render_movie").execute_in_process(
        run_config=request.run_config,
        tags={**request.tags, RUN_KEY_TAG: str(request.run_key)},
        instance=instance,
        raise_on_error=False,
    )
    assert not ran.success
    assert [one.step_key for one in ran.get_step_failure_events()] == ["movie_plan"]
    status = RunFolder(studio.home, "harbour").state.read().status
    assert status is not None
    assert status.state is State.FAILED
    assert "harbour is over its limits" in status.message
    assert "`sparkle resume harbour --over-limits`" in status.message
    assert not any(look(instance, cursor).run_requests or [] for _ in range(3))

    (studio.plans / "Harbour.yaml").write_text(changed(("title: Harbour Light", "title: Harbour")))
    look(instance, cursor)
    (again,) = look(instance, cursor).run_requests or []
    assert again.run_key != request.run_key


@pytest.mark.parametrize("lost", ["deleted", "wiped"])
def test_a_queued_run_that_is_lost_is_asked_for_again(
    studio: Studio, instance: dg.DagsterInstance, lost: str
) -> None:
    request = requested(studio, instance)
    cursor = look(instance).cursor
    arrive(instance, request)
    assert not look(instance, cursor).run_requests
    if lost == "wiped":
        instance.wipe()
    else:
        (run,) = instance.get_runs()
        instance.delete_run(run.run_id)

    (again,) = look(instance, cursor).run_requests or []
    assert again.partition_key == "harbour"
    assert again.run_key != request.run_key


def test_adding_a_plan_of_the_inbox_asks_for_its_film_again(
    studio: Studio, instance: dg.DagsterInstance
) -> None:
    request = requested(studio, instance)
    cursor = look(instance).cursor
    arrive(instance, request)
    (run,) = instance.get_runs()
    instance.report_run_canceled(run)
    assert not look(instance, cursor).run_requests
    added = studio.sparkle("add", studio.plans / "Harbour.yaml")
    assert "`sparkle ui` renders it in its turn" in added.stdout

    assert not look(instance, cursor).run_requests
    (again,) = look(instance, cursor).run_requests or []
    assert again.run_key != request.run_key


def test_an_edit_waits_while_a_run_of_its_film_has_not_ended(
    studio: Studio, instance: dg.DagsterInstance
) -> None:
    unended = ["NOT_STARTED", "QUEUED", "STARTING", "STARTED", "CANCELING"]
    for status in [*unended, "SUCCESS", "FAILURE", "CANCELED"]:
        create_run(instance, {PARTITION_TAG: status.lower()}, dg.DagsterRunStatus[status])
        (studio.plans / f"{status}.yaml").write_text(PLAN)
    look(instance)
    first = look(instance)
    asked = first.run_requests or []
    assert [request.partition_key for request in asked] == ["canceled", "failure", "success"]
    arrive(instance, *asked)

    waiting = look(instance, first.cursor)
    assert not waiting.run_requests
    films_waiting = ", ".join(sorted(unended)).lower()
    assert (waiting.skip_message or "").endswith(
        f"runs that their films have end: {films_waiting}."
    )
    for run in instance.get_runs():
        instance.delete_run(run.run_id)

    assert len(look(instance, first.cursor).run_requests or []) == len(unended) + len(asked)


def test_what_is_wrong_is_shown_where_the_tick_is(
    studio: Studio, instance: dg.DagsterInstance
) -> None:
    wrong = changed(("title: Harbour Light\n", "titel: Harbour Light\n"))
    (studio.plans / "harbour.yaml").write_text(wrong)
    said = [look(instance).skip_message or "" for _ in range(5)]

    assert "harbour.yaml is no valid plan" in said[-1]


def test_a_missing_folder_is_named(studio: Studio, instance: dg.DagsterInstance) -> None:
    studio.plans.rmdir()

    assert str(studio.plans) in (look(instance).skip_message or "")
