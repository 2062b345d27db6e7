"""What a prompt tells: who is in it, where and when it happens, what it is about."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sparkle_motion_dagster.engines.writer.template.reading.people import Somebody, people_in
from sparkle_motion_dagster.engines.writer.template.reading.subject import Subject, subject_of
from sparkle_motion_dagster.engines.writer.template.reading.words import (
    Found,
    found,
    in_order,
    plain,
)
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import Tongue, Words


@dataclass(frozen=True)
class Told:
    """What a prompt tells.

    Attributes:
        text: Its words.
        people: Who is in it, in its order.
        place, time, weather, thing: Those that it names, by their names in the vocabulary.
        plots: How often it asks for each plot.
        subject: What it is about besides.
    """

    text: str
    people: tuple[Somebody, ...]
    place: str | None
    time: str | None
    weather: str | None
    thing: str | None
    plots: Mapping[str, int]
    subject: Subject | None


def told_by(prompt: str, tongue: Tongue) -> Told:
    """Read a prompt in its language."""
    text = plain(prompt)
    people = people_in(text, tongue)
    places = in_order(found(_place_words(), text, tongue))
    times = list(found(tables.times(), text, tongue))
    weathers = list(found(tables.weathers(), text, tongue))
    named = [one for somebody in people for one in somebody.spans]
    things = [one for one in in_order(found(_thing_words(), text, tongue)) if not _in(one, named)]
    asked = list(found(tables.plot_words(), text, tongue))
    plots = [one for one in asked if not _in(one, named)] or asked
    spans = [
        *named,
        *((one.start, one.end) for one in (*places, *times, *weathers, *things, *plots)),
    ]
    return Told(
        text=text,
        people=people,
        place=_first(places),
        time=_first(times),
        weather=_first(weathers),
        thing=_first(things),
        plots=Counter(one.meaning for one in plots),
        subject=subject_of(text, tongue, spans),
    )


def _first(several: list[Found]) -> str | None:
    """Return what is named most often, and of those the first one."""
    counts = Counter(
        one.meaning for one in sorted(several, key=lambda one: (one.start, one.meaning))
    )
    return max(counts, key=counts.__getitem__) if counts else None


def _in(one: Found, spans: list[tuple[int, int]]) -> bool:
    return any(start < one.end and one.start < end for start, end in spans)


@cache
def _place_words() -> Mapping[str, Words]:
    return {name: place.words for name, place in tables.places().items()}


@cache
def _thing_words() -> Mapping[str, Words]:
    return {name: thing.words for name, thing in tables.things().items()}
