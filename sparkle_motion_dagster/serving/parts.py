"""The parts of a service: a code server, Dagster's daemon, the web UI, the server of films."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.runs.starting import CODE_LOCATION


@dataclass(frozen=True)
class Part:
    """A process of the service.

    Attributes:
        name: What it is called.
        command: Its program and the arguments.
        descriptors: Files of ours that it holds open, too.
        is_ready: Tells whether what is started after it finds it ready.
    """

    name: str
    command: Sequence[str]
    descriptors: Sequence[int] = ()
    is_ready: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Workspace:
    """How the other parts find the code server.

    Attributes:
        code_server: The socket on which it listens.
        file: Dagster's ``workspace.yaml``, which names it.
    """

    code_server: Path
    file: Path

    def is_served(self) -> bool:
        """Tell whether the code server listens."""
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.code_server)) == 0


@contextlib.contextmanager
def workspace() -> Iterator[Workspace]:
    """Give a workspace for a code server of one's own, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="sparkle-service-") as folder:
        made = Workspace(Path(folder) / "code", Path(folder) / "workspace.yaml")
        server = {"socket": str(made.code_server), "location_name": CODE_LOCATION}
        # JSON will do for YAML.
        content = json.dumps({"load_from": [{"grpc_server": server}]})
        made.file.write_text(content, encoding="utf-8")
        yield made


def code_server(workspace: Workspace) -> Part:
    """Return what loads the definitions; runs are its children."""
    socket_ = ("--socket", str(workspace.code_server))
    quiet = ("--location-name", CODE_LOCATION, "--log-level", "warning")
    command = ("-m", "dagster", "api", "grpc", *socket_, "-m", CODE_LOCATION, *quiet)
    return Part("code server", (sys.executable, *command), is_ready=workspace.is_served)


def daemon(workspace: Workspace, lock: int) -> Part:
    """Return what starts runs.

    Args:
        workspace: Where the code server is.
        lock: The descriptor of the home's lock: as long as the daemon lives, the home is taken.
    """
    command = ("-m", "dagster._daemon", "run", "-w", str(workspace.file), "--log-level", "warning")
    return Part("daemon", (sys.executable, *command), (lock,))


def web_server(workspace: Workspace, options: Sequence[str]) -> Part:
    """Return what shows the web UI; `options` say where, as `sparkle webserver` takes them."""
    return _sparkle("web server", "webserver", "-w", str(workspace.file), *options)


def film_server(options: Sequence[str]) -> Part:
    """Return what serves films; `options` say where, as `sparkle serve` takes them."""
    return _sparkle("film server", "serve", "--no-daemon", *options)


def _sparkle(name: str, *command: str) -> Part:
    return Part(name, (sys.executable, "-m", "sparkle_motion_dagster", *command))
