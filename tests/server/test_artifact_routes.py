"""Artifacts are listed by pages, and sent whole or in parts: the right bytes, or none."""

from __future__ import annotations

import base64
import email
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from films_client import films_client
from small_runs import FINISHED, digest_of, make_run
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest, content_digest
from sparkle_motion_dagster.artifacts.store import Store

TEXT = "It was a dark and stormy night; " * 8000
"""Of more than one block."""

BYTES = TEXT.encode()
NIGHT = "/artifacts/night/video_final/item/note"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SparkleHome:
    home = SparkleHome(tmp_path_factory.mktemp("artifacts") / "home")
    make_run(home, "night", {"video_final": TEXT, "movie_plan": "plan"})
    make_run(home, "ash", {stage: f"{stage} of ash" for stage in FINISHED})
    return home


@pytest.fixture(scope="module")
def client(home: SparkleHome) -> Iterator[TestClient]:
    with films_client(home) as client:
        yield client


def test_a_file_is_sent_whole_with_what_it_is(client: TestClient) -> None:
    answer = client.get(NIGHT)
    assert (answer.status_code, answer.content) == (200, BYTES)
    digest = hashlib.sha256(BYTES).hexdigest()
    assert answer.headers["etag"] == f'"{digest}"'
    assert answer.headers["content-length"] == str(len(BYTES))
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["content-disposition"] == 'inline; filename="item.txt"'
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    base64_digest = base64.b64encode(bytes.fromhex(digest)).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{base64_digest}:"


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=10-19"}, {"Range": "bytes=999999-"}])
def test_head_says_of_the_whole_what_get_says(client: TestClient, headers: dict[str, str]) -> None:
    got, head = client.get(NIGHT), client.head(NIGHT, headers=headers)
    assert head.content == b""
    assert head.status_code == 200
    assert head.headers == got.headers


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=65530-131080", 65530, 131081),
        ("bytes=255990-", 255990, 256000),
        ("bytes=255990-999999", 255990, 256000),
        ("bytes=-5", 255995, 256000),
        ("bytes=-999999", 0, 256000),
        ("bytes=5-9,8-20", 5, 21),
        ("bytes=999999-,3-4", 3, 5),
    ],
)
def test_a_part_is_sent_that_is_asked_for(
    client: TestClient, asked: str, start: int, end: int
) -> None:
    answer = client.get(NIGHT, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, BYTES[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/256000"


def test_several_parts_are_sent_in_one_answer(client: TestClient) -> None:
    answer = client.get(NIGHT, headers={"Range": "bytes=-3, 0-4,70000-140000"})
    assert answer.status_code == 206
    assert answer.headers["content-length"] == str(len(answer.content))
    head = f"Content-Type: {answer.headers['content-type']}\r\n".encode()
    parts = list(email.message_from_bytes(head + answer.content).walk())[1:]
    spans = [(0, 5), (70000, 140001), (255997, 256000)]
    assert [part["content-range"] for part in parts] == [
        f"bytes {start}-{end - 1}/256000" for start, end in spans
    ]
    assert [part.get_payload(decode=True) for part in parts] == [BYTES[a:b] for a, b in spans]


@pytest.mark.parametrize("asked", ["bytes=256000-", "bytes=256000-256001", "bytes=-0"])
def test_what_is_not_there_is_not_sent(client: TestClient, asked: str) -> None:
    answer = client.get(NIGHT, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */256000"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("asked", ["bytes=5-2", "items=0-1", "bytes=x", "bytes=" + "0-0," * 40])
def test_what_is_no_range_has_the_whole_sent(client: TestClient, asked: str) -> None:
    assert client.get(NIGHT, headers={"Range": asked}).content == BYTES


def test_a_part_of_another_version_is_the_whole(client: TestClient) -> None:
    etag = client.head(NIGHT).headers["etag"]
    part = {"Range": "bytes=0-4"}
    assert client.get(NIGHT, headers=part | {"If-Range": etag}).content == BYTES[:5]
    for other in ('"other"', f"W/{etag}", "Mon, 30 Nov 2026 00:00:00 GMT"):
        answer = client.get(NIGHT, headers=part | {"If-Range": other})
        assert (answer.status_code, answer.content) == (200, BYTES)


def test_who_has_it_is_sent_nothing(client: TestClient) -> None:
    etag = client.head(NIGHT).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = client.get(NIGHT, headers={"If-None-Match": known, "Range": "bytes=0-1"})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    assert client.get(NIGHT, headers={"If-None-Match": '"other"'}).status_code == 200


def test_by_its_digest_it_is_kept_for_ever(client: TestClient) -> None:
    answer = client.get(f"/artifacts/sha256/{digest_of(TEXT)}")
    assert answer.content == BYTES
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"


def test_only_what_films_name_is_sent_by_its_digest(home: SparkleHome, client: TestClient) -> None:
    nobodys = Store(home.store).write(b"lies in the store, and no film is made of it").sha256
    for digest in (nobodys, digest_of(f"preview of {TEXT}"), "0" * 64):
        answer = client.get(f"/artifacts/sha256/{digest}")
        assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert client.get("/artifacts/sha256/xyz").status_code == 422


def test_a_film_that_was_removed_is_sent_no_more(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path / "home")
    folder = make_run(home, "film", {"video_final": "the end"})
    with films_client(home) as client:
        address = f"/artifacts/sha256/{digest_of('the end')}"
        assert client.get(address).status_code == 200
        folder.detach()
        assert client.get(address).status_code == 404


def test_previews_are_sent_as_their_action_records_have_them(client: TestClient) -> None:
    answer = client.get("/previews/night/video_final/item/small?download")
    assert answer.text == f"preview of {TEXT}"
    assert answer.headers["content-disposition"] == 'attachment; filename="item.small.txt"'
    for missing in ("item/large", "other/small", "item/note"):
        assert client.get(f"/previews/night/video_final/{missing}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/artifacts/night/video_final/item/other",
        "/artifacts/night/video_final/other/note",
        "/artifacts/night/shot_clips/item/note",
        "/artifacts/nobody/video_final/item/note",
        "/previews/nobody/video_final/item/small",
        "/artifacts/night/video_final/item/item.txt",
    ],
)
def test_what_is_not_there_is_a_problem(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_items_and_files_may_be_called_anything(home: SparkleHome, client: TestClient) -> None:
    item = "bilder/ein schönes Bild.txt"
    rename_item(home, "named", item, "schönes Bild.txt")
    (listed,) = client.get("/artifacts?run_id=named").json()["artifacts"]
    assert listed["item"] == item
    answer = client.get(listed["download_url"])
    assert answer.text == "a text"
    assert client.get(f"/previews/named/notes/{listed['download_url'].split('/')[4]}/small").text
    saved = client.get(f"{listed['download_url']}?download")
    assert saved.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''sch%C3%B6nes%20Bild.txt"
    )


def rename_item(home: SparkleHome, run_id: str, item: str, file: str) -> None:
    """Publish a run of one item, and have its manifest call the item something else."""
    folder = make_run(home, run_id, {"notes": "a text"})
    manifest = folder.read("notes")
    assert manifest is not None
    renamed = manifest.artifacts[0].model_copy(update={"id": item, "file": file})
    text = _with_artifact(manifest, renamed).model_dump_json()
    (folder.stage("notes") / "manifest.json").write_text(text)


def _with_artifact(manifest: StageManifest, artifact: Artifact) -> StageManifest:
    artifacts = (artifact,)
    return manifest.model_copy(
        update={"artifacts": artifacts, "content_digest": content_digest(artifacts)}
    )


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_damage_in_the_store_is_told_and_never_sent(tmp_path: Path, damage: str) -> None:
    home = SparkleHome(tmp_path / "home")
    make_run(home, "film", {"video_final": "the end"})
    stored = Store(home.store).path_of(digest_of("the end"))
    with films_client(home) as client:
        path = "/artifacts/film/video_final/item/note"
        assert client.get(path).text == "the end"
        stored.chmod(0o644)
        if damage == "gone":
            stored.unlink()
        else:
            stored.write_text("the cut")
            os.utime(stored, ns=(0, 0))
        for asked in (path, f"/artifacts/sha256/{digest_of('the end')}"):
            answer = client.get(asked, headers={"Range": "bytes=0-2"})
            assert answer.status_code == 503
            assert "Render the film again" in answer.json()["detail"]


def test_a_damaged_manifest_says_how_it_is_mended(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path / "home")
    folder = make_run(home, "film", {"video_final": "the end"})
    (folder.stage("video_final") / "manifest.json").write_text("{")
    with films_client(home) as client:
        answer = client.get("/artifacts/film/video_final/item/note")
    assert answer.status_code == 409
    assert "sparkle verify film --repair" in answer.json()["detail"]


def test_artifacts_are_listed_page_by_page(client: TestClient) -> None:
    found, token = [], None
    while True:
        query = f"run_id=ash&limit=2{f'&page_token={token}' if token else ''}"
        page = client.get(f"/artifacts?{query}").json()
        found += page["artifacts"]
        if (token := page["next_page_token"]) is None:
            break
    assert [one["stage"] for one in found] == sorted(FINISHED)
    assert {one["uri"] for one in found} == {
        f"artifact+fs://ash/{stage}/item/note" for stage in FINISHED
    }
    for one in found:
        answer = client.get(one["download_url"])
        assert hashlib.sha256(answer.content).hexdigest() == one["sha256"]
        assert (len(answer.content), one["media_type"]) == (one["size_bytes"], "text/plain")
    assert client.get("/artifacts?stage=video_final&type=text&run_id=ash").json()["artifacts"]
    assert client.get("/artifacts?type=image").json() == {
        "artifacts": [],
        "next_page_token": None,
    }


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("run_id=nobody", 404),
        ("run_id=../etc", 400),
        ("limit=0", 422),
        ("limit=100000", 422),
        ("type=../x", 422),
        ("page_token=x", 400),
    ],
)
def test_a_wrong_question_is_a_problem(client: TestClient, query: str, status: int) -> None:
    answer = client.get(f"/artifacts?{query}")
    assert (answer.status_code, answer.json()["status"]) == (status, status)
