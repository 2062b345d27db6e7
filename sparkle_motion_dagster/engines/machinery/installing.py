"""Making the environments of engines whose packages cannot live beside the others."""

from __future__ import annotations

import functools
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from filelock import Timeout
from pydantic import TypeAdapter, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.machinery.environments import (
    RECORD,
    Environment,
    EnvironmentRecord,
    python_version,
)
from sparkle_motion_dagster.engines.machinery.workers import (
    Program,
    own_variables,
    worker_variables,
)
from sparkle_motion_dagster.errors import BusyError
from sparkle_motion_dagster.media.ffmpeg import death_guard

_LAST_LINES = 8
_MOMENT_S = 0.5


class EnvironmentNotMadeError(EngineError):
    """An environment could not be made."""


class EnvironmentBusyError(BusyError):
    """Another process is making the same environment."""


def install(
    environment: Environment, program: Program, tell: Callable[[str], None] = lambda _: None
) -> EnvironmentRecord:
    """Make an environment anew; an old one is replaced.

    Args:
        environment: What to make.
        program: The program that is to run in it.
        tell: Hears what is being done, in a line each.

    Raises:
        EnvironmentBusyError: Another process makes the same one.
        EnvironmentNotMadeError: Its packages could not be installed, or the program does not find
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
        return _make(environment, program, tell)
    finally:
        lock.release()


def _make(
    environment: Environment, program: Program, tell: Callable[[str], None]
) -> EnvironmentRecord:
    if environment.folder.is_symlink():
        raise EnvironmentNotMadeError(
            f"{environment.folder} is a link, which Python puts no environment behind. Remove it; "
            "to have environments elsewhere, name their folder in SPARKLE_ENVIRONMENTS."
        )
    digest = environment.digest()
    # Without its record, what is left of the old one is no environment.
    (environment.folder / RECORD).unlink(missing_ok=True)
    if environment.folder.exists():
        tell(f"Removing what is in {environment.folder}")
        shutil.rmtree(environment.folder)
    run = functools.partial(_run, environment.name)
    tell(f"Making the environment {environment.folder}")
    # Isolated: a file of the folder that we stand in must not pass for a module of Python's own.
    run([sys.executable, "-I", "-m", "venv", str(environment.folder)], own_variables())
    pip = [str(environment.python), "-P", "-m", "pip", "--disable-pip-version-check", "install"]
    for options, requirements in zip(((), ("--no-deps",)), environment.lists, strict=False):
        tell(f"Installing the packages of {requirements}")
        run([*pip, *options, "-r", str(requirements)], own_variables())
    tell(f"Making sure that {program.path.name} finds all that it needs")
    with tempfile.TemporaryDirectory(prefix="environment-") as scratch:
        variables = worker_variables(Path(scratch))
        said = run([*program.command(environment.python), "--ready"], variables)
    record = EnvironmentRecord(
        digest=digest, python=python_version(), versions=_versions(said, program)
    )
    write_atomically(environment.folder / RECORD, record.model_dump_json(indent=2).encode())
    return record


def _run(name: str, command: Sequence[str], variables: Mapping[str, str]) -> str:
    """Run a command that helps to make an environment, and return what it says."""
    ended = subprocess.run(
        # Where this process is killed, pip does not go on.
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


def _versions(said: str, program: Program) -> dict[str, str]:
    """Return what a program that finds all that it needs says of its versions."""
    try:
        return TypeAdapter(dict[str, str]).validate_json(said)
    except ValidationError as error:
        raise EnvironmentNotMadeError(
            f"{program.path.name} did not say which versions it runs on, but: {said.strip()!r}."
        ) from error
