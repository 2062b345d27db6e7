"""Halting: a run ends early, between two items or two steps of a model, because it was asked to."""

from collections.abc import Iterable
from typing import Protocol

from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.production.progress import Progress


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


class Control(Protocol):
    """Whom the loop obeys, and whom it tells what it needs."""

    def obey(self, before: str) -> None:
        """Go on, unless somebody asked this run to pause or to stop.

        Args:
            before: What would be begun next.

        Raises:
            HaltedError: Somebody did.
        """

    def needs(self, digests: Iterable[str]) -> None:
        """Take note of what must not be collected while the run goes on.

        Args:
            digests: Fingerprints of action records.
        """


class WatchedSteps(Steps):
    """Hears the steps of an engine's model for the run that the engine works for.

    Progress is written between two of them, and a wish to pause or to stop is obeyed.
    """

    def __init__(self, progress: Progress, control: Control) -> None:
        self._progress = progress
        self._control = control

    def done(self, step: int, of: int, doing: str) -> None:
        """Write down that a step is done, and go on unless somebody asked the run to halt.

        After the last step the work is as good as done: it is kept before the run obeys.

        Raises:
            HaltedError: Somebody asked the run to pause or to stop.
        """
        self._progress.stepped(step, of, doing)
        if step < of:
            self._control.obey(before=f"step {step + 1} of {of} of {doing}")

    def begun(self) -> None:
        """Write down no more what the steps before have made."""
        self._progress.waiting("")

    def waiting(self, doing: str) -> None:
        """Go on waiting for another process, unless somebody asked the run to halt.

        Raises:
            HaltedError: Somebody asked the run to pause or to stop.
        """
        self._control.obey(before=f"{doing} was finished")
