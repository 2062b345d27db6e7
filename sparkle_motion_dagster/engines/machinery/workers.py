"""Workers: programs in an environment of their own, what they are asked for, what they answer."""

import json
import os
import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.declaration import WorkerProgram
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.gpu.libraries import PARALLEL_LOADING

_PACKAGE = Path(__file__).resolve().parents[2]

_OURS = frozenset(
    {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", PARALLEL_LOADING}
)
"""Variables that would let a worker find the packages of this process, or count on them."""

_SECRET_NAME = re.compile(
    r"SECRET|PASSWORD|PASSWD|CREDENTIAL|(^|_)(TOKEN|KEY|AUTH)(_|$)", re.IGNORECASE
)
_SECRET_VALUE = re.compile(r"://[^/\s]*@")
"""What holds secrets, by its name, or as the password in an address."""


class WorkerError(EngineError):
    """A worker failed, crashed, or did not do what it was asked for."""


@dataclass(frozen=True)
class WorkerOrder:
    """What a worker is asked for, in one file.

    Attributes:
        settings: The engine's settings, as the program wants them.
        requests: What to make, one an item, in order. Files come as absolute paths.
        device: torch's name of the device to run on.
        folder: A folder of its own, for what the worker makes.
    """

    settings: Mapping[str, JsonValue]
    requests: Sequence[Mapping[str, JsonValue]]
    device: str
    folder: Path

    def as_json(self) -> str:
        """Return the order as the worker reads it."""
        return json.dumps(
            {
                "settings": dict(self.settings),
                "requests": [dict(request) for request in self.requests],
                "device": self.device,
                "folder": str(self.folder),
            }
        )


@dataclass(frozen=True)
class WorkerResult:
    """What a worker made of one request: its files by output name, and what it knows of them."""

    files: Mapping[str, Path]
    facts: Mapping[str, JsonValue]


class WorkerLauncher:
    """Starts workers. This one cannot: nothing can be made outside of a run."""

    def run(
        self, program: WorkerProgram, order: WorkerOrder, steps: Steps
    ) -> Generator[WorkerResult]:
        """Yield a worker's results, in order, each the moment it is complete.

        The worker is started when the first result is asked for; it ends, and all that it started,
        when the generator is closed, or its process dies.

        Args:
            program: What to run.
            order: What it is asked for.
            steps: Hears the worker's steps, and is asked every so often whether to go on.

        Raises:
            MissingEnvironmentError: The program's environment is not there, or not whole, or not
                what it should be now; the message says what to type.
            EngineInputError: The worker refused a request.
            WorkerError: It failed, or its process ended; the message says at what.
            SparkleError: What `steps` raises passes unchanged, after the worker has ended.
        """
        raise WorkerError(f"{program.environment} works in a process that only a run starts.")


def worker_variables(program: WorkerProgram, folder: Path) -> dict[str, str]:
    """Return the environment variables of a worker.

    It finds this package and the program's own, and none beside them. It needs no network, and is
    not handed what would open doors there: it runs other people's code.

    Args:
        program: What the worker runs.
        folder: A folder of the worker's own, in which links to the packages are made.
    """
    library = folder / "library"
    library.mkdir()
    for package in {_PACKAGE, *_packages_around(program.path)[-1:]}:
        (library / package.name).symlink_to(package, target_is_directory=True)
    harmless = {
        name: value
        for name, value in own_variables().items()
        if not (_SECRET_NAME.search(name) or _SECRET_VALUE.search(value))
    }
    return harmless | {"PYTHONPATH": str(library), "PYTHONUNBUFFERED": "1"}


def _packages_around(program: Path) -> list[Path]:
    """Return the packages that a program lies in, the innermost first."""
    folders = program.resolve().parents
    return list(takewhile(lambda folder: (folder / "__init__.py").is_file(), folders))


def own_variables() -> dict[str, str]:
    """Return this process's environment variables, but those that are about its packages."""
    return {name: value for name, value in os.environ.items() if name not in _OURS}
