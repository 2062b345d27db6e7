"""Rules for what is counted: quantities with their units, money, decimals, fractions, ranges."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sparkle_motion_dagster.engines.speech.writing.language import Counted, Language
from sparkle_motion_dagster.engines.speech.writing.numerals import (
    Numeral,
    count,
    read_number,
    read_whole,
    read_year,
)
from sparkle_motion_dagster.engines.speech.writing.places import Place, Said, Word

_ATTACHED = re.compile(r"([-−+±]?\d(?:[\d.,'’]*\d)?)([^\d.,'’].*)")
_SIGN_FIRST = re.compile(r"([-−]?)([^\d\s]+)(\d.*)")
_RANGE = re.compile(r"(\d{1,4})[-–—](\d{1,4})")
_SINGLE_CAPITALS = frozenset("MGTSHKМГТ")
"""No unit is written so: rather the initial of a name."""


@dataclass(frozen=True)
class _Amount:
    """A number, what it counts, how many words that takes, and whether a full stop is theirs."""

    number: Numeral
    key: str
    takes: int
    takes_dot: bool


def money(place: Place) -> Said | None:
    """An amount of money, its sign before or behind the number."""
    language, core = place.language, place.word.core
    if (found := _SIGN_FIRST.fullmatch(core)) and found[2].lower() in language.money:
        number = _price(found[1] + found[3])
        return Said((_price_said(number, found[2].lower(), language),)) if number else None
    if place.word.key in language.money and place.joined(2):
        following = number_at(Place(place.words, place.index + 1, language))
        if following:
            text = _price_said(following[0], place.word.key, language)
            return Said((text,), 1 + following[1])
    amount = _amount_at(place, language.money)
    if amount is None:
        return None
    return Said((_price_said(amount.number, amount.key, language),), amount.takes, amount.takes_dot)


def _price(written: str) -> Numeral | None:
    """Return a number that stands beside its sign, where many write a decimal dot: $5.50."""
    return Numeral.of(re.sub(r"^([-−]?\d+)\.(\d\d)$", r"\1,\2", written))


def _price_said(number: Numeral, key: str, language: Language) -> str:
    thing = language.money[key]
    if len(number.part) != 2:
        return " ".join(count(number, thing, language))
    whole = " ".join(count(Numeral(number.sign, number.whole, ""), thing, language))
    if number.part == "00":
        return whole
    change = Numeral("", str(int(number.part)), "")
    named = language.cents.get(key)
    cents = " ".join(count(change, named, language)) if named else change.whole
    if number.whole == "0" and named:
        return cents
    return language.money_said.format(whole=whole, cents=cents)


def quantity(place: Place) -> Said | None:
    """A number with its unit, attached or the next word."""
    amount = _amount_at(place, place.language.units)
    if amount is None:
        return None
    said, unit = count(amount.number, place.language.units[amount.key], place.language)
    if amount.takes == 1:
        return Said((f"{said} {unit}",), 1, amount.takes_dot)
    return Said((said, *[""] * (amount.takes - 2), unit), amount.takes, amount.takes_dot)


def unit_alone(place: Place) -> Said | None:
    """A unit behind a range, or behind a number with a decimal dot."""
    before = place.beside(-1)
    known = _key(place.word, {**place.language.units, **place.language.money})
    if known is None or before.tail or not re.search(r"\d[-–—.]\d+$", before.core):
        return None
    key, takes_dot = known
    thing = place.language.units.get(key) or place.language.money[key]
    return Said((thing.forms[min(2, len(thing.forms) - 1)],), 1, takes_dot)


def number(place: Place) -> Said | None:
    """A number by itself."""
    found = number_at(place)
    if found is None:
        return None
    numeral, takes = found
    if re.fullmatch(r"\d{4}", place.word.core) and takes == 1:
        return Said((read_year(place.word.core, place.language),))
    return Said((read_number(numeral, place.language),), takes)


def dotted_number(place: Place) -> Said | None:
    """A number with dots that part no thousands: 3.5.1."""
    if not re.fullmatch(r"\d+(\.\d+)+", place.word.core):
        return None
    pieces = [read_whole(piece, place.language) for piece in place.word.core.split(".")]
    return Said((f" {place.language.numbers.dot} ".join(pieces),))


def spanned(place: Place) -> Said | None:
    """A range of two numbers; other numbers that hyphens join are said one after the other."""
    if found := _RANGE.fullmatch(place.word.core):
        first, last = found.groups()
        rising = int(first) < int(last)
        if rising and first[0] != "0" and (len(first) == len(last) or len(last) < 4):
            read = [read_year(one, place.language) for one in (first, last)]
            return Said((f" {place.language.numbers.to} ".join(read),))
    if score := re.fullmatch(r"(\d{1,3}):(\d{1,3})", place.word.core):
        return Said((f"{score[1]} {place.language.numbers.against} {score[2]}".replace("  ", " "),))
    if re.fullmatch(r"\+?\d+([-–/]\d+)+", place.word.core):
        pieces = re.split(r"[-–/]", place.word.core.lstrip("+"))
        return Said((", ".join(read_whole(piece, place.language) for piece in pieces),))
    return None


def fraction(place: Place) -> Said | None:
    """A common fraction."""
    said = place.language.fractions.get(place.word.core)
    return Said((said,)) if said else None


def number_at(place: Place) -> tuple[Numeral, int] | None:
    """Return the number at a place, and how many words it takes: spaces may part its thousands."""
    first = Numeral.of(place.word.core)
    if first is None:
        return None
    takes = 1
    before = place.beside(-1)
    if (before.tail or not before.core.isdecimal()) and re.fullmatch(
        r"[-−+±]?[1-9]\d{0,2}", place.word.core
    ):
        while _is_group(place.beside(takes)) and place.joined(takes + 1):
            takes += 1
        if place.beside(takes).core.isdecimal() and place.joined(takes + 1):
            takes = 1  # a telephone number goes on: 22 123 45 67
    joined = place.joined(takes)
    whole = Numeral.of(joined.core) if joined else None
    return (whole, takes) if whole else (first, 1)


def _is_group(word: Word) -> bool:
    return re.fullmatch(r"[0-9]{3}(,[0-9]+)?", word.core) is not None


def _amount_at(place: Place, things: Mapping[str, Counted]) -> _Amount | None:
    """Return the number at a place with what it counts, attached or the next word."""
    if attached := _ATTACHED.fullmatch(place.word.core):
        number, takes = _price(attached[1]), 1
        known = _key(Word("", attached[2], place.word.tail), things)
    else:
        found = number_at(place)
        if found is None or place.joined(found[1] + 1) is None:
            return None
        number, takes = found[0], found[1] + 1
        known = _key(place.beside(takes - 1), things)
    if number is None or known is None:
        return None
    key, dotted = known
    return _Amount(number, key, takes, dotted and not place.ends_sentence(takes))


def _key(word: Word, things: Mapping[str, Counted]) -> tuple[str, bool] | None:
    """Return what is counted, and whether the full stop behind it belongs to it."""
    if word.core in _SINGLE_CAPITALS:
        return None
    if word.dotted and f"{word.key}." in things:
        return f"{word.key}.", True
    return (word.key, False) if word.key in things else None
