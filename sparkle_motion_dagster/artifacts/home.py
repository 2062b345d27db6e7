"""Where everything lies: ``$SPARKLE_HOME``."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.errors import NotFoundError

_SHOWN_RUNS = 20


@dataclass(frozen=True)
class SparkleHome:
    """The folders below ``$SPARKLE_HOME`` (default ``./.sparkle``)."""

    root: Path

    @classmethod
    def from_environment(cls) -> "SparkleHome":
        """Return the home that the environment names."""
        return cls(Path(os.environ.get("SPARKLE_HOME") or ".sparkle").resolve())

    @property
    def store(self) -> Path:
        """Stored files, by digest."""
        return self.root / "store" / "sha256"

    @property
    def actions(self) -> Path:
        """Action records, by fingerprint."""
        return self.root / "actions"

    @property
    def measurements(self) -> Path:
        """What making things has taken here, made anew from action records where it is missing."""
        return self.root / "measured.jsonl"

    @property
    def runs(self) -> Path:
        """One folder a run, with a folder a stage."""
        return self.root / "runs"

    @property
    def work(self) -> Path:
        """Files that are being made."""
        return self.root / "work"

    @property
    def set_aside(self) -> Path:
        """Damaged files that a repair took out of the way."""
        return self.root / "set-aside"

    @property
    def dagster(self) -> Path:
        """The Dagster instance."""
        return self.root / "dagster"

    @property
    def inbox_memory(self) -> Path:
        """What the inbox sensor remembers of the plan files that it has seen."""
        return self.root / "inbox.json"

    @property
    def audit(self) -> Path:
        """The log of what was held against the operator's policy."""
        return self.root / "audit.jsonl"

    @property
    def auditing(self) -> Path:
        """The lock that whoever writes to that log holds for a moment."""
        return self.root / ".auditing"

    @property
    def serving(self) -> Path:
        """The lock of who renders for a home all day: `sparkle ui`, or `sparkle serve`."""
        return self.root / ".serving"

    @property
    def film_servers(self) -> Path:
        """The locks of the film servers that live, each with its server's address."""
        return self.root / ".film-servers"

    @property
    def server_token(self) -> Path:
        """The file that holds the server's token, for its owner alone."""
        return self.root / "server.token"

    @property
    def uploads(self) -> Path:
        """What people have uploaded, one record a file."""
        return self.root / "uploads"

    @property
    def index(self) -> Path:
        """The index of all manifests, made anew from them wherever it is missing (SQLite)."""
        return self.root / "index.sqlite"

    @property
    def similar(self) -> Path:
        """The index of perceptual hashes, made anew from the stored pictures likewise (SQLite)."""
        return self.root / "similar.sqlite"

    @property
    def hashing(self) -> Path:
        """The lock of whoever makes that one anew where it is damaged."""
        return self.root / ".hashing"

    @property
    def indexing(self) -> Path:
        """The lock of whoever makes a damaged index anew."""
        return self.root / ".indexing"

    @property
    def unindexed(self) -> Path:
        """Notes of runs whose manifests the index has yet to follow."""
        return self.root / ".unindexed"

    @property
    def rate_limits(self) -> Path:
        """What was taken of engines and providers that are capped."""
        return self.root / "rate-limits"

    @property
    def changing(self) -> Path:
        """The lock that whoever records or collects stored results holds for a moment."""
        return self.root / ".changing"

    def held(self, run_id: str) -> Path:
        """Return the lock that whoever works on a run holds."""
        return self.runs / run_id / ".held"

    def run_ids(self) -> Iterator[str]:
        """Yield the ids of all runs of which there is anything to see, sorted."""
        yield from sorted(filter(self.shows, _names_in(self.runs)))

    def shows(self, run_id: str) -> bool:
        """Tell whether there is anything to see of a run."""
        is_name = Path(run_id).name == run_id and run_id[:1] not in ("", ".")
        folder = self.runs / run_id
        is_folder = is_name and os.path.isdir(folder)  # noqa: PTH112 - Path's raises at long names
        return is_folder and any(name[0] != "." for name in _names_in(folder))

    def existing_run(self, run_id: str) -> str:
        """Return a run_id that there is a folder for.

        Raises:
            NotFoundError: There is none.
        """
        if not self.shows(run_id):
            known = list(self.run_ids())
            more = len(known) - _SHOWN_RUNS
            further = f" and {more} more" if more > 0 else ""
            listed = ", ".join(known[:_SHOWN_RUNS]) or "none yet"
            raise NotFoundError(
                f"There is no film {run_id!r} in {self.runs}. Known: {listed}{further}."
            )
        return run_id


def _names_in(folder: Path) -> Iterator[str]:
    """Yield what lies in a folder; nothing, where there is none."""
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
