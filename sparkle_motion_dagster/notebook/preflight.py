"""Preflight: whether this machine and the server are ready, as a table."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ipywidgets import HTML

from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.gpu.nvml import devices
from sparkle_motion_dagster.notebook.context import Pane
from sparkle_motion_dagster.notebook.markup import block, escaped, paragraph
from sparkle_motion_dagster.notebook.server import Server

_PACKAGES = ("sparkle-motion-dagster", "dagster", "ipywidgets")
_GIB = 2**30


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Check:
    """What was found out about one thing."""

    name: str
    level: Level
    detail: str


class Preflight(Pane):
    """The checks, and what they found; as the last thing of a cell it is shown under it.

    Attributes:
        checks: All of them.
    """

    def __init__(self, checks: tuple[Check, ...]) -> None:
        self.checks = checks
        wrong = sum(one.level is Level.ERROR for one in checks)
        said = f"{wrong} of {len(checks)} checks fail." if wrong else "Ready."
        level = Level.ERROR if wrong else Level.OK
        self.widget = HTML(block(paragraph(said, level), _table(checks)))

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return all(one.level is not Level.ERROR for one in self.checks)


def preflight(server: Server, profile: str = DEFAULT_PROFILE) -> Preflight:
    """Look at what rendering needs: here, and where the server is.

    Args:
        server: Which renders.
        profile: Whose engines are looked at.

    Raises:
        ServerUnreachableError: The server does not answer.
    """
    return Preflight((*_here(), *_there(server, profile)))


def _here() -> Iterator[Check]:
    yield Check("Python", Level.OK, sys.version.split()[0])
    for name in _PACKAGES:
        yield Check(name, Level.OK, importlib.metadata.version(name))
    yield _gpu()


def _there(server: Server, profile: str) -> Iterator[Check]:
    ready = server.client.ready(profile)
    yield Check("server", Level.OK, f"answers at {server.address}")
    for one in ready.checks:
        yield Check(one.name, Level.OK if one.ok else Level.ERROR, one.detail)


def _gpu() -> Check:
    try:
        found = devices()
    except SparkleError as error:
        return Check("GPU", Level.WARNING, str(error))
    if not found:
        return Check("GPU", Level.WARNING, "none: animatics need none, the cinematic profile does")
    told = (f"{one.name}, {one.total_bytes / _GIB:.0f} GiB, driver {one.driver}" for one in found)
    return Check("GPU", Level.OK, "; ".join(told))


def _table(checks: tuple[Check, ...]) -> str:
    rows = "".join(
        f'<tr><td>{escaped(one.name)}</td><td class="sparkle-{one.level}">{one.level}</td>'
        f"<td>{escaped(one.detail)}</td></tr>"
        for one in checks
    )
    head = (
        '<tr><th scope="col">Check</th><th scope="col">Result</th><th scope="col">Detail</th></tr>'
    )
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
