"""Uploads are looked into, measured, and kept whole, or not at all."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from starlette.testclient import TestClient

from films_client import films_client
from served_app import bearer
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.uploads import UploadLog

LARGEST = 2**20
NIGHT_FERRY = Path(__file__).parents[2] / "examples" / "plans" / "night_ferry"


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


@pytest.fixture
def client(home: SparkleHome) -> Iterator[TestClient]:
    with films_client(home, LARGEST) as client:
        client.headers.update(bearer())
        yield client


def picture(colour: str = "teal", form: str = "PNG") -> bytes:
    """Return a small picture."""
    data = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, form)
    return data.getvalue()


def sound() -> bytes:
    """Return a short sound."""
    data = io.BytesIO()
    soundfile.write(data, 0.5 * np.sin(np.arange(4800) / 20), 48000, format="WAV")
    return data.getvalue()


FILES = {
    "image/png": ("ein schönes Bild.png", picture()),
    "image/jpeg": ("photo.png", picture(form="JPEG")),
    "audio/wav": ("tone.wav", sound()),
    "audio/flac": ("bell", (NIGHT_FERRY / "bell.flac").read_bytes()),
    "video/mp4": ("lights.mp4", (NIGHT_FERRY / "lights.mp4").read_bytes()),
    "application/x-cube": ("night.cube", (NIGHT_FERRY / "night.cube").read_bytes()),
}


def left_behind(home: SparkleHome) -> list[str]:
    """Return what a refused upload must not leave: stored files, records, work."""
    folders = (home.store, home.uploads, home.work)
    return [str(path) for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("media_type", FILES)
def test_what_films_are_made_of_is_taken_in(
    home: SparkleHome, client: TestClient, media_type: str
) -> None:
    name, data = FILES[media_type]
    answer = client.post("/artifacts", params={"name": name}, content=data)
    digest = hashlib.sha256(data).hexdigest()
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "uri": f"artifact://sha256/{digest}",
        "sha256": digest,
        "size_bytes": len(data),
        "media_type": media_type,
        "name": name,
        "download_url": f"/artifacts/sha256/{digest}",
    }
    sent = client.get(answer.headers["location"])
    assert (sent.content, sent.headers["content-type"]) == (data, media_type)
    assert Store(home.store).path_of(digest).read_bytes() == data
    assert not list(home.work.iterdir())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("picture.png", b"<html><script>alert(1)</script></html>"),
        ("empty.png", b""),
        ("cut.png", picture()[:60]),
        ("cut.mp4", FILES["video/mp4"][1][:3000]),
        ("plan.yaml", b"title: Harbour Light\n"),
        ("look.cube", b"LUT_3D_SIZE 2\n0 0 nan\n"),
    ],
)
def test_what_is_nothing_of_a_film_is_refused(
    home: SparkleHome, client: TestClient, name: str, data: bytes
) -> None:
    answer = client.post("/artifacts", params={"name": name}, content=data)
    assert answer.status_code == 415
    assert name in answer.json()["detail"]
    assert str(home.root) not in answer.json()["detail"]
    assert left_behind(home) == []


def test_a_file_is_what_it_is_said_to_be(home: SparkleHome, client: TestClient) -> None:
    lies = client.post(
        "/artifacts?name=a.mp3", content=picture(), headers={"Content-Type": "audio/mpeg"}
    )
    assert lies.status_code == 415
    assert "image/png, and was sent as audio/mpeg" in lies.json()["detail"]
    form = client.post("/artifacts?name=a.png", files={"file": picture()})
    assert form.status_code == 415
    assert left_behind(home) == []


def test_the_digest_that_is_said_is_checked(home: SparkleHome, client: TestClient) -> None:
    data = picture()
    digest = hashlib.sha256(data).digest()
    field = f"sha-256=:{base64.b64encode(digest).decode()}:"
    for wrong in (
        {"params": {"sha256": "0" * 64}},
        {"headers": {"Repr-Digest": field.replace(field[12], "A" if field[12] != "A" else "B")}},
        {"headers": {"Repr-Digest": "md5=:AAAA:"}},
        {"headers": {"Repr-Digest": field}, "params": {"sha256": "0" * 64}},
    ):
        params = {"name": "a.png"} | wrong.get("params", {})
        answer = client.post(
            "/artifacts", params=params, content=data, headers=wrong.get("headers", {})
        )
        assert answer.status_code == 400, wrong
        assert left_behind(home) == []
    right = {"name": "a.png", "sha256": digest.hex()}
    answer = client.post("/artifacts", params=right, content=data, headers={"Repr-Digest": field})
    assert answer.status_code == 201


def test_too_much_is_refused_at_once_or_on_the_way(home: SparkleHome, client: TestClient) -> None:
    said = client.post("/artifacts?name=a.png", content=b"x" * (LARGEST + 1))
    assert said.status_code == 413

    def unsaid() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 65536

    answer = client.post("/artifacts?name=a.png", content=unsaid())
    assert answer.status_code == 413
    assert str(LARGEST) in answer.json()["detail"]
    assert left_behind(home) == []


@pytest.mark.parametrize("name", ["", " ", "../a.png", "a/b.png", "a\\b.png", "a\nb", "x" * 201])
def test_a_name_that_is_none_is_refused(client: TestClient, name: str) -> None:
    answer = client.post("/artifacts", params={"name": name}, content=picture())
    assert answer.status_code == 400


def test_nobody_uploads_without_the_token(home: SparkleHome) -> None:
    with films_client(home) as client:
        assert client.post("/artifacts?name=a.png", content=picture()).status_code == 401


def test_many_upload_at_once_and_the_same(home: SparkleHome, client: TestClient) -> None:
    files = [picture(f"#{number:06x}") for number in range(0, 60, 10)] * 2

    def send(data: bytes) -> int:
        while True:
            status = client.post("/artifacts?name=a.png", content=data).status_code
            if status != 429:
                return status

    with ThreadPoolExecutor(len(files)) as pool:
        assert set(pool.map(send, files)) == {201}
    digests = {hashlib.sha256(data).hexdigest() for data in files}
    assert set(Store(home.store).digests()) == digests == set(UploadLog(home.uploads).written())


def test_an_upload_that_is_gone_is_to_be_sent_again(home: SparkleHome, client: TestClient) -> None:
    answer = client.post("/artifacts?name=sea.png", content=picture())
    Store(home.store).path_of(answer.json()["sha256"]).unlink()
    gone = client.get(answer.headers["location"])
    assert gone.status_code == 410
    assert "sea.png" in gone.json()["detail"]
    assert client.post("/artifacts?name=sea.png", content=picture()).status_code == 201
    assert client.get(answer.headers["location"]).content == picture()
