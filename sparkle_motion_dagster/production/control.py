"""Run control: asking a run to pause or to stop, and the run's obeying between two items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import AwareDatetime, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.models import Record
from sparkle_motion_dagster.artifacts.run_folder import Holder, RunFolder
from sparkle_motion_dagster.errors import InputError, SparkleError

_FILE = "control.json"


class Wish(StrEnum):
    """What a run may be asked for."""

    PAUSE = "pause"
    STOP = "stop"


class NotRenderingError(InputError):
    """Nobody renders the film, so that there is nothing to pause or to stop."""


class HaltedError(SparkleError):
    """A run ends early because a person asked it to."""

    retryable = False

    def __init__(self, run_id: str, wish: Wish, before: str) -> None:
        done = {Wish.PAUSE: "Paused", Wish.STOP: "Stopped"}[wish]
        super().__init__(
            f"{done} before {before}, as asked. Everything finished is kept: `sparkle resume "
            f"{run_id}` goes on from here."
        )
        self.wish = wish


class ControlRequest(Record):
    """A wish, and the process that it is meant for: the next run is not stopped by an old one."""

    wish: Wish
    holder: Holder
    asked_at: AwareDatetime


class RunControl:
    """What the run that holds a film is asked for, and what it needs, while it goes on."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._holder = folder.holder()

    def obey(self, before: str) -> None:
        """Go on, unless somebody asked this run to pause or to stop.

        Args:
            before: What would be begun next.

        Raises:
            HaltedError: Somebody did.
        """
        request = _read(self._folder)
        if request is not None and request.holder == self._holder:
            raise HaltedError(self._folder.run_id, request.wish, before)

    def needs(self, digests: Iterable[str]) -> None:
        """Write down what must not be collected while the run goes on; see `RunFolder.reach`."""
        self._folder.reach(digests)


def ask(folder: RunFolder, wish: Wish) -> Holder:
    """Ask the run that holds a film to pause or to stop before its next item.

    Returns:
        The process that was asked.

    Raises:
        NotRenderingError: Nobody holds it.
    """
    holder = folder.holder()
    if holder is None or holder.doing != "rendered":
        raise NotRenderingError(
            f"Nothing is rendering {folder.run_id} now, so there is nothing to {wish}."
        )
    request = ControlRequest(wish=wish, holder=holder, asked_at=datetime.now(UTC))
    write_atomically(folder.path / _FILE, request.model_dump_json().encode())
    return holder


def _read(folder: RunFolder) -> ControlRequest | None:
    try:
        return ControlRequest.model_validate_json((folder.path / _FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        # Written atomically by `ask`; anything else is not from us, and no wish.
        return None
