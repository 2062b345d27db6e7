"""How buckets stand: what is left in each, from when on there is more, and how many wait for it."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from pydantic import Field

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.production.rate_limits.bucket import Bucket, Listed, first_fit, left_in
from sparkle_motion_dagster.production.rate_limits.caps import What, WhenSpent, in_number
from sparkle_motion_dagster.production.rate_limits.clock import SYSTEM_CLOCK, Clock
from sparkle_motion_dagster.production.rate_limits.wording import capitalised, in_words
from sparkle_motion_dagster.units import Record

_NEARLY = Fraction(1, 10)
"""What of a bucket is left when it is nearly used up."""


class CapStanding(Record):
    """How a cap stands. Its text is what people are told of it."""

    whose: str = Field(description="the engine or the provider that is capped, in words")
    may: str = Field(description="how much may be taken, in words: 60 requests an hour")
    what: What = Field(description="what is counted")
    left: float = Field(description="how much is left now; below 0: more was used than expected")
    is_low: bool = Field(description="whether no more than a tenth is left")
    more_in_s: float | None = Field(
        description="seconds until there is something left again; null: there is now"
    )
    waiting: int = Field(description="how many items wait for it")
    when_spent: WhenSpent = Field(description="what becomes of what finds too little")

    def __str__(self) -> str:
        if self.more_in_s is not None:
            said = f"has used up its {self.may}; the next may begin in {in_words(self.more_in_s)}"
        else:
            said = f"has {self.left_in_words} left of its {self.may}"
        waits = {0: "", 1: "; 1 item waits"}.get(self.waiting, f"; {self.waiting} items wait")
        return f"{capitalised(self.whose)} {said}{waits}."

    @property
    def left_in_words(self) -> str:
        """How much is left, as people read it."""
        return in_number(self.what, Fraction(max(0.0, self.left)))


def standing_of(
    buckets: Iterable[Bucket], home: SparkleHome, clock: Clock = SYSTEM_CLOCK
) -> tuple[CapStanding, ...]:
    """Return how buckets stand; where there are none, nothing is opened.

    Raises:
        LedgerBusyError, LedgerError: It cannot be read what was taken.
    """
    return tuple(_standing(list(buckets), home, clock))


def _standing(buckets: list[Bucket], home: SparkleHome, clock: Clock) -> Iterator[CapStanding]:
    if not buckets:
        return
    from sparkle_motion_dagster.production.rate_limits.ledger import Ledger

    with Ledger(home.rate_limits, clock).looking() as page:
        for bucket in buckets:
            now_ns = 0 if page is None else page.now_ns
            taken = Listed() if page is None else page.taken(bucket.key)
            claims = [] if page is None else page.claims
            left = left_in(bucket, taken, now_ns)
            more_ns = first_fit(bucket, taken, 1, now_ns) - now_ns
            yield CapStanding(
                whose=bucket.account,
                may=bucket.said,
                what=What(bucket.what),
                left=left / What(bucket.what).tokens,
                is_low=left <= _NEARLY * bucket.tokens,
                more_in_s=more_ns / 10**9 if more_ns > 0 else None,
                waiting=sum(not one.granted and bucket.key in one.tokens for one in claims),
                when_spent=WhenSpent.REFUSE if bucket.refuses else WhenSpent.QUEUE,
            )
