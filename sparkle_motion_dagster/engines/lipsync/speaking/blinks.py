"""When eyes blink."""

from collections.abc import Sequence

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.machinery.easing import smoothstep

_CLOSING_S, _CLOSED_S, _OPENING_S = 0.05, 0.04, 0.08
"""A blink takes about 0.15 s, and opens slower than it closes."""

_FIRST_S = (0.7, 3.0)
_EVERY_S = (2.0, 6.0)
_CUT_S = 0.2
"""No blink begins or ends nearer to a cut."""


def blink_times(seed: str, duration_s: float) -> tuple[float, ...]:
    """Return when the blinks of a clip begin, in seconds: always the same for a seed."""
    dice = Dice(f"blinks\n{seed}")
    times = []
    begin = dice.between(*_FIRST_S)
    while begin + _CLOSING_S + _CLOSED_S + _OPENING_S < duration_s - _CUT_S:
        times.append(begin)
        begin += dice.between(*_EVERY_S)
    return tuple(times)


def closed_at(blinks: Sequence[float], seconds: float) -> float:
    """Return how far the eyes are closed by a blink, 0 to 1."""
    return max((_closed(seconds - begin) for begin in blinks), default=0.0)


def _closed(seconds: float) -> float:
    opens = _CLOSING_S + _CLOSED_S
    return smoothstep(min(seconds / _CLOSING_S, 1 - (seconds - opens) / _OPENING_S))
