"""Ducking: how far music steps back while somebody speaks, computed from where the lines are."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sparkle_motion_dagster.units import SAMPLE_RATE, Record

Span: TypeAlias = tuple[int, int]
"""A first sample, and the one behind the last."""


class Ducking(Record):
    """How music makes room for speech."""

    depth_db: float = Field(
        default=12.0, ge=0, le=40, description="how much quieter music is under speech"
    )
    attack_s: float = Field(
        default=0.15,
        ge=0.01,
        le=5,
        description="how long it takes to step back: it has done so when a line begins",
    )
    release_s: float = Field(
        default=0.6,
        ge=0.01,
        le=10,
        description="how long it takes to come back after a line; in a pause in which it would "
        "not be whole for as long again, it stays back",
    )

    @property
    def attack(self) -> int:
        """The attack in samples."""
        return round(self.attack_s * SAMPLE_RATE)

    @property
    def release(self) -> int:
        """The release in samples."""
        return round(self.release_s * SAMPLE_RATE)


def held_spans(lines: Sequence[Span], ducking: Ducking) -> tuple[Span, ...]:
    """Return where music stays back: while lines sound, and in gaps too short to come back in.

    In shorter ones than that it would be whole for less time than it takes to come back: it would
    be heard to pump. So it would before a line with which the film begins.
    """
    shortest = ducking.attack + 2 * ducking.release
    held: list[Span] = []
    for start, end in sorted(lines):
        if not held and start < ducking.attack + ducking.release:
            held.append((0, end))
        elif held and start - held[-1][1] < shortest:
            held[-1] = (held[-1][0], max(end, held[-1][1]))
        else:
            held.append((start, end))
    return tuple(held)


def duck_gain(
    held: Sequence[Span], ducking: Ducking, start: int, count: int
) -> NDArray[np.float64]:
    """Return the factors on some samples of music: 1 where nobody speaks.

    Music steps back before a line begins, and comes back when it has ended, along half a cosine
    period in decibels: no step, no kink, and no word is masked by an attack that comes too late.

    Args:
        held: Where it stays back, as `held_spans` says.
        ducking: How far, and how fast.
        start: The first sample.
        count: How many.
    """
    depth = np.zeros(count)
    for first, end in held:
        begin, done = first - ducking.attack - start, end + ducking.release - start
        if done <= 0 or begin >= count:
            continue
        at = np.arange(max(begin, 0), min(done, count))
        into = (at - begin) / ducking.attack
        out_of = (done - at) / ducking.release
        share = np.clip(np.minimum(into, out_of), 0.0, 1.0)
        depth[at] = ducking.depth_db * (0.5 - 0.5 * np.cos(np.pi * share))
    factors: NDArray[np.float64] = 10 ** (-depth / 20)
    return factors
