"""The guard: what a render would take beyond its limits, before it takes anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.engines.base import PROCESSOR
from sparkle_motion_dagster.errors import ConflictError
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.price.models import Known, Price, PricedCall
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

    @property
    def certain(self) -> bool:
        """Whether the limit is exceeded whatever comes."""
        return self.price > self.limit

    def __str__(self) -> str:
        """Say it in a sentence."""
        thing = _THINGS[self.what]
        limit = f"its limit is {thing.said(self.limit)}"
        if self.most <= self.limit:
            return f"Nobody knows how much {thing.name} {_listed(self.unknown)} takes, and {limit}."
        amount = thing.said(self.price if self.certain else self.most)
        takes = f"It takes {amount}" if self.certain else f"It takes {amount} at most"
        mostly = "" if self.mostly is None else f", mostly by {self.mostly}"
        more = f"; nobody knows what {_listed(self.unknown)} adds" if self.unknown else ""
        return f"{takes} ({self.known}{mostly}{more}), and {limit}."


@dataclass(frozen=True)
class _Thing:
    """Something that can be limited: how much of it a call takes, and how people say that.

    ``of`` returns how much of it a call takes, None where nobody knows; ``known`` how one knows.
    """

    name: str
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
        "GPU time", _gpu_minutes, lambda call: call.seconds_from, lambda most: f"{most:.3g} GPU min"
    ),
    # What providers are paid is reckoned by the prices that they state.
    "usd": _Thing(
        "money", lambda call: call.usd, lambda _: Known.ESTIMATED, lambda most: f"US$ {most:.2f}"
    ),
    "disk_gb": _Thing(
        "disk space", _gigabytes, lambda call: call.seconds_from, lambda most: f"{most:.3g} GB"
    ),
}

_CERTAINTY = (Known.MEASURED, Known.ESTIMATED, Known.UNKNOWN)


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
    certain, unknown, sources = 0.0, [], [Known.MEASURED]
    for call in price.calls:
        amount = thing.of(call)
        if amount is None:
            unknown.append(call.engine)
        elif amount > 0:
            by_engine[call.engine] += amount
            certain += amount if call.state is ItemState.MADE else 0.0
            sources.append(thing.known(call))
    return Objection(
        what=what,
        limit=limit,
        price=certain,
        most=sum(by_engine.values()),
        mostly=max(by_engine, key=lambda engine: by_engine[engine], default=None),
        known=max(sources, key=_CERTAINTY.index),
        unknown=tuple(dict.fromkeys(unknown)),
    )


class OverLimitsError(ConflictError):
    """A render would take more than its limits allow, or may: a person has to decide.

    Attributes:
        price: What it would take.
        objections: What of that is beyond which limit.
    """

    def __init__(self, price: Price, found: tuple[Objection, ...], how_to_go_on: str) -> None:
        """Say what the limits object to, and how to go on all the same."""
        said = " ".join(map(str, found))
        super().__init__(
            f"{price.run_id} is over its limits: nothing is made. {said} {how_to_go_on}"
        )
        self.price, self.objections = price, found


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
