"""Environments of engines whose packages cannot live beside the others."""

import hashlib
import os
import platform
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout
from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import EngineInputError, NotReadyError
from sparkle_motion_dagster.engines.declaration import WorkerProgram
from sparkle_motion_dagster.units import Record

RECORD = "environment.json"
"""The file that says of what an environment was made."""


class MissingEnvironmentError(NotReadyError):
    """An engine's environment is not there, not whole, or not what it should be now."""


class EnvironmentRecord(Record):
    """What an environment was made of; written when it was whole, and not before.

    ``digest`` is that of its list and its Python, ``versions`` what the engine's program said of
    its packages.
    """

    digest: str
    python: str
    versions: dict[str, str]


class Condition(Enum):
    """Whether a worker can run in an environment, as people read it in a table."""

    READY = "yes"
    ABSENT = "no"
    UNFINISHED = "half"
    BEING_MADE = "in the making"
    STALE = "stale"
    BROKEN = "broken"


@dataclass(frozen=True)
class Environment:
    """A virtual environment that holds one engine, and nothing of this project.

    Attributes:
        program: The program that is to run in it.
        requirements: The list of pinned packages that it holds: what it says of a package counts,
            whatever other packages ask for.
        folder: Where it is, or will be.
    """

    program: WorkerProgram
    requirements: Path
    folder: Path

    @property
    def name(self) -> str:
        """Its engine's name."""
        return self.program.environment

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / "bin" / "python"

    def digest(self) -> str:
        """Return what tells it from the same engine's environments with other packages."""
        lines = map(str.strip, self.requirements.read_text(encoding="utf-8").splitlines())
        wanted = [line for line in lines if line and not line.startswith("#")]
        whole = "\n".join([*wanted, "\0"])
        return hashlib.sha256(f"{python_version()}{whole}".encode()).hexdigest()

    def record(self) -> EnvironmentRecord | None:
        """Return what it was made of; None where it is not there, or was never whole."""
        try:
            return EnvironmentRecord.model_validate_json((self.folder / RECORD).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def condition(self) -> Condition:
        """Return whether a worker can run in it."""
        record = self.record()
        if record is None:
            if not self.folder.exists():
                return Condition.ABSENT
            return Condition.BEING_MADE if self._is_being_made() else Condition.UNFINISHED
        if record.digest != self.digest():
            return Condition.STALE
        return Condition.READY if self.python.exists() else Condition.BROKEN

    def ready_python(self) -> Path:
        """Return its Python, if the environment is whole and what it should be now.

        Raises:
            MissingEnvironmentError: It is not; the message says what to type.
        """
        condition = self.condition()
        if condition is Condition.READY:
            return self.python
        state = {
            Condition.ABSENT: "that is not there",
            Condition.UNFINISHED: "that is not whole: making it was interrupted",
            Condition.BEING_MADE: "another process is making that now: wait until it is done",
            Condition.STALE: (
                f"that was made of other packages than {self.requirements} asks for now, or "
                f"for another Python than {python_version()}"
            ),
            Condition.BROKEN: f"that has lost its Python: {self.python} is gone",
        }[condition]
        remedy = "" if condition is Condition.BEING_MADE else f" Make it: {self.install_command}."
        raise MissingEnvironmentError(
            f"{self.name} runs in an environment of its own, and {state} ({self.folder}).{remedy}"
        )

    def lock(self) -> FileLock:
        """Return the lock that is held while it is made."""
        return FileLock(self.folder.with_name(f"{self.name}.lock"))

    def _is_being_made(self) -> bool:
        try:
            with self.lock().acquire(blocking=False):
                return False
        except Timeout:
            return True

    @property
    def install_command(self) -> str:
        """What a person types to make it."""
        return f"`sparkle engines install {self.name}`"


@dataclass(frozen=True)
class Environments:
    """Where environments are, and whose lists say what they hold.

    Attributes:
        root: The folder of all environments.
        lists: The folder of the user's own lists, by engine: such a list takes the engine's place.
    """

    root: Path
    lists: Path | None = None

    @classmethod
    def from_environment(cls) -> Self:
        """Return those that ``$SPARKLE_ENVIRONMENTS`` and ``$SPARKLE_WORKERS`` name.

        By default they are in the folder ``environments`` of ``$SPARKLE_HOME``, and the lists are
        the engines' own.
        """
        root = os.environ.get("SPARKLE_ENVIRONMENTS")
        own = os.environ.get("SPARKLE_WORKERS")
        return cls(
            Path(root).resolve() if root else SparkleHome.from_environment().root / "environments",
            Path(own).resolve() if own else None,
        )

    def of(self, program: WorkerProgram) -> Environment:
        """Return the environment of an engine's program.

        Raises:
            EngineInputError: The folder of the user's own lists is none, or holds a second list.
        """
        own = self._own_list(program.environment)
        requirements = program.requirements if own is None else own
        return Environment(program, requirements, self.root / program.environment)

    def _own_list(self, name: str) -> Path | None:
        """Return the user's own list of an engine's packages, if there is one."""
        if self.lists is None:
            return None
        if not self.lists.is_dir():
            raise EngineInputError(
                f"$SPARKLE_WORKERS names {self.lists}, which is no folder. Lists of packages are "
                "looked for there; unset it to use the engines' own."
            )
        if (second := self.lists / f"{name}.no-deps.txt").exists():
            raise EngineInputError(
                f"{second} is not read any more: one list says all. Put its lines into {name}.txt, "
                "where what is pinned counts whatever other packages ask for, and leave out what "
                "they need too much with lines such as: gradio ; python_version < '0'"
            )
        own = self.lists / f"{name}.txt"
        return own if own.is_file() else None


def python_version() -> str:
    """Return this Python's version without its patch level, which environments survive."""
    return ".".join(platform.python_version_tuple()[:2])
