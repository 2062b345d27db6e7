"""What a check promises, and what it found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import StageManifest


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

    def __str__(self) -> str:
        measured = ", ".join(f"{name} {value}" for name, value in self.measured.items())
        promised = self.check.description.rstrip(".")
        return f"{self.check.name} (should be: {promised}; measured: {measured})"


def warnings_of(manifests: Iterable[StageManifest | None]) -> Iterator[str]:
    """Yield what the checks of stages warn of."""
    for manifest in filter(None, manifests):
        yield from (f"{manifest.stage}: {warning}" for warning in manifest.warnings)
