"""The file that holds a film's state, in its run folder: changed under one lock, read by anybody.

Whoever reads sees the record before a change or after it, whatever kills whoever writes. All
changes are on the disk before they count, save for progress, which nobody would miss.
"""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.atomic import replace_at_once, write_atomically
from sparkle_motion_dagster.artifacts.errors import RunBusyError, UnreadableStateError
from sparkle_motion_dagster.artifacts.film_state import STATE, FilmState, ProgressReport
from sparkle_motion_dagster.artifacts.locks import locked
from sparkle_motion_dagster.artifacts.old_state import (
    folded,
    is_old_status,
    old_files,
    remove_old_files,
)

_LOCK_TIMEOUT_S = 60.0
_REPORT_TIMEOUT_S = 1.0
_LOCK_POLL_S = 0.002
"""Whoever changes the record is done in a few milliseconds."""


class StateFile:
    """The state of the film that a run folder belongs to; ``path`` is the file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / STATE

    def read(self) -> FilmState:
        """Return the state as it is now; what nobody has written down is not set.

        Raises:
            UnreadableStateError: It is damaged, which no crash of ours does.
        """
        return self._kept() or folded(old_files(self._folder), self._folder)

    def change(self, change: Callable[[FilmState], FilmState]) -> FilmState:
        """Change the state, and return what it is then. It is on the disk when this returns.

        Args:
            change: Returns the state to be, given the one that is; what it raises is passed on.

        Raises:
            RunBusyError: Somebody has been changing it for a minute.
            UnreadableStateError: The state is damaged.
        """
        return self._changed(change, write_atomically)

    def report(self, progress: ProgressReport) -> None:
        """Say how far a run is: at once for whoever reads, but a power cut may undo it.

        Raises:
            UnreadableStateError: The state is damaged.
        """
        with contextlib.suppress(RunBusyError):  # nobody misses it: the next one is written soon
            self._changed(
                lambda state: state.with_progress(progress), replace_at_once, _REPORT_TIMEOUT_S
            )

    def _changed(
        self,
        change: Callable[[FilmState], FilmState],
        write: Callable[[Path, bytes], None],
        timeout_s: float = _LOCK_TIMEOUT_S,
    ) -> FilmState:
        self._folder.mkdir(parents=True, exist_ok=True)
        with locked(self._folder / ".lock", timeout_s, self._busy, _LOCK_POLL_S):
            kept = self._kept()
            old = {} if kept else old_files(self._folder)
            after = change(kept or folded(old, self._folder))
            if after == FilmState():
                # A folder of which there is nothing to say does not show a film.
                self.path.unlink(missing_ok=True)
            elif after != kept:
                write(self.path, after.model_dump_json().encode())
            if old:
                remove_old_files(self._folder, old)
        return after

    def _kept(self) -> FilmState | None:
        try:
            return _parsed(self.path.read_bytes(), self.path)
        except FileNotFoundError:
            return None

    def _busy(self) -> RunBusyError:
        return RunBusyError(
            f"Another process has been changing the state of {self._folder.name} for "
            f"{_LOCK_TIMEOUT_S:.0f} s. Wait for it to end, then try again."
        )


def state_in(documents: Mapping[str, bytes], folder: Path) -> FilmState:
    """Return the state that documents of a run folder hold, by their names in it.

    Raises:
        UnreadableStateError: One of them is damaged.
    """
    kept = _parsed(documents[STATE], folder / STATE) if STATE in documents else None
    return kept or folded(documents, folder)


def _parsed(data: bytes, path: Path) -> FilmState | None:
    """Return the state that a file holds; None: it holds a status alone, see `old_state`."""
    try:
        return FilmState.model_validate_json(data)
    except ValidationError as error:
        if is_old_status(data):
            return None
        raise UnreadableStateError(path) from error
