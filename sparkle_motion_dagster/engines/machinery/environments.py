"""Environments of engines whose packages cannot live beside the others."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import EngineInputError, NotReadyError

LISTS = Path(__file__).resolve().parents[3] / "configs" / "workers"
"""The checkout's lists of what environments hold."""

RECORD = "environment.json"
"""The file that says of what an environment was made."""


class MissingEnvironmentError(NotReadyError):
    """An engine's environment is not there, not whole, or not what it should be now."""


class EnvironmentRecord(BaseModel):
    """What an environment was made of; written when it was whole, and not before.

    ``digest`` is that of its lists and its Python, ``versions`` what the engine's program said of
    its packages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

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
        name: Its engine's name.
        lists: Files of pinned requirements. Those of the first are installed with what they need;
            those of the second, if there is one, without: packages whose own pins nothing can meet.
        folder: Where it is, or will be.
    """

    name: str
    lists: tuple[Path, ...]
    folder: Path

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / "bin" / "python"

    def digest(self) -> str:
        """Return what tells it from the same engine's environments with other packages."""
        whole = hashlib.sha256(python_version().encode())
        for requirements in self.lists:
            lines = map(str.strip, requirements.read_text(encoding="utf-8").splitlines())
            wanted = [line for line in lines if line and not line.startswith("#")]
            whole.update("\n".join([*wanted, "\0"]).encode())
        return whole.hexdigest()

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
        lists = " and ".join(str(path) for path in self.lists)
        state = {
            Condition.ABSENT: "that is not there",
            Condition.UNFINISHED: "that is not whole: making it was interrupted",
            Condition.BEING_MADE: "another process is making that now: wait until it is done",
            Condition.STALE: (
                f"that was made of other packages than {lists} ask for now, or for another Python "
                f"than {python_version()}"
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
    """Where environments are, and the lists of what they hold.

    Attributes:
        root: The folder of all environments.
        lists: The user's own lists; one that has a name of ours takes its place.
    """

    root: Path
    lists: Path | None = None

    @classmethod
    def from_environment(cls) -> Self:
        """Return those that ``$SPARKLE_ENVIRONMENTS`` and ``$SPARKLE_WORKERS`` name.

        By default they are in the folder ``environments`` of ``$SPARKLE_HOME``, and the lists are
        the checkout's own.
        """
        root = os.environ.get("SPARKLE_ENVIRONMENTS")
        own = os.environ.get("SPARKLE_WORKERS")
        return cls(
            Path(root).resolve() if root else SparkleHome.from_environment().root / "environments",
            Path(own).resolve() if own else None,
        )

    def of(self, name: str) -> Environment:
        """Return the environment of an engine.

        Raises:
            EngineInputError: No list says what it holds.
        """
        if self.lists is not None and not self.lists.is_dir():
            raise EngineInputError(
                f"$SPARKLE_WORKERS names {self.lists}, which is no folder. Lists of packages are "
                "looked for there; unset it to use the checkout's own."
            )
        for folder in (self.lists, LISTS):
            if folder is not None and (first := folder / f"{name}.txt").is_file():
                second = folder / f"{name}.no-deps.txt"
                lists = (first, second) if second.is_file() else (first,)
                return Environment(name, lists, self.root / name)
        raise EngineInputError(f"No list in {LISTS} says what the environment of {name} holds.")


def python_version() -> str:
    """Return this Python's version without its patch level, which environments survive."""
    return ".".join(platform.python_version_tuple()[:2])
