"""What an archived run consists of: every file, where it lies, its size and its digest.

An archive is laid out like a home, and several runs share one: ``store/sha256/ab/...``,
``actions/ab/...``, ``runs/<run_id>/<stage>/manifest.json``, and ``runs/<run_id>/archive.json``, the
index, which is written last. A run without an index there is not archived.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.manifests import MANIFEST
from sparkle_motion_dagster.artifacts.old_state import REVIEWS
from sparkle_motion_dagster.artifacts.run_folder import FILE_NAME
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.units import Record

LARGEST_DOCUMENT = 64 * 2**20
"""Manifests, records and indexes are read as a whole; none is larger than this, in bytes."""

LARGEST_STATES = 16 * 2**20
"""All states and reviews of a run together are not larger than this, in bytes."""

_LIVE = frozenset({"progress.json", "control.json", "archive.json"})
"""What belongs to a run that is going on, or to the archive itself."""

_STORED = re.compile(r"store/sha256/([0-9a-f]{2})/(?P<digest>\1[0-9a-f]{62})")
_ACTION = re.compile(r"actions/([0-9a-f]{2})/(?P<fingerprint>\1[0-9a-f]{62})\.json")
_MANIFEST = re.compile(
    rf"runs/(?P<run_id>{FILE_NAME})/(?P<stage>{FILE_NAME})/{re.escape(MANIFEST)}"
)
_STATE = re.compile(
    rf"runs/(?P<run_id>{FILE_NAME})/(?P<state>{FILE_NAME}\.json|{REVIEWS}(?:/{FILE_NAME})+)"
)


class Kind(StrEnum):
    """What an archived file is."""

    STORED = "stored file"
    ACTION = "action record"
    MANIFEST = "manifest"
    STATE = "state of the run"


class NotArchivedError(InputError):
    """There is no archive of a run at an address."""


class ArchivedFile(Record):
    """A file of an archive: its path below the archive's root, with slashes."""

    path: str
    size_bytes: int = Field(ge=0)
    sha256: Sha256

    @model_validator(mode="after")
    def _is_ours(self) -> "ArchivedFile":
        kind, _ = _parsed(self.path)
        if kind is Kind.STORED and self.path != stored_path(self.sha256):
            raise ValueError(f"{self.path!r} is not the place of {self.sha256}")
        return self

    @property
    def kind(self) -> Kind:
        """What it is, by its path."""
        return _parsed(self.path)[0]

    @property
    def name(self) -> str:
        """Its digest, fingerprint or stage, or its path in the run folder, by its kind."""
        found = _parsed(self.path)[1]
        return found.groupdict()[_NAMED[self.kind]]


class ArchiveIndex(Record):
    """All files of an archived run."""

    schema_version: Literal["1"] = "1"
    run_id: str
    files: tuple[ArchivedFile, ...]

    @model_validator(mode="after")
    def _is_one_run(self) -> "ArchiveIndex":
        if len({file.path for file in self.files}) != len(self.files):
            raise ValueError("a path is listed twice")
        for file in self.files:
            if _parsed(file.path)[1].groupdict().get("run_id", self.run_id) != self.run_id:
                raise ValueError(f"{file.path!r} belongs to another run")
        if sum(file.size_bytes for file in self.of(Kind.STATE)) > LARGEST_STATES:
            raise ValueError(f"its states are larger than {LARGEST_STATES} bytes")
        return self

    def of(self, kind: Kind) -> tuple[ArchivedFile, ...]:
        """Return the files of a kind."""
        return tuple(file for file in self.files if file.kind is kind)


@dataclass(frozen=True)
class Transfer:
    """How much a run consists of, and how much of it had to be copied."""

    files: int
    size_bytes: int
    files_copied: int
    bytes_copied: int

    @classmethod
    def of(cls, files: Sequence[ArchivedFile], copied: Sequence[ArchivedFile]) -> Self:
        """Return what files add up to, of which some were copied."""
        sizes, sizes_copied = ([file.size_bytes for file in some] for some in (files, copied))
        return cls(len(sizes), sum(sizes), len(sizes_copied), sum(sizes_copied))


def stored_path(digest: str) -> str:
    """Return where an archive holds a stored file."""
    return f"store/sha256/{digest[:2]}/{digest}"


def action_path(fingerprint: str) -> str:
    """Return where an archive holds an action record."""
    return f"actions/{fingerprint[:2]}/{fingerprint}.json"


def run_path(run_id: str, name: str) -> str:
    """Return where an archive holds a file of a run folder."""
    return f"runs/{run_id}/{name}"


def index_path(run_id: str) -> str:
    """Return where an archive holds the index of a run."""
    return f"runs/{run_id}/archive.json"


def is_state(run_id: str, name: str) -> bool:
    """Tell whether a file of a run folder is state that travels with it."""
    return name not in _LIVE and _STATE.fullmatch(run_path(run_id, name)) is not None


def read_index(root: RemoteFolder, run_id: str) -> ArchiveIndex:
    """Return the index of an archived run.

    Raises:
        NotArchivedError: There is none.
        UnreadableRecordError: It is damaged, names another run, or lists what no archive holds.
        RemoteError: It cannot be read.
    """
    path = index_path(run_id)
    try:
        text = root.read(path, at_most=LARGEST_DOCUMENT)
    except FileNotFoundError as error:
        raise NotArchivedError(
            f"There is no archive of {run_id} in {root}: it has no {path}."
        ) from error
    try:
        index = ArchiveIndex.model_validate_json(text)
    except ValidationError as error:
        reasons = "; ".join(fault["msg"] for fault in error.errors(include_url=False)[:3])
        raise UnreadableRecordError(f"{root}/{path} is damaged: {reasons}.") from error
    if index.run_id != run_id:
        raise UnreadableRecordError(f"{root}/{path} is that of another run, {index.run_id!r}.")
    return index


_NAMED = {
    Kind.STORED: "digest",
    Kind.ACTION: "fingerprint",
    Kind.MANIFEST: "stage",
    Kind.STATE: "state",
}
_PATTERNS = (
    (Kind.STORED, _STORED),
    (Kind.ACTION, _ACTION),
    (Kind.MANIFEST, _MANIFEST),
    (Kind.STATE, _STATE),
)


def _parsed(path: str) -> tuple[Kind, re.Match[str]]:
    for kind, pattern in _PATTERNS:
        if (found := pattern.fullmatch(path)) is not None:
            if kind is Kind.STATE and found["state"] in _LIVE:
                break
            return kind, found
    raise ValueError(f"{path!r} is no path of an archive")
