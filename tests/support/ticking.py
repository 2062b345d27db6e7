"""A clock of a test's own: nobody sleeps for real, and time passes as it is told to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from sparkle_motion_dagster.production.rate_limits.clock import Clock, Instant


@dataclass
class TickingClock:
    """A machine's time, in nanoseconds; ``asleep`` hears of each sleep, when it is over."""

    boot: str = "first"
    monotonic_ns: int = 10**12
    wall_ns: int = 10**18
    asleep: Callable[[], None] = field(default=lambda: None)

    def pass_s(self, seconds: float) -> None:
        """Let time pass, as the machine and its clock see it."""
        self.monotonic_ns += math.ceil(seconds * 10**9)
        self.wall_ns += math.ceil(seconds * 10**9)

    def sleep(self, seconds: float) -> None:
        self.pass_s(seconds)
        self.asleep()

    @property
    def clock(self) -> Clock:
        """The clock, as rate limits are given it."""
        return Clock(lambda: Instant(self.boot, self.monotonic_ns, self.wall_ns), self.sleep)
