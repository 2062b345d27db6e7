"""The ledger's own time, which nobody who sets a clock can turn back, or push on by much.

While a machine is up, its own count of nanoseconds since it booted (``CLOCK_BOOTTIME``, the same
for all processes, running on in its sleep) says how much time has passed; setting the clock changes
nothing of that. From one boot to the next, the wall clock says it: set back meanwhile, no time
counts as passed, so that nobody waits longer than a whole period; set forward, all tokens are there
again, and no more than all.
"""

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux names the current boot, by a number that no other has (``man 4 random``)."""


@dataclass(frozen=True)
class Instant:
    """A moment as a machine sees it: which boot, how long since then, and what the clock shows."""

    boot: str
    monotonic_ns: int
    wall_ns: int


@dataclass(frozen=True)
class Mark:
    """A moment, and what the ledger's time was then."""

    instant: Instant
    ledger_ns: int

    def advanced(self, now: Instant) -> "Mark":
        """Return what the ledger's time is at another moment: never less."""
        passed = now.monotonic_ns - self.instant.monotonic_ns
        if now.boot != self.instant.boot or passed < 0:
            passed = max(0, now.wall_ns - self.instant.wall_ns)
        return Mark(now, self.ledger_ns + passed)


@functools.cache
def _boot() -> str:
    """Return the name of the current boot; empty where a system does not name it."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _now() -> Instant:
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Instant(_boot(), time.clock_gettime_ns(clock), time.time_ns())


@dataclass(frozen=True)
class Clock:
    """What waiting needs: the moment, and sleeping for some seconds."""

    now: Callable[[], Instant] = _now
    sleep: Callable[[float], None] = time.sleep


SYSTEM_CLOCK = Clock()
"""This machine's."""
