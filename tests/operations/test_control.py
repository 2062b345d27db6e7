"""Pause, stop and resume: a run ends between two items, and the next one goes on from there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRun

from gates import GatedStudio
from sparkle_motion_dagster.artifacts.film_state import State, Wish
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.operations.control import NotRenderingError, RunControl, ask
from sparkle_motion_dagster.production.halting import HaltedError
from studio import PROGRAMS, Studio, example
from waiting import until

pytestmark = pytest.mark.service

PATIENCE_S = 120.0


@pytest.fixture
def studio(tmp_path: Path) -> GatedStudio:
    return GatedStudio(tmp_path)


def halted(studio: GatedStudio, command: str) -> str:
    """Render until the first clip, have the run halt there, and return what it says of that."""
    plan = studio.write(example("harbour_light"))
    process = subprocess.Popen(
        [str(PROGRAMS / "sparkle"), "render", str(plan)],
        env=studio.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with studio.gate_closed():
            until("the render comes to its clips", lambda: at_its_clips(studio, process))
            asked = studio.sparkle(command, "film")
        assert asked.returncode == 0, asked.stderr
        assert f"Asked process {process.pid} to {command} film" in asked.stdout
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 1
        return errors
    finally:
        process.kill()
        process.communicate()


def at_its_clips(studio: Studio, process: subprocess.Popen[str]) -> bool:
    assert process.poll() is None, "the render ended"
    report = RunFolder(studio.home, "film").state.read().progress
    return report is not None and report.stage == "shot_clips" and "shot_001" in report.at


def last_run(studio: Studio) -> DagsterRun:
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        return instance.get_runs(limit=1)[0]


def test_a_paused_run_lets_go_and_a_resumed_one_makes_only_the_rest(studio: GatedStudio) -> None:
    folder = RunFolder(studio.home, "film")
    errors = halted(studio, "pause")
    assert "shot_clips: Paused before shot_" in errors
    assert "`sparkle resume film` goes on" in errors
    assert not folder.is_held()
    state = folder.state.read().status
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


def test_a_stopped_run_keeps_what_is_finished_and_says_so(studio: GatedStudio) -> None:
    errors = halted(studio, "stop")
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
