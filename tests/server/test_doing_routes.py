"""What changes films over HTTP: orders, control, reviews and comments."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus
from httpx2 import Response
from starlette.testclient import TestClient

from films_client import studio_client
from plan_texts import PLAN
from small_runs import make_run
from sparkle_motion_dagster.api.waiting import NOBODY
from sparkle_motion_dagster.artifacts.film_state import Decision, State, Status
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import STAGES
from sparkle_motion_dagster.operations.inbox.memory import InboxMemory
from sparkle_motion_dagster.operations.people import user_name
from sparkle_motion_dagster.plan.reading.document import MAX_BYTES
from sparkle_motion_dagster.runs.names import configured
from sparkle_motion_dagster.runs.queue import runs_of
from studio import Gallery, Studio

QUEUED = DagsterRunStatus.QUEUED


@pytest.fixture(scope="module")
def made(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio with a film, which the tests of this module only read, or order in other names."""
    return gallery.short_film().copy(tmp_path_factory.mktemp("made"))


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with studio_client(studio) as client:
        yield client


def queued(studio: Studio, film: str) -> list[DagsterRun]:
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        return runs_of(instance, film, QUEUED)


def put_plan(studio: Studio, film: str = "film") -> None:
    (studio.plans / f"{film}.yaml").write_text(PLAN)


def detail(answer: Response, status: int) -> str:
    """Return what a problem says."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: str = answer.json()["detail"]
    return said


def test_a_render_is_ordered_once_and_steered_while_it_waits(
    client: TestClient, studio: Studio
) -> None:
    put_plan(studio)
    ordered = client.post("/runs/film/render")
    assert ordered.status_code == 202, ordered.text
    assert (ordered.json()["run_id"], ordered.json()["queue_place"]) == ("film", 0)
    assert NOBODY in ordered.json()["message"]
    (run,) = queued(studio, "film")
    assert (run.job_name, run.tags["sparkle/started_by"]) == ("render_movie", "order")
    intake = {"plan_path": str(studio.plans / "film.yaml"), "replace": False}
    assert configured(run.run_config, "ops", "movie_plan", "config") == intake
    # The inbox takes it for its own order.
    seen = InboxMemory.read(studio.home.inbox_memory)
    assert seen.files["film.yaml"].settled
    assert seen.films["film"].digest

    assert "as the next" in detail(client.post("/runs/film/render"), 409)
    paused = client.post("/runs/film/control/pause")
    assert (paused.status_code, paused.json()["done"]) == (202, True)
    assert queued(studio, "film") == []
    assert "nothing to pause" in detail(client.post("/runs/film/control/pause"), 409)
    resumed = client.post("/runs/film/control/resume")
    assert resumed.status_code == 202
    assert NOBODY in resumed.json()["message"]
    (again,) = queued(studio, "film")
    assert again.run_config == run.run_config
    assert "in the queue already" in detail(client.post("/runs/film/control/resume"), 409)
    assert client.post("/runs/film/control/stop").json()["done"]


def test_of_many_who_order_at_once_one_succeeds(client: TestClient, studio: Studio) -> None:
    put_plan(studio)
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: client.post("/runs/film/render"), range(6)))

    assert sorted(answer.status_code for answer in answers) == [202, *[409] * 5]
    assert len(queued(studio, "film")) == 1


def test_several_films_wait_one_behind_the_other(client: TestClient, studio: Studio) -> None:
    for film in ("one", "two.cinematic"):
        put_plan(studio, film)
    order = {"job": "stills_only"}
    places = [
        client.post(f"/runs/{film}/render", json=order).json()["queue_place"]
        for film in ("one", "two.cinematic")
    ]
    assert places == [0, 1]
    (run,) = queued(studio, "two.cinematic")
    assert run.job_name == "stills_only"
    of_film = configured(run.run_config, "resources", "film", "config")
    assert of_film["profile"] == "cinematic"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"job": "write_plan"}, 422),
        ({"from": "shot_clips"}, 422),
        ({"from": "finalize", "job": "sound_only"}, 422),
        ({"jobs": "render_movie"}, 422),
        ({"profile": "oil"}, 400),
        ({"from": "finalize"}, 404),
    ],
)
def test_what_cannot_be_ordered_is_refused(
    client: TestClient, studio: Studio, body: dict[str, str], status: int
) -> None:
    put_plan(studio)
    detail(client.post("/runs/film/render", json=body), status)
    assert not studio.home.runs.exists()


def test_a_wrong_plan_is_refused_before_anything_waits(client: TestClient, studio: Studio) -> None:
    (studio.plans / "film.yaml").write_text(PLAN.replace("title:", "titel:"))
    for body in ({}, {"dry_run": True}):
        answer = client.post("/runs/film/render", json=body)
        assert "titel" in detail(answer, 422)
        lines = {one["field"]: one["line"] for one in answer.json()["problems"]}
        assert lines["titel"] == 2
    assert "no film 'other'" in detail(client.post("/runs/other/render"), 404)


def test_a_film_that_lacks_clips_is_not_assembled(client: TestClient, studio: Studio) -> None:
    made = {stage: stage for stage in STAGES if stage != "lipsync_clips"}
    make_run(studio.home, "film", made)

    for body in ({"from": "finalize"}, {"job": "finalize_movie", "dry_run": True}):
        said = detail(client.post("/runs/film/render", json=body), 409)
        assert "lipsync_clips has not been made" in said


def test_a_dry_run_tells_what_would_be_made(made: Studio) -> None:
    with studio_client(made) as client:
        whole, last = (
            client.post("/runs/film/render", json={"dry_run": True, **job})
            for job in ({}, {"from": "finalize"})
        )
        assert (whole.status_code, last.status_code) == (200, 200)
        assert [one["stage"] for one in whole.json()["stages"]] == list(STAGES[1:])
        assert [one["stage"] for one in last.json()["stages"]] == ["video_final"]
        # The film, and its mastered sound.
        assert (whole.json()["made"], last.json()["made"], last.json()["taken"]) == (0, 0, 2)
        assert last.json()["plan"] is None
    assert queued(made, "film") == []


def test_a_finished_film_is_ordered_again_from_its_frozen_plan(made: Studio) -> None:
    (made.plans / "film.yaml").rename(made.root / "elsewhere.yaml")
    try:
        with studio_client(made) as client:
            for body in ({}, {"from": "finalize"}):
                ordered = client.post("/runs/film/render", json=body)
                assert ordered.status_code == 202, ordered.text
                (run,) = queued(made, "film")
                intake = configured(run.run_config, "ops", "movie_plan", "config")
                assert intake == (None if body else {"replace": False})
                assert client.post("/runs/film/control/stop").json()["done"]
            other = client.post("/runs/film/render", json={"profile": "cinematic"})
            assert "belongs to the profile animatic" in detail(other, 409)
    finally:
        (made.root / "elsewhere.yaml").rename(made.plans / "film.yaml")


def test_a_run_that_goes_on_is_asked_to_end(client: TestClient, studio: Studio) -> None:
    folder = make_run(studio.home, "film", {"movie_plan": "plan"})
    with folder.held("a run"):
        answer = client.post("/runs/film/control/pause")
        assert (answer.status_code, answer.json()["done"]) == (202, False)
        assert folder.state.read().wish == "pause"
    assert "did all that it was asked for" in detail(_resumed(client, folder), 409)


def _resumed(client: TestClient, folder: RunFolder) -> Response:
    ended = Status(state=State.RENDERED, dagster_run=None)
    folder.state.change(lambda state: state.with_status(ended))
    return client.post("/runs/film/control/resume")


def test_a_stage_is_approved_and_rejected(client: TestClient, studio: Studio) -> None:
    folder = make_run(studio.home, "film", {"movie_plan": "plan", "base_images": "pictures"})
    path = "/runs/film/reviews"
    dark = {"decision": "rejected", "note": "dark", "by": "Mara"}
    rejected = client.post(f"{path}/base_images", json=dark)
    assert rejected.status_code == 200
    assert "Rejected base_images of film" in rejected.json()["message"]
    review = folder.state.read().reviews["base_images"]
    assert (review.decision, review.note, review.by) == (Decision.REJECTED, "dark", "Mara")

    # It waited for that, but nobody knows a run to go on from.
    waiting = Status(state=State.WAITING, waits_for="base_images", dagster_run=None)
    folder.state.change(lambda state: state.with_status(waiting))
    approved = client.post(f"{path}/base_images", json={"decision": "approved"})
    assert approved.status_code == 200
    assert "Approved base_images of film, as it is now. No run" in approved.json()["message"]
    review = folder.state.read().reviews["base_images"]
    assert (review.decision, review.by) == (Decision.APPROVED, user_name())

    assert "nothing to decide on" in detail(
        client.post(f"{path}/plan_draft", json={"decision": "approved"}), 409
    )
    for stage, body in (
        ("shot_clips", {"decision": "approved"}),
        ("base_images", {"decision": "maybe"}),
        ("base_images", {"decision": "approved", "note": "x" * 2001}),
        ("base_images", {"decision": "approved", "note": "\x1b[2J"}),
        ("base_images", {"decision": "approved", "by": "x" * 81}),
        ("base_images", {"decision": "approved", "by": " "}),
    ):
        assert client.post(f"{path}/{stage}", json=body).status_code == 422
    assert client.post("/runs/none/reviews/base_images", json={}).status_code in (404, 422)


def test_comments_are_made_listed_and_deleted(client: TestClient, studio: Studio) -> None:
    make_run(studio.home, "film", {"movie_plan": "plan"})
    path = "/runs/film/comments"
    late, early = (
        client.post(path, json={"at_s": at_s, "text": "The lamp — too dark.", "by": "Mara"})
        for at_s in (12.5, 1.0)
    )
    assert (late.status_code, early.status_code) == (201, 201)
    listed = client.get(path).json()["comments"]
    assert listed == [early.json(), late.json()]
    assert set(listed[0]) == {"id", "at_s", "text", "by", "made_at"}

    assert client.delete(f"{path}/{early.json()['id']}").status_code == 204
    assert client.get(path).json()["comments"] == [late.json()]
    detail(client.delete(f"{path}/{early.json()['id']}"), 404)
    detail(client.get("/runs/other/comments"), 404)
    for wrong in (
        {"at_s": -1, "text": "dark"},
        {"at_s": 1, "text": " "},
        {"at_s": 1, "text": "x" * 1001},
        {"at_s": 1, "text": "dark", "by": ""},
        {"text": "dark"},
    ):
        detail(client.post(path, json=wrong), 422)
    large = b'{"at_s": 1, "text": "dark"' + b" " * MAX_BYTES + b"}"
    as_json = {"Content-Type": "application/json"}
    detail(client.post(path, content=large, headers=as_json), 413)
    assert client.get(path).json()["comments"] == [late.json()]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/runs/film/render"),
        ("POST", "/runs/film/control/stop"),
        ("POST", "/runs/film/reviews/movie_plan"),
        ("POST", "/runs/film/comments"),
        ("DELETE", "/runs/film/comments/0123456789ab"),
    ],
)
def test_nobody_writes_without_the_token(
    client: TestClient, studio: Studio, method: str, path: str
) -> None:
    make_run(studio.home, "film", {"movie_plan": "plan"})
    before = sorted(studio.root.rglob("*"))
    del client.headers["Authorization"]
    detail(client.request(method, path, json={}), 401)
    detail(client.request(method, path, headers={"Authorization": "Bearer guessed"}), 401)
    assert sorted(studio.root.rglob("*")) == before
