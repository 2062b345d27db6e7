"""What the server says of films: all of them page by page, one of them, and what became of it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from served_app import ServedApp, bearer, serving_home
from sparkle_motion_dagster.artifacts.film_state import FilmState, State, Status, Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.manifests import MANIFEST
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import STAGES
from sparkle_motion_dagster.operations.control import leave
from studio import Gallery, Studio


@pytest.fixture(scope="module")
def studio(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """One with the short film, which no test changes."""
    return gallery.short_film().copy(tmp_path_factory.mktemp("studio"))


@pytest.fixture(scope="module")
def server(studio: Studio) -> Iterator[ServedApp]:
    with serving_home(studio.home.root) as server:
        yield server


def add_film(home: SparkleHome, name: str, of: Studio) -> RunFolder:
    """Add a film that is made of the short one's manifests."""
    folder = RunFolder(home, name)
    for stage, manifest in of.manifests().items():
        folder.stage(stage).mkdir(parents=True)
        own = manifest.model_copy(update={"run_id": name})
        (folder.stage(stage) / MANIFEST).write_text(own.model_dump_json())
    return folder


def left_as(folder: RunFolder, state: State, message: str, waits_for: str | None = None) -> None:
    status = Status(state=state, message=message, dagster_run=None, waits_for=waits_for)
    folder.state.change(lambda _: FilmState(status=status))


def test_a_film_stands_as_it_was_rendered(server: ServedApp, studio: Studio) -> None:
    film = server.get("/runs/film").json
    assert (film["run_id"], film["profile"], film["now"]) == ("film", "animatic", "rendered")
    assert (film["fraction"], film["damage"]) == (1.0, "")
    assert film["film_s"] == pytest.approx(3.0, abs=0.1)
    assert [one["stage"] for one in film["stages"]] == list(STAGES)
    for told, manifest in zip(film["stages"], studio.manifests().values(), strict=True):
        assert told["content_digest"] == manifest.content_digest
        assert told["items_made"] == len(manifest.provenance.made)
    assert server.get("/status?run_id=film").json == film
    assert server.get("/runs").json["films"] == [film]


def test_a_stages_manifest_is_what_lies_in_the_run_folder(
    server: ServedApp, studio: Studio
) -> None:
    for stage, manifest in studio.manifests().items():
        sent = server.get(f"/runs/film/manifest/{stage}")
        assert StageManifest.model_validate_json(sent.body) == manifest
    unknown = server.get("/runs/film/manifest/nothing")
    assert unknown.status == 404
    assert "Known: plan_draft, movie_plan" in unknown.json["detail"]
    assert server.get("/runs/film/manifest/plan_draft").status == 404


def test_a_film_tells_with_what_it_was_made(server: ServedApp, studio: Studio) -> None:
    context = server.get("/runs/film/context").json
    manifests = studio.manifests()
    assert context["plan_digest"] == manifests["video_final"].plan_digest
    assert context["profile"] == "animatic"
    assert context["dagster_run"]
    assert list(context["stages"]) == list(STAGES)
    for stage, told in context["stages"].items():
        assert told["engine"]["name"] == manifests[stage].engine.name
        assert told["versions"] == manifests[stage].provenance.versions


def test_the_finished_film_can_be_fetched_as_it_is_told(server: ServedApp, studio: Studio) -> None:
    final = server.get("/runs/film/final").json
    assert final["artifact_type"] == "video_final"
    assert final["uri"] == "artifact+fs://film/video_final/film/film"
    assert Path(final["local_path"]) == studio.film()
    assert final["download_url"].startswith(server.address)
    sent = server.get(final["download_url"].removeprefix(server.address))
    assert hashlib.sha256(sent.body).hexdigest() == final["checksum"]["sha256"]
    assert len(sent.body) == final["size_bytes"] == studio.film().stat().st_size
    assert sent.headers["Content-Type"] == final["media_type"] == "video/mp4"


def test_whoever_is_elsewhere_is_told_no_path_of_this_machine(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving_home(studio.home.root, "0.0.0.0", ("films.example",)) as server:  # noqa: S104
        asked = bearer() | {"Host": "films.example:8443"}
        final = server.ask("GET", "/runs/film/final", asked).json
        monkeypatch.setenv("SPARKLE_SERVER", "https://films.example:8443")
        by_https = server.ask("GET", "/runs/film/final", asked).json
    assert by_https["download_url"].startswith("https://films.example:8443/artifacts/film/")
    assert final["local_path"] is None
    assert final["download_url"].startswith("http://films.example:8443/artifacts/film/")


def test_there_is_no_such_film(server: ServedApp) -> None:
    for path in ("/runs/none", "/status?run_id=none", "/runs/none/final", "/runs/none/context"):
        missing = server.get(path)
        assert missing.status == 404
        assert "There is no film 'none'" in missing.json["detail"]
    for path in ("/runs/No", "/runs/a..b", "/status?run_id=%20"):
        assert server.get(path).status == 400


@pytest.mark.parametrize(
    ("state", "waits_for", "how"),
    [
        (State.PAUSED, None, "POST /runs/one/control/resume"),
        (State.STOPPED, None, "`sparkle resume one`"),
        (State.RENDERING, None, "POST /runs/one/control/resume"),
        (State.WAITING, "base_images", "POST /runs/one/reviews/base_images"),
        (State.FAILED, None, "It broke. Then render it: POST /runs/one/render"),
        (State.REJECTED, "base_images", "POST /runs/one/render"),
        (State.PARTLY, None, "with finalize_movie as its job"),
    ],
)
def test_without_a_film_it_is_said_why_and_how_to_get_one(
    tmp_path: Path, studio: Studio, state: State, waits_for: str | None, how: str
) -> None:
    home = SparkleHome(tmp_path)
    folder = add_film(home, "one", studio)
    shutil.rmtree(folder.stage("video_final"))
    left_as(folder, state, "It broke.", waits_for)
    with serving_home(tmp_path) as server:
        refused = server.get("/runs/one/final")
    now = "interrupted" if state is State.RENDERING else state
    assert refused.status == 409
    assert f"one has no finished film: it is {now}. Made so far: " in refused.json["detail"]
    assert how in refused.json["detail"]


def test_all_films_are_found_page_by_page_whatever_is_wrong_with_some(
    tmp_path: Path, studio: Studio
) -> None:
    home = SparkleHome(tmp_path)
    for at in range(12):
        add_film(home, f"film_{at:02}", studio)
    (home.runs / "film_03" / "state.json").write_text("{")
    (home.runs / "film_04" / "shot_clips" / MANIFEST).write_text("{")
    (home.runs / "film_05").rename(home.runs / "renamed")
    (home.runs / "film_06" / "video_final").rename(home.runs / "film_06" / "video")
    (home.runs / "film_06" / "video_final").touch()
    (home.runs / "no Film!").mkdir()
    (home.runs / "no Film!" / "notes.txt").touch()
    (home.runs / "film_07" / "movie_plan" / "more").mkdir()
    with serving_home(tmp_path) as server:
        whole = server.get("/runs").json
        pages, token = [], ""
        while token is not None:
            page = server.get(f"/runs?limit=5{token and f'&page_token={token}'}")
            assert page.status == 200
            pages.append(page.json["films"])
            token = page.json["next_page_token"]
        for film in whole["films"]:
            alone = server.get(f"/runs/{film['run_id']}".replace(" ", "%20"))
            assert alone.status == (400 if film["run_id"] == "no Film!" else 200)
    assert whole["next_page_token"] is None
    assert [len(page) for page in pages] == [5, 5, 3]
    assert [film for page in pages for film in page] == whole["films"]
    films = {film["run_id"]: film for film in whole["films"]}
    touched = [(home.runs / run_id).stat().st_mtime_ns for run_id in films]
    assert touched == sorted(touched, reverse=True)
    assert films["film_03"]["now"] == "damaged"
    assert "state.json is damaged" in films["film_03"]["damage"]
    assert films["film_03"]["profile"] == "animatic"
    clips = films["film_04"]["stages"][STAGES.index("shot_clips")]
    assert not clips["made"]
    assert "cannot be read" in clips["damage"]
    assert films["film_04"]["damage"] == clips["damage"]
    assert films["renamed"]["now"] == "renamed"
    assert "Name it back: `mv" in films["renamed"]["message"]
    sound = [film for film in films.values() if not film["damage"]]
    assert len(sound) == 10


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=501", "limit=x", "page_token=", "page_token=1", "page_token=..%2f"),
        *("page_token=1.A", "page_token=%00", f"page_token={'9' * 30}.film"),
    ],
)
def test_what_asks_for_no_page_is_wrong(server: ServedApp, query: str) -> None:
    refused = server.get(f"/runs?{query}")
    assert refused.status in {400, 422}
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_looking_at_films_changes_nothing(studio: Studio) -> None:
    home = studio.home.root
    before = contents(home)
    with serving_home(home) as server:
        for path in ("/runs", "/runs/film", "/runs/film/final", "/runs/film/view", "/ready"):
            assert server.get(path).status == 200
    after = contents(home)
    assert {name for name in before | after if before.get(name) != after.get(name)} <= {
        # What a process that opens it holds for a moment; it is empty.
        "dagster/.opening",
    }


def contents(folder: Path) -> dict[str, str]:
    """Return the digests of all files in a folder, by name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_where_dagsters_database_cannot_be_read_films_can(tmp_path: Path, studio: Studio) -> None:
    home = studio.copy(tmp_path).home
    databases = list(home.dagster.rglob("runs.db"))
    with serving_home(home.root) as server:
        assert server.get("/runs").json["obstacle"] is None
    for database in databases:
        database.write_bytes(b"no database" * 1000)
    with serving_home(home.root) as server:
        listed = server.get("/runs").json
        assert [film["run_id"] for film in listed["films"]] == ["film"]
        assert "What waits in the queue cannot be told. Dagster's database" in listed["obstacle"]
        # As the error advises.
        home.dagster.rename(home.root / "moved")
        assert server.get("/runs").json["obstacle"] is None


def test_a_home_without_anything_has_no_films(tmp_path: Path) -> None:
    with serving_home(tmp_path / "nothing") as server:
        assert server.get("/runs").json == {
            "films": [],
            "next_page_token": None,
            "obstacle": None,
        }
    assert not (tmp_path / "nothing").exists()


def test_a_plan_that_is_damaged_in_the_store_keeps_no_film_from_being_listed(
    tmp_path: Path, studio: Studio
) -> None:
    own = studio.copy(tmp_path)
    plan = own.manifests()["movie_plan"].artifact("movie_plan", "plan")
    Store(own.home.store).path_of(plan.sha256).unlink()
    with serving_home(own.home.root) as server:
        (film,) = server.get("/runs").json["films"]
    assert (film["now"], film["title"]) == ("rendered", None)


def test_a_film_that_waits_in_the_queue_says_where(tmp_path: Path, studio: Studio) -> None:
    own = studio.copy(tmp_path)
    leave(RunFolder(own.home, "film"), Wish.PAUSE, "Paused before shot_002.")
    with serving_home(own.home.root) as server:
        paused = server.get("/runs/film").json
        assert (paused["now"], paused["message"]) == ("paused", "Paused before shot_002.")
        assert server.ask("POST", "/runs/film/control/resume", bearer()).status == 202
        queued = server.get("/runs/film").json
    assert (queued["now"], queued["queue_place"], queued["left_as"]) == ("queued", 0, "paused")
