"""Which faces of a clip are one person's: somebody turns away and comes back, a cut comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.faces.looks import difference
from sparkle_motion_dagster.faces.records import Looks

_LIKE = 1.0
"""How different somebody looks at most who was seen before in the same shot..."""

_LIKE_ELSEWHERE = 0.8
"""... and in another one, where the light may be another, and so may people."""


@dataclass(frozen=True)
class Sight:
    """A face for as long as it is seen without a break, from a frame to before another one."""

    start: int
    end: int
    shot: int
    looks: Looks


def people_of(sights: Sequence[Sight]) -> list[int]:
    """Return whose each sight is, in the order of their starts: people are counted from 0.

    Nobody is in two places at once. Whoever comes is the one who looks most alike among those who
    went before, or somebody new.
    """
    people: list[list[Sight]] = []
    numbers = []
    for sight in sights:
        likely = [
            (difference(sight.looks, earlier[-1].looks), number)
            for number, earlier in enumerate(people)
            if all(one.end <= sight.start for one in earlier)
        ]
        apart, number = min(likely, default=(float("inf"), 0))
        same_shot = bool(likely) and people[number][-1].shot == sight.shot
        if apart > (_LIKE if same_shot else _LIKE_ELSEWHERE):
            number = len(people)
            people.append([])
        people[number].append(sight)
        numbers.append(number)
    return numbers
