"""Patience with a server that is busy: nobody else can write in its stead."""

import time
from collections.abc import Callable
from itertools import count
from typing import TypeVar

from sparkle_motion_dagster.engines.base import ProviderBusyError, ProviderTooSlowError
from sparkle_motion_dagster.engines.machinery.steps import Steps

T = TypeVar("T")

_LONGEST_WAIT_S = 120.0
"""Who is to wait for longer may as well ask again themselves."""

_SLICE_S = 0.5
"""How often somebody who waits looks whether the run is to halt, in seconds."""


def patiently(ask: Callable[[], T], *, retries: int, wait_s: float, steps: Steps, doing: str) -> T:
    """Return what asking returns, asked again while the server is busy.

    It is asked again when it says, else after `wait_s` seconds, then after twice, three times as
    many. One that did not answer in time is not asked again: it would take as long.

    Args:
        ask: Asks.
        retries: How often it is asked again.
        wait_s: How long to wait before the second time, in seconds.
        steps: Who is told that there is waiting, and may end it.
        doing: What is waited for, in a few words.

    Raises:
        ProviderBusyError: The server stays busy, or wants to be asked later than in two minutes.
        SparkleError: Whoever listens to the steps wants it to stop.
    """
    for asked in count(1):
        try:
            return ask()
        except ProviderTooSlowError:
            raise
        except ProviderBusyError as busy:
            after_s = busy.retry_after_s
            seconds = wait_s * asked if after_s is None else after_s
            if asked > retries or seconds > _LONGEST_WAIT_S:
                often = "once" if asked == 1 else f"{asked} times"
                again = "" if after_s is None else f", and says to ask again in {after_s:.0f} s"
                told = f"{str(busy).rstrip('.')}. It was asked {often}{again}."
                raise ProviderBusyError(told, after_s) from None
        _wait(seconds, steps, doing)
    raise AssertionError


def _wait(seconds: float, steps: Steps, doing: str) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        steps.waiting(doing)
        time.sleep(min(left, _SLICE_S))
