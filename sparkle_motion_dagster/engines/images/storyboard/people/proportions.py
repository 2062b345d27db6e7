"""Where the parts of a drawn head lie, however it is turned.

Heads are measured in hundredths of half their height, from the middle of the face.
"""

import math
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth

_MOST_TURN = 0.56
"""In radians: a head at turn 1 or -1 is seen in three-quarter view."""

_DEPTH = 62.0
_ROUNDNESS = 98.0


def across_face(x: float, turn: float, out: float = 0.0) -> float:
    """Return how far right of the head's middle a place on the front of the face lies.

    Args:
        x: From the face's middle line, seen from the front.
        turn: How far the head is turned, -1 to 1.
        out: How far the place stands out of the face.
    """
    angle = turn * _MOST_TURN
    depth = _DEPTH * math.sqrt(max(0.0, 1 - (x / _ROUNDNESS) ** 2)) + out
    return x * math.cos(angle) + depth * math.sin(angle)


def around_head(x: float, turn: float, front: float) -> float:
    """Return how far right of the head's middle a place on its outline lies.

    A turn moves what is at the front (1) with the face, and leaves the crown (0) where it is; what
    is at the back (-1) goes the other way.

    Args:
        x: From the head's middle line, seen from the front.
        turn: How far the head is turned, -1 to 1.
        front: How far the place is to the front, -1 to 1.
    """
    near = 1 - 0.1 * abs(turn) * (x * turn > 0)
    return x * near + front * _DEPTH * math.sin(turn * _MOST_TURN)


@dataclass(frozen=True)
class Region:
    """A part of a head, upright, in hundredths of half the head's height from its middle."""

    left: float
    top: float
    right: float
    bottom: float


def eye_regions(look: Look, turn: float) -> list[Region]:
    """Return where each of the eyes is, with its lids, its lashes and its tears."""
    if look.creature is not None:
        return [
            Region(x - reach, eye.y - reach, x + reach, eye.y + reach + 8)
            for eye in look.creature.eyes
            for x, reach in ((across_face(eye.x, turn, 6), eye.size + 16),)
        ]
    y = 4 + 8 * look.youth
    middles = (across_face(side * 34 * look.build.spacing, turn) for side in (-1, 1))
    return [Region(x - 34, y - 33, x + 34, y + 46) for x in middles]


def mouth_region(look: Look, turn: float, mouth: Mouth) -> Region:
    """Return where a mouth is, with what is drawn over it."""
    x = across_face(0, turn, out=8)
    if look.creature is not None:
        return Region(x - 92, 4, x + 92, 140)
    spread, rounded = max(mouth.width, 0.0), max(-mouth.width, 0.0)
    reach = 29 + 8 * spread + 3 * max(mouth.curve, 0.0) - 10 * rounded
    if look.beard not in ("none", "stubble"):
        reach = max(reach, 45 if look.beard == "walrus" else 34)
    return Region(x - reach, 41, x + reach, 86 + 22 * mouth.opening)


def jaw_region(look: Look, turn: float) -> Region:
    """Return where all is that moves with the mouth: itself, and the jaw with the skin over it."""
    if look.creature is not None:
        return mouth_region(look, turn, Mouth())
    x = across_face(0, turn, out=8)
    return Region(min(-70, x - 45), 30, max(70, x + 45), 140)


def jaw_drop(look: Look, mouth: Mouth) -> float:
    """Return how much lower the chin is for an open mouth: only a person's head has a jaw."""
    return 0.0 if look.creature is not None else 15 * mouth.opening
