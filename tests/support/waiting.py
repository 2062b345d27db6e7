"""Waiting for what other processes do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 180.0
_POLL_S = 0.02

T = TypeVar("T")


def until(what: str, condition: Callable[[], T | bool | None], patience_s: float = PATIENCE_S) -> T:
    """Ask again and again until a condition answers, and return its answer.

    Raises:
        AssertionError: ``what`` did not happen in time.
    """
    deadline = time.monotonic() + patience_s
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"it did not happen: {what}"
        time.sleep(_POLL_S)  # only so as not to take the machine away from what is waited for
    return answer  # type: ignore[return-value]
