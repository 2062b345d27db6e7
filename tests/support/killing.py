"""`sparkle`, but it sends itself a signal at an exact moment.

Run as ``python killing.py SIGNAL EVENT PATTERN [EVENT PATTERN ...] -- ARGUMENT ...``: it waits for
the first of Python's audit events (``open``, ``os.rename``, ``subprocess.Popen``, ...) with an
argument that matches its pattern, then for the second one, and so on; at the last one the process
sends itself the signal (``SIGKILL``), before what the event announces is done. The other arguments
are those of `sparkle`.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import translate


def signal_at(moments: Sequence[str], signal_sent: signal.Signals) -> None:
    """Have this process sent a signal at the last of the moments, which must come in this order."""
    # Compiled now: what happens inside of the hook must not be an event itself.
    ahead = [
        (event, re.compile(translate(pattern)))
        for event, pattern in zip(moments[::2], moments[1::2], strict=True)
    ]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if not ahead or event != ahead[0][0]:
            return
        if any(ahead[0][1].match(text) for text in _texts(arguments)):
            ahead.pop(0)
            if not ahead:
                os.kill(os.getpid(), signal_sent)

    sys.addaudithook(watch)


def _texts(arguments: Iterable[object]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, str | os.PathLike):
            yield str(argument)
        elif isinstance(argument, list | tuple):
            yield from _texts(argument)


if __name__ == "__main__":
    from sparkle_motion_dagster.cli.main import main

    end = sys.argv.index("--")
    signal_at(sys.argv[2:end], signal.Signals[sys.argv[1]])
    main(sys.argv[end + 1 :])
