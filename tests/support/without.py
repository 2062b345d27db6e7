"""`sparkle` on a system that refuses a system call: what network file systems cannot do, for real.

Run as a program: `without.py link ENOSYS render PLAN`. The kernel itself refuses (seccomp), in this
process and in all that it starts.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Mapping

_NUMBERS: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "x86_64": {"link": (86, 265), "flock": (73,)},
    "aarch64": {"link": (37,), "flock": (32,)},
}
"""System calls by machine (asm/unistd.h); hard links are made by link and linkat."""

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD_NUMBER, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_REFUSE, _ALLOW = 0x00050000, 0x7FFF0000
"""prctl(2), and the instructions and answers of linux/filter.h and linux/seccomp.h."""


def known_here() -> bool:
    """Tell whether the numbers of this machine's system calls are known."""
    return os.uname().machine in _NUMBERS


def refuse(call: str, reason: int) -> None:
    """Have the kernel refuse a system call from now on, with this error number."""
    numbers = _NUMBERS[os.uname().machine][call]
    program = [(_LOAD_NUMBER, 0, 0, 0)]
    for number in numbers:
        program += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE | reason)]
    program.append((_RETURN, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    head = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    )
    system = ctypes.CDLL(None, use_errno=True)
    for order in ((_NO_NEW_PRIVILEGES, 1, 0), (_SECCOMP, _FILTER, ctypes.addressof(head))):
        if system.prctl(order[0], *map(ctypes.c_ulong, order[1:]), 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    from sparkle_motion_dagster.cli.main import main

    _, refused, name, *arguments = sys.argv
    refuse(refused, getattr(errno, name))
    sys.argv = ["sparkle", *arguments]
    main()
