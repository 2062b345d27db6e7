"""The server describes what it answers, by schema and by example, and answers as described."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from served_app import ServedApp, bearer, serving_home, settings_of
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.errors import RunBusyError, StorageError, StoreBusyError
from sparkle_motion_dagster.errors import BusyError, InputError, NotFoundError, SparkleError
from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.server.app import films_api
from sparkle_motion_dagster.server.problems import KINDS, problem_type, status_of
from studio import Gallery, Studio

DOCUMENT = Path(__file__).parents[2] / "docs" / "server.md"

Json = dict[str, Any]


@pytest.fixture(scope="module")
def studio(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return gallery.short_film().copy(tmp_path_factory.mktemp("studio"))


@pytest.fixture(scope="module")
def server(studio: Studio) -> Iterator[ServedApp]:
    with serving_home(studio.home.root) as server:
        yield server


@pytest.fixture(scope="module")
def description() -> Json:
    """The description of everything that the server answers."""
    return films_api(settings_of(Path("/nowhere"))).openapi()


def operations(description: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield every operation: its path, its method, and what is said of it."""
    for path, item in description["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_its_description_is_sent(server: ServedApp, description: Json) -> None:
    sent = server.get("/openapi.json").json
    assert sent == description
    assert sent["openapi"].startswith("3.1")
    ids = [one["operationId"] for _, _, one in operations(description)]
    assert len(set(ids)) == len(ids)


def test_every_operation_says_what_it_is_for(description: Json) -> None:
    known = {tag["name"] for tag in description["tags"]}
    for path, method, operation in operations(description):
        where = f"{method.upper()} {path}"
        assert len(operation["tags"]) == 1, where
        assert operation["tags"][0] in known, where
        assert re.fullmatch(r"[A-Z].*\.", operation["summary"]), where
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (where, parameter["name"])
        is_open = method in {"get", "head"} or where == "DELETE /session"
        assert operation["security"] == ([{}] if is_open else []) + [{"token": []}], where


def test_every_operation_says_how_it_fails(description: Json) -> None:
    for path, method, operation in operations(description):
        where = f"{method.upper()} {path}"
        assert {"400", "401", "403", "429", "default"} <= set(operation["responses"]), where
        if method not in {"get", "head"}:
            assert {"413", "415", "422"} <= set(operation["responses"]), where
        for code, response in operation["responses"].items():
            if code[0] in "23":
                continue
            told = resolved(description, response)
            assert list(told["content"]) == ["application/problem+json"], (where, code)
            example = told["content"]["application/problem+json"]["example"]
            jsonschema.validate(example, schema(description, "Problem"))


def test_every_json_that_is_taken_or_sent_comes_with_an_example(description: Json) -> None:
    schemas = description["components"]["schemas"]
    without = set()
    for path, method, operation in operations(description):
        for body in (operation.get("requestBody", {}), *operation["responses"].values()):
            media = resolved(description, body).get("content", {}).get("application/json")
            if media is None or "schema" not in media or path == "/schemas/{name}":
                continue
            name = media["schema"].get("$ref", "").rpartition("/")[2]
            examples = [*schemas.get(name, {}).get("examples", ())]
            examples += [media["example"]] if "example" in media else []
            examples += [one["value"] for one in media.get("examples", {}).values()]
            if not examples:
                without.add(f"{method.upper()} {path}: {name}")
            for example in examples:
                whole = {**media["schema"], "components": description["components"]}
                jsonschema.validate(example, whole)
    assert not without


def resolved(whole: Json, part: Json) -> Json:
    """Return a part of the description, or what it refers to."""
    if "$ref" not in part:
        return part
    for name in part["$ref"].removeprefix("#/").split("/"):
        whole = whole[name]
    return whole


def schema(whole: Json, name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}


def test_what_is_sent_is_as_described(server: ServedApp, description: Json) -> None:
    for path, model in (
        ("/runs", "Films"),
        ("/runs/film", "FilmStanding"),
        ("/runs/film/context", "RunContext"),
        ("/runs/film/manifest/video_final", "StageManifest"),
        ("/runs/film/final", "FinalFilm"),
        ("/runs/film/view", "FilmView"),
        ("/ready", "Ready"),
        ("/runs/none", "Problem"),
        ("/runs?limit=no", "Problem"),
    ):
        jsonschema.validate(server.get(path).json, schema(description, model))


def test_the_plans_of_the_examples_can_be_rendered(server: ServedApp, description: Json) -> None:
    body = description["paths"]["/plans/check"]["post"]["requestBody"]["content"]
    texts = {
        "application/yaml": body["application/yaml"]["example"],
        "application/json": json.dumps(body["application/json"]["example"]),
    }
    for kind, text in texts.items():
        checked = server.ask(
            "POST", "/plans/check", bearer() | {"Content-Type": kind}, text.encode()
        )
        assert checked.status == 200, checked.json
        assert checked.json["title"] == "Harbour Light"


def test_every_schema_is_sent_and_is_one(server: ServedApp) -> None:
    names = server.get("/schemas").json["schemas"]
    assert {"MoviePlan", "StageManifest", "RunContext", "ActionRecord", "FilmStanding"} <= set(
        names
    )
    for name in names:
        sent = server.get(f"/schemas/{name}").json
        assert sent["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(sent)
    assert server.get("/schemas/Nothing").status == 404


def test_what_lies_in_the_home_is_as_its_schema_has_it(server: ServedApp, studio: Studio) -> None:
    run = studio.home.runs / "film"
    actions = ActionLog(studio.home.actions)
    (plan,) = (run / "movie_plan").glob("*plan*.json")
    files = {
        "StageManifest": list(run.glob("*/manifest.json")),
        "ActionRecord": list(actions.paths())[:5],
        "FilmState": [run / "state.json"],
    }
    for name, paths in files.items():
        described = server.get(f"/schemas/{name}").json
        assert paths
        for path in paths:
            jsonschema.validate(json.loads(path.read_bytes()), described)
    assert plan


def test_the_types_of_problems_are_documented_and_never_change() -> None:
    said = DOCUMENT.read_text(encoding="utf-8")
    types = {status: problem_type(status) for status in KINDS}
    assert len(set(types.values())) == len(types)
    for status, kind in types.items():
        assert f"| {status} | `{kind}` |" in said


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError("x"), 400),
        (NotFoundError("x"), 404),
        (PlanError(None, [PlanProblem("x", "shots[0].id", 3)]), 422),
        (RunBusyError("x"), 409),
        (StoreBusyError("x"), 429),
        (BusyError("x"), 429),
        (StorageError("x"), 503),
        (SparkleError("x"), 503),
    ],
)
def test_our_errors_have_a_status_by_their_family(error: SparkleError, status: int) -> None:
    assert status_of(error) == status
