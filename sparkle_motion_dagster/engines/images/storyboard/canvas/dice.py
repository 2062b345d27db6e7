"""Chance that is the same every time: what a drawing leaves open, its own text decides."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Chance that a text decides: the same throws in every process and on every machine."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._throws = 0

    def apart(self, purpose: str) -> "Dice":
        """Return dice of their own for one purpose: how often they fall changes nothing else."""
        return Dice(f"{purpose}\n{self._text}")

    def fork(self) -> "Dice":
        """Return dice for one thing of many: however often they fall, the next one has its own."""
        return self.apart(str(self.between(0, 1)))

    def between(self, low: float, high: float) -> float:
        """Return a number between two."""
        digest = hashlib.sha256(f"{self._throws}:{self._text}".encode()).digest()
        self._throws += 1
        return low + (high - low) * int.from_bytes(digest[:6], "big") / 2**48

    def about(self, value: float, share: float = 0.15) -> float:
        """Return a number near a value: within this share of it."""
        return value * self.between(1 - share, 1 + share)

    def happens(self, chance: float) -> bool:
        """Return whether something happens that has this chance (0 to 1)."""
        return self.between(0, 1) < chance

    def side(self) -> int:
        """Return -1 (left) or 1 (right)."""
        return 1 if self.happens(0.5) else -1

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of several."""
        return choices[int(self.between(0, len(choices)))]
