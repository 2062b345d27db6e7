"""What a language says for what is written short: a table each, in the folder `languages`."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sparkle_motion_dagster.plan.reading.yaml_values import yaml_value
from sparkle_motion_dagster.units import Record

_TABLES = Path(__file__).with_name("languages")


class Counted(Record):
    """A thing that is counted: its grammatical gender, and its forms.

    Written ``gender|form|…``: one form for every number; or for one and for others; or, in Slavic
    languages, for one, for two to four, for others (and for fractions, where that is another one).
    """

    gender: str
    forms: tuple[str, ...]


def _counted(written: object) -> object:
    if not isinstance(written, str):
        return written
    gender, *forms = written.split("|")
    return Counted(gender=gender, forms=tuple(forms))


_Counted = Annotated[Counted, BeforeValidator(_counted)]


class Numbers(Record):
    """How numbers are read."""

    lang: str | None = Field(default=None, description="num2words' name of the language, if it has")
    point: str = Field(description="what is said for the decimal mark")
    dot: str = Field(description="what is said for a dot between numbers, as in 3.5.1")
    decimals: Literal["digits", "number", "parts"] = Field(
        description="what follows the mark: digit by digit, as a number, or as tenths, hundredths"
    )
    minus: str
    plus: str
    plural: Literal["one", "below_two", "slavic", "polish"] = Field(
        description="which numbers take which form of what is counted"
    )
    to: str = Field(description="what is said between the two numbers of a range")
    against: str = Field(default="", description="what is said between those of a score, 3:1")


class Date(Record):
    """How a date is read."""

    said: str
    day: str | None = Field(
        default=None, description="the form of the day's ordinal; None: a cardinal"
    )
    first: str | None = Field(default=None, description="what the first day is called")
    gender: str | None = Field(default=None, description="the gender of a cardinal day")
    year: str | None = Field(default=None, description="the form of the year's ordinal")
    swallows: tuple[str, ...] = Field(default=(), description="words behind it that it says itself")


class Time(Record):
    """How a time of the day is read.

    In ``said`` and ``full`` (without minutes), ``{hour}`` is the hour's number, ``{hours}`` the
    number with its unit.
    """

    said: str
    full: str
    gender: str | None = None
    ordinal: str | None = Field(default=None, description="the form of an hour that is an ordinal")
    after: Mapping[str, str] = Field(default={}, description="its form behind a preposition")
    unit: str | None = None
    zero: bool = Field(default=False, description="whether 10:05 is said with a zero")
    swallows: tuple[str, ...] = Field(default=(), description="words behind it that it says itself")


class Ordinals(Record):
    """How ordinals are written, and what forms they take.

    Attributes:
        listed: They themselves from 1 on, where num2words does not know them.
        forms: By name, what is replaced (a regular expression) in the usual form.
        marks: What is written behind a number, and the form that it stands for.
        dotted: Words before a number with a dot that makes it an ordinal, and its form.
        before: Words behind a number that make it an ordinal, and its form.
        after: The same, where a certain word stands before the number.
        said: What is said for such a word, where it is written short; ``said_after``: behind a
            certain word.
        least: The least number that such a word makes an ordinal, where that is not 1.
    """

    listed: tuple[str, ...] = ()
    forms: Mapping[str, Mapping[str, str]] = {}
    marks: Mapping[str, str] = {}
    dotted: Mapping[str, str] = {}
    before: Mapping[str, str] = {}
    after: Mapping[str, Mapping[str, str]] = {}
    said: Mapping[str, str] = {}
    said_after: Mapping[str, Mapping[str, str]] = {}
    least: Mapping[str, int] = {}


class Roman(Record):
    """How a Roman numeral behind a name is read."""

    said: str
    form: str
    feminine: str | None = None
    women: tuple[str, ...] = Field(default=(), description="women whose names do not end in a")
    capital: bool = False
    ordinals_to: int = Field(default=99, description="beyond it, the cardinal is said")
    numbered: tuple[str, ...] = Field(
        description="what is counted by Roman numerals: chapters, acts"
    )


class Address(Record):
    """How the signs of e-mail and web addresses are read."""

    at: str
    dot: str
    slash: str


class Language(Record):
    """The table of a language. Keys of what is written are in small letters.

    Attributes:
        gendered: Numbers that agree with what is counted, by gender.
        compounds: What stands between tens and such a number ("20 e duas"); None: they never agree.
        one_is_simple: Whether one does so only by itself, not in 21.
        parts: In languages that say decimals as parts: wholes, tenths, hundredths, thousandths.
        symbols: What is said for a sign.
        fractions: What is said for a fraction, such as 1/2.
        short: What is said for an abbreviation that ends no sentence, written without spaces.
        ending: What is said for an abbreviation that may end one.
        suffixes: What is said for the abbreviated end of a word.
        titles: The same before a name. before_numbers: The same before a number.
        units, money, cents: What is counted, by what is written behind (or before) the number.
        money_said: How whole and hundredths are joined.
        hundreds: What is said between the pairs of 1999, where that is nineteen hundreds.
        sounds: Interjections without a vowel (regular expressions): espeak-ng would spell them.
        stammer: The vowel that is said with a consonant that is repeated before its word.
        directions: How stage directions begin (regular expressions).
        spoken: Words that no stage direction holds.
    """

    numbers: Numbers
    gendered: Mapping[int, Mapping[str, str]] = {}
    compounds: str | None = None
    one_is_simple: bool = False
    parts: tuple[_Counted, ...] = ()
    symbols: Mapping[str, str] = {}
    fractions: Mapping[str, str] = {}
    short: Mapping[str, str] = {}
    ending: Mapping[str, str] = {}
    suffixes: Mapping[str, str] = {}
    titles: Mapping[str, str] = {}
    before_numbers: Mapping[str, str] = {}
    units: Mapping[str, _Counted] = {}
    money: Mapping[str, _Counted] = {}
    cents: Mapping[str, _Counted] = {}
    money_said: str = "{whole} {cents}"
    months: tuple[str, ...] = ()
    date: Date | None = None
    hundreds: str | None = None
    time: Time | None = None
    ordinals: Ordinals = Ordinals()
    roman: Roman | None = None
    address: Address | None = None
    sounds: Mapping[str, str] = {}
    stammer: str | None = None
    directions: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()


def language_of(tag: str) -> Language | None:
    """Return the table of a language; None where there is none.

    Args:
        tag: A language tag, such as ``en-US``.
    """
    subtag = re.split("[-_]", tag)[0].lower()
    return _table(subtag) if re.fullmatch("[a-z]{2}", subtag) else None


@cache
def _table(subtag: str) -> Language | None:
    path = _TABLES / f"{subtag}.yaml"
    if not path.is_file():
        return None
    return Language.model_validate(yaml_value(path.read_text(encoding="utf-8")))
