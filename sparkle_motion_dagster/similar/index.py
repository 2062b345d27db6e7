"""The index of hashes: of all keyframes, portraits and clips of a home, and what is like what.

It follows the index of manifests by what that lists, and holds nothing that cannot be made anew
from the stored files: where it is missing or damaged, that happens by itself. What no film names
any more stays in it, and is never answered with, as answers are what manifests list now.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.cache import CacheDatabase
from sparkle_motion_dagster.artifacts.index.database import writing
from sparkle_motion_dagster.artifacts.index.looking import ArtifactIndex
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.similar import database
from sparkle_motion_dagster.similar.comparing import MOST_DIFFERENT, Likeness, difference, likeness
from sparkle_motion_dagster.similar.database import Frame
from sparkle_motion_dagster.similar.hashing import WINDOWS, hash_of, hashes_of
from sparkle_motion_dagster.similar.scanning import Candidate, HashTable
from sparkle_motion_dagster.similar.thumbnails import (
    Thumbnail,
    from_jpeg,
    thumbnails_in,
)

PICTURES = ("image",)
"""What pictures are called among the outputs of their items."""

CLIPS = ("clip", "footage")
"""What clips are called there."""

THRESHOLD = 6
"""In how many of their 64 bits the hashes of near-duplicates differ at most, where they overlap."""

_CANDIDATE_BITS = 14
"""In how many bits the hash of a crop differs at most from that of the window that is nearest."""

_GIVE_UP_AFTER = 12
"""So many candidates in a row are none, the nearest first, and no other one is looked at.

What shows the same is the nearest of all in 19 of 20 cases, and verifying takes 1 or 2 ms each.
"""

_MOST_VERIFIED = 64
"""So many candidates of a picture are verified at most, so that no question takes long."""

_BATCH = 32
"""After so many new pictures, those that are hashed are written down."""

T = TypeVar("T")


@dataclass(frozen=True)
class Match:
    """A stored file that shows the same as a picture; ``frame`` says where, of a clip."""

    sha256: str
    frame: int
    likeness: Likeness


@dataclass(frozen=True)
class Followed:
    """What was new: how many files were hashed, and which could not be read."""

    hashed: int
    unreadable: tuple[str, ...]


class SimilarIndex:
    """The index of hashes of a home. What such an object has read it keeps: 170 bytes a picture."""

    def __init__(self, home: SparkleHome) -> None:
        self._home = home
        self._cache = CacheDatabase(home, home.similar, home.hashing)
        self._store = Store(home.store)
        # Threads share it: of whichever index it is, and its hashes, are replaced at once.
        self._known = ("", HashTable.empty())

    def follow(
        self, names: Sequence[str], tell: Callable[[int, int], None] = lambda done, of: None
    ) -> Followed:
        """Hash what films have and the index has not.

        Args:
            names: What of it: `PICTURES`, `CLIPS`, or both.
            tell: Is told how many of the new files have been looked at, and how many there are.

        Raises:
            IndexBusyError: Another process did not end writing in time.
            StorageError: The index cannot be read or written.
        """
        return self._asked(lambda connection: self._follow(connection, names, tell))

    def alike(
        self, thumbnails: Sequence[Thumbnail], threshold: int = THRESHOLD
    ) -> tuple[Match, ...]:
        """Return the files that show the same as a picture, as far as they are in the index.

        One of both may be a part of the other. The nearest come first; of a clip, its nearest frame
        counts.

        Args:
            thumbnails: The picture, or frames of a clip.
            threshold: In how many bits hashes may differ where both show the same.

        Raises:
            IndexBusyError, StorageError: As `follow` says.
        """

        def found(connection: sqlite3.Connection) -> tuple[Match, ...]:
            table = self._read(connection)
            matches: dict[str, Match] = {}
            for thumbnail in thumbnails:
                near = table.near(hashes_of(thumbnail), max(_CANDIDATE_BITS, threshold))
                for match in _verified(connection, thumbnail, near, threshold):
                    known = matches.get(match.sha256, match)
                    matches[match.sha256] = min(known, match, key=_nearness)
            return tuple(sorted(matches.values(), key=_nearness))

        return self._asked(found)

    def whole(self, thumbnail: Thumbnail, threshold: int = THRESHOLD) -> tuple[Match, ...]:
        """Return the files that show the same as a picture, all of it and nothing more.

        The nearest come first.

        Args:
            thumbnail: The picture.
            threshold: In how many bits hashes may differ.

        Raises:
            IndexBusyError, StorageError: As `follow` says.
        """

        def found(connection: sqlite3.Connection) -> tuple[Match, ...]:
            near = self._read(connection).near_wholes(hash_of(thumbnail), threshold)
            matches = []
            for number, bits in near:
                other = from_jpeg(database.jpeg_of(connection, number))
                if (by := difference(thumbnail, other)) <= MOST_DIFFERENT:
                    name = database.name_of(connection, number)
                    matches.append(Match(name.sha256, name.frame, Likeness(bits, by)))
            return tuple(sorted(matches, key=_nearness))

        return self._asked(found)

    def rebuild(self) -> None:
        """Forget everything, so that whoever follows next hashes all anew.

        Raises:
            IndexBusyError, StorageError: As `follow` says.
        """

        def emptied(connection: sqlite3.Connection) -> None:
            with writing(connection):
                database.make_tables(connection)

        self._asked(emptied)

    def _follow(
        self,
        connection: sqlite3.Connection,
        names: Sequence[str],
        tell: Callable[[int, int], None],
    ) -> Followed:
        index, hashed, unreadable = ArtifactIndex(self._home), 0, list[str]()
        for name in names:
            listed = index.listed_since(database.mark_of(connection, name), name)
            new = [file for file in listed.files if not database.has(connection, file[0])]
            for begin in range(0, len(new), _BATCH):
                tell(begin, len(new))
                frames = []
                for sha256, media_type in new[begin : begin + _BATCH]:
                    try:
                        path = self._store.path_of(sha256)
                        frames += [
                            Frame(sha256, frame, thumbnail)
                            for frame, thumbnail in thumbnails_in(path, media_type)
                        ]
                        hashed += 1
                    except (MediaError, FileNotFoundError):
                        unreadable.append(sha256)
                with writing(connection):
                    database.add(connection, frames)
            tell(len(new), len(new))
            with writing(connection):
                database.set_mark(connection, name, listed.mark)
        return Followed(hashed, tuple(unreadable))

    def _read(self, connection: sqlite3.Connection) -> HashTable:
        """Return all hashes; those that were read before are not read again."""
        index_id, (known_id, table) = database.id_of(connection), self._known
        if index_id != known_id:
            table = HashTable.empty()
        read = int(table.numbers[-1]) if len(table.numbers) else 0
        table = table.with_rows(database.hashes_after(connection, read))
        self._known = index_id, table
        return table

    def _asked(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Return what the index answers, made where there is none."""

        def answered(connection: sqlite3.Connection) -> T:
            if not database.is_current(connection):
                with writing(connection):
                    # Unless somebody else, who was waited for, has done it.
                    if not database.is_current(connection):
                        database.make_tables(connection)
            return question(connection)

        return self._cache.asked(answered)


def _verified(
    connection: sqlite3.Connection,
    thumbnail: Thumbnail,
    candidates: Sequence[Candidate],
    threshold: int,
) -> Iterator[Match]:
    """Yield those of some candidates that show the same as a picture."""
    most_different = MOST_DIFFERENT * max(1.0, threshold / THRESHOLD)
    failed = 0
    for one in candidates[:_MOST_VERIFIED]:
        if failed == _GIVE_UP_AFTER:
            return
        failed += 1
        other, window = from_jpeg(database.jpeg_of(connection, one.number)), WINDOWS[one.window]
        part, whole = (thumbnail, other) if one.is_larger else (other, thumbnail)
        found = likeness(part, whole, window, one.bits)
        if found and found.distance <= threshold and found.difference <= most_different:
            failed = 0
            name = database.name_of(connection, one.number)
            yield Match(name.sha256, name.frame, found)


def _nearness(match: Match) -> tuple[int, float]:
    return match.likeness.distance, match.likeness.difference
