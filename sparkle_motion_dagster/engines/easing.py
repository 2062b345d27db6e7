"""How things that are drawn frame by frame come, move and go."""

from __future__ import annotations


def smoothstep(value: float) -> float:
    """Rise from 0 to 1 with no jerk at either end: 3x^2 - 2x^3 between 0 and 1, flat outside."""
    value = min(max(value, 0.0), 1.0)
    return value * value * (3 - 2 * value)
