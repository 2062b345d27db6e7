"""Becomes another program, which then ends with its parent, however that ends (Linux).

Run as a file of its own, ``python -I -S death_guard.py PARENT PROGRAM ARGUMENT...``, where PARENT
is the process that runs it: between fork and exec of a process with threads Python code would not
be safe. It costs some 20 ms.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # Linux, sys/prctl.h


def _become(parent: int, command: list[str]) -> None:
    if ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        sys.exit("prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # it ended before it could be watched
        sys.exit("the process that wanted this program is gone")
    # Python ignores these, and what is ignored stays so in the program that takes its place.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execv(command[0], command)  # noqa: S606 - replaced, so that signals reach it
    except OSError as error:
        sys.exit(f"{command[0]} cannot be started: {error.strerror}")


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
