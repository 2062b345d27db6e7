"""The user's own checkout of Wav2Lip and its checkpoint: where they are, whether they can work.

Nothing in a checkout is ever changed: what cannot work is told with the line to write instead.
"""

import ast
import functools
import os
import shlex
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.digests import digest_bytes, digest_file
from sparkle_motion_dagster.engines.base import NotReadyError
from sparkle_motion_dagster.engines.lipsync.wav2lip import PROGRAM
from sparkle_motion_dagster.engines.machinery.environments import Environments

CHECKOUT_VARIABLE, CHECKPOINT_VARIABLE = "SPARKLE_WAV2LIP", "SPARKLE_WAV2LIP_CHECKPOINT"

_LICENCE = (
    "Wav2Lip's licence allows personal, research and non-commercial use only: nothing is fetched; "
    "clone https://github.com/Rudrabha/Wav2Lip yourself, and see its README for checkpoints."
)

_NEEDED = ("inference.py", "audio.py", "models", "face_detection")
_PROGRAMS = ("*.py", "models/**/*.py")
"""What decides how a checkout works; it may hold other things, a virtual environment too."""

_RUN = ("inference.py", "audio.py", "hparams.py", "models")
"""What of it runs; the rest is only imported: nobody asks its face detector."""

_GONE_FROM_NUMPY = frozenset({"bool", "complex", "float", "int", "object", "str"})
"""Names that numpy had for Python's own types, until 1.24."""

_MEL_ARGUMENTS = ("sr", "n_fft")
"""What librosa.filters.mel takes by name only since 0.10, in the order in which it took them."""


@dataclass(frozen=True)
class Checkout:
    """A checkout, and the checkpoint that its script is to load."""

    folder: Path
    checkpoint: Path

    @classmethod
    def located(cls, folder: Path | None, checkpoint: Path | None) -> "Checkout":
        """Return what the settings name, or else the environment variables.

        Raises:
            NotReadyError: Neither does, or there is nothing.
        """
        folder = _named(folder, "checkout", CHECKOUT_VARIABLE)
        checkpoint = _named(checkpoint, "checkpoint", CHECKPOINT_VARIABLE)
        missing = [name for name in _NEEDED if not (folder / name).exists()]
        if missing:
            raise NotReadyError(
                f"{folder} is no checkout of Wav2Lip: {' and '.join(missing)} missing. {_LICENCE}"
            )
        if not checkpoint.is_file():
            raise NotReadyError(f"{checkpoint} is no file: Wav2Lip has no checkpoint. {_LICENCE}")
        return cls(folder, checkpoint)

    def digest(self) -> str:
        """Return what tells it apart: the sha256 over its programs and its checkpoint."""
        programs = {path for pattern in _PROGRAMS for path in self.folder.glob(pattern)}
        parts = [_file_digest(self.checkpoint)]
        for path in sorted(programs):
            name = path.relative_to(self.folder).as_posix()
            parts.append(f"\n{name}\0{_file_digest(path)}")
        return digest_bytes("".join(parts).encode())

    def check(self) -> None:
        """Make sure that the script can run on what its environment holds, and load its weights.

        Raises:
            NotReadyError: It cannot; the message says which line to change, and how.
        """
        for change in self._changes():
            raise NotReadyError(str(change))
        if reason := _no_weights(self.checkpoint) or _script_archive(self.checkpoint):
            raise NotReadyError(f"{self.checkpoint} {reason}")

    def _changes(self) -> "Iterator[Change]":
        for name in _RUN:
            place = self.folder / name
            for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
                if path.is_file():
                    yield from changes_of(path)


@dataclass(frozen=True)
class Change:
    """A line of a program that has to change before it can run."""

    path: Path
    number: int
    old: str
    new: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.path}, line {self.number}, cannot run here: {self.reason}. It says\n"
            f"    {self.old}\nChange it to\n    {self.new}"
        )


def changes_of(path: Path) -> Iterator[Change]:
    """Yield what has to change in a program, because of today's librosa and numpy.

    Raises:
        NotReadyError: It is no Python program.
    """
    source = path.read_bytes()
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise NotReadyError(f"{path}, line {error.lineno}, is no Python: {error.msg}.") from error
    lines = source.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "librosa.filters.mel":
            if node.args:
                new = _with_names(lines, node)
                reason = "librosa.filters.mel takes its arguments by name since librosa 0.10"
                yield _change(path, lines, node.args[0].lineno, new, reason)
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in {"np", "numpy"}
            and node.attr in _GONE_FROM_NUMPY
        ):
            line = lines[node.lineno - 1]
            new = line[: node.col_offset] + node.attr.encode() + line[node.end_col_offset :]
            reason = f"numpy has no {node.attr} of its own since 1.24"
            yield _change(path, lines, node.lineno, new, reason)


def _with_names(lines: list[bytes], call: ast.Call) -> bytes:
    """Return the line of a call's first argument, with names before those that lack them."""
    number = call.args[0].lineno
    line = lines[number - 1]
    named = list(zip(_MEL_ARGUMENTS, call.args, strict=False))
    for name, argument in reversed(named):
        if argument.lineno == number:
            at = argument.col_offset
            line = line[:at] + f"{name}=".encode() + line[at:]
    return line


def _change(path: Path, lines: list[bytes], number: int, new: bytes, reason: str) -> Change:
    old = lines[number - 1]
    return Change(path, number, old.decode().strip(), new.decode().strip(), reason)


def _no_weights(path: Path) -> str | None:
    """Return why a file cannot be weights, or None."""
    with path.open("rb") as file:
        head = file.read(64)
    if head.lstrip()[:1] == b"<":
        return "is a web page that was saved in the file's stead: download the file itself."
    if head.startswith(b"version https://git-lfs"):
        return "is a pointer of Git LFS: fetch the file itself (`git lfs pull`)."
    return None


def _script_archive(path: Path) -> str | None:
    """Return what to do with a checkpoint that holds a program, too, or None."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if any("/code/" in name for name in archive.namelist()):
                plain = path.with_name(f"{path.stem}_weights.pth")
                return (
                    "is a TorchScript archive, and the checkout's script loads plain weights only. "
                    f"Make them of it, and use {plain}: {_conversion(path, plain)}"
                )
    return None


def _conversion(archive: Path, plain: Path) -> str:
    """Return the command that takes the weights out of a TorchScript archive."""
    python = Environments.from_environment().of(PROGRAM).python
    loaded = f"torch.jit.load({str(archive)!r}, map_location='cpu')"
    saving = f"torch.save({{'state_dict': {loaded}.state_dict()}}, {str(plain)!r})"
    return shlex.join([str(python), "-c", f"import torch; {saving}"])


def _named(path: Path | None, setting: str, variable: str) -> Path:
    named = path or os.environ.get(variable)
    if not named:
        raise NotReadyError(
            f"Wav2Lip works with a checkout of your own: name its {setting} in the profile "
            f"(lipsync: settings: {setting}) or in ${variable}. {_LICENCE}"
        )
    return Path(named).expanduser().resolve()


def _file_digest(path: Path) -> str:
    state = path.stat()
    return _digest_of(path, state.st_size, state.st_mtime_ns)


@functools.lru_cache(maxsize=512)
def _digest_of(path: Path, _size: int, _mtime_ns: int) -> str:
    """Return a file's sha256, read once a process while it stays as it is."""
    return digest_file(path)
