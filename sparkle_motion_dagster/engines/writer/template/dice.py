"""Chance that falls the same way in every process and every version of Python."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Decides what a prompt leaves open: equal texts decide equally.

    Args:
        text: What it is thrown for, such as a seed and a prompt.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def pick(self, purpose: str, choices: Sequence[T]) -> T:
        """Return one of several, each as likely as any other.

        Args:
            purpose: What it is for: one purpose's choice changes no other's.
            choices: At least one.
        """
        return choices[self._number(purpose) % len(choices)]

    def shuffled(self, purpose: str, things: Sequence[T]) -> list[T]:
        """Return things in an order by chance."""
        numbers = [self._number(f"{purpose} {index}") for index in range(len(things))]
        return [things[index] for index in sorted(range(len(things)), key=numbers.__getitem__)]

    def happens(self, purpose: str, one_in: int) -> bool:
        """Return whether something happens that happens once in so many times."""
        return self._number(purpose) % one_in == 0

    def _number(self, purpose: str) -> int:
        digest = hashlib.sha256(f"{purpose}\n{self._text}".encode()).digest()
        return int.from_bytes(digest[:8], "big")
