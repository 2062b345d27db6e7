"""Rate limits in the production loop: items begin when they may, and what they take is counted."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.production.rate_limits.bucket import Bucket
from sparkle_motion_dagster.production.rate_limits.cap_file import DeclaredCaps, declared_caps
from sparkle_motion_dagster.production.rate_limits.caps import Charge
from sparkle_motion_dagster.production.rate_limits.clock import SYSTEM_CLOCK, Clock

if TYPE_CHECKING:
    from sparkle_motion_dagster.production.rate_limits.reservation import Reservation, Wanted


class Charged(Protocol):
    """An item that may take something of a provider."""

    @property
    def id(self) -> str:
        """What it is called."""

    @property
    def charge(self) -> Charge:
        """What it takes."""


@dataclass(frozen=True)
class RateLimits:
    """Holds all processes of a home to the caps that are declared.

    Where an item is capped by nothing, nothing is opened, locked or written.

    Attributes:
        home: Where what was taken is written down.
        caps: Returns what engines and providers are capped at.
        clock: The time.
    """

    home: SparkleHome
    caps: Callable[[], DeclaredCaps] = declared_caps
    clock: Clock = SYSTEM_CLOCK

    @contextlib.contextmanager
    def admission(
        self, engine: str, tell: Callable[[str], None], obey: Callable[[str], None]
    ) -> "Iterator[Admission]":
        """Give what lets items of an engine begin; what it holds in the end, it gives back.

        Args:
            engine: The engine's name.
            tell: Hears why something waits; it hears "" when that is over.
            obey: Is told what begins next, and raises where the run is to halt.

        Raises:
            RateLimitsFileError: The caps cannot be read.
        """
        with contextlib.ExitStack() as held:
            yield Admission(self, self.caps(), engine, tell, obey, held)


@dataclass
class Admission:
    """Lets the items of one call of an engine begin; see ``RateLimits.admission``."""

    limits: RateLimits
    caps: DeclaredCaps
    engine: str
    tell: Callable[[str], None]
    obey: Callable[[str], None]
    held: contextlib.ExitStack
    _first: "Reservation | None" = field(default=None, init=False)

    def ready(self, items: Sequence[Charged]) -> int:
        """Wait until the first of some items may begin; return how many of them may, from there on.

        An engine is given these together; it has no device while the others wait.

        Raises:
            RateLimitedError: It may not begin now, and its cap has nobody wait.
            TooMuchError: It never may.
            HaltedError: A person asked the run to pause or to stop.
            LedgerBusyError, LedgerError: Nobody knows whether it may.
        """
        first, *others = items
        if not any(self._buckets(item) for item in items):
            return len(items)
        self._first = self.held.enter_context(self._reserved(first))
        return 1 + self._first.room_for([self._wanted(other) for other in others])

    @contextlib.contextmanager
    def making(self, item: Charged) -> Iterator[None]:
        """Have an item begin when it may, and write down what it takes.

        Raises:
            SparkleError: As `ready` says.
        """
        first, self._first = self._first, None
        with self.held.pop_all() as held:
            if first is None and self._buckets(item):
                first = held.enter_context(self._reserved(item))
            if first is not None:
                held.enter_context(first.begun())
            yield

    def _buckets(self, item: Charged) -> tuple[Bucket, ...]:
        charge = item.charge
        return (*self.caps.buckets(self.engine, charge.provider), *charge.buckets)

    def _wanted(self, item: Charged) -> "Wanted":
        from sparkle_motion_dagster.production.rate_limits.reservation import Wanted

        return Wanted(item.id, item.charge, self._buckets(item))

    def _reserved(self, item: Charged) -> "AbstractContextManager[Reservation]":
        from sparkle_motion_dagster.production.rate_limits.ledger import Ledger
        from sparkle_motion_dagster.production.rate_limits.reservation import reserved

        ledger = Ledger(self.limits.home.rate_limits, self.limits.clock)
        return reserved(self._wanted(item), ledger, self.limits.clock, self.tell, self.obey)
