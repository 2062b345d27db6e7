"""Six cinematic films in one process, on real model code and tiny weights: each model once."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from dagster import DagsterEventType, DagsterInstance

from cinema import PROFILE, CinematicStudio, cinematic_film
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.film.stages import STAGES
from sparkle_motion_dagster.gpu.cache import WARM
from studio import REPOSITORY, Plan

KILLING = REPOSITORY / "tests" / "support" / "killing.py"
NUMBERS = ("one", "two", "three", "four", "five", "six")
FILMS = [f"{number}.{PROFILE}" for number in NUMBERS]
TOO_LONG = FILMS[1]
KILLED = FILMS[2]
"""In whose keyframes' publication the first command is killed: with those of the films before."""

MODELS = ("SDXL", "wan texts", "wan wan-2.1")

pytestmark = pytest.mark.models


def film_called(number: str) -> Plan:
    """Return a film that shares no picture, no line and no clip with another one."""
    plan = cinematic_film()
    for part in (*plan["shots"], *plan["base_images"]):
        prompt = "prompt" if "prompt" in part else "visual_description"
        part[prompt] += f", {number}"
    plan["characters"][0]["description"] += f", called {number}"
    plan["shots"][1]["dialogue"][0]["text"] = f"Not {number}."
    return plan


@dataclass(frozen=True)
class Resumed:
    """A batch that was killed, and rendered again by this process.

    Attributes:
        ended: How the second command ended.
        before: The fingerprints of all that the first one had made.
        events: What the second one did on the device, in order.
        loads_before: How often the first one loaded a model, by the model's key.
    """

    ended: subprocess.CompletedProcess[str]
    before: frozenset[str]
    events: tuple[dict[str, object], ...]
    loads_before: Counter[str]


def fingerprints(studio: CinematicStudio) -> frozenset[str]:
    return frozenset(path.stem for path in ActionLog(studio.home.actions).paths())


def model_of(event: dict[str, object]) -> str:
    """Return which model an event is about, by what its key begins with."""
    return next(model for model in MODELS if str(event["key"]).startswith(model))


def loads(events: Iterable[dict[str, object]]) -> Counter[str]:
    """Return how often each model was loaded."""
    return Counter(
        model_of(event) for event in events if event["event"] == "load" and not event["reused"]
    )


def logged(studio: CinematicStudio) -> list[dict[str, object]]:
    """Return what the logs of all runs say of the device."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        said = [
            entry.user_message
            for run in instance.get_runs()
            for entry in instance.all_logs(run.run_id)
        ]
    return [json.loads(line) for line in said if line.startswith('{"device"')]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> CinematicStudio:
    return CinematicStudio(tmp_path_factory.mktemp("cinema"))


@pytest.fixture(scope="module")
def plans(studio: CinematicStudio) -> list[Path]:
    """Return six plans; in one of them more is said than the model can show in one shot."""
    written = [studio.write(film_called(number), number) for number in NUMBERS]
    too_long = film_called("two")
    too_long["shots"][1]["dialogue"][0]["text"] = " ".join(["never"] * 30)
    studio.write(too_long, "two")
    return written


@pytest.fixture(scope="module")
def resumed(studio: CinematicStudio, plans: list[Path]) -> Resumed:
    command: list[str | Path] = ["render", *plans, "--profile", PROFILE, "--json"]
    moment = "os.rename", f"*/runs/{KILLED}/base_images/manifest.json"
    killed = studio.python(KILLING, "SIGKILL", *moment, "--", *command)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before, loads_before = fingerprints(studio), loads(logged(studio))
    WARM.evict()  # what earlier tests left here is no model of these films
    events: list[dict[str, object]] = []
    listener = logging.Handler()
    listener.emit = lambda record: events.append(json.loads(record.getMessage()))  # type: ignore[method-assign]
    log = logging.getLogger("sparkle_motion_dagster.gpu")
    log.addHandler(listener)
    try:
        ended = studio.sparkle_here(*command)
    finally:
        log.removeHandler(listener)
    return Resumed(ended, before, tuple(events), loads_before)


def test_each_model_is_loaded_once_for_all_films(resumed: Resumed) -> None:
    assert resumed.loads_before == {"SDXL": 1}
    assert loads(resumed.events) == dict.fromkeys(MODELS, 1)
    served = {(event["stage"], event["run_id"]) for event in resumed.events}
    assert served == {
        *(("base_images", film) for film in FILMS[FILMS.index(KILLED) + 1 :]),
        *(("shot_clips", film) for film in FILMS if film != TOO_LONG),
    }


def test_a_model_leaves_when_the_last_film_has_passed_its_stage(resumed: Resumed) -> None:
    happened = [(event["event"], model_of(event)) for event in resumed.events]
    sdxl, texts, wan = MODELS
    sdxl_left = happened.index(("evict", sdxl))
    assert ("load", sdxl) not in happened[sdxl_left:]
    assert sdxl_left < happened.index(("load", texts)) < happened.index(("load", wan))
    assert Counter(happened[-2:]) == {("evict", texts): 1, ("evict", wan): 1}


def test_the_film_that_no_model_can_make_stops_no_other(
    studio: CinematicStudio, resumed: Resumed
) -> None:
    films = {film["film"]: film for film in json.loads(resumed.ended.stdout)["films"]}
    assert list(films) == FILMS
    assert {name: film["state"] for name, film in films.items()} == {
        name: "failed" if name == TOO_LONG else "rendered" for name in FILMS
    }
    assert "became too long" in films[TOO_LONG]["message"]
    assert (films[TOO_LONG]["exit_code"], resumed.ended.returncode) == (2, 2)
    assert all(studio.film(name).exists() == (name != TOO_LONG) for name in FILMS)


def test_nothing_is_made_again_that_was_made_before_the_kill(
    studio: CinematicStudio, resumed: Resumed
) -> None:
    assert resumed.ended.stderr.count("is gone") == len(FILMS)
    made = [
        artifact.fingerprint
        for name in FILMS
        for manifest in studio.manifests(name).values()
        for artifact in manifest.artifacts
        if artifact.id in manifest.provenance.made and manifest.stage != STAGES[0]
    ]
    assert made
    assert not resumed.before & set(made)
    assert resumed.before < fingerprints(studio)


def test_a_stage_of_all_films_is_made_before_the_next_stage(
    studio: CinematicStudio, resumed: Resumed
) -> None:
    assert resumed.ended.returncode == 2
    began = []
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        for run in instance.get_runs(limit=len(FILMS)):
            starts = instance.all_logs(run.run_id, DagsterEventType.STEP_START)
            film = run.tags["dagster/partition"]
            began += [(entry.timestamp, str(entry.step_key), film) for entry in starts]
    assert [(stage, film) for _, stage, film in sorted(began)] == [
        (stage, film)
        for stage in STAGES
        for film in FILMS
        if film != TOO_LONG or STAGES.index(stage) <= STAGES.index("shot_clips")
    ]
