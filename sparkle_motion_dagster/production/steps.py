"""Between two steps of a model: progress is written, and a wish to pause or to stop is obeyed."""

from __future__ import annotations

from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.production.control import RunControl
from sparkle_motion_dagster.production.progress import Progress


class WatchedSteps(Steps):
    """Hears the steps of an engine's model for the run that the engine works for."""

    def __init__(self, progress: Progress, control: RunControl) -> None:
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
