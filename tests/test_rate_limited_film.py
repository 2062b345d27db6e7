"""A film whose engine is capped: it waits and says why, or is refused, and loses nothing."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import forked
from sparkle_motion_dagster.artifacts.actions import ActionLog, read_action
from sparkle_motion_dagster.artifacts.film_state import ProgressReport, State
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from studio import Studio, short_film
from waiting import until


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    monkeypatch.setenv("SPARKLE_RATE_LIMITS", str(tmp_path / "rate-limits.yaml"))
    return Studio(tmp_path)


def cap(studio: Studio, most: int, when_spent: str) -> None:
    what = f"{{what: requests, per: day, most: {most}, when_spent: {when_spent}}}"
    text = f'schema_version: "1"\nengines: {{storyboard: [{what}]}}\n'
    (studio.root / "rate-limits.yaml").write_text(text)


@contextlib.contextmanager
def rendering(studio: Studio, plan: Path, log: Path) -> Iterator[forked.Service]:
    """Have a process of its own render a plan, which ends with the block."""
    command = ["sparkle", "render", str(plan)]
    process = forked.Service(command, studio.environment, studio.root, log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def waiting(studio: Studio, process: forked.Service) -> ProgressReport:
    """Return the progress of a run once it waits."""

    def waits() -> ProgressReport | None:
        assert process.poll() is None
        report = RunFolder(studio.home, "film").state.read().progress
        return report if report is not None and report.doing else None

    return until("it waits", waits)


def test_a_film_waits_and_says_why_and_is_refused_and_goes_on(studio: Studio) -> None:
    cap(studio, 1, "queue")
    plan = studio.write(short_film())
    why = (
        r"The engine storyboard has used up its 1 request a day; frame_001 may begin in "
        r"2\d h \d+ min"
    )
    log = studio.root / "render.log"
    with rendering(studio, plan, log) as process:
        report = waiting(studio, process)
        assert (report.stage, report.done) == (BASE_IMAGES, 1)
        assert re.fullmatch(why, report.doing)
        told = studio.sparkle("status", "film").stdout
        assert re.search(rf"base_images: 1 of 3 done\. {why}$", told, re.MULTILINE)
        assert "; 1 item waits." in studio.sparkle("status").stdout
        assert studio.sparkle("pause", "film").returncode == 0
        process.wait(120)
    said = log.read_text(encoding="utf-8")
    assert re.search(rf"^  {why}$", said, re.MULTILINE)
    assert RunFolder(studio.home, "film").state.read().standing(State.PAUSED)

    cap(studio, 2, "refuse")
    refused = studio.sparkle("render", plan, "--json")
    assert refused.returncode == 75
    (film,) = json.loads(refused.stdout)["films"]
    assert (film["state"], film["exit_code"]) == ("failed", 75)  # nobody else has it
    assert "frame_002: The engine storyboard has used up its 2 requests a day." in refused.stderr
    assert "try again in 2" in refused.stderr  # 23 h and some minutes, or 24 h 0 min
    told = studio.sparkle("engines", "limits").stdout
    assert "the engine storyboard" in told
    assert "2 requests a day" in told

    # What was made of the pictures in both runs is kept: one each.
    records = map(read_action, ActionLog(studio.home.actions).paths())
    assert sum(one.engine.name == "storyboard" for one in records) == 2


def test_caps_that_are_wrong_stop_a_film_before_it_begins(studio: Studio) -> None:
    (studio.root / "rate-limits.yaml").write_text('schema_version: "1"\nengines: {sdx: []}\n')
    refused = studio.sparkle("render", studio.write(short_film()))
    assert refused.returncode == 2
    assert "there is no engine 'sdx'" in refused.stderr
    assert not studio.home.runs.exists() or not [*studio.home.run_ids()]
