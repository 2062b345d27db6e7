"""A crowd in ranks: one behind the other, each smaller, higher and wider than the one before it.

Ranks that shrink by the same share lie on one flat ground, seen from a height that is above their
heads: so every head is seen over those before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice

SHRINKS = 0.82
"""How tall a rank is against the one before it."""

LEAST_RISE = 0.106
"""How far the heads of a rank lie at least above those of the one before it, as a share of how tall
that is: most of a head, which is 0.15 of a person, hats apart."""

_MOST_RANKS = 8
_SPAN = 0.8
"""Share of the frame's width that a crowd takes at most: a camera has to have room to move."""

_LOOSE = 2.2
"""How far those of a small crowd are apart, against those of a dense one."""


@dataclass(frozen=True)
class Standing:
    """Somebody in a crowd.

    Attributes:
        x: As a share of the frame's width.
        height: How tall they are, from the feet to the top of the head, in the room's unit.
        rise: How far the top of the head is above those of the first rank.
    """

    x: float
    height: float
    rise: float


@dataclass(frozen=True)
class Room:
    """The room that a crowd has; lengths in any one unit.

    Attributes:
        width: Width of the frame.
        tallest: How tall the first rank may be.
        headroom: How far the last rank's heads may be above those of the first.
        breadth: Room that one needs beside the next, as a share of how tall they are.
    """

    width: float
    tallest: float
    headroom: float
    breadth: float


@dataclass(frozen=True)
class Ranks:
    """How many stand in each rank, the first one first, and how tall the first rank is."""

    counts: tuple[int, ...]
    height: float


def in_ranks(people: int, room: Room) -> Ranks:
    """Divide a crowd into as many ranks as show it largest; the fewest of those."""
    least = 2 + (people >= 12) + (people >= 30)
    plans = [_ranks(people, count, room) for count in range(least, _MOST_RANKS + 1)]
    return max(plans, key=lambda plan: plan.height)


def _ranks(people: int, count: int, room: Room) -> Ranks:
    shares = [SHRINKS**-rank for rank in range(count)]
    ends = [round(people * sum(shares[: rank + 1]) / sum(shares)) for rank in range(count)]
    counts = tuple(end - begin for begin, end in zip([0, *ends], ends, strict=False))
    beside = _SPAN * room.width * sum(shares) / (people * room.breadth)
    rises = LEAST_RISE * sum(SHRINKS**rank for rank in range(count))
    return Ranks(counts, min(room.tallest, beside, room.headroom / rises))


def stand(ranks: Ranks, room: Room, rise: float, dice: Dice) -> Iterator[Standing]:
    """Place everybody, from the last rank to the first, and in each from its ends to its middle.

    Args:
        ranks: The ranks.
        room: The room that they were divided for.
        rise: How far each rank's heads lie above those before it, as a share of how tall that is.
        dice: Decide how far each is from where a drill would put them.
    """
    height, risen = ranks.height, 0.0
    rows: list[list[Standing]] = []
    for rank, count in enumerate(ranks.counts):
        dense = room.breadth * height / room.width
        gap = min(_SPAN / max(count, 1), _LOOSE * dense)
        aside = gap * (0.25 if rank % 2 else -0.25) * min(1, count - 1)
        rows.append(
            [
                Standing(
                    x=0.5 + aside + (place - (count - 1) / 2 + dice.between(-0.14, 0.14)) * gap,
                    height=height * dice.between(0.97, 1.0),
                    rise=risen - height * dice.between(0, 0.012),
                )
                for place in range(count)
            ]
        )
        risen += rise * height
        height *= SHRINKS
    for row in reversed(rows):
        yield from sorted(row, key=_from_the_middle, reverse=True)


def _from_the_middle(one: Standing) -> float:
    return abs(one.x - 0.5)
