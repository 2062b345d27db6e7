"""The tables of the vocabulary, read from their files once a process."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field

from sparkle_motion_dagster.shotlist.models import Mood
from sparkle_motion_dagster.units import Record

Tongue = Literal["en", "fr", "es", "de", "it", "pt"]
"""A language that is written in."""

TONGUES: tuple[Tongue, ...] = get_args(Tongue)

Words = Mapping[Tongue, str]
"""A regular expression for words of each language that has any."""

_BEFORE_VOWELS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "fr": (re.compile(r"\b([Dd]|[Qq]u)e (?=[AEIOUÀÂÉÈÊËÎÏÔ])"), r"\1'"),
    "es": (re.compile(r"\by (?=H?[IÍ](?!e))"), "e "),
}
"""How small words are written before names that begin with a vowel: "d'Odile", "Mara e Inés"."""

Sex = Literal["woman", "man", "girl", "boy", "child"]


class Texts(Record):
    """What is said, in each language."""

    en: str
    fr: str
    es: str
    de: str
    it: str
    pt: str

    def of(self, tongue: Tongue) -> str:
        """Return it in one of them."""
        text: str = getattr(self, tongue)
        return text

    def filled(self, tongue: Tongue, slots: Mapping[str, str]) -> str:
        """Return it in one of them, with what its names in braces stand for."""
        text = self.of(tongue).format_map(slots)
        if tongue not in _BEFORE_VOWELS:
            return text
        word, instead = _BEFORE_VOWELS[tongue]
        return word.sub(instead, text)


class Thing(Record):
    """What a story turns on; see ``things.toml``."""

    seen: str
    words: Words
    called: Texts
    object: str | None = None
    fixed: bool = False
    place: str | None = None

    def as_object(self, tongue: Tongue) -> str:
        """Return how somebody speaks of it to whom something is done: "den Brief"."""
        return self.object if tongue == "de" and self.object else self.called.of(tongue)


class Place(Record):
    """Where a story happens; see ``places.toml``."""

    outside: str
    inside: str
    view: str
    thing: str
    people: tuple[str, ...]
    at: Texts
    words: Words
    mood: Mood | None = None
    starts: Literal["outside", "inside"] = "outside"
    empty: bool = False
    passing: bool = False


class Role(Record):
    """Who somebody is; see ``people.toml``."""

    words: Words
    wears: tuple[str, ...]
    women: Words = Field(default_factory=dict)
    sex: Sex | None = None
    ages: tuple[int, int] = (30, 60)
    trade: str | None = None
    place: str | None = None
    kind: Literal["person", "animal", "robot", "ghost"] = "person"
    called: Texts | None = None
    pairs: bool = False
    kin: bool = False


class Bank(Record):
    """Given names by sex."""

    women: tuple[str, ...]
    men: tuple[str, ...]


class Known(Record):
    """Names that are known in a prompt, in small letters."""

    women: str
    men: str


class Names(Record):
    """How people are called and spoken of; see ``names.toml``."""

    given: Mapping[Tongue, Bank]
    robots: tuple[str, ...]
    pronouns: Mapping[Literal["woman", "man"], Words]
    titles: Mapping[Literal["woman", "man", "any"], str]
    called: Words
    both: Words = Field(alias="and")
    known: Known


class Tongues(Record):
    """By which small words a prompt is read; see ``tongues.toml``."""

    written: Mapping[Tongue, str]
    others: Mapping[str, str]
    names: Mapping[str, str]
    counts: Mapping[int, Words]
    aged: Mapping[Literal["old", "young"], Words]
    dead: Words
    feminine: Words
    determiners: Words
    dull: Words
    credit: Texts


def _read(name: str) -> Any:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def things() -> Mapping[str, Thing]:
    """Return the things, by name."""
    return {name: Thing.model_validate(told) for name, told in _read("things").items()}


@cache
def places() -> Mapping[str, Place]:
    """Return the places, by name."""
    return {name: Place.model_validate(told) for name, told in _read("places").items()}


@cache
def roles() -> Mapping[str, Role]:
    """Return who there can be, the more precise first."""
    return {name: Role.model_validate(told) for name, told in _read("people").items()}


@cache
def times() -> Mapping[str, Words]:
    """Return the words for times of day, in their order."""
    return dict(_read("hours")["times"])


@cache
def weathers() -> Mapping[str, Words]:
    """Return the words for weathers."""
    return dict(_read("hours")["weathers"])


@cache
def plot_words() -> Mapping[str, Words]:
    """Return the words that ask for each plot."""
    return dict(_read("plots"))


@cache
def names() -> Names:
    """Return the names."""
    return Names.model_validate(_read("names"))


class Looks(Record):
    """What people look like; see ``looks.toml``.

    Attributes:
        hair: How it is worn by a woman, an old man, a girl and so on.
        skin: Of what colour it is, where relatives are alike, and which hair goes with it (a
            regular expression).
    """

    hair: Mapping[str, tuple[str, ...]]
    skin: Mapping[str, str]


@cache
def looks() -> Looks:
    """Return what people look like."""
    return Looks.model_validate(_read("looks"))


@cache
def tongues() -> Tongues:
    """Return the small words of languages."""
    return Tongues.model_validate(_read("tongues"))
