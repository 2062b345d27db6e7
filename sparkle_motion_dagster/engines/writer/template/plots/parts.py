"""What plots are made of, and reading them from their files."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import Texts, Tongue
from sparkle_motion_dagster.shotlist.models import ShotSize
from sparkle_motion_dagster.units import Record

Phase = Literal["setup", "turn", "end"]

PLOTS = (
    "argument", "return", "farewell", "search", "discovery", "secret", "waiting", "storm",
    "promise", "misunderstanding", "call",
)  # fmt: skip
"""What stories are about, whoever is in them; `call` is for somebody alone, and a voice."""


class Said(Texts):
    """A line, in all languages.

    Attributes:
        who: Who says it: A, who wants something, B, in whose way that is, or C, who looks on.
    """

    who: Literal["A", "B", "C"]


class Look(Record):
    """A shot without words.

    Attributes:
        size: How near the camera is.
        who: Who is seen, a letter each.
        shows: What is seen, in English; ``{A}``, ``{B}`` and ``{seen}``, the thing that the story
            turns on, are filled in.
    """

    size: ShotSize
    who: Literal["", "A", "B", "AB"]
    shows: str


class Beat(Record):
    """Some lines and looks that belong together.

    Attributes:
        rank: 1: what its phase is about; where several of a phase are, one of them is told. 2 and
            3: there must be time for it.
        shots: Its lines and looks, in order.
        name: What others call it.
        after: The name of the beat that must be told for this one to make sense.
    """

    rank: Literal[1, 2, 3]
    shots: tuple[Said | Look, ...]
    name: str | None = None
    after: str | None = None


class Plot(Record):
    """What happens between people, and what they say.

    Attributes:
        titles: What a story can be called; all slots can be in them.
        missing: Whether the thing that it turns on is gone at first.
        story: What happens, in two sentences; None: it is only a part of others.
        setup, turn, end: Its beats, in order.
    """

    titles: tuple[Texts, ...]
    missing: bool = False
    story: Texts | None = None
    setup: tuple[Beat, ...]
    turn: tuple[Beat, ...]
    end: tuple[Beat, ...]

    def lines(self, tongue: Tongue) -> Iterator[str]:
        """Yield all that can be said in it, in a language."""
        for beat in (*self.setup, *self.turn, *self.end):
            yield from (shot.of(tongue) for shot in beat.shots if isinstance(shot, Said))


@cache
def plot(name: str) -> Plot:
    """Return a plot by the name of its file."""
    return Plot.model_validate(_read(name))


@cache
def endings() -> Mapping[str, tuple[Said, ...]]:
    """Return the lines that an ending is changed into: ``happier`` and ``sadder``."""
    return {
        name: tuple(Said.model_validate(line) for line in lines)
        for name, lines in _read("endings").items()
    }


def _read(name: str) -> Any:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
