"""The film server beside a run: each may be killed, whoever watches sees the film finished."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import signal
import socket
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from events import Ear
from gates import GatedStudio
from service import Service, film, long_film, service, switch_off_inbox
from sparkle_motion_dagster.operations.film_servers import server_address
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.server.tokens import server_token
from studio import Plan, Studio
from waiting import until

pytestmark = pytest.mark.service


@dataclass(frozen=True)
class Server:
    """The film server of `sparkle ui`, which comes back when it was killed."""

    ui: Service
    address: str

    @property
    def studio(self) -> GatedStudio:
        return self.ui.studio

    @property
    def token(self) -> str:
        return server_token(self.studio.home)

    def post(self, path: str, body: bytes, kind: str) -> Any:
        """Send something, as somebody who has the token, and return the answer."""
        headers = {
            "Authorization": f"Bearer {server_token(self.studio.home)}",
            "Content-Type": kind,
        }
        request = urllib.request.Request(self.address + path, body, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            return json.load(answer)

    def pid(self) -> int | None:
        """Return the server's process; None: it is not running now."""
        for part in self.ui.processes()[0].children():
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just died
                if "serve" in part.cmdline():
                    return int(part.pid)
        return None

    def kill(self) -> None:
        """Kill it, and wait until it is there again."""
        before = self.pid()
        assert before is not None
        os.kill(before, signal.SIGKILL)
        until("another server begins", lambda: self.pid() not in (None, before))
        until("it answers", self._answers)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=60):  # noqa: S310
                return True
        except OSError:
            return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    studio = GatedStudio(tmp_path_factory.mktemp("server"))
    switch_off_inbox(studio)
    with service(studio) as running:
        address = until("the film server is there", lambda: server_address(studio.home))
        yield Server(running, address)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A home where films are rendered from a shell, to compare with."""
    return Studio(tmp_path_factory.mktemp("elsewhere"))


def assert_as_from_a_shell(server: Server, elsewhere: Studio, plan: Plan, name: str) -> None:
    rendered, from_shell = server.studio.rendered(name), elsewhere.render(plan, name)
    assert rendered.digests == from_shell.digests
    assert rendered.content == from_shell.content


def test_a_film_ordered_of_the_server_is_what_a_shell_renders(
    server: Server, elsewhere: Studio
) -> None:
    plan = film("Ordered")
    server.studio.write(plan, "ordered")
    ordered = server.post("/runs/ordered/render", b"{}", "application/json")
    assert ordered["run_id"] == "ordered"
    ear = Ear(server.address, "/events")
    ear.hears_now("ordered", "rendered")
    ear.close()
    assert_as_from_a_shell(server, elsewhere, plan, "ordered")


def test_a_film_launched_in_the_web_ui_is_too(server: Server, elsewhere: Studio) -> None:
    plan = film("Launched")
    server.studio.write(plan, "launched")
    server.ui.add("launched")
    server.ui.succeeds(server.ui.launch("launched"))
    assert_as_from_a_shell(server, elsewhere, plan, "launched")


def test_a_plan_sent_to_the_server_comes_by_the_inbox_and_is_too(
    elsewhere: Studio, tmp_path: Path
) -> None:
    plan = film("Sent")
    studio = GatedStudio(tmp_path)
    with service(studio) as running:
        server = Server(running, until("it is there", lambda: server_address(studio.home)))
        sent = yaml_text(plan).encode()
        server.post("/plans?run_id=sent", sent, "application/yaml")
        ear = Ear(server.address, "/events")
        ear.hears_now("sent", "rendered")
        ear.close()
        (run,) = running.runs("sent")
        assert run.tags["sparkle/started_by"] == "inbox"
    assert_as_from_a_shell(server, elsewhere, plan, "sent")


def test_pause_and_resume_are_seen_and_no_item_is_told_twice(server: Server) -> None:
    server.studio.write(long_film("Halted"), "halted")
    ear = Ear(server.address, "/events")
    with server.studio.gate_closed():
        server.post("/runs/halted/render", b"{}", "application/json")
        server.ui.caught_at("halted", "shot_clips")
        ear.hears_now("halted", "rendering")
        server.post("/runs/halted/control/pause", b"", "application/json")
    ear.hears_now("halted", "paused")
    first = [one.data for one in ear.heard if one.kind == "item"]
    server.post("/runs/halted/control/resume", b"", "application/json")
    ear.hears_now("halted", "rendered")
    told = [one.data for one in ear.heard if one.kind == "item"]
    ear.close()
    made = [(one["stage"], one["item"], one["fingerprint"]) for one in told if one["made"]]
    assert len(made) == len(set(made))
    again = {one["fingerprint"] for one in told[len(first) :] if not one["made"]}
    assert {one["fingerprint"] for one in first} <= again


def test_server_and_run_are_killed_and_whoever_watches_sees_the_film_finished(
    server: Server, elsewhere: Studio
) -> None:
    plan = long_film("Killed")
    server.studio.write(plan, "killed")
    picture = noise()
    ear = Ear(server.address, "/events")
    with server.studio.gate_closed():
        server.post("/runs/killed/render", b"{}", "application/json")
        run = server.ui.caught_at("killed", "shot_clips")
        ear.hears_now("killed", "rendering")

        half_sent = begin_upload(server, picture)
        server.kill()
        half_sent.close()
        ear.hears("the end of its stream", lambda ear: ear.has_ended)
        again = Ear(server.address, "/events", after=ear.last_id)
        again.hears_now("killed", "rendering")
        assert server.ui.holder("killed") == run
        uploaded = server.post("/artifacts?name=photo.png", picture, "image/png")
        assert uploaded["size_bytes"] == len(picture)

        os.kill(run.pid, signal.SIGKILL)
        again.hears("the run is over", lambda ear: ear.standing_of("killed")["now"] != "rendering")
    again.hears_now("killed", "rendered")
    items = [one.data for one in again.heard if one.kind == "item"]
    assert {one["stage"] for one in items} >= {"shot_clips", "video_final"}
    again.close()
    assert_as_from_a_shell(server, elsewhere, plan, "killed")


def noise() -> bytes:
    """Return a picture that no codec makes small."""
    file = io.BytesIO()
    Image.frombytes("RGB", (256, 256), random.Random(7).randbytes(3 * 256 * 256)).save(file, "PNG")
    return file.getvalue()


def begin_upload(server: Server, data: bytes) -> socket.socket:
    """Send a half of a file."""
    host, port = server.address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    head = (
        "POST /artifacts?name=photo.png HTTP/1.1\r\n"
        f"Host: {host}:{port}\r\n"
        f"Authorization: Bearer {server.token}\r\n"
        "Content-Type: image/png\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    connection.sendall(head.encode() + data[: len(data) // 2])
    return connection
