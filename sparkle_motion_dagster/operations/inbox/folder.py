"""The inbox as a folder: which plans and prompts lie in it, and where those go that are none."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.transfer import move
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.operations.inbox.memory import FolderId, Signature, draft_of
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.reading.document import MAX_BYTES
from sparkle_motion_dagster.plan.reading.loading import PLAN_SUFFIXES
from sparkle_motion_dagster.plan.run_ids import run_id_of
from sparkle_motion_dagster.shotlist.writing.prompt_files import is_prompt_file, name_of

REJECTED = "rejected"
"""Folder in the inbox for what is no valid plan or prompt, each with a report beside it."""


class InboxFolderError(InputError):
    """The inbox cannot be looked into."""


@dataclass(frozen=True)
class FoundFile:
    """Something in the inbox that is named like a plan, or like a prompt file.

    ``obstacle`` says why it is left alone, and is None for what may be opened.
    """

    path: Path
    signature: Signature
    obstacle: str | None

    @property
    def name(self) -> str:
        """Its name, in characters that can be printed and stored."""
        return printable(self.path.name)

    @property
    def film(self) -> str:
        """The run_id that its name makes."""
        return film_of(self.name)

    @property
    def asks_for(self) -> str:
        """What it asks for, as the memory calls it."""
        return asked_by(self.name)

    @property
    def is_prompt(self) -> bool:
        """Whether it asks for a draft; it is a plan otherwise, and asks for a film."""
        return is_prompt_file(self.path)

    @property
    def kind(self) -> str:
        """What such files are called."""
        return _kind(self.path)

    def is_unchanged(self) -> bool:
        """Tell whether it is still what it was when it was found."""
        try:
            return _signature(self.path.stat()) == self.signature
        except FileNotFoundError:
            return False

    def signatures_of(self, names: Iterable[str]) -> dict[str, Signature]:
        """Return the signatures of files that its plan names, as far as they can be seen."""
        signatures = {}
        for name in names:
            try:
                signatures[name] = _signature((self.path.parent / name).stat())
            except OSError:
                continue  # reading the plan says so, if it comes to that
        return signatures


@dataclass(frozen=True)
class FoundFolder:
    """The inbox as it was found: which folder it is, and what in it may be a plan or a prompt."""

    id: FolderId
    files: tuple[FoundFile, ...]


def film_of(name: str) -> str:
    """Return the run_id that a file's name makes."""
    path = Path(name)
    return run_id_of(name_of(path) if is_prompt_file(path) else path.stem)


def asked_by(name: str) -> str:
    """Return what a file of a name asks for, as the memory calls it: a film, or a draft of one.

    A plan and the prompt that it came of have one film, and are no rivals.
    """
    return draft_of(film_of(name)) if is_prompt_file(Path(name)) else film_of(name)


def printable(text: str) -> str:
    """Return a text without what no database holds: bytes of names that are no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def look_into(folder: Path) -> FoundFolder:
    """Return what is named like a plan or a prompt file directly in a folder, sorted by name.

    Raises:
        InboxFolderError: There is no such folder, or it cannot be read.
    """
    try:
        return _look_into(folder)
    except FileNotFoundError as error:
        raise InboxFolderError(
            f"There is no folder {folder}. Make it, or name another one in $SPARKLE_PLANS: films "
            "are made of the plans that are put there."
        ) from error
    except OSError as error:
        raise InboxFolderError(
            f"The inbox {folder} cannot be read: {error.strerror}. Make it a folder that you may "
            "read, or name another one in $SPARKLE_PLANS."
        ) from error


def reject(file: FoundFile, error: PlanError) -> Path:
    """Move a file out of the inbox, beside a report of what is wrong, and return the report.

    Earlier ones of that name are replaced. The report is written first: a crash in between leaves
    the file where it is found again.

    Raises:
        OSError: The inbox cannot be written to.
    """
    folder = file.path.parent / REJECTED
    report = folder / f"{file.path.name}.txt"
    write_atomically(report, printable(_report(file, error)).encode())
    move(file.path, folder / file.path.name)
    return report


def _report(file: FoundFile, error: PlanError) -> str:
    count = "a problem" if len(error.problems) == 1 else f"{len(error.problems)} problems"
    return "\n".join(
        [
            f"{file.name} {error.verdict}: it has {count}.",
            *(f"  {problem}" for problem in error.problems),
            "",
            "Mend it and drop it into the inbox again.",
            f"Rejected at {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC.",
            "",
        ]
    )


def _look_into(folder: Path) -> FoundFolder:
    # A disk may be mounted or unmounted at any moment: the files must be those of this very folder.
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        status = os.fstat(opened)
        with os.scandir(opened) as entries:
            files = sorted(_found(folder, entries), key=lambda file: file.name)
    finally:
        os.close(opened)
    return FoundFolder(FolderId(device=status.st_dev, inode=status.st_ino), tuple(files))


def _found(folder: Path, entries: Iterator[os.DirEntry[str]]) -> Iterator[FoundFile]:
    for entry in entries:
        path = folder / entry.name
        if path.suffix.lower() not in PLAN_SUFFIXES and not is_prompt_file(path):
            continue
        try:
            of_itself = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # it went while the folder was read
        if entry.name.startswith("."):
            hidden = f"its name begins with a dot; rename it if it is a {_kind(path)}"
            yield FoundFile(path, _signature(of_itself), hidden)
        elif entry.is_symlink():
            yield _linked(folder, path, of_itself)
        else:
            yield FoundFile(path, _signature(of_itself), _obstacle(path, of_itself))


def _linked(folder: Path, path: Path, of_itself: os.stat_result) -> FoundFile:
    try:
        target = path.resolve(strict=True)
        of_target = target.stat()
    except FileNotFoundError:
        return FoundFile(path, _signature(of_itself), "it is a link to a file that is not there")
    except (OSError, RuntimeError):  # a ring of links is the latter before Python 3.13
        return FoundFile(path, _signature(of_itself), "it is a link that cannot be followed")
    if not target.is_relative_to(folder.resolve()):
        outside = "it is a link out of the inbox; put the file itself here"
        return FoundFile(path, _signature(of_itself), outside)
    return FoundFile(path, _signature(of_target), _obstacle(path, of_target))


def _signature(status: os.stat_result) -> Signature:
    if not stat.S_ISREG(status.st_mode):
        # Of a folder or a pipe it does not matter what goes on in it.
        return Signature(inode=status.st_ino)
    return Signature(size=status.st_size, mtime_ns=status.st_mtime_ns, inode=status.st_ino)


def _kind(path: Path) -> str:
    return "prompt file" if is_prompt_file(path) else "plan"


def _obstacle(path: Path, status: os.stat_result) -> str | None:
    if stat.S_ISDIR(status.st_mode):
        return "it is a folder"
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file"
    if status.st_size > MAX_BYTES and not is_prompt_file(path):
        return f"it has {status.st_size} bytes, and a plan file has at most {MAX_BYTES}"
    return None
