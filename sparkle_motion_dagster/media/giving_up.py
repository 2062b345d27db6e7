"""Giving up: what a thread does ends between two frames once nobody waits for it any more."""

import threading
from threading import Event

from sparkle_motion_dagster.errors import SparkleError

_HEEDED = threading.local()


class GivenUpError(SparkleError):
    """Nobody waits any more for what this thread makes."""


def heed(given_up: Event) -> None:
    """Have all that this thread does from now on end soon after something was given up."""
    _HEEDED.given_up = given_up


def go_on() -> None:
    """Go on, unless what this thread does was given up.

    Raises:
        GivenUpError: It was.
    """
    given_up: Event | None = getattr(_HEEDED, "given_up", None)
    if given_up is not None and given_up.is_set():
        raise GivenUpError("Nobody waits for this any more.")
