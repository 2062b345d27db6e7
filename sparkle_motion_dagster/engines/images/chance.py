"""Chance that is the same every time: what a drawing leaves open, its own text decides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Chance that a text decides: the same throws in every process and on every machine."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._throws = 0

    def between(self, low: float, high: float) -> float:
        """Return a number between two."""
        digest = hashlib.sha256(f"{self._throws}:{self._text}".encode()).digest()
        self._throws += 1
        return low + (high - low) * int.from_bytes(digest[:6], "big") / 2**48

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of several."""
        return choices[int(self.between(0, len(choices)))]
