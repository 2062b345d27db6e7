"""What the last render of a film was estimated to take, and what it took: ``runs/RUN/price.json``.

It is a file of the run, travels with the film, and is part of no fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.units import Record

_LONG_S = 120
"""From how many seconds on people count in minutes."""


class Figures(Record):
    """What making some items takes.

    ``seconds`` are those of the items, without what the run does beside: what a person waits is
    more. ``unknown`` are the items of which nobody knew how long they would take.
    """

    items: int = Field(default=0, ge=0)
    seconds: float = Field(default=0.0, ge=0)
    gpu_seconds: float = Field(default=0.0, ge=0)
    usd: float = Field(default=0.0, ge=0)
    disk_bytes: int = Field(default=0, ge=0)
    unknown: int = Field(default=0, ge=0)

    def __add__(self, other: Figures) -> Figures:
        """Return what both take together."""
        names = type(self).model_fields
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in names})


def total(figures: Iterable[Figures]) -> Figures:
    """Return what some take together."""
    return sum(figures, Figures())


class FilmPrice(Record):
    """A render that made something: what it was estimated to take, and what it took, by stage.

    Attributes:
        run: The Dagster run.
        estimated: What was estimated when it began.
        was: What it took; None: it has not come to its end.
    """

    schema_version: Literal["1"] = "1"
    run: str
    estimated: Mapping[str, Figures]
    was: Mapping[str, Figures] | None = None

    def __str__(self) -> str:
        """Return it in a few words: ``estimated 41 s, was 44 s``."""
        estimated = total(self.estimated.values())
        about = f"estimated {_seconds(estimated.seconds)}"
        if estimated.unknown:
            items = "1 item" if estimated.unknown == 1 else f"{estimated.unknown} items"
            about = f"{about} and {items} that nobody could tell"
        return about if self.was is None else f"{about}, was {_seconds(self.seconds)}"

    @property
    def seconds(self) -> float:
        """The seconds that it took."""
        return total((self.was or {}).values()).seconds


class PriceFile:
    """The file of a run folder that says what its last render took."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "price.json"

    def read(self) -> FilmPrice | None:
        """Return what it says; None: nothing, or nothing that can be read."""
        try:
            return FilmPrice.model_validate_json(self.path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, price: FilmPrice) -> None:
        """Replace what it says; whoever does holds the run."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, price.model_dump_json(indent=1).encode())


def _seconds(seconds: float) -> str:
    if seconds >= _LONG_S:
        return f"{seconds / 60:.1f} min"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
