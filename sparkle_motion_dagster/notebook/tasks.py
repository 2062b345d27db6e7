"""What buttons start: work in the background, so that the kernel stays free for other cells."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from ipywidgets import Button, Layout

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.notebook.messages import Messages

_log = logging.getLogger(__name__)

_THREADS = 4
"""So many buttons work at once; what is asked of the server takes a moment each."""


class Tasks:
    """Runs what buttons start, and says what goes wrong."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="sparkle")

    def button(self, label: str, icon: str, tooltip: str, work: Callable[[], None]) -> Button:
        """Return a button that does some work, and cannot be clicked again before it is done."""
        button = Button(
            description=label, icon=icon, tooltip=tooltip, layout=Layout(width="auto", margin="2px")
        )

        def clicked(_: Button) -> None:
            button.disabled = True
            self.start(work).add_done_callback(lambda _: _enable(button))

        button.on_click(clicked)
        return button

    def start(self, work: Callable[[], None]) -> Future[None]:
        """Do some work in the background; what it raises is shown among the messages."""
        future = self._pool.submit(work)
        future.add_done_callback(self._tell)
        return future

    def tell(self, error: BaseException) -> None:
        """Show an error among the messages."""
        if isinstance(error, SparkleError | OSError):
            self._messages.error(str(error))
            return
        _log.error("".join(traceback.format_exception(error)))
        self._messages.error(
            f"Something failed that should not: {type(error).__name__}: {error}. Where it did "
            "stands in the kernel's log."
        )

    def close(self) -> None:
        """Take no more work, and wait until what was begun is done."""
        self._pool.shutdown()

    def _tell(self, future: Future[None]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            self.tell(error)


def _enable(button: Button) -> None:
    button.disabled = False
