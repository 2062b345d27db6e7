"""What may be capped, how caps are written down, and what making an item takes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, Self

from pydantic import Field, model_validator

from sparkle_motion_dagster.production.rate_limits.bucket import Bucket
from sparkle_motion_dagster.units import Record


class What(StrEnum):
    """What is counted."""

    REQUESTS = "requests"
    CHARACTERS = "characters"
    USD = "usd"
    GPU_MINUTES = "gpu_minutes"

    @property
    def tokens(self) -> int:
        """How many tokens one of it is: all buckets count in whole tokens, exactly."""
        return _TOKENS[self]


_TOKENS: Final[Mapping[What, int]] = {
    What.REQUESTS: 1,
    What.CHARACTERS: 1,
    What.USD: 10**9,  # a billionth of a dollar
    What.GPU_MINUTES: 60 * 10**9,  # a nanosecond
}

_SHOWN: Final[Mapping[What, tuple[str, str]]] = {
    What.REQUESTS: ("request", "requests"),
    What.CHARACTERS: ("character", "characters"),
    What.USD: ("US dollar", "US dollars"),
    What.GPU_MINUTES: ("GPU minute", "GPU minutes"),
}


class Per(StrEnum):
    """For how long a cap counts what was taken."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def nanoseconds(self) -> int:
        """How long that is."""
        return {Per.MINUTE: 60, Per.HOUR: 3600, Per.DAY: 86400}[self] * 10**9


class WhenSpent(StrEnum):
    """What becomes of an item for which too little is left."""

    QUEUE = "queue"
    REFUSE = "refuse"


class Cap(Record):
    """The most that may be taken in any minute, hour or day, and what happens to what is more."""

    what: What
    per: Per
    most: float = Field(gt=0, le=1e9, allow_inf_nan=False)
    when_spent: WhenSpent = WhenSpent.QUEUE

    @model_validator(mode="after")
    def _is_countable(self) -> Self:
        if self.what.tokens == 1 and not self.most.is_integer():
            raise ValueError(f"{self.what} are counted whole: {self.most} is no whole number")
        if self.most < 0.01:
            raise ValueError("the least that a cap may be is 0.01")
        return self

    def bucket(self, account: str) -> Bucket:
        """Return the bucket of an account that holds it to this cap."""
        an = "an" if self.per is Per.HOUR else "a"
        return Bucket(
            account=account,
            what=str(self.what),
            tokens=math.floor(_exact(self.most) * self.what.tokens),
            period_ns=self.per.nanoseconds,
            refuses=self.when_spent is WhenSpent.REFUSE,
            said=f"{shown(self.what, _exact(self.most))} {an} {self.per}",
        )


@dataclass(frozen=True)
class Charge:
    """What making an item takes of a provider, beside a request of its engine.

    Attributes:
        provider: Who is asked; None: nobody but the engine.
        characters: How many letters are sent.
        usd: What they cost, in US dollars.
        buckets: What the provider itself may be asked for.
    """

    provider: str | None = None
    characters: int = 0
    usd: float = 0.0
    buckets: tuple[Bucket, ...] = ()

    def tokens(self, what: What) -> int:
        """Return how many tokens the item takes, rounded up; of GPU minutes nobody knows it yet."""
        amounts = {What.REQUESTS: 1.0, What.CHARACTERS: self.characters, What.USD: self.usd}
        return math.ceil(_exact(amounts.get(what, 0.0)) * what.tokens)


NO_CHARGE = Charge()
"""What an item takes that an engine makes on this machine."""


def engine_account(name: str) -> str:
    """Return what the account of an engine is called."""
    return f"the engine {name}"


def provider_account(name: str) -> str:
    """Return what the account of a provider is called."""
    return f"the provider {name}"


def one_at_a_time(account: str, per_minute: float) -> Bucket:
    """Return the bucket of an account that is asked so often a minute, evenly: it holds one."""
    period_ns = math.ceil(60 * 10**9 / _exact(per_minute))
    said = f"one request in {period_ns / 10**9:.1f} s"
    return Bucket(account, str(What.REQUESTS), 1, period_ns, said=said)


def in_number(what: What, amount: Fraction) -> str:
    """Return an amount as people read its number: ``1``, ``0.50``."""
    if what is What.USD:
        return f"{float(amount):.2f}"
    return f"{float(amount):.1f}".removesuffix(".0")


def shown(what: What, amount: Fraction) -> str:
    """Return an amount as people read it: ``1 request``, ``0.50 US dollars``."""
    one, many = _SHOWN[what]
    number = in_number(what, amount)
    return f"{number} {one if amount == 1 else many}"


def shown_tokens(what: What, tokens: int) -> str:
    """Return so many tokens as people read what they stand for."""
    return shown(what, Fraction(tokens, what.tokens))


def _exact(amount: float) -> Fraction:
    """Return a number as it is written: 0.1 is a tenth."""
    return Fraction(Decimal(repr(amount)))
