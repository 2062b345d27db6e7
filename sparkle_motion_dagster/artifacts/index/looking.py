"""Looking into the index: what films are made of, page by page, as the manifests have it now."""

import base64
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from sparkle_motion_dagster.artifacts.addresses import ArtifactAddress
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.cache import CacheDatabase
from sparkle_motion_dagster.artifacts.index.database import (
    is_current,
    make_tables,
    writing,
)
from sparkle_motion_dagster.artifacts.index.marks import Listed, Mark, listed_since
from sparkle_motion_dagster.artifacts.index.notes import notes_left, take_away
from sparkle_motion_dagster.artifacts.index.rows import follow, known_signatures
from sparkle_motion_dagster.artifacts.listing import entries
from sparkle_motion_dagster.artifacts.manifests import signatures_in
from sparkle_motion_dagster.artifacts.models import MediaFacts
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.units import Record

_ALL = -1
"""No limit, as SQLite has it."""

_COLUMNS = "run_id, stage, item, name, file, media_type, size_bytes, sha256, made_at, facts"
_KEY = TypeAdapter(tuple[str, str, str, str])

T = TypeVar("T")


class PageTokenError(InputError):
    """What should say where a page begins says nothing of the kind."""


class IndexedArtifact(Record):
    """An artifact as a manifest lists it; ``made_at`` is when its stage was published."""

    address: ArtifactAddress
    file: str
    media_type: str
    size_bytes: int
    sha256: Sha256
    made_at: AwareDatetime
    facts: MediaFacts


@dataclass(frozen=True)
class Wanted:
    """Which artifacts are wanted; None: all.

    ``media_type`` is a whole one, such as ``image/png``, or its main part, such as ``image``.
    """

    run_id: str | None = None
    stage: str | None = None
    media_type: str | None = None


@dataclass(frozen=True)
class ArtifactPage:
    """Some artifacts, sorted by their addresses; ``next_token`` has the page after it, or None."""

    artifacts: tuple[IndexedArtifact, ...]
    next_token: str | None


@dataclass(frozen=True)
class IndexSize:
    """How much there is in the index."""

    runs: int
    manifests: int
    artifacts: int


class ArtifactIndex:
    """The index of a home, made where there is none, and followed up before each look."""

    def __init__(self, home: SparkleHome) -> None:
        self._home = home
        self._cache = CacheDatabase(home, home.index, home.indexing)

    def page(self, wanted: Wanted, limit: int, token: str | None = None) -> ArtifactPage:
        """Return some artifacts, and where the next ones begin.

        Pages neither repeat nor leave out what is there all the while, whatever else comes or goes.

        Args:
            wanted: Which ones.
            limit: How many at most.
            token: Where to go on: what the page before has as its ``next_token``.

        Raises:
            PageTokenError: The token is none.
            IndexBusyError: Another process did not end writing in time.
            StorageError: The index cannot be read or written.
        """
        after = None if token is None else _key_in(token)
        found = self._seen(lambda connection: self._found(connection, wanted, limit + 1, after))
        shown = found[:limit]
        last = shown[-1].address.parts if len(found) > limit else None
        return ArtifactPage(shown, None if last is None else _token_of(last))

    def naming(self, digest: str) -> IndexedArtifact | None:
        """Return the first artifact that has a digest; None: no manifest names it.

        Raises:
            IndexBusyError, StorageError: As `page` says.
        """
        where = ("sha256 = ?", [digest])
        found = self._seen(lambda connection: self._verified(connection, *where, 1))
        return found[0] if found else None

    def all_naming(self, digests: Sequence[str]) -> tuple[IndexedArtifact, ...]:
        """Return the artifacts that have one of some digests, sorted by their addresses.

        Args:
            digests: At most some thousands.

        Raises:
            IndexBusyError, StorageError: As `page` says.
        """
        where = f"sha256 IN ({', '.join('?' * len(digests))})"
        return self._seen(lambda connection: self._verified(connection, where, digests, _ALL))

    def listed_since(self, mark: Mark | None, name: str) -> Listed:
        """Return what manifests list that were read since a mark; None: what all of them do.

        After the index was made anew, that is everything.

        Args:
            mark: Where to read on.
            name: What the outputs are called that are wanted.

        Raises:
            IndexBusyError, StorageError: As `page` says.
        """
        return self._seen(lambda connection: listed_since(connection, mark, name))

    def rebuild(self) -> IndexSize:
        """Make the index anew from all manifests. Who looks meanwhile sees it as it was.

        Raises:
            IndexBusyError, StorageError: As `page` says.
        """

        def rebuilt(connection: sqlite3.Connection) -> IndexSize:
            with writing(connection):
                self._fill(connection)
            return _size(connection)

        return self._cache.asked(rebuilt)

    def _seen(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Return what the index answers once it has followed what has happened since."""

        def answer(connection: sqlite3.Connection) -> T:
            self._bring_in_line(connection)
            return question(connection)

        return self._cache.asked(answer)

    def _bring_in_line(self, connection: sqlite3.Connection) -> None:
        """Have the index follow new and removed runs, and those of which notes were left."""
        if not is_current(connection):
            with writing(connection):
                # Unless somebody else, who was waited for, has done it.
                if not is_current(connection):
                    self._fill(connection)
        notes = notes_left(self._home)
        known = {run_id for (run_id,) in connection.execute("SELECT run_id FROM runs")}
        changed = (self._runs() ^ known) | {note.run_id for note in notes}
        self._follow(connection, changed)
        for note in notes:
            take_away(note)

    def _fill(self, connection: sqlite3.Connection) -> None:
        make_tables(connection)
        for run_id in sorted(self._runs()):
            follow(connection, self._home, run_id)

    def _follow(self, connection: sqlite3.Connection, run_ids: Iterable[str]) -> None:
        if run_ids:
            with writing(connection):
                for run_id in run_ids:
                    follow(connection, self._home, run_id)

    def _runs(self) -> set[str]:
        """Return the names of all run folders; what cannot be the name of a run is passed over."""
        names = (entry.name for entry in entries(self._home.runs) if entry.is_dir())
        return {name for name in names if name[0] != "." and name.isascii()}

    def _found(
        self,
        connection: sqlite3.Connection,
        wanted: Wanted,
        limit: int,
        after: tuple[str, str, str, str] | None,
    ) -> tuple[IndexedArtifact, ...]:
        terms: list[str] = []
        values: list[str] = []
        media = "media_type" if "/" in (wanted.media_type or "") else "kind"
        for column, value in (
            ("run_id", wanted.run_id),
            ("stage", wanted.stage),
            (media, wanted.media_type),
        ):
            if value is not None:
                terms.append(f"{column} = ?")
                values.append(value)
        if after is not None:
            terms.append("(run_id, stage, item, name) > (?, ?, ?, ?)")
            values += after
        return self._verified(connection, " AND ".join(terms) or "TRUE", values, limit)

    def _verified(
        self, connection: sqlite3.Connection, where: str, values: Sequence[str], limit: int
    ) -> tuple[IndexedArtifact, ...]:
        """Return rows, read once more where manifests of their runs were changed behind our back.

        Args:
            connection: The index.
            where: Which rows, as SQL; values are named by ``?``.
            values: Those values.
            limit: How many rows at most.
        """
        found = _rows(connection, where, values, limit)
        stale = [
            run_id
            for run_id in sorted({row.address.run_id for row in found})
            if known_signatures(connection, run_id) != signatures_in(self._home.runs / run_id)
        ]
        if not stale:
            return found
        self._follow(connection, stale)
        return _rows(connection, where, values, limit)


def _rows(
    connection: sqlite3.Connection, where: str, values: Sequence[str], limit: int
) -> tuple[IndexedArtifact, ...]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM artifacts WHERE {where} "  # noqa: S608 - values are bound
        "ORDER BY run_id, stage, item, name LIMIT ?",
        (*values, limit),
    )
    return tuple(_artifact(*row) for row in rows)


def _artifact(
    run_id: str,
    stage: str,
    item: str,
    name: str,
    file: str,
    media_type: str,
    size_bytes: int,
    sha256: str,
    made_at: str,
    facts: str,
) -> IndexedArtifact:
    return IndexedArtifact(
        address=ArtifactAddress(run_id=run_id, stage=stage, item=item, name=name),
        file=file,
        media_type=media_type,
        size_bytes=size_bytes,
        sha256=sha256,
        made_at=made_at,
        facts=MediaFacts.model_validate_json(facts),
    )


def _size(connection: sqlite3.Connection) -> IndexSize:
    counts = [
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - ours
        for table in ("runs", "manifests", "artifacts")
    ]
    return IndexSize(*counts)


def _token_of(key: tuple[str, str, str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _key_in(token: str) -> tuple[str, str, str, str]:
    try:
        return _KEY.validate_json(base64.urlsafe_b64decode(token.encode()), strict=True)
    except (ValueError, ValidationError) as error:
        raise PageTokenError(
            "The page_token is none: give the next_page_token of the page before, as it is."
        ) from error
