"""Making the environments of engines whose packages cannot live beside the others, by uv."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from filelock import Timeout
from pydantic import TypeAdapter, ValidationError
from uv import find_uv_bin

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.declaration import WorkerProgram
from sparkle_motion_dagster.engines.machinery.environments import (
    RECORD,
    Environment,
    EnvironmentRecord,
    python_version,
)
from sparkle_motion_dagster.engines.machinery.workers import own_variables, worker_variables
from sparkle_motion_dagster.errors import BusyError
from sparkle_motion_dagster.media.ffmpeg import death_guard

_LAST_LINES = 8
_MOMENT_S = 0.5


class EnvironmentNotMadeError(EngineError):
    """An environment could not be made."""


class EnvironmentBusyError(BusyError):
    """Another process is making the same environment."""


def install(
    environment: Environment, tell: Callable[[str], None] = lambda _: None
) -> EnvironmentRecord:
    """Make an environment anew; an old one is replaced.

    Args:
        environment: What to make.
        tell: Hears what is being done, in a line each.

    Raises:
        EnvironmentBusyError: Another process makes the same one.
        EnvironmentNotMadeError: Its packages could not be installed, or its program does not find
            in it what it needs.
    """
    environment.folder.parent.mkdir(parents=True, exist_ok=True)
    lock = environment.lock()
    try:
        # Whoever only looks whether it is being made holds it for a moment.
        lock.acquire(timeout=_MOMENT_S)
    except Timeout as error:
        raise EnvironmentBusyError(
            f"Another process makes the environment of {environment.name} ({environment.folder})."
        ) from error
    try:
        return _make(environment, tell)
    finally:
        lock.release()


def _make(environment: Environment, tell: Callable[[str], None]) -> EnvironmentRecord:
    if environment.folder.is_symlink():
        raise EnvironmentNotMadeError(
            f"{environment.folder} is a link, and what is behind it stays. Remove it; to have "
            "environments elsewhere, name their folder in SPARKLE_ENVIRONMENTS."
        )
    digest, program = environment.digest(), environment.program
    # Without its record, what is left of the old one is no environment.
    (environment.folder / RECORD).unlink(missing_ok=True)
    if environment.folder.exists():
        tell(f"Removing what is in {environment.folder}")
        shutil.rmtree(environment.folder)
    tell(f"Making the environment {environment.folder}")
    uv, ours = find_uv_bin(), _uv_variables()
    made = [uv, "venv", "--no-project", "--python", sys.executable, str(environment.folder)]
    _run(environment.name, made, ours)
    listed = str(environment.requirements)
    tell(f"Installing the packages of {listed}")
    # What the list pins counts, whatever its packages ask for.
    installed = [uv, "pip", "install", "--python", str(environment.python), "-r", listed]
    _run(environment.name, [*installed, "--overrides", listed], ours)
    tell(f"Making sure that {program.path.name} finds all that it needs")
    with tempfile.TemporaryDirectory(prefix="environment-") as scratch:
        variables = worker_variables(program, Path(scratch))
        said = _run(environment.name, [*program.command(environment.python), "--ready"], variables)
    record = EnvironmentRecord(
        digest=digest, python=python_version(), versions=_versions(said, program)
    )
    write_atomically(environment.folder / RECORD, record.model_dump_json(indent=2).encode())
    return record


def _uv_variables() -> dict[str, str]:
    """Return the variables that uv is run with: ours, and where pip was told to find packages.

    Who told pip by variables need not tell uv again. uv's own variables count first.
    """
    ours, more = own_variables(), os.environ.get("PIP_EXTRA_INDEX_URL")
    told = {
        "UV_DEFAULT_INDEX": os.environ.get("PIP_INDEX_URL"),
        "UV_INDEX": more,
        # Of several indexes uv takes only the first that has a package, pip the best version of
        # all: what pip can install of them, uv shall, too.
        "UV_INDEX_STRATEGY": more and "unsafe-best-match",
        "UV_FIND_LINKS": ",".join(os.environ.get("PIP_FIND_LINKS", "").split()),
    }
    return {name: value for name, value in told.items() if value} | ours


def _run(name: str, command: Sequence[str], variables: Mapping[str, str]) -> str:
    """Run a command that helps to make an environment, and return what it says."""
    ended = subprocess.run(
        # Where this process is killed, uv does not go on.
        [*death_guard(), *command],
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode != 0:
        last = "\n".join((ended.stderr or ended.stdout).strip().splitlines()[-_LAST_LINES:])
        raise EnvironmentNotMadeError(
            f"The environment of {name} could not be made. `{shlex.join(command)}` ended with "
            f"status {ended.returncode}:\n{last}"
        )
    return ended.stdout


def _versions(said: str, program: WorkerProgram) -> dict[str, str]:
    """Return what a program that finds all that it needs says of its versions."""
    try:
        return TypeAdapter(dict[str, str]).validate_json(said)
    except ValidationError as error:
        raise EnvironmentNotMadeError(
            f"{program.path.name} did not say which versions it runs on, but: {said.strip()!r}."
        ) from error
