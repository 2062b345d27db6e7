"""The ledger: what was taken of every account, and who holds or waits for what, in one database.

All processes of a home share it (SQLite); each change is one transaction, on the disk before it
counts. What somebody holds or waits for is theirs while they hold a lock file of their own: the
system frees it the moment they end, whatever ended them, and what they had not used is there again.
"""

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.errors import full_disk
from sparkle_motion_dagster.artifacts.index.database import connected, is_damaged, writing
from sparkle_motion_dagster.artifacts.locks import is_locked, locked
from sparkle_motion_dagster.production.rate_limits.bucket import (
    Continued,
    History,
    Key,
    Listed,
    Taken,
)
from sparkle_motion_dagster.production.rate_limits.clock import Clock, Instant, Mark
from sparkle_motion_dagster.production.rate_limits.errors import LedgerBusyError, LedgerError

_TABLES = """
CREATE TABLE IF NOT EXISTS clock (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    boot TEXT NOT NULL, monotonic_ns INTEGER NOT NULL, wall_ns INTEGER NOT NULL,
    ledger_ns INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS taken (
    account TEXT NOT NULL, what TEXT NOT NULL, at_ns INTEGER NOT NULL, total INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    PRIMARY KEY (account, what, at_ns, total)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claims (
    place TEXT NOT NULL, number INTEGER NOT NULL, granted INTEGER NOT NULL,
    account TEXT NOT NULL, what TEXT NOT NULL, tokens INTEGER NOT NULL
);
"""
"""Each row of ``taken`` says as well how much it comes to with all before it (``total``): so what
was taken in a stretch of time is the difference of two rows, however many lie between them.
"""

_PATIENCE_S = 60.0
"""A change takes milliseconds."""

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@dataclass(frozen=True)
class Claim:
    """What somebody holds, if it was granted, or waits for; a smaller number came earlier."""

    place: str
    number: int
    granted: bool
    tokens: Mapping[Key, int]


@dataclass(frozen=True)
class _Remembered:
    """What was taken under a key and has begun, as a history: see `_TABLES`."""

    connection: sqlite3.Connection
    key: Key

    def tokens_after(self, at_ns: int) -> int:
        """Return how many tokens were taken later than at a moment."""
        row = self.connection.execute(
            "SELECT total - tokens FROM taken WHERE account = ? AND what = ? AND at_ns > ? "
            "ORDER BY at_ns, total LIMIT 1",
            (*self.key, at_ns),
        ).fetchone()
        return 0 if row is None else self.total() - int(row[0])

    def after(self, at_ns: int) -> Iterator[Taken]:
        """Yield what was taken later than at a moment, the earliest first."""
        for row in self.connection.execute(
            "SELECT at_ns, tokens FROM taken WHERE account = ? AND what = ? AND at_ns > ? "
            "ORDER BY at_ns, total",
            (*self.key, at_ns),
        ):
            yield Taken(*row)

    def total(self) -> int:
        """Return how much all of it comes to; what is forgotten may count, too."""
        total, _ = self._last()
        return total

    def last(self) -> int:
        """Return how many tokens were taken the last time; 0: nobody remembers."""
        _, tokens = self._last()
        return tokens

    def _last(self) -> tuple[int, int]:
        row = self.connection.execute(
            "SELECT total, tokens FROM taken WHERE account = ? AND what = ? "
            "ORDER BY at_ns DESC, total DESC LIMIT 1",
            self.key,
        ).fetchone()
        return (0, 0) if row is None else (int(row[0]), int(row[1]))


class Page:
    """The ledger in one transaction: nobody else changes it meanwhile."""

    def __init__(self, connection: sqlite3.Connection, now_ns: int, claims: list[Claim]) -> None:
        self._connection = connection
        self.now_ns = now_ns
        self.claims = claims

    def claim_at(self, place: str) -> Claim | None:
        """Return what is held or waited for at a place; None: nothing."""
        return next((one for one in self.claims if one.place == place), None)

    def taken(self, key: Key) -> History:
        """Return what was taken, as long ago as is remembered, and what is held now."""
        held = [one.tokens[key] for one in self.claims if one.granted and key in one.tokens]
        now = Listed([Taken(self.now_ns, tokens) for tokens in held])
        return Continued(_Remembered(self._connection, key), now)

    def last_taken(self, key: Key) -> int:
        """Return how many tokens were taken the last time; 0: nobody remembers."""
        return _Remembered(self._connection, key).last()

    def take(self, tokens: Mapping[Key, int], forget_ns: int) -> None:
        """Write down that tokens are taken now; forget what was taken so long ago."""
        for key, count in tokens.items():
            self._connection.execute(
                "DELETE FROM taken WHERE account = ? AND what = ? AND at_ns <= ?",
                (*key, self.now_ns - forget_ns),
            )
            if count:
                total = _Remembered(self._connection, key).total() + count
                self._connection.execute(
                    "INSERT INTO taken (account, what, at_ns, total, tokens) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (*key, self.now_ns, total, count),
                )

    def claim(self, place: str, tokens: Mapping[Key, int], *, granted: bool) -> None:
        """Write down what somebody holds or waits for; who waits already keeps their turn."""
        known, last = self.claim_at(place), max((one.number for one in self.claims), default=0)
        number = last + 1 if known is None else known.number
        self.release(place)
        self._connection.executemany(
            "INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?)",
            [(place, number, granted, *key, count) for key, count in tokens.items()],
        )

    def release(self, place: str) -> None:
        """Forget what somebody held or waited for."""
        self._connection.execute("DELETE FROM claims WHERE place = ?", (place,))


class Ledger:
    """What was taken, below a home.

    Args:
        folder: Where it lies; it is made when something is written down.
        clock: The time.
        patience_s: How long to wait for whoever changes it, in seconds.
    """

    def __init__(self, folder: Path, clock: Clock, patience_s: float = _PATIENCE_S) -> None:
        self._folder, self._clock, self._patience_s = folder, clock, patience_s
        self._file = folder / "ledger.sqlite"

    @contextlib.contextmanager
    def changing(self) -> Iterator[Page]:
        """Have the ledger to oneself; all that is written becomes true at the end, or nothing.

        Raises:
            LedgerBusyError: Somebody else does not end.
            LedgerError: It is damaged, or cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._explained(), connected(self._file, "rwc", self._patience_s) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            with writing(connection):
                for statement in filter(str.strip, _TABLES.split(";")):
                    connection.execute(statement)
                now = self._advance(connection)
                yield Page(connection, now, [*self._living(connection, forget=True)])

    @contextlib.contextmanager
    def looking(self) -> Iterator[Page | None]:
        """Look at the ledger as it is, and change nothing; None: nothing was taken yet."""
        if not self._file.exists():
            yield None
            return
        with self._explained(), connected(self._file, "rw", self._patience_s) as connection:
            connection.execute("BEGIN")
            made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'claims'")
            if made.fetchone() is None or (mark := _mark(connection)) is None:
                yield None
                return
            now = mark.advanced(self._clock.now()).ledger_ns
            yield Page(connection, now, [*self._living(connection, forget=False)])

    @contextlib.contextmanager
    def place(self) -> Iterator[str]:
        """Give a place to hold or to wait for something: what stands there ends with its owner."""
        folder = self._folder / "places"
        folder.mkdir(parents=True, exist_ok=True)
        name = uuid.uuid4().hex
        with locked(folder / name, self._patience_s, self._busy):
            try:
                yield name
            finally:
                with self.changing() as page:
                    page.release(name)
                (folder / name).unlink()

    def _living(self, connection: sqlite3.Connection, *, forget: bool) -> Iterator[Claim]:
        """Yield the claims of those who live, the earliest first; those of the dead are void."""
        claims: dict[str, Claim] = {}
        for place, number, granted, account, what, tokens in connection.execute(
            "SELECT * FROM claims ORDER BY number"
        ).fetchall():
            known = claims.get(place)
            of = {} if known is None else known.tokens
            claims[place] = Claim(place, number, bool(granted), {**of, (account, what): tokens})
        for place, claim in claims.items():
            if is_locked(self._folder / "places" / place):
                yield claim
            elif forget:
                connection.execute("DELETE FROM claims WHERE place = ?", (place,))
                (self._folder / "places" / place).unlink(missing_ok=True)

    def _advance(self, connection: sqlite3.Connection) -> int:
        """Return the ledger's time, and write down what it is now."""
        instant = self._clock.now()
        before = _mark(connection)
        mark = Mark(instant, 0) if before is None else before.advanced(instant)
        connection.execute(
            "INSERT OR REPLACE INTO clock VALUES (1, ?, ?, ?, ?)",
            (instant.boot, instant.monotonic_ns, instant.wall_ns, mark.ledger_ns),
        )
        return mark.ledger_ns

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite says into errors that say what to do."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _BUSY:
                raise self._busy() from error
            if code == sqlite3.SQLITE_FULL:
                raise full_disk(self._folder) from error
            if is_damaged(error):
                raise LedgerError(
                    f"{self._file} is damaged, so that nobody knows what rate limits leave. Remove "
                    f"{self._folder} while nothing is rendered: what was taken is forgotten then."
                ) from error
            raise LedgerError(
                f"What rate limits leave cannot be read or written in {self._file} ({error}). "
                "Make sure that the disk has space and can be written."
            ) from error

    def _busy(self) -> LedgerBusyError:
        return LedgerBusyError(
            f"Another process has been writing in {self._folder} for {self._patience_s:.0f} s. "
            "Wait for it to end, then try again."
        )


def _mark(connection: sqlite3.Connection) -> Mark | None:
    row = connection.execute("SELECT boot, monotonic_ns, wall_ns, ledger_ns FROM clock").fetchone()
    return None if row is None else Mark(Instant(*row[:3]), row[3])
