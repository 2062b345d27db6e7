"""Programs that are started so that signals end them."""

from __future__ import annotations

import signal


def hear_signals() -> None:
    """Have a program that is about to start hear the signals that end programs.

    What ignores them or holds them back, such as ``nohup``, hands that on to all that it starts.
    """
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
