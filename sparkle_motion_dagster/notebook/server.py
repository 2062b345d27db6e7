"""The server that a notebook works with: one that is there, or one that it starts itself."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.media.ffmpeg import death_guard
from sparkle_motion_dagster.notebook.client import Client
from sparkle_motion_dagster.notebook.problems import ServerUnreachableError
from sparkle_motion_dagster.operations.film_servers import server_address
from sparkle_motion_dagster.server.tokens import VARIABLE, server_token

_POLL_S = 0.2
_START_S = 180.0
"""How long a server may take to answer for the first time: it loads the asset graph."""

_LAST_WORDS_S = 30.0
"""How long a server has to end when it is told to."""

_LAST_LINES = 12


class ServerNotStartedError(SparkleError):
    """A server was started, and ended or did not answer."""


class Server:
    """A server of films, and a client of it.

    Attributes:
        address: Such as ``http://127.0.0.1:7077``.
        client: Asks it.
        home: Where its films lie; None: on another machine, or nobody knows.
    """

    def __init__(self, client: Client, home: SparkleHome | None, process: _Process | None) -> None:
        self.address, self.client, self.home = client.address, client, home
        self._process = process

    def stop(self) -> None:
        """Let it go; a server that this notebook started ends, and what it is at is interrupted.

        Everything finished is kept.
        """
        self.client.close()
        if self._process is not None:
            self._process.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        started = "" if self._process is None else ", started by this notebook"
        return f"<server of films at {self.address}{started}>"


def connect(
    address: str | None = None, token: str | None = None, home: str | Path | None = None
) -> Server:
    """Return a server: the one at an address, or one that is started here.

    One that is started here works off what is to be rendered, and ends with the notebook's kernel.

    Args:
        address: Of a server that is there. Default: ``$SPARKLE_SERVER``, else that of a server
            that serves the home already; where there is none, one is started.
        token: Its token. Default: ``$SPARKLE_TOKEN``, else the one that lies in the home.
        home: Where the films lie. Default: ``$SPARKLE_HOME``, else ``./.sparkle``.

    Raises:
        ServerUnreachableError: Nobody answers at the address.
        ServerError: Something else than a server of films does.
        ServerNotStartedError: The server that was started ended, or did not answer.
        ServerAddressError: What ``$SPARKLE_SERVER`` says is no address.
        TokenError: The token will not do.
    """
    place = SparkleHome.from_environment() if home is None else SparkleHome(Path(home).resolve())
    found = address or server_address(place)
    if found is None:
        return _started(place)
    client = Client(found, token or _token_for(place))
    client.greet()
    return Server(client, place if place.runs.exists() else None, None)


def _token_for(home: SparkleHome) -> str | None:
    is_there = VARIABLE in os.environ or home.server_token.exists()
    return server_token(home) if is_there else None


class _Process:
    """The process of a server; it does not outlive this one."""

    def __init__(self, home: SparkleHome, port: int) -> None:
        self.log = home.root / "notebook-server.log"
        command = (sys.executable, "-m", "sparkle_motion_dagster", "serve", "--port", str(port))
        with self.log.open("wb") as log:
            # In a group of its own: interrupting the kernel interrupts no film.
            self._process = subprocess.Popen(
                [*death_guard(), *command],
                env=os.environ | {"SPARKLE_HOME": str(home.root)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        atexit.register(self.end)

    def wait_for(self, client: Client) -> None:
        """Wait until it answers.

        Raises:
            ServerNotStartedError: It ends before that, or takes too long.
        """
        deadline = time.monotonic() + _START_S
        while True:
            try:
                client.greet()
            except ServerUnreachableError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.end()
                    raise ServerNotStartedError(
                        f"The server of films did not start. The end of {self.log}:\n{self._said()}"
                    ) from error
                time.sleep(_POLL_S)
            else:
                return

    def end(self) -> None:
        """Tell it to end, and wait until it has."""
        atexit.unregister(self.end)
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_LAST_WORDS_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _said(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        # One line holds the token.
        return "\n".join(line for line in lines[-_LAST_LINES:] if "#token=" not in line)


def _started(home: SparkleHome) -> Server:
    token = server_token(home)
    port = _free_port()
    client = Client(f"http://127.0.0.1:{port}", token)
    process = _Process(home, port)
    process.wait_for(client)
    return Server(client, home, process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
