"""The guard: what a render would take beyond its limits, before it takes anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.engines.base import PROCESSOR
from sparkle_motion_dagster.errors import ConflictError
from sparkle_motion_dagster.forecast.price.models import Known, Price, PricedCall
from sparkle_motion_dagster.forecast.price.wording import bytes_in_words, in_a_line
from sparkle_motion_dagster.plan.limits import Limits
from sparkle_motion_dagster.units import Record

LimitedThing = Literal["gpu_minutes", "usd", "disk_gb"]
"""What can be limited, as `Limits` calls it."""

GIGABYTE = 10**9
"""Bytes of a gigabyte, as disks are sold."""


class Objection(Record):
    """A limit that a render exceeds, may exceed, or of which nobody can tell.

    Whatever is not certain to stay within a limit is objected to: a person decides.
    """

    what: LimitedThing
    limit: float
    price: float = Field(description="what is taken for certain, as far as anybody knows")
    most: float = Field(description="what is taken at most, as far as anybody knows")
    mostly: str | None = Field(
        default=None, description="the engine whose calls take most of it; null: none takes any"
    )
    known: Known = Field(description="how anybody knows: the least certain of what it adds up")
    unknown: tuple[str, ...] = Field(
        default=(), description="engines of whose calls nobody knows how much of it they take"
    )
    said: str = Field(default="", description="it in a sentence")

    @property
    def certain(self) -> bool:
        """Whether the limit is exceeded whatever comes."""
        return self.price > self.limit

    def __str__(self) -> str:
        """Return it in a sentence."""
        return self.said


@dataclass(frozen=True)
class _Thing:
    """Something that can be limited: how much of it a price has, and how people say that.

    ``certain`` and ``most`` are of all calls; ``of`` is how much of it one call takes, None where
    nobody knows; ``known`` is how anybody knows that.
    """

    name: str
    certain: Callable[[Price], float]
    most: Callable[[Price], float]
    of: Callable[[PricedCall], float | None]
    known: Callable[[PricedCall], Known]
    said: Callable[[float], str]


def _gpu_minutes(call: PricedCall) -> float | None:
    if call.seconds is None and call.device != PROCESSOR:
        return None
    return call.gpu_seconds / 60


def _gigabytes(call: PricedCall) -> float | None:
    return None if call.disk_bytes is None else call.disk_bytes / GIGABYTE


_THINGS: Mapping[LimitedThing, _Thing] = {
    "gpu_minutes": _Thing(
        name="GPU time",
        certain=lambda price: price.gpu_minutes,
        most=lambda price: price.gpu_minutes_most,
        of=_gpu_minutes,
        known=lambda call: call.seconds_from,
        said=lambda amount: f"{amount:.3g} GPU min",
    ),
    "usd": _Thing(
        name="money",
        certain=lambda price: price.usd,
        most=lambda price: price.usd_most,
        of=lambda call: call.usd,
        known=lambda _: Known.ESTIMATED,  # by the prices that providers state
        said=lambda amount: f"US$ {amount:.2f}",
    ),
    "disk_gb": _Thing(
        name="disk space",
        certain=lambda price: price.disk_bytes / GIGABYTE,
        most=lambda price: price.disk_bytes_most / GIGABYTE,
        of=_gigabytes,
        known=lambda call: call.seconds_from,
        said=lambda amount: bytes_in_words(amount * GIGABYTE),
    ),
}

_CERTAINTY = tuple(Known)
"""The most certain way to know first."""


def objections(price: Price, limits: Limits) -> tuple[Objection, ...]:
    """Return what a render takes, or may take, beyond its limits; nothing: go on.

    Only what is to be made has a price: what an earlier attempt left in the store costs nothing.

    Args:
        price: What the render takes.
        limits: What it may take.
    """
    asked: dict[LimitedThing, float | None] = {
        "gpu_minutes": limits.gpu_minutes,
        "usd": limits.usd,
        "disk_gb": limits.disk_gb,
    }
    found = (_weighed(what, most, price) for what, most in asked.items() if most is not None)
    return tuple(one for one in found if one.most > one.limit or one.unknown)


def _weighed(what: LimitedThing, limit: float, price: Price) -> Objection:
    thing, by_engine = _THINGS[what], defaultdict[str, float](float)
    unknown, sources = list[str](), [Known.MEASURED]
    for call in price.calls:
        amount = thing.of(call)
        if amount is None:
            unknown.append(call.engine)
        elif amount > 0:
            by_engine[call.engine] += amount
            sources.append(thing.known(call))
    weighed = Objection(
        what=what,
        limit=limit,
        price=thing.certain(price),
        most=thing.most(price),
        mostly=max(by_engine, key=lambda engine: by_engine[engine], default=None),
        known=max(sources, key=_CERTAINTY.index),
        unknown=tuple(dict.fromkeys(unknown)),
    )
    return weighed.model_copy(update={"said": _in_words(weighed, thing)})


def _in_words(one: Objection, thing: _Thing) -> str:
    limit, engines = f"its limit is {thing.said(one.limit)}", _listed(one.unknown)
    several = len(one.unknown) > 1
    if one.most <= one.limit:
        take = "take" if several else "takes"
        return f"Nobody knows how much {thing.name} {engines} {take}, and {limit}."
    takes = thing.said(one.price) if one.certain else f"{thing.said(one.most)} at most"
    mostly = "" if one.mostly is None else f", mostly by {one.mostly}"
    add = "add" if several else "adds"
    more = f"; nobody knows what {engines} {add}" if one.unknown else ""
    return f"It takes {takes} ({one.known}{mostly}{more}), and {limit}."


class PricedRun(Record):
    """What a run takes, what it may take, and what that objects to: nothing, if it may start."""

    price: Price
    limits: Limits
    objections: tuple[Objection, ...]
    line: str = Field(description="the price in a line")

    @classmethod
    def of(cls, price: Price, limits: Limits) -> PricedRun:
        """Return it of a price and the limits that hold."""
        found = objections(price, limits)
        return cls(price=price, limits=limits, objections=found, line=in_a_line(price))


class OverLimitsError(ConflictError):
    """A render would take more than its limits allow, or may: a person has to decide.

    Attributes:
        priced: What it would take, and what of that is beyond which limit.
    """

    def __init__(self, priced: PricedRun, how_to_go_on: str) -> None:
        """Say what the limits object to, and how to go on all the same."""
        said = " ".join(map(str, priced.objections))
        super().__init__(
            f"{priced.price.run_id} is over its limits: nothing is made. {said} {how_to_go_on}"
        )
        self.priced = priced


def _listed(names: Sequence[str]) -> str:
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last
