"""What a check promises, and what it found."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue


@dataclass(frozen=True)
class Check:
    """A promise of a stage; one whose breach is ``blocking`` stops the film, others only show."""

    name: str
    description: str
    blocking: bool = False

    def verdict(self, measured: Mapping[str, JsonValue], *, kept: bool) -> "Verdict":
        """Return whether the promise was kept, and what was measured."""
        return Verdict(self, measured, kept)


@dataclass(frozen=True)
class Verdict:
    """What was measured for a check, and whether its promise was kept."""

    check: Check
    measured: Mapping[str, JsonValue]
    kept: bool
