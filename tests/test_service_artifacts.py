"""The film server under load and bad faith: nothing outside is served, nothing lost, memory flat.

Requests go through sockets as they are written here: no client puts them right on their way.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import os
import random
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from film_server import FilmServer, film_server, start_film_server
from small_runs import make_run
from sparkle_motion_dagster.artifacts.models import Artifact, content_digest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from studio import Studio
from waiting import until
from web_ui import browser

pytestmark = pytest.mark.service

SECRET = "nobody-but-its-owner-reads-this"  # noqa: S105 - a text to be found in answers
MIB = 2**20
LARGE = random.Random(1).randbytes(20 * MIB)
PATIENCE_S = 60
FILE = "/artifacts/film/video_final/item/note"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio with a film of one large file, and secrets in and around its home."""
    studio = Studio(tmp_path_factory.mktemp("load"))
    home = studio.home
    folder = make_run(home, "film", {"video_final": "the end"})
    publish_as(folder, Store(home.store), LARGE, "video/mp4")
    for secret in (studio.root / "secret", home.root / "secret", home.runs / "secret"):
        secret.write_text(SECRET)
    (folder.path / "secret").write_text(SECRET)
    (folder.stage("video_final") / "secret").write_text(SECRET)
    Store(home.store).write(SECRET.encode())
    return studio


def publish_as(folder: RunFolder, store: Store, data: bytes, media_type: str) -> None:
    """Have the one file of a stage hold something else."""
    manifest = folder.read("video_final")
    assert manifest is not None
    digest = store.write(data).sha256
    update = {"sha256": digest, "size_bytes": len(data), "media_type": media_type}
    artifacts = (Artifact.model_copy(manifest.artifacts[0], update=update),)
    folder.publish(
        manifest.model_copy(
            update={"artifacts": artifacts, "content_digest": content_digest(artifacts)}
        ),
        store,
    )


@pytest.fixture(scope="module")
def server(studio: Studio) -> Iterator[FilmServer]:
    with film_server(studio) as server:
        yield server


def port_of(server: FilmServer) -> int:
    return int(server.address.rpartition(":")[2])


def connected(server: FilmServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(server)), timeout=PATIENCE_S)


def raw(server: FilmServer, head: str, body: bytes = b"") -> bytes:
    """Send a request as it is, and return all that comes back."""
    with connected(server) as client:
        client.sendall(head.encode("utf-8") + b"\r\n\r\n" + body)
        return b"".join(iter(lambda: client.recv(65536), b""))


def get(server: FilmServer, path: str, *headers: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port_of(server)}", "Connection: close")
    return raw(server, "\r\n".join((*lines, *headers)))


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def memory_of(server: FilmServer) -> int:
    """Return the bytes that the server's processes hold in memory."""
    process = psutil.Process(server.process.pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))


UP = (
    *("..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "%25252e%25252e", "..%00", "%c0%ae%c0%ae"),
    *("..;", "..%20", "%e0%80%ae%e0%80%ae", "%uff0e%uff0e", "....", "%ff%fe"),
)
SLASHES = ("/", "%2f", "%2F", "%252f", "\\", "%5c", "%c0%af", "//", "%ef%bc%8f")
PATHS = (
    *("{}", "artifacts/{}", "artifacts/{}/video_final/item/note", "artifacts/film/{}/item/note"),
    *("artifacts/film/video_final/{}/note", "artifacts/film/video_final/item/{}"),
    *("artifacts/sha256/{}", "previews/{}/video_final/item/small", "previews/film/{}/item/small"),
    *("previews/film/video_final/{}/small", "previews/film/video_final/item/{}", "static/{}"),
    *("runs/{}", "runs/{}/manifest/video_final", "runs/film/manifest/{}", "films/{}"),
    *("artifacts?run_id={}", "artifacts?stage={}", "runs/film/{}"),
)


def test_no_way_leads_out_of_the_store(server: FilmServer) -> None:
    ways = [
        slash.join((*itertools.repeat(up, depth), "secret"))
        for up, slash, depth in itertools.product(UP, SLASHES, (1, 2, 4))
    ]
    ways += ["secret", "/etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", ".held", "%00"]
    asked = [(path, way) for path in PATHS for way in ways]
    with connected(server) as client:
        for path, way in asked:
            found = kept_alive(client, port_of(server), "/" + path.format(way))
            assert SECRET.encode() not in found[1], (path, way)
            assert b"root:" not in found[1], (path, way)
            # A stage, and a film that somebody is about to make, may be called anything.
            answers = {200} if path in {"artifacts?stage={}", "films/{}"} else set()
            assert found[0] in {400, 404, 422} | answers, (path, way, found)


def kept_alive(client: socket.socket, port: int, path: str) -> tuple[int, bytes]:
    """Ask through a connection that stays, and return the status and the body."""
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536) or b"HTTP/1.1 000 ended\r\n\r\n"
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2])
    while len(body) < length:
        body += client.recv(65536)
    return status_of(head), body


def test_many_read_parts_while_a_run_writes(server: FilmServer, studio: Studio) -> None:
    ended = threading.Event()

    def write() -> None:
        for number in itertools.count():
            make_run(studio.home, "other", {"video_final": f"end {number}"})
            if ended.is_set():
                return

    get(server, FILE, "Range: bytes=0-0")
    before = memory_of(server)
    peak = before
    writer = threading.Thread(target=write)
    writer.start()
    try:
        peak = max(before, asyncio.run(_read_parts(server, readers=200, parts=6)))
    finally:
        ended.set()
        writer.join()
    assert peak - before < 100 * MIB


async def _read_parts(server: FilmServer, readers: int, parts: int) -> int:
    """Have many read parts at once, each held against the file; returns the most memory held."""
    peak = 0

    async def read(seed: int) -> None:
        nonlocal peak
        dice = random.Random(seed)
        for _ in range(parts):
            start = dice.randrange(len(LARGE))
            end = min(len(LARGE), start + dice.randrange(1, MIB))
            reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server))
            writer.write(
                f"GET {FILE} HTTP/1.1\r\n".encode()
                + f"Host: 127.0.0.1:{port_of(server)}\r\nConnection: close\r\n".encode()
                + f"Range: bytes={start}-{end - 1}\r\n\r\n".encode()
            )
            answer = await reader.read()
            writer.close()
            head, _, body = answer.partition(b"\r\n\r\n")
            assert status_of(head) == 206
            assert body == LARGE[start:end]
            peak = max(peak, memory_of(server))

    async with asyncio.timeout(PATIENCE_S * 5), asyncio.TaskGroup() as group:
        for seed in range(readers):
            group.create_task(read(seed))
    return peak


def test_who_is_slow_keeps_nobody_waiting(server: FilmServer) -> None:
    before = memory_of(server)
    slow = [connected(server) for _ in range(300)]
    try:
        for number, client in enumerate(slow):
            head = f"GET {FILE} HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\n"
            # Every other one never ends its question; the rest never read the answer.
            client.sendall((head if number % 2 else head + "\r\n").encode())
        for _ in range(20):
            answer = get(server, FILE, "Range: bytes=5-9")
            assert answer.endswith(LARGE[5:10])
        assert memory_of(server) - before < 200 * MIB
    finally:
        for client in slow:
            client.close()
    assert status_of(get(server, "/healthz")) == 200


def upload_head(server: FilmServer, *headers: str) -> str:
    return "\r\n".join(
        (
            "POST /artifacts?name=big.wav HTTP/1.1",
            f"Host: 127.0.0.1:{port_of(server)}",
            f"Authorization: {server.bearer['Authorization']}",
            *headers,
        )
    )


def work_in(studio: Studio) -> list[Path]:
    return list(studio.home.work.glob("*")) if studio.home.work.exists() else []


@pytest.mark.parametrize("said", ["Content-Length: 9000000", "Transfer-Encoding: chunked"])
def test_an_upload_that_is_cut_off_leaves_nothing(
    server: FilmServer, studio: Studio, said: str
) -> None:
    stored = set(Store(studio.home.store).digests())
    with connected(server) as client:
        client.sendall(f"{upload_head(server, said)}\r\n\r\n".encode())
        piece = os.urandom(MIB)
        client.sendall(f"{MIB:x}\r\n".encode() + piece if "chunked" in said else piece)
        until("the upload has begun", lambda: work_in(studio))
    until("nothing of it is left", lambda: not work_in(studio))
    assert set(Store(studio.home.store).digests()) == stored
    assert not (studio.home.uploads).exists()


def test_stalled_uploads_keep_only_uploads_waiting(server: FilmServer, studio: Studio) -> None:
    stalled = [connected(server) for _ in range(8)]
    try:
        for client in stalled:
            client.sendall(f"{upload_head(server, 'Content-Length: 9000')}\r\n\r\nx".encode())
        until("all of them have begun", lambda: len(list(studio.home.work.glob("work-*/"))) == 8)
        head = upload_head(server, "Content-Length: 1", "Connection: close")
        answer = raw(server, head, b"x")
        assert status_of(answer) == 429
        assert b"retry-after: 10" in answer.lower()
        assert status_of(get(server, "/artifacts")) == 200
    finally:
        for client in stalled:
            client.close()
    until("nothing of them is left", lambda: not work_in(studio))


def test_an_upload_ends_with_a_server_that_is_killed_and_leaves_nothing(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    server = start_film_server(studio, "--no-daemon")
    with connected(server) as client:
        client.sendall(f"{upload_head(server, 'Content-Length: 9000000')}\r\n\r\n".encode())
        client.sendall(os.urandom(MIB))
        until("the upload has begun", lambda: work_in(studio))
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
    assert work_in(studio)
    with film_server(studio) as server:
        data = _wav_head(4 * 48000) + b"".join(itertools.islice(_tone(), 4 * 48000 * 4 // MIB))
        head = upload_head(server, f"Content-Length: {len(data)}", "Connection: close")
        assert status_of(raw(server, head, data)) == 415  # it is shorter than its own head says
        assert not work_in(studio)
        assert not list(Store(studio.home.store).digests())


def _wav_head(samples: int) -> bytes:
    """Return the beginning of a WAV of 16 bit, 96 kHz, two channels."""
    size = 4 * samples
    form = struct.pack("<HHIIHH", 1, 2, 96000, 4 * 96000, 4, 16)
    sizes = (36 + size, len(form), size)
    whole, of_form, of_data = (struct.pack("<I", one) for one in sizes)
    return b"RIFF" + whole + b"WAVEfmt " + of_form + form + b"data" + of_data


def _tone() -> Iterator[bytes]:
    """Yield a mebibyte of noise for ever."""
    block = random.Random(2).randbytes(MIB)
    while True:
        yield block


def test_a_gibibyte_is_taken_in_with_flat_memory(server: FilmServer, studio: Studio) -> None:
    mebibytes = 1024
    head = _wav_head(mebibytes * MIB // 4)
    digest = hashlib.sha256(head)
    before = peak = memory_of(server)
    with connected(server) as client:
        client.settimeout(PATIENCE_S * 5)
        length = f"Content-Length: {len(head) + mebibytes * MIB}"
        client.sendall(f"{upload_head(server, length, 'Connection: close')}\r\n\r\n".encode())
        client.sendall(head)
        for block in itertools.islice(_tone(), mebibytes):
            client.sendall(block)
            digest.update(block)
            peak = max(peak, memory_of(server))
        answer = b""
        watched = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not watched.wait(0.05):
                peak = max(peak, memory_of(server))

        watcher = threading.Thread(target=watch)
        watcher.start()
        while more := client.recv(65536):
            answer += more
        watched.set()
        watcher.join()
    print(f"before {before / MIB:.0f} MiB, peak {peak / MIB:.0f} MiB")
    assert status_of(answer) == 201, answer
    assert digest.hexdigest().encode() in answer
    assert Store(studio.home.store).is_sound(digest.hexdigest())
    assert not work_in(studio)
    assert peak - before < 150 * MIB


EVIL = b"""<!doctype html><title>still</title><p>it is shown</p>
<script>document.title = "a script ran"</script><img src=x onerror="document.title = 'ran'">"""


def test_a_browser_plays_films_and_runs_no_script_of_a_file(
    rendered: Studio, tmp_path: Path
) -> None:
    folder = make_run(rendered.home, "evil", {"video_final": "x"})
    publish_as(folder, Store(rendered.home.store), EVIL, "text/html")
    with film_server(rendered) as server, browser(tmp_path / "profile") as chromium:
        chromium.open(f"{server.address}/artifacts/film/video_final/film/film")
        played = """
            const video = document.querySelector("video");
            video.muted = true;
            return video.play().then(() => [video.videoWidth, video.duration]);
        """
        assert chromium.run(played) == [128, 3]
        chromium.open(f"{server.address}/artifacts/evil/video_final/item/note")
        chromium.wait_for_text("it is shown")
        assert chromium.run("return document.title") == "still"
