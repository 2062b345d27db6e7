"""How many items may be in work at the same time."""

import os

from sparkle_motion_dagster.errors import InputError

VARIABLE = "SPARKLE_AT_ONCE"
"""Names the number, where somebody does not want as many as there are cores."""

_MOST = 64
_MOST_BY_ITSELF = 8
"""Python runs in one thread at a time, so that more would wait for each other, and each has an
encoder's memory. It is a guess: no machine with more than two cores was at hand."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def items_at_once() -> int:
    """Return how many items may be in work: ``$SPARKLE_AT_ONCE``, else as many as there are cores.

    Nothing that is made depends on it.

    Raises:
        InputError: The variable holds no whole number from 1 to 64.
    """
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return min(cores(), _MOST_BY_ITSELF)
    if not (said.isascii() and said.isdecimal() and 1 <= int(said) <= _MOST):
        raise InputError(
            f"${VARIABLE} says how many items are made at the same time: a whole number from 1 to "
            f"{_MOST}. It is {said!r}."
        )
    return int(said)
