"""The hand that holds a camera: a sway that is smooth, never repeats, and is no chance at all."""

import math
from dataclasses import dataclass

from sparkle_motion_dagster.artifacts.digests import digest_bytes

_HZ = (0.31, 0.53, 0.87, 1.37, 1.93)
"""A hand sways slowly; what trembles faster than two times a second reads as a fault."""

_AXES = 3


@dataclass(frozen=True)
class Hand:
    """Sways of three axes (right, down, turn): sines of a few slow frequencies each.

    Attributes:
        phases: For each axis and each frequency where it begins, in radians.
    """

    phases: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, words: str) -> "Hand":
        """Return the hand that belongs to some words."""
        digest = bytes.fromhex(digest_bytes(words.encode()))
        angles = [2 * math.pi * byte / 256 for byte in digest[: _AXES * len(_HZ)]]
        size = len(_HZ)
        return cls(tuple(tuple(angles[axis * size : (axis + 1) * size]) for axis in range(_AXES)))

    def at(self, seconds: float) -> tuple[float, float, float]:
        """Return the three sways at a time, each between -1 and 1."""
        right, down, turn = (
            sum(
                math.sin(2 * math.pi * hertz * seconds + phase) / hertz
                for hertz, phase in zip(_HZ, axis, strict=True)
            )
            / sum(1 / hertz for hertz in _HZ)
            for axis in self.phases
        )
        return right, down, turn
