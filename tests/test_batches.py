"""Many films in one process, through `sparkle render PLAN...`: in turn, and each on its own."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterEventType, DagsterInstance, DagsterRun
from imageio_ffmpeg import get_ffmpeg_exe

from sparkle_motion_dagster.api.batches import planned_batch, render_batch
from sparkle_motion_dagster.artifacts.film_state import State, Wish
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import STAGES
from sparkle_motion_dagster.operations.control import NotRenderingError, ask
from sparkle_motion_dagster.runs.instance import open_instance
from studio import REPOSITORY, Plan, Studio, short_film
from waiting import until

KILLING = REPOSITORY / "tests" / "support" / "killing.py"

UNENCODABLE = "144x80"

FIRST, BROKEN, PAUSED, WAITING, HELD, LAST = FILMS = (
    "first",
    "broken",
    "paused",
    "waiting",
    "held",
    "last",
)


def smallest_film(number: int) -> Plan:
    """Return a film of one short shot in which a line is spoken; none is like another one."""
    plan = short_film()
    del plan["dialogue_timeline"]
    (shot,) = plan["shots"] = plan["shots"][1:]
    shot |= {"start_base_image_id": "frame_002", "duration_sec": 1.0, "transition": "cut"}
    del shot["end_base_image_id"]
    plan["base_images"] = plan["base_images"][2:]
    shot["dialogue"][0]["text"] = f"Not {number}."
    plan["base_images"][0]["prompt"] += f", number {number}"
    return plan


def written(studio: Studio, *names: str) -> list[Path]:
    return [studio.write(smallest_film(number), name) for number, name in enumerate(names)]


def told(ended: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    """Return what a batch says of its films to programs, by film."""
    return {film["film"]: film for film in json.loads(ended.stdout)["films"]}


def runs(studio: Studio) -> dict[str, DagsterRun]:
    """Return the last run of each film."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        return {run.tags["dagster/partition"]: run for run in reversed(instance.get_runs())}


def begun(studio: Studio) -> list[tuple[str, str]]:
    """Return which stage of which film was begun, in order."""
    began = []
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        for film, run in runs(studio).items():
            starts = instance.all_logs(run.run_id, DagsterEventType.STEP_START)
            began += [(entry.timestamp, str(entry.step_key), film) for entry in starts]
    return [(stage, film) for _, stage, film in sorted(began)]


class StudioThatCannotEncode(Studio):
    """A studio whose ffmpeg fails on pictures of one size."""

    @property
    def environment(self) -> dict[str, str]:
        encoder = self.root / "encoder"
        refusing = f'case "$*" in *{UNENCODABLE}*) echo "No room" >&2; exit 1;; esac'
        encoder.write_text(f'#!/bin/sh\n{refusing}\nexec "{get_ffmpeg_exe()}" "$@"\n')
        encoder.chmod(0o755)
        return super().environment | {"IMAGEIO_FFMPEG_EXE": str(encoder)}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return StudioThatCannotEncode(tmp_path_factory.mktemp("batch"))


@pytest.fixture(scope="module")
def ended(studio: Studio) -> Iterator[subprocess.CompletedProcess[str]]:
    """A batch: one film fails, one is paused, one waits, and one is held by this process."""
    plans = written(studio, *FILMS)
    reviewed = smallest_film(FILMS.index(WAITING))
    reviewed["render_profile"]["review"] = ["base_images"]
    studio.write(reviewed, WAITING)
    unencodable = smallest_film(FILMS.index(BROKEN))
    unencodable["render_profile"]["metadata"]["resolution"] = UNENCODABLE
    studio.write(unencodable, BROKEN)
    with RunFolder(studio.home, HELD).held(), ThreadPoolExecutor() as threads:
        rendering = threads.submit(studio.sparkle, "render", *plans, "--json")
        until(f"{PAUSED} is asked to pause", lambda: rendering.done() or asked_to_pause(studio))
        yield rendering.result()


def asked_to_pause(studio: Studio) -> bool:
    """Ask a film to pause, if anybody renders it by now."""
    try:
        ask(RunFolder(studio.home, PAUSED), Wish.PAUSE)
    except NotRenderingError:
        return False
    return True


def test_what_becomes_of_one_film_stops_no_other(
    studio: Studio, ended: subprocess.CompletedProcess[str]
) -> None:
    films = told(ended)
    assert tuple(films) == FILMS
    assert {name: (film["state"], film["exit_code"]) for name, film in films.items()} == {
        FIRST: ("rendered", 0),
        BROKEN: ("failed", 1),
        PAUSED: ("paused", 1),
        WAITING: ("waiting for review", 0),
        HELD: ("busy", 75),
        LAST: ("rendered", 0),
    }
    assert ended.returncode == 1
    assert films[BROKEN]["message"].startswith("lipsync_clips: shot_002: ")
    assert "No room" in films[BROKEN]["message"]
    assert f"sparkle resume {PAUSED}" in films[PAUSED]["message"]
    assert f"sparkle approve {WAITING}" in films[WAITING]["message"]
    assert f"{HELD} is being rendered by process" in films[HELD]["message"]
    for name in (FIRST, LAST):
        assert films[name]["path"] == str(studio.film(name))
        assert studio.film(name).exists()
        made = studio.rendered(name).made
        assert films[name]["made"] == sum(map(len, made.values())) > 0
        assert films[name]["duration_s"] == pytest.approx(1.0, abs=0.6)


def test_a_stage_of_all_films_is_made_before_the_next_stage(
    studio: Studio, ended: subprocess.CompletedProcess[str]
) -> None:
    assert ended.returncode == 1
    films = {
        stage: (FIRST, BROKEN, WAITING, *([HELD] if stage == STAGES[0] else ()), LAST)
        for stage in STAGES[: STAGES.index("base_images") + 1]
    }
    order = [(stage, film) for stage, film in begun(studio) if film != PAUSED]
    assert order[: sum(map(len, films.values()))] == [
        (stage, film) for stage in films for film in films[stage]
    ]
    finished = [(stage, film) for stage, film in order if film in (FIRST, LAST)]
    assert finished == [(stage, film) for stage in STAGES for film in (FIRST, LAST)]


def test_a_film_that_ends_on_the_way_is_told_at_once(
    ended: subprocess.CompletedProcess[str],
) -> None:
    said = [line.strip() for line in ended.stderr.splitlines()]
    told_at = {
        name: next(n for n, line in enumerate(said) if line.startswith(f"{number}/6 {name} {how}"))
        for number, (name, how) in enumerate(
            {
                BROKEN: "failed: lipsync_clips: shot_002: ",
                PAUSED: "paused: ",
                WAITING: "waiting for review: ",
                HELD: f"busy: {STAGES[0]}: {HELD} is being rendered by process",
            }.items(),
            start=2,
        )
    }
    last = next(n for n, line in enumerate(said) if line.startswith(f"6/6 {LAST} {STAGES[-1]}"))
    assert max(told_at.values()) < last
    assert not any(line.startswith(f"1/6 {FIRST} rendered") for line in said)


def test_each_film_has_a_run_of_its_own(
    studio: Studio, ended: subprocess.CompletedProcess[str]
) -> None:
    assert ended.returncode == 1
    of_films = runs(studio)
    assert {film: run.tags.get("sparkle/state") for film, run in of_films.items()} == {
        FIRST: "rendered",
        BROKEN: "failed",
        PAUSED: "paused",
        WAITING: "waiting for review",
        HELD: None,
        LAST: "rendered",
    }
    assert all(run.remote_job_origin is not None for run in of_films.values())
    assert {run.status.value for run in of_films.values()} == {
        "SUCCESS",
        "FAILURE",
        "CANCELED",
    }


def test_the_same_again_makes_nothing_and_shows_a_table(
    studio: Studio, ended: subprocess.CompletedProcess[str]
) -> None:
    assert ended.returncode == 1
    actions = studio.actions()
    again = studio.sparkle("render", studio.plans / f"{FIRST}.yaml", studio.plans / f"{LAST}.yaml")
    assert again.returncode == 0, again.stderr
    assert studio.actions() == actions
    rows = {cells[0]: cells for line in again.stdout.splitlines() if (cells := line.split())}
    for name in (FIRST, LAST):
        assert rows[name][1:4] == ["rendered", "0", str(told(ended)[name]["made"])]
        assert rows[name][-1] == str(studio.film(name))


def test_what_is_wrong_with_any_plan_is_told_before_anything_is_rendered(studio: Studio) -> None:
    root = studio.root / "wrong"
    wrong = Studio(root)
    fine, faulty = written(wrong, "fine", "faulty")
    faulty.write_text("title: Nothing\n", encoding="utf-8")
    (root / "elsewhere").mkdir()
    twin = fine.rename(root / "elsewhere" / "fine.yaml")
    fine = wrong.write(smallest_film(0), "fine")
    refused = wrong.sparkle_here("render", fine, faulty, twin, root / "absent.yaml")
    assert refused.returncode == 2
    for part in (f"{faulty} has", "absent.yaml: there is no such file", f"{fine} and {twin}"):
        assert part in refused.stderr
    named = wrong.sparkle_here("render", fine, faulty, "--run-id", "film")
    assert named.returncode == 2
    assert "--run-id goes with one plan" in named.stderr
    assert not wrong.home.runs.exists()


def test_what_many_films_would_take_is_told_without_a_film_twice(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    one, two = written(studio, "one", "two")
    again = studio.plans / ".." / studio.plans.name / one.name
    priced = studio.sparkle_here("render", one, two, again, "--dry-run", "--json")
    assert priced.returncode == 0, priced.stderr
    assert [film["price"]["run_id"] for film in json.loads(priced.stdout)] == ["one", "two"]
    named = studio.sparkle_here("render", one, two, "--dry-run", "--run-id", "film")
    assert named.returncode == 2
    assert "--run-id goes with one plan" in named.stderr
    assert not studio.home.runs.exists()


def test_a_batch_of_no_plans_comes_to_nothing(tmp_path: Path) -> None:
    batch = planned_batch([], home=tmp_path)
    with open_instance(batch.home) as instance:
        result = render_batch(instance, batch, watch=print, tell=print)
    assert (result.films, result.exit_code) == ((), 0)


def interrupted(
    studio: Studio, sent: signal.Signals, moment: str, plans: Sequence[Path]
) -> subprocess.CompletedProcess[str]:
    """Render a batch until a file is about to get a name; in this moment a signal is sent."""
    return studio.python(KILLING, sent.name, "os.rename", moment, "--", "render", *plans, "--json")


def stands(studio: Studio, film: str) -> State | None:
    status = RunFolder(studio.home, film).state.read().status
    return None if status is None else status.state


@pytest.mark.parametrize(
    "sent", [pytest.param(signal.SIGINT, marks=pytest.mark.service), signal.SIGTERM]
)
def test_an_interrupted_batch_stops_all_its_films(tmp_path: Path, sent: signal.Signals) -> None:
    studio = Studio(tmp_path)
    plans = written(studio, "one", "two", "three")
    stopped = interrupted(studio, sent, "*/runs/two/dialogue_wavs/manifest.json", plans)
    films = told(stopped)
    assert stopped.returncode == 1
    assert [film["state"] for film in films.values()] == ["stopped"] * 3
    assert "Stopped before timeline_track, as asked" in films["one"]["message"]
    assert "Interrupted" in films["two"]["message"]
    assert "Stopped before dialogue_wavs, as asked" in films["three"]["message"]
    assert [stands(studio, film) for film in films] == [State.STOPPED] * 3
    assert {run.status.value for run in runs(studio).values()} == {"CANCELED", "FAILURE"}


def test_a_film_that_has_had_no_turn_is_not_begun(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    plans = written(studio, "one", "two", "three")
    stopped = interrupted(studio, signal.SIGINT, "*/runs/one/movie_plan/manifest.json", plans)
    films = told(stopped)
    assert stopped.returncode == 1
    assert [film["state"] for film in films.values()] == ["stopped", "not begun", "not begun"]
    assert set(runs(studio)) == {"one"}
    assert not (studio.home.runs / "two").exists()


@pytest.mark.service
@pytest.mark.parametrize("stage", STAGES)
def test_a_killed_batch_goes_on_where_each_film_was(tmp_path: Path, stage: str) -> None:
    undisturbed, studio = Studio(tmp_path / "undisturbed"), Studio(tmp_path / "killed")
    names = "one", "two", "three"
    whole = undisturbed.sparkle("render", *written(undisturbed, *names))
    assert whole.returncode == 0, whole.stderr
    plans = written(studio, *names)
    killed = interrupted(studio, signal.SIGKILL, f"*/runs/two/{stage}/manifest.json", plans)
    assert killed.returncode == -signal.SIGKILL
    recorded = studio.actions()
    resumed = studio.sparkle("render", *plans, "--json")
    assert resumed.returncode == 0, resumed.stderr
    # In the first stage the last film has had no turn yet; in the last one the first has ended.
    assert resumed.stderr.count("is gone") == (2 if stage in (STAGES[0], STAGES[-1]) else 3)
    assert recorded + sum(film["made"] for film in told(resumed).values()) == undisturbed.actions()
    assert studio.actions() == undisturbed.actions()
    for name in names:
        assert studio.rendered(name).content == undisturbed.rendered(name).content
