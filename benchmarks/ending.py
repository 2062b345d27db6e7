"""Ending early, and leaving nothing behind."""

from __future__ import annotations

import signal
import sys


def end_cleanly() -> None:
    """Have signals that end this program unwind it as errors do, so that what it began is undone.

    A terminal that is closed, or a connection that is lost, sends one, too; ``nohup`` ignores that.
    """
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, lambda number, _: sys.exit(128 + number))
