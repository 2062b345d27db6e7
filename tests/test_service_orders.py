"""A film by HTTP alone: its plan is sent, ordered, paused, gone on with, and there."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance

from film_server import FilmServer, rendering_film_server
from gates import GatedStudio
from service import long_film
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.runs.queue import runs_of
from waiting import until

pytestmark = pytest.mark.service

FILM = "storm"


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    said: Any


@dataclass(frozen=True)
class Director:
    """Somebody who has the token."""

    server: FilmServer

    def post(self, path: str, body: bytes = b"{}", kind: str = "application/json") -> Answer:
        """Ask for something."""
        headers = self.server.bearer | {"Content-Type": kind}
        address = self.server.address + path
        request = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                return Answer(answer.status, json.load(answer))
        except urllib.error.HTTPError as error:
            return Answer(error.code, json.load(error))

    def stands(self) -> dict[str, Any]:
        """Return how the film stands; nothing, where there is none yet."""
        try:
            standing: dict[str, Any] = self.server.ask(f"/runs/{FILM}", self.server.bearer)
        except urllib.error.HTTPError:
            return {}
        return standing

    def waits_until(self, *states: str) -> dict[str, Any]:
        """Wait until the film is in one of some states."""

        def there() -> dict[str, Any] | None:
            now = self.stands()
            assert now.get("now") not in {"failed", "interrupted"}, now
            return now if now.get("now") in states else None

        return until(f"{FILM} is {' or '.join(states)}", there)


def started_by(studio: GatedStudio) -> list[str]:
    """Return who started the film's runs, the first one first."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        runs = runs_of(instance, FILM)
        return [run.tags["sparkle/started_by"] for run in reversed(runs)]


def test_a_film_is_made_by_requests_alone(tmp_path: Path) -> None:
    studio = GatedStudio(tmp_path / "studio")
    plan = yaml_text(long_film("Storm")).encode()
    with rendering_film_server(studio) as server:
        director = Director(server)
        accepted = director.post(f"/plans?run_id={FILM}", plan, "application/yaml")
        assert accepted.status == 202, accepted
        with studio.gate_closed():
            ordered = director.post(f"/runs/{FILM}/render")
            # The inbox may have been faster: then it waits already, and once.
            assert ordered.status in (202, 409), ordered
            until("it is at its clips", lambda: _is_at(director, "shot_clips"))
            again = director.post(f"/runs/{FILM}/render")
            assert again.status == 409, again
            paused = director.post(f"/runs/{FILM}/control/pause")
            assert (paused.status, paused.said["done"]) == (202, False)
        stood = director.waits_until("paused")
        made = {one["stage"] for one in stood["stages"] if one["made"]}
        assert "base_images" in made
        assert "video_final" not in made
        # The plan lies in the inbox, which looks at it meanwhile: that makes no run of its own.
        ticks = _looks(studio)
        until("the inbox was looked at twice", lambda: _looks(studio) >= ticks + 2)
        assert director.stands()["now"] == "paused"
        assert len(started_by(studio)) == 1

        resumed = director.post(f"/runs/{FILM}/control/resume")
        assert resumed.status == 202, resumed
        done = director.waits_until("rendered")
        assert done["film_s"] == pytest.approx(5.0, abs=0.5)
        assert started_by(studio)[1:] == ["go_on"]
        assert studio.film(FILM).is_file()
        nothing = director.post(f"/runs/{FILM}/control/resume")
        assert nothing.status == 409


def _is_at(director: Director, stage: str) -> bool:
    progress = director.stands().get("progress") or {}
    return bool(progress.get("stage") == stage and progress.get("item"))


def _looks(studio: GatedStudio) -> int:
    """Return how often the daemon has looked at the inbox."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        states = [one for one in instance.all_instigator_state() if one.name == "inbox"]
        return sum(
            len(instance.get_ticks(one.instigator_origin_id, one.selector_id)) for one in states
        )
