"""Where the parts of a drawn head lie, however it is turned.

Heads are measured in hundredths of half their height, from the middle of the face.
"""

import math

from sparkle_motion_dagster.engines.images.storyboard.people.looks import Look
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


def eye_at(look: Look, turn: float, side: int) -> tuple[float, float]:
    """Return the middle of an eye: the left one in the picture (-1) or the right one (1)."""
    return across_face(side * 34 * look.build.spacing, turn), 4 + 8 * look.youth


def jaw_drop(mouth: Mouth) -> float:
    """Return how much lower the chin is for an open mouth."""
    return 15 * mouth.opening
