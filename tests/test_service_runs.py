"""Runs as people start, end, lose and repeat them in the web UI and at a shell."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from gates import GatedStudio
from service import ENDED, Service, film, long_film, service, switch_off_inbox
from sparkle_motion_dagster.artifacts.film_state import State, Status
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from studio import PROGRAMS, Plan, Studio, write_plan
from waiting import PATIENCE_S, until

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose inbox is off: only the tests start runs."""
    studio = GatedStudio(tmp_path_factory.mktemp("runs"))
    switch_off_inbox(studio)
    with service(studio) as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A home that films are rendered in undisturbed, to compare with."""
    return Studio(tmp_path_factory.mktemp("elsewhere"))


def planned(daemon: Service, plan: Plan, name: str) -> Path:
    """Put a plan where runs of the web UI find it, and add its partition."""
    daemon.add(name)
    return daemon.studio.write(plan, name)


def state_of(daemon: Service, name: str) -> Status:
    """Return how a film stands."""
    state = RunFolder(daemon.studio.home, name).state.read().status
    assert state is not None
    return state


def assert_like(daemon: Service, elsewhere: Studio, plan: Plan, name: str) -> None:
    """Check that a film and all that led to it is what an undisturbed render makes."""
    rendered, undisturbed = daemon.studio.rendered(name), elsewhere.render(plan, name)
    assert rendered.digests == undisturbed.digests
    assert rendered.content == undisturbed.content


@dataclass(frozen=True)
class Render:
    """A `sparkle render` that goes on, and its Dagster run."""

    process: subprocess.Popen[str]
    run: str


def rendering_in_a_shell(daemon: Service, plan: Plan, name: str) -> Render:
    """Start `sparkle render`, and wait until it is at its clips."""
    path = write_plan(plan, daemon.studio.root / f"{name}.yaml")
    process = subprocess.Popen(
        [str(PROGRAMS / "sparkle"), "render", str(path)],
        env=daemon.studio.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    holder = daemon.caught_at(name, "shot_clips")
    assert holder.pid == process.pid
    assert holder.dagster_run is not None
    return Render(process, holder.dagster_run)


def test_a_killed_run_is_retried_and_wrong_input_is_not(daemon: Service, elsewhere: Studio) -> None:
    daemon.add("unplanned")
    wrong = daemon.ended(daemon.launch("unplanned"))
    assert wrong.status == "FAILURE"
    assert "unplanned.yaml" in daemon.said(wrong.id)

    plan = long_film("Killed")
    planned(daemon, plan, "killed")
    with daemon.studio.gate_closed():
        first = daemon.launch("killed")
        holder = daemon.caught_at("killed", "shot_clips")
        assert holder.dagster_run == first
        os.kill(holder.pid, signal.SIGKILL)
    second = daemon.succeeds(daemon.next_run("killed", after=[first]))

    assert daemon.run(first).status == "FAILURE"
    # The code server looks twice a second; on a busy machine the daemon may have looked before.
    assert re.search(r"was terminated by signal 9|is gone", daemon.said(first))
    assert second.tags["dagster/parent_run_id"] == first
    assert second.tags["sparkle/state"] == "rendered"
    assert_like(daemon, elsewhere, plan, "killed")
    # The daemon looks at failures in the order in which they happen: it has long seen that one.
    assert [run.id for run in daemon.runs("unplanned")] == [wrong.id]


def test_after_everything_was_killed_a_run_goes_on_by_itself(
    daemon: Service, elsewhere: Studio
) -> None:
    plan = long_film("Power Cut")
    planned(daemon, plan, "power_cut")
    with daemon.studio.gate_closed():
        first = daemon.launch("power_cut")
        holder = daemon.caught_at("power_cut", "shot_clips")
        assert psutil.Process(holder.pid) in daemon.processes()
        daemon.kill()
        assert not psutil.pid_exists(holder.pid)

    daemon.start()
    second = daemon.succeeds(daemon.next_run("power_cut", after=[first]))
    assert daemon.run(first).status == "FAILURE"
    assert f"(process {holder.pid}) is gone" in daemon.said(first)
    assert second.tags["dagster/parent_run_id"] == first
    assert_like(daemon, elsewhere, plan, "power_cut")


def test_a_shells_run_can_be_terminated_and_executed_again_in_the_web_ui(
    daemon: Service, elsewhere: Studio
) -> None:
    plan = long_film("From a Shell")
    with daemon.studio.gate_closed():
        render = rendering_in_a_shell(daemon, plan, "shell")
        children = psutil.Process(render.process.pid).children(recursive=True)
        daemon.terminate(render.run)
        _, errors = render.process.communicate(timeout=PATIENCE_S)

    assert render.process.returncode == 1
    assert "Interrupted. Everything finished is kept" in errors
    _, alive = psutil.wait_procs([*children, *daemon.strays()], timeout=10)
    assert not alive
    assert daemon.ended(render.run).status == "CANCELED"
    assert state_of(daemon, "shell").state is State.STOPPED

    again = daemon.succeeds(daemon.reexecute(render.run))
    assert again.tags["dagster/parent_run_id"] == render.run
    assert again.tags["sparkle/started_by"] == "re-execution"
    assert_like(daemon, elsewhere, plan, "shell")


def test_pause_ends_a_run_and_resume_queues_what_is_missing(
    daemon: Service, elsewhere: Studio
) -> None:
    plan = long_film("Paused")
    planned(daemon, plan, "paused")
    before = daemon.studio.actions()
    with daemon.studio.gate_closed():
        first = daemon.launch("paused")
        daemon.caught_at("paused", "shot_clips")
        paused = daemon.studio.sparkle("pause", "paused")

    assert paused.returncode == 0, paused.stderr
    assert "sparkle resume paused" in paused.stdout
    run = daemon.ended(first)
    assert run.status == "CANCELED"
    assert run.tags["sparkle/state"] == "paused"
    assert state_of(daemon, "paused").state is State.PAUSED
    assert {run.status for run in daemon.runs()} <= ENDED
    kept = daemon.studio.actions() - before
    assert "shot_clips" not in daemon.studio.manifests("paused")

    resumed = daemon.studio.sparkle("resume", "paused", "--queue")
    assert resumed.returncode == 0, resumed.stderr
    second = daemon.succeeds(daemon.next_run("paused", after=[first]))
    assert second.tags["sparkle/started_by"] == "go_on"
    assert_like(daemon, elsewhere, plan, "paused")
    made = sum(map(len, daemon.studio.rendered("paused").made.values()))
    assert made == daemon.studio.actions() - before - kept
    assert len(daemon.runs("paused")) == 2


def test_a_second_run_waits_in_the_queue_and_pause_takes_it_out(
    daemon: Service,
) -> None:
    planned(daemon, long_film("At Work"), "at_work")
    planned(daemon, film("Waiting"), "waiting")
    with daemon.studio.gate_closed():
        working, waiting = daemon.launch("at_work"), daemon.launch("waiting")
        daemon.caught_at("at_work", "shot_clips")
        assert daemon.run(waiting).status == "QUEUED"
        paused = daemon.studio.sparkle("pause", "waiting")

    assert paused.returncode == 0, paused.stderr
    assert "waited in the queue, and is out of it" in paused.stdout
    assert daemon.run(waiting).status == "CANCELED"
    assert state_of(daemon, "waiting").state is State.PAUSED
    daemon.succeeds(working)

    resumed = daemon.studio.sparkle("resume", "waiting", "--queue")
    assert resumed.returncode == 0, resumed.stderr
    daemon.succeeds(daemon.next_run("waiting", after=[waiting]))


def test_a_backfill_makes_all_its_films(daemon: Service, elsewhere: Studio) -> None:
    films = ["one", "two", "three"]
    plans = {name: film(f"Film {name}") for name in films}
    for name, plan in plans.items():
        planned(daemon, plan, name)
    backfill = daemon.backfill(films)

    for name in films:
        run = daemon.succeeds(daemon.next_run(name, after=[]))
        assert run.tags["dagster/backfill"] == backfill
        assert_like(daemon, elsewhere, plans[name], name)


def reviewed_film(daemon: Service, title: str, name: str) -> tuple[Plan, str]:
    """Render a film until its keyframes wait for a person's review.

    Returns:
        Its plan, and the run that ended there.
    """
    plan = film(title)
    plan["render_profile"]["review"] = ["base_images"]
    planned(daemon, plan, name)
    run = daemon.succeeds(daemon.launch(name))
    assert run.tags["sparkle/state"] == "waiting for review"
    assert "base_images" in run.materialized
    assert "shot_clips" not in run.materialized
    assert run.steps["lipsync_clips"] == run.steps["video_final"] == "SKIPPED"
    assert "emitted no result" not in daemon.log()
    assert "shot_clips" not in daemon.studio.manifests(name)
    assert "waiting for review" in daemon.studio.sparkle("status").stdout
    assert "Waiting for review. base_images of" in daemon.studio.sparkle("status", name).stdout
    return plan, run.id


def test_an_approved_film_is_finished_by_the_daemon(daemon: Service, elsewhere: Studio) -> None:
    plan, first = reviewed_film(daemon, "Approved", "approved")
    approved = daemon.studio.sparkle("approve", "approved", "base_images")
    assert approved.returncode == 0, approved.stderr

    run = daemon.succeeds(daemon.next_run("approved", after=[first]))
    assert run.tags["sparkle/started_by"] == "go_on"
    assert run.tags["sparkle/state"] == "rendered"
    del plan["render_profile"]["review"]
    undisturbed = elsewhere.render(plan, "approved")
    finished = daemon.studio.rendered("approved")
    assert finished.content["video_final"] == undisturbed.content["video_final"]
    assert "base_images" not in finished.made


def test_a_rejected_film_does_not_go_on(daemon: Service) -> None:
    reviewed_film(daemon, "Rejected", "rejected")
    note = "the lamp is on the wrong side"
    rejected = daemon.studio.sparkle("reject", "rejected", "base_images", "--note", note)
    assert rejected.returncode == 0, rejected.stderr
    assert "rejected" in daemon.studio.sparkle("status").stdout

    render = daemon.studio.sparkle("render", daemon.studio.plans / "rejected.yaml")
    assert render.returncode == 2
    assert note in render.stderr
    assert state_of(daemon, "rejected").state is State.REJECTED
    shown = daemon.studio.sparkle("status", "rejected").stdout
    assert "Rejected." in shown
    assert note in shown


def test_nothing_is_left_behind(daemon: Service) -> None:
    """After all of the above: no run in the queue, no process, no half-made file."""
    until("all runs end", lambda: {run.status for run in daemon.runs()} <= ENDED)
    assert daemon.strays() == []
    assert list(daemon.studio.home.work.iterdir()) == []
    verified = daemon.studio.sparkle("verify")
    assert verified.returncode == 0, verified.stdout
    assert "database is locked" not in daemon.log()
