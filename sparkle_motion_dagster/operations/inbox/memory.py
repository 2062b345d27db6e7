"""What the inbox remembers between two looks at it, across restarts of whoever looks."""

import contextlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import (
    StoreBusyError,
    UnreadableRecordError,
    explained_full_disk,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import locked
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment
from sparkle_motion_dagster.units import Record

_LOOK_S = 60.0
"""A look is over in seconds: Dagster would end a longer one."""

_DRAFT = "@draft"
"""No run_id holds an @."""


def draft_of(run_id: str) -> str:
    """Return what the memory calls the draft of a film."""
    return f"{run_id}{_DRAFT}"


def film_called(asked: str) -> str:
    """Return the film that somebody asks for, or for a draft of."""
    return asked.removesuffix(_DRAFT)


class Signature(Record):
    """What changes when a file is written; clocks are set back, so it is never compared by age."""

    size: int = 0
    mtime_ns: int = 0
    inode: int


class FolderId(Record):
    """Which folder it is that has a path: another one while a disk is not mounted there."""

    device: int
    inode: int


class SeenFile(Record):
    """A file of the inbox as the last tick left it."""

    signature: Signature
    named: dict[str, Signature] = Field(
        default_factory=dict, description="pictures and sounds that its plan names, by those names"
    )
    missing: int = Field(default=0, description="how many looks in a row have not found it")
    settled: bool = Field(default=False, description="there is nothing to do until it changes")
    wrong: int = Field(default=0, description="how many looks have found no valid plan in it")
    said: str = Field(default="", description="what was last said of it")


class SeenFilm(Record):
    """A film, or a draft, that was asked for: the content it was last asked for with, how often.

    ``awaited`` says whether that run has not been seen to end yet, ``shown`` whether there has been
    something in the film's folder since: then it was removed, if there is nothing now. Of a draft,
    that is not looked at.
    """

    digest: Sha256 | None = None
    requests: int = 0
    awaited: bool = False
    shown: bool = False

    def forgotten(self) -> "SeenFilm":
        """Return it as one that is to be asked for again."""
        return SeenFilm(requests=self.requests)


class Order(Record):
    """A run that is to be made for a film. `digest` stands for all that its file asks for."""

    run_id: str
    profile: str
    digest: Sha256
    run_key: str


class FilmOrder(Order):
    """A film to be rendered from a plan."""

    plan_path: Path


class DraftOrder(Order):
    """A plan to be written."""

    asked: Assignment


AnyOrder: TypeAlias = FilmOrder | DraftOrder


class Batch(Record):
    """The orders of one tick: handed out again until somebody says that they have arrived."""

    id: str
    orders: tuple[AnyOrder, ...]


class InboxMemory(Record):
    """Files by their printable name, what they ask for, and the batch on its way, if any.

    ``films`` are films by their run_id, and drafts, see `draft_of`.

    ``generation`` is made with the memory: run keys of one that was lost do not come again.
    ``folder`` is the one that the files were seen in.
    """

    schema_version: Literal["1"] = "1"
    generation: str = Field(default_factory=lambda: uuid.uuid4().hex)
    folder: FolderId | None = None
    files: dict[str, SeenFile] = Field(default_factory=dict)
    films: dict[str, SeenFilm] = Field(default_factory=dict)
    batch: Batch | None = None

    @classmethod
    def read(cls, path: Path) -> "InboxMemory":
        """Return the memory in a file; an empty one, if there is none.

        Raises:
            UnreadableRecordError: The file is damaged.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return cls()
        except ValidationError as error:
            raise UnreadableRecordError(
                f"{path}, in which the inbox remembers which plans it has seen, cannot be read: it "
                "is damaged, or another version wrote it."
            ) from error

    def run_key(self, run_id: str, film: SeenFilm) -> str:
        """Return the key of the run that a film was last asked for with."""
        return f"{run_id}:{film.digest}:{self.generation}.{film.requests}"

    def write(self, path: Path) -> None:
        """Write the memory down.

        Raises:
            StorageFullError: The disk is full.
        """
        with explained_full_disk(path.parent):
            write_atomically(path, self.model_dump_json(indent=1).encode())


@contextlib.contextmanager
def changing_memory(home: SparkleHome) -> Iterator[None]:
    """Let nobody else change what the inbox of a home remembers, and order any run.

    Raises:
        StoreBusyError: Another process has been looking at the inbox for a minute.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    with locked(home.root / ".inbox", _LOOK_S, _busy):
        yield


def dismiss(home: SparkleHome, run_ids: Iterable[str]) -> None:
    """Have the inbox not miss films that are about to be removed: it asks for none of them again.

    Raises:
        StoreBusyError: As `changing_memory` says.
    """
    known = set(run_ids)

    def dismissed(memory: InboxMemory) -> InboxMemory:
        let_go = {
            run_id: film.model_copy(update={"awaited": False, "shown": False})
            for run_id, film in memory.films.items()
            if film_called(run_id) in known
        }
        return memory.model_copy(update={"films": memory.films | let_go})

    _change(home, dismissed)


def ask_again(home: SparkleHome, name: str, run_id: str) -> None:
    """Have the inbox look at a plan file as if it were new.

    Args:
        home: Whose inbox it is.
        name: The file's name, in characters that can be printed.
        run_id: The film that it makes.

    Raises:
        StoreBusyError: As `changing_memory` says.
    """

    def forgotten(memory: InboxMemory) -> InboxMemory:
        files = {other: seen for other, seen in memory.files.items() if other != name}
        films = memory.films | {run_id: memory.films.get(run_id, SeenFilm()).forgotten()}
        return memory.model_copy(update={"files": files, "films": films})

    _change(home, forgotten)


def _change(home: SparkleHome, change: Callable[[InboxMemory], InboxMemory]) -> None:
    # One that is damaged is forgotten, and told of, at the next look.
    with changing_memory(home), contextlib.suppress(UnreadableRecordError):
        before = InboxMemory.read(home.inbox_memory)
        if (after := change(before)) != before:
            after.write(home.inbox_memory)


def _busy() -> StoreBusyError:
    return StoreBusyError(
        f"Another process has been looking at the inbox for {_LOOK_S:.0f} s. Wait for it to end, "
        "then try again."
    )
