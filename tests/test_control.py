"""Pause, stop and resume: a run ends between two items, and the next one goes on from there."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from dagster import DagsterInstance, DagsterRun

from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.operations.state import State, read_state
from sparkle_motion_dagster.production.control import (
    HaltedError,
    NotRenderingError,
    RunControl,
    Wish,
    ask,
)
from sparkle_motion_dagster.production.progress import read_progress
from studio import PROGRAMS, Studio, example

pytestmark = pytest.mark.service

PATIENCE_S = 120.0


@contextmanager
def rendering(studio: Studio) -> Iterator[subprocess.Popen[str]]:
    """Start a render, and give it when it is at its clips."""
    plan = studio.write(example("harbour_light"))
    process = subprocess.Popen(
        [str(PROGRAMS / "sparkle"), "render", str(plan)],
        env=studio.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + PATIENCE_S
    try:
        while True:
            report = read_progress(studio.home.runs / "film")
            if report is not None and (report.stage, report.item) == ("shot_clips", "shot_001"):
                break
            assert process.poll() is None, "the render ended before it could be asked"
            assert time.monotonic() < deadline, "the render did not come to its clips"
        yield process
    finally:
        process.kill()
        process.communicate()


def last_run(studio: Studio) -> DagsterRun:
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        return instance.get_runs(limit=1)[0]


def test_a_paused_run_lets_go_and_a_resumed_one_makes_only_the_rest(studio: Studio) -> None:
    folder = RunFolder(studio.home, "film")
    with rendering(studio) as process:
        asked = studio.sparkle("pause", "film")
        assert asked.returncode == 0, asked.stderr
        assert f"Asked process {process.pid} to pause film" in asked.stdout
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 1
    assert "shot_clips: Paused before shot_" in errors
    assert "`sparkle resume film` goes on" in errors
    assert not folder.is_held()
    state = read_state(folder)
    assert state is not None
    assert state.state is State.PAUSED
    run = last_run(studio)
    assert run.status.value == "CANCELED"
    assert run.tags["sparkle/state"] == "paused"
    assert "Paused before shot_" in studio.sparkle("status", "film").stdout
    kept = studio.actions()
    resumed = studio.sparkle("resume", "film")
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout.strip() == str(studio.film())
    rendered = studio.rendered()
    assert sum(map(len, rendered.made.values())) == studio.actions() - kept
    assert "shot_001" not in rendered.made["shot_clips"]
    undisturbed = Studio(studio.root / "undisturbed").render(example("harbour_light"))
    assert rendered.digests == undisturbed.digests
    again = studio.sparkle("resume", "film")
    assert again.returncode == 2
    assert "nothing to go on with" in again.stderr


def test_a_stopped_run_keeps_what_is_finished_and_says_so(studio: Studio) -> None:
    with rendering(studio) as process:
        assert studio.sparkle("stop", "film").returncode == 0
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert "Stopped before shot_" in errors
    assert "Everything finished is kept" in errors
    run = last_run(studio)
    assert (run.status.value, run.tags["sparkle/state"]) == ("CANCELED", "stopped")
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        messages = [entry.message for entry in instance.all_logs(run.run_id)]
    assert any("Stopped before shot_" in message for message in messages)
    assert "base_images" in studio.manifests()
    status = studio.sparkle("status").stdout
    assert "stopped" in status


def test_a_wish_is_meant_for_the_run_that_was_asked(studio: Studio) -> None:
    folder = RunFolder(studio.home, "film")
    with pytest.raises(NotRenderingError, match="nothing to pause"):
        ask(folder, Wish.PAUSE)
    with folder.held("the-first"):
        ask(folder, Wish.STOP)
        with pytest.raises(HaltedError, match="Stopped before shot_001"):
            RunControl(folder).obey(before="shot_001")
    with folder.held("the-second"):
        RunControl(folder).obey(before="shot_001")


@pytest.mark.parametrize("command", ["pause", "stop"])
def test_what_is_not_rendered_cannot_be_halted(studio: Studio, command: str) -> None:
    unknown = studio.sparkle(command, "film")
    assert unknown.returncode == 2
    assert "There is no film 'film'" in unknown.stderr
    assert studio.sparkle("add", studio.write(example("harbour_light"))).returncode == 0
    idle = studio.sparkle(command, "film")
    assert idle.returncode == 2
    assert f"nothing to {command}" in idle.stderr
