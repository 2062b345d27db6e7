"""Near-duplicates over HTTP: of an item of a film, and of what has a digest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from films_client import films_client
from keyframe_films import picture_file, pictures_plan, publish_keyframes
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import BASE_IMAGES, MOVIE_PLAN

SCENES = {"sea": "a ship on a stormy sea at night", "kitchen": "a bright kitchen at noon"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SparkleHome:
    """Two films with the same sea, in different bytes."""
    home = SparkleHome(tmp_path_factory.mktemp("similar") / "home")
    publish_keyframes(home, "ash", pictures_plan(SCENES))
    publish_keyframes(home, "birch", pictures_plan({"sea": SCENES["sea"]}, shots="t"))
    return home


@pytest.fixture(scope="module")
def client(home: SparkleHome) -> Iterator[TestClient]:
    with films_client(home) as client:
        yield client


def digest(home: SparkleHome, film: str, stage: str, name: str) -> str:
    manifest = RunFolder(home, film).read(stage)
    assert manifest is not None
    return next(one.sha256 for one in manifest.artifacts if one.name == name)


def test_an_item_finds_the_others_and_not_itself(home: SparkleHome, client: TestClient) -> None:
    for item in ("sea", f"{BASE_IMAGES}/sea"):
        told = client.get("/similar", params={"run_id": "ash", "item": item}).json()
        (one,) = told["artifacts"]
        assert (told["threshold"], told["found"]) == (6, 1)
        assert (one["run_id"], one["item"], one["width"]) == ("birch", "sea", 320)
        sent = client.get(one["download_url"])
        assert sent.content == picture_file(home, "birch", "sea").read_bytes()


def test_a_digest_finds_all_that_show_it(home: SparkleHome, client: TestClient) -> None:
    sea = digest(home, "birch", BASE_IMAGES, "image")
    told = client.get("/similar", params={"sha256": sea}).json()
    assert [one["run_id"] for one in told["artifacts"]] == ["birch", "ash"]
    least = client.get("/similar", params={"sha256": sea, "limit": 1}).json()
    assert (least["found"], [one["run_id"] for one in least["artifacts"]]) == (2, ["birch"])


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("", 422, "either run_id and item, or sha256"),
        ("run_id=ash", 422, "either run_id and item, or sha256"),
        (f"run_id=ash&item=sea&sha256={'0' * 64}", 422, "either run_id and item, or sha256"),
        (f"sha256={'0' * 64}", 404, "No film has a picture or clip"),
        ("sha256=no", 422, ""),
        ("run_id=oak&item=sea", 404, "There is no film 'oak'"),
        ("run_id=ash&item=moon", 404, "ash has no picture or clip 'moon'"),
        ("run_id=../ash&item=sea", 400, ""),
        ("run_id=ash&item=sea&threshold=40", 422, ""),
    ],
)
def test_what_cannot_be_looked_for_is_a_problem(
    client: TestClient, asked: str, status: int, said: str
) -> None:
    answer = client.get(f"/similar?{asked}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_what_is_no_picture_is_none(home: SparkleHome, client: TestClient) -> None:
    plan = digest(home, "ash", MOVIE_PLAN, "plan")
    assert client.get("/similar", params={"sha256": plan}).status_code == 404


def test_a_picture_that_is_damaged_is_said(home: SparkleHome, client: TestClient) -> None:
    manifest = RunFolder(home, "ash").read(BASE_IMAGES)
    assert manifest is not None
    kitchen = Store(home.store).path_of(manifest.artifact("kitchen", "image").sha256)
    whole = kitchen.read_bytes()
    kitchen.chmod(0o644)
    kitchen.write_bytes(whole[:500])
    answer = client.get("/similar", params={"run_id": "ash", "item": "kitchen"})
    kitchen.write_bytes(whole)
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
