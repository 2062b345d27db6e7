"""Reports: what was promised of a finished file, and what was measured of it."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from pydantic import JsonValue

from sparkle_motion_dagster.units import Record

Measured: TypeAlias = tuple[bool, dict[str, JsonValue]]
"""Whether a promise is kept, and what was measured."""


class Check(Record):
    """One promise, whether the file keeps it, and what was measured."""

    name: str
    passed: bool
    measured: dict[str, JsonValue]
    description: str


class Report(Record):
    """All checks of one file."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether the file keeps every promise."""
        return all(check.passed for check in self.checks)

    def find(self, name: str) -> Check:
        """Return a check by its name.

        Raises:
            KeyError: There is none of that name.
        """
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)


def rounded(value: float | Fraction) -> float:
    """Return a number as it is told: to three places."""
    return round(float(value), 3)
