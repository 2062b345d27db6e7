"""Weights that packages of the package index hold: found where pip put them, known by sha256."""

import shlex
import sys
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from sparkle_motion_dagster.engines.machinery.weights_errors import (
    DamagedWeightsError,
    MissingWeightsError,
)


@dataclass(frozen=True)
class PackagedPart:
    """A file of an installed distribution.

    Attributes:
        requirement: The distribution at its version, as pip takes it: "name==1.0".
        path: The file's path below the folder that packages are installed in.
    """

    requirement: str
    path: str

    def located(self) -> Path | None:
        """Return where the file is; None: the distribution, or the file, is not installed."""
        name, _, version = self.requirement.partition("==")
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            return None
        file = Path(str(installed.locate_file(self.path)))
        return file if installed.version == version and file.is_file() else None


@dataclass(frozen=True)
class PackagedFile:
    """A file of weights that distributions hold.

    Attributes:
        parts: What it is joined from, in order; most are whole, in one part.
        sha256: The digest of the whole, in 64 hexadecimal digits.
    """

    parts: tuple[PackagedPart, ...]
    sha256: str

    def located(self) -> tuple[Path, ...] | None:
        """Return where its parts are; None: not all of them are installed."""
        found = [part.located() for part in self.parts]
        paths = tuple(path for path in found if path is not None)
        return paths if len(paths) == len(found) else None

    def read(self, engine: str) -> bytes:
        """Return the whole file, once its digest was compared.

        Args:
            engine: Who needs it; for the message.

        Raises:
            MissingWeightsError: A part is not installed; the message says what to type.
            DamagedWeightsError: It is not the file that it should be; likewise.
        """
        paths = self.located()
        if paths is None:
            raise self.missing(engine)
        content = b"".join(path.read_bytes() for path in paths)
        if (found := sha256(content).hexdigest()) != self.sha256:
            raise DamagedWeightsError(
                f"The weights of {engine} in {paths[0].parent} are damaged: their sha256 is "
                f"{found[:12]}…, and should be {self.sha256[:12]}…. Type: {self._command}"
            )
        return content

    def missing(self, engine: str) -> MissingWeightsError:
        """Return the error that says that an engine's file is not installed, and what to type."""
        return MissingWeightsError(
            f"The weights of {engine} are not installed. Type: {self._command}"
        )

    @property
    def _command(self) -> str:
        """What puts the distributions in place, whatever is there already."""
        pip = [sys.executable, "-m", "pip", "install", "--force-reinstall", "--no-deps"]
        return shlex.join([*pip, *dict.fromkeys(part.requirement for part in self.parts)])
