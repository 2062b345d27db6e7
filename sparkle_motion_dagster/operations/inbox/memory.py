"""What the inbox remembers between two looks at it, across restarts of whoever looks."""

import uuid
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError, explained_full_disk
from sparkle_motion_dagster.units import Record


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
    """A film that was asked for: the content it was last asked for with, and how many times."""

    digest: Sha256 | None = None
    requests: int = 0


class Order(Record):
    """A film to be rendered. `digest` stands for the plan file's bytes and the files it names."""

    run_id: str
    plan_path: Path
    profile: str
    digest: Sha256
    run_key: str


class Batch(Record):
    """The orders of one tick: handed out again until somebody says that they have arrived."""

    id: str
    orders: tuple[Order, ...]


class InboxMemory(Record):
    """Files by their printable name, films by their run_id, and the batch on its way, if any.

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

    def write(self, path: Path) -> None:
        """Write the memory down.

        Raises:
            StorageFullError: The disk is full.
        """
        with explained_full_disk(path.parent):
            write_atomically(path, self.model_dump_json(indent=1).encode())
