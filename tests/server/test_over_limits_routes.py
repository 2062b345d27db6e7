"""Prices over HTTP, and renders over their limits: refused with the price, and allowed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dagster import DagsterInstance, DagsterRunStatus
from httpx2 import Response
from starlette.testclient import TestClient

from films_client import studio_client
from sparkle_motion_dagster.forecast.price.guard import PricedRun
from sparkle_motion_dagster.runs.names import configured
from sparkle_motion_dagster.runs.queue import runs_of
from sparkle_motion_dagster.server.problems import Problem
from studio import Gallery, Plan, Studio, short_film


@pytest.fixture(scope="module")
def studio(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return gallery.short_film().copy(tmp_path_factory.mktemp("priced"))


@pytest.fixture(scope="module")
def client(studio: Studio) -> Iterator[TestClient]:
    with studio_client(studio) as client:
        yield client


def edited(**of_profile: object) -> Plan:
    plan = short_film()
    plan["base_images"][0]["prompt"] = "calm sea before a stone lighthouse, noon, 35mm"
    plan["render_profile"] |= of_profile
    return plan


def priced(client: TestClient, job: str = "render_movie") -> PricedRun:
    answer = client.get("/runs/film/price", params={"job": job})
    assert answer.status_code == 200, answer.text
    return PricedRun.model_validate_json(answer.content)


def refused(answer: Response) -> PricedRun:
    """Return the price in an answer that is the problem of a render over its limits."""
    assert answer.status_code == 402, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.content)
    assert problem.type == "urn:sparkle-motion:problem:over-limits"
    assert problem.priced is not None
    assert all(str(one) in problem.detail for one in problem.priced.objections)
    return problem.priced


def allowed(studio: Studio) -> list[bool]:
    """Return of each run that waits for the film whether it may exceed its limits."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        waiting = runs_of(instance, "film", DagsterRunStatus.QUEUED)
    of_film = ("resources", "film", "config", "over_limits")
    return [bool(configured(run.run_config, *of_film)) for run in waiting]


def test_what_is_all_there_costs_nothing(client: TestClient) -> None:
    found = priced(client)
    assert (found.price.calls, found.objections) == ((), ())
    assert found.line == "Nothing is made: everything is in the store."
    assert client.get("/runs/none/price").status_code == 404
    assert client.get("/runs/film/price?job=all").status_code == 422


def test_an_edit_is_priced_and_without_limits_nobody_objects(
    client: TestClient, studio: Studio
) -> None:
    studio.write(edited())
    found = priced(client)
    assert found.price.made >= 2
    assert "items to make" in found.line
    assert not found.limits
    assert found.objections == ()
    stills = priced(client, "stills_only").price
    assert 0 < len(stills.calls) < len(found.price.calls)
    assert {call.stage for call in stills.calls} == {"base_images"}


def test_over_its_limits_it_is_ordered_only_by_whoever_says_so(
    client: TestClient, studio: Studio
) -> None:
    studio.write(edited(limits={"disk_gb": 1e-9}))
    over = refused(client.post("/runs/film/render"))
    assert over == priced(client)
    assert [one.what for one in over.objections] == ["disk_gb"]
    assert allowed(studio) == []

    ordered = client.post("/runs/film/render", json={"over_limits": True})
    assert ordered.status_code == 202, ordered.text
    assert allowed(studio) == [True]
    assert client.post("/runs/film/control/pause").status_code == 202

    resumed = client.post("/runs/film/control/resume")
    assert resumed.status_code == 202, "what was allowed, stays so"
    assert allowed(studio) == [True]
    assert client.post("/runs/film/control/pause").status_code == 202


def test_limits_that_came_later_hold_for_whoever_goes_on(
    client: TestClient, studio: Studio
) -> None:
    studio.write(edited())
    assert client.post("/runs/film/render").status_code == 202
    assert allowed(studio) == [False]
    assert client.post("/runs/film/control/pause").status_code == 202
    studio.write(edited(limits={"disk_gb": 1e-9}))
    refused(client.post("/runs/film/control/resume"))
    assert allowed(studio) == []
    resumed = client.post("/runs/film/control/resume", json={"over_limits": True})
    assert resumed.status_code == 202, resumed.text
    assert allowed(studio) == [True]
