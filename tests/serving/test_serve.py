"""`sparkle serve` says where it is and who renders, keeps its token to itself, and can be found."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess

import pytest

import forked
from film_server import FilmServer, film_server, free_port, start_film_server
from served_app import Client
from sparkle_motion_dagster.operations.film_servers import VARIABLE, server_address
from sparkle_motion_dagster.server.tokens import server_token
from sparkle_motion_dagster.serving.addresses import Listening
from studio import PROGRAMS, Studio
from waiting import PATIENCE_S, until

RENDERS = """
import os, pathlib, sys
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import take_for_life
from sparkle_motion_dagster.operations.film_servers import announce
home = SparkleHome(pathlib.Path(sys.argv[1]))
if sys.argv[2:] != ["ending"]:
    announce(home, "127.0.0.1:1", "http://127.0.0.1:1")
take_for_life(home.serving, f"process {os.getpid()} at its address", RuntimeError)
print("taken", flush=True)
input()
"""


def rendering(studio: Studio, *how: str) -> forked.Piped:
    """Return a process that says that it renders a studio's films."""
    program = ["python", "-c", RENDERS, str(studio.home.root), *how]
    process = forked.Piped(program, studio.environment, studio.root)
    assert process.stdout.readline() == "taken\n"
    return process


def said(studio: Studio) -> str:
    """Return what the film servers of a studio have said so far."""
    return (studio.root / "serve.log").read_text()


def test_beside_who_renders_films_are_served_alone_and_both_are_named(studio: Studio) -> None:
    studio.home.root.mkdir()
    renders = rendering(studio)
    server = start_film_server(studio)
    assert server.ask("/runs")["films"] == []
    server.end()
    renders.end(PATIENCE_S)
    assert f"Films are rendered by process {renders.pid} at its address; here they are" in said(
        studio
    )
    assert not studio.home.dagster.exists()


def test_it_is_found_while_it_lives_and_its_token_stays_in_its_file(studio: Studio) -> None:
    assert server_address(studio.home) is None
    with film_server(studio) as first:
        assert server_address(studio.home) == first.address
        with film_server(studio) as second:
            found = server_address(studio.home)
            assert found in {first.address, second.address}
            killed, left = by_address(found, first, second)
            killed.process.kill()
            killed.process.wait(PATIENCE_S)
            assert server_address(studio.home) == left.address
    assert server_address(studio.home) is None
    assert f"Films will be at {first.address} (its token: {studio.home.server_token})" in said(
        studio
    )
    assert first.token not in said(studio)


def test_it_renders_as_soon_as_who_did_before_has_ended(studio: Studio) -> None:
    studio.home.root.mkdir()
    log = studio.root / "waiting.log"
    ending = rendering(studio, "ending")
    serve = ["sparkle", "serve", "--port", str(free_port())]
    server = forked.Service(serve, studio.environment, studio.root, log)
    try:
        until("it waits", lambda: f"Waiting for process {ending.pid} at" in log.read_text())
        ending.end(PATIENCE_S)
        mine = f"process {server.pid} at http://"
        until("it renders", lambda: studio.home.serving.read_text().startswith(mine))
    finally:
        ending.kill()
        server.end(signal.SIGKILL, PATIENCE_S)


def test_in_a_terminal_its_address_signs_one_in(studio: Studio) -> None:
    terminal, its_end = pty.openpty()
    command = [str(PROGRAMS / "sparkle"), "serve", "--no-daemon", "--port", str(free_port())]
    with subprocess.Popen(command, env=studio.environment, stderr=its_end) as server:
        os.close(its_end)
        try:
            with open(terminal, "rb", buffering=0) as shown:  # noqa: PTH123 - a descriptor
                line = shown.readline().decode().strip()
        finally:
            server.kill()
    assert line == (
        f"Films will be at http://127.0.0.1:{command[-1]}/#token={server_token(studio.home)}"
    )


def by_address(found: str | None, *servers: FilmServer) -> tuple[FilmServer, FilmServer]:
    """Return the server that was found, and the other one."""
    first, second = sorted(servers, key=lambda server: server.address != found)
    return first, second


def test_the_largest_upload_is_what_the_environment_says(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKLE_LARGEST_UPLOAD", "1MB")
    with film_server(studio) as server:
        client, body = Client(int(server.address.rpartition(":")[2])), b"x" * 1_000_001
        assert client.ask("POST", "/artifacts?name=a.png", server.bearer, body).status == 413
    monkeypatch.setenv("SPARKLE_LARGEST_UPLOAD", "huge")
    for command in ("serve", "ui"):
        failed = studio.sparkle(command)
        assert failed.returncode == 2
        assert "$SPARKLE_LARGEST_UPLOAD: 'huge' is no size of 1MB or more." in failed.stderr
    assert not studio.home.dagster.exists()


def test_a_port_that_is_taken_is_said_before_anything_starts(studio: Studio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for command in (("serve", "--port", port), ("ui", "--films-port", port)):
            refused = studio.sparkle(*command)
            assert refused.returncode == 2
            assert f"film server cannot listen on 127.0.0.1, port {port}: Add" in refused.stderr
    both = studio.sparkle("ui", "--port", "39017", "--films-port", "39017")
    assert both.returncode == 2
    assert "cannot both have port 39017" in both.stderr
    assert not studio.home.dagster.exists()


@pytest.mark.parametrize("given", ["films.example.org", "http://films)[x](y", "ftp://films:1"])
def test_an_address_that_is_none_is_refused(
    studio: Studio, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, given)
    refused = studio.sparkle("serve")
    assert refused.returncode == 2
    assert f"$SPARKLE_SERVER is {given!r}" in refused.stderr
    assert "http://NAME:PORT" in refused.stderr


def test_the_environment_says_where_browsers_reach_it(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "https://films.example.org/")
    assert server_address(studio.home) == "https://films.example.org"
    with film_server(studio):
        monkeypatch.delenv(VARIABLE)
        assert server_address(studio.home) == "https://films.example.org"


@pytest.mark.parametrize(
    ("host", "authority", "address"),
    [
        ("127.0.0.1", "127.0.0.1:7077", "http://127.0.0.1:7077"),
        ("::1", "[::1]:7077", "http://[::1]:7077"),
        ("0.0.0.0", "0.0.0.0:7077", "http://127.0.0.1:7077"),  # noqa: S104 - only said
        ("::", "[::]:7077", "http://[::1]:7077"),
    ],
)
def test_addresses_are_such_that_a_browser_opens_them(
    host: str, authority: str, address: str
) -> None:
    listens = Listening(host, 7077, ("films.example.org",))
    assert (listens.authority, listens.address) == (authority, address)
    assert listens.options()[-2:] == ["--allow-host", "films.example.org"]
