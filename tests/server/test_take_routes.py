"""Takes over HTTP: listed, sent, ordered, chosen and pinned."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from dagster import DagsterInstance, DagsterRunStatus
from httpx2 import Response
from starlette.testclient import TestClient

from films_client import films_client, studio_client
from sparkle_motion_dagster.artifacts.choices import CHOICES
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import BASE_IMAGES, DIALOGUE_WAVS, TAKES
from sparkle_motion_dagster.runs.names import MAKE_TAKES, configured
from sparkle_motion_dagster.runs.queue import runs_of
from studio import Gallery, Studio

ITEM = f"/runs/film/takes/{BASE_IMAGES}/frame_002"


@pytest.fixture(scope="module")
def made(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio whose film has three takes of a keyframe."""
    studio = gallery.short_film().copy(tmp_path_factory.mktemp("takes"))
    done = studio.sparkle_here("redo", "film", "frame_002", "--takes", "2")
    assert done.returncode == 0, done.stderr
    return studio


@pytest.fixture
def studio(made: Studio) -> Iterator[Studio]:
    """The same one, of which nothing is chosen, nor ordered, before and after."""
    choices = made.home.runs / "film" / CHOICES
    before = choices.read_bytes()
    yield made
    choices.write_bytes(before)


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with studio_client(studio) as client:
        yield client


def detail(answer: Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: str = answer.json()["detail"]
    return said


def test_takes_are_listed_with_what_was_measured_and_sent(client: TestClient) -> None:
    (item,) = client.get("/runs/film/takes").json()["items"]
    assert (item["stage"], item["item"], item["kind"]) == (BASE_IMAGES, "frame_002", "keyframe")
    assert (item["chosen"], item["is_pinned"]) == (None, False)
    assert [take["number"] for take in item["takes"]] == [1, 2, 3]
    assert [take["in_film"] for take in item["takes"]] == [True, False, False]
    for take in item["takes"]:
        assert take["measures"]["sharpness"] > 0
        file = take["file"]
        sent = client.get(file["address"])
        assert sent.status_code == 200
        assert sent.headers["content-type"] == file["media_type"] == "image/png"
        assert len(sent.content) == file["size_bytes"]
        assert client.get(file["preview"]["address"]).headers["content-type"] == "image/jpeg"
    seeds = [take["recipe"]["seed"] for take in item["takes"]]
    assert seeds[0] is None
    assert len(set(seeds)) == 3


def test_a_take_is_chosen_pinned_and_unpinned(client: TestClient, studio: Studio) -> None:
    chosen = client.put(f"{ITEM}/choice", json={"take": 3})
    assert chosen.status_code == 200
    assert "take 3 of frame_002" in chosen.json()["message"]
    assert client.put(f"{ITEM}/pin").status_code == 200
    (item,) = client.get("/runs/film/takes").json()["items"]
    assert (item["chosen"], item["is_pinned"]) == (3, True)
    assert [take["pinned"] for take in item["takes"]] == [False, False, True]
    assert client.delete(f"{ITEM}/pin").status_code == 200
    assert "not pinned" in detail(client.delete(f"{ITEM}/pin"), 400)
    known = RunFolder(studio.home, "film").choices.read().of(BASE_IMAGES, "frame_002")
    assert known is not None
    assert (known.chosen, known.pinned) == (3, None)


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        (f"{ITEM}/choice", {"take": 9}, 400, "has no take 9"),
        (f"{ITEM}/choice", {"take": 0}, 422, "description of this API"),
        (f"{ITEM}/choice", {}, 422, "description of this API"),
        (f"/runs/film/takes/{BASE_IMAGES}/frame_99/pin", None, 400, "no keyframe"),
        (f"/runs/film/takes/{DIALOGUE_WAVS}/frame_002/pin", None, 400, "no keyframe"),
        ("/runs/other/takes/base_images/frame_002/pin", None, 404, "no film 'other'"),
    ],
)
def test_what_is_not_there_cannot_be_chosen(
    client: TestClient, path: str, body: dict[str, int] | None, status: int, said: str
) -> None:
    assert said in detail(client.put(path, json=body), status)


def test_further_takes_are_ordered_once_in_their_turn(client: TestClient, studio: Studio) -> None:
    order = {"item": "shot_001", "takes": 1, "prompt": "pan to the left"}
    ordered = client.post("/runs/film/takes", json=order)
    assert ordered.status_code == 202, ordered.text
    assert ordered.json()["queue_place"] == 0
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        (run,) = runs_of(instance, "film", DagsterRunStatus.QUEUED)
    assert run.job_name == MAKE_TAKES
    asked = configured(run.run_config, "ops", TAKES, "config")
    assert asked == {"item": "shot_001", "takes": 1, "prompt": "pan to the left", "settings": {}}
    assert "ordered already" in detail(client.post("/runs/film/takes", json=order), 409)
    assert client.post("/runs/film/control/stop").json()["done"]


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"item": "nobody"}, 400),
        ({"item": "frame_002", "takes": 65}, 422),
        ({"item": "frame_002", "seed": -1}, 422),
        ({"item": "frame_002", "prompt": ""}, 422),
        ({"takes": 2}, 422),
    ],
)
def test_what_cannot_be_made_is_not_ordered(
    client: TestClient, order: dict[str, object], status: int
) -> None:
    detail(client.post("/runs/film/takes", json=order), status)


def test_whoever_writes_presents_the_token_and_comes_from_here(studio: Studio) -> None:
    with films_client(studio.home) as stranger:
        assert stranger.get("/runs/film/takes").status_code == 200
        assert stranger.put(f"{ITEM}/choice", json={"take": 2}).status_code == 401
        assert stranger.put(f"{ITEM}/pin").status_code == 401
        assert stranger.delete(f"{ITEM}/pin").status_code == 401
        assert stranger.post("/runs/film/takes", json={"item": "frame_002"}).status_code == 401
    with studio_client(studio) as client:
        elsewhere = {"Origin": "https://elsewhere.example"}
        assert client.put(f"{ITEM}/pin", headers=elsewhere).status_code == 403


def test_the_shell_lists_them_as_the_server_does(client: TestClient, studio: Studio) -> None:
    shown = studio.sparkle_here("takes", "film", "frame_002")
    assert shown.returncode == 0, shown.stderr
    assert "in the film" in shown.stdout
    assert "sharpness" in shown.stdout
    listed = studio.sparkle_here("takes", "film", "--json")
    answer = client.get("/runs/film/takes").json()
    assert json.loads(listed.stdout) == {"run_id": "film", **answer}
    none = studio.sparkle_here("takes", "film", "frame_000")
    assert none.returncode == 0
    assert "one take of everything" in none.stdout
    assert studio.sparkle_here("takes", "film", "nobody").returncode == 2
