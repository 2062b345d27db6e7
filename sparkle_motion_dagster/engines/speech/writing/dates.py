"""Rules for dates, times of the day, ordinals and Roman numerals."""

import re

from sparkle_motion_dagster.engines.speech.writing.language import Date
from sparkle_motion_dagster.engines.speech.writing.numerals import (
    Numeral,
    count,
    ordinal,
    read_whole,
    read_year,
    roman,
)
from sparkle_motion_dagster.engines.speech.writing.places import Place, Said

_TIME = re.compile(r"(\d{1,2})([:.]|[hH])([0-5]\d)h?")
_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)")
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_FEMALE_ENDINGS = ("a", "а", "я")
_MARKED = re.compile(r"([0-9]{1,4}|[IVX]+)(\D+)")


def date(place: Place) -> Said | None:
    """A date in numbers: the day first, or as ISO 8601 has it."""
    language, core = place.language, place.word.core
    if found := _ISO_DATE.fullmatch(core):
        year, month, day = found[1], int(found[2]), int(found[3])
    elif found := _DATE.fullmatch(core):
        year, month, day = found[4], int(found[3]), int(found[1])
    else:
        return None
    if language.date is None or not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    form = language.date.year
    said_year = ordinal(int(year), form, language) if form and len(year) == 4 else None
    text = language.date.said.format(
        day=_day(place, day, language.date),
        month=language.months[month - 1],
        year=said_year or read_year(year, language),
    )
    swallowed = not place.word.tail and place.beside(1).key in language.date.swallows
    return Said((text,), 1 + swallowed, takes_dot=swallowed)


def day(place: Place) -> Said | None:
    """A day before its month."""
    language = place.language
    month = place.beside(1).key
    if language.date is None or not re.fullmatch("[1-9]|[12][0-9]|3[01]", place.word.core):
        return None
    if place.word.tail or month not in {name.lower() for name in language.months} | {"de"}:
        return None
    if month == "de" and place.beside(2).key not in language.months:
        return None
    return Said((_day(place, int(place.word.core), language.date),))


def _day(place: Place, day: int, date: Date) -> str:
    form = _behind_article(place) or date.day
    if form and (said := ordinal(day, form, place.language)):
        return said
    if day == 1 and date.first:
        return date.first
    return read_whole(str(day), place.language, date.gender)


def time(place: Place) -> Said | None:
    """A time of the day; where dots or an "h" part it, only with a word that says so."""
    table, language = place.language.time, place.language
    if table is None:
        return None
    takes, core = 1, place.word.core
    apart = place.joined(3)
    if apart and place.beside(1).key == "h" and _TIME.fullmatch(apart.core):
        takes, core = 3, apart.core
    found = _TIME.fullmatch(core)
    if found is None or int(found[1]) > 24:
        return None
    swallowed = place.joined(takes + 1) is not None and place.beside(takes).key in table.swallows
    if found[2] == "." and not swallowed:
        return None
    hour, minute = Numeral("", str(int(found[1])), ""), found[3]
    form = table.after.get(place.beside(-1).key, table.ordinal)
    number = ordinal(int(found[1]), form, language) if form else None
    text = (table.full if minute == "00" else table.said).format(
        hour=number or read_whole(hour.whole, language, table.gender),
        hours=" ".join(count(hour, language.units[table.unit], language)) if table.unit else "",
        minute=minute if minute[0] != "0" else f"0 {minute[1]}" if table.zero else minute[1],
    )
    return Said((text,), takes + swallowed)


def marked_ordinal(place: Place) -> Said | None:
    """A number with the ending of an ordinal: 2e, 3.º, XIXe, 5-го."""
    found = _MARKED.fullmatch(place.word.core)
    ordinals = place.language.ordinals
    form = ordinals.marks.get(found[2]) if found else None
    if found is None or form is None:
        return None
    form = ordinals.before.get(place.beside(1).key, form)
    number = int(found[1]) if found[1].isdigit() else roman(found[1])
    said = ordinal(number, form, place.language) if number else None
    return Said((said,), keeps_case=True) if said else None


def dotted_ordinal(place: Place) -> Said | None:
    """A number that a dot makes an ordinal: behind an article, or before a month."""
    language, word = place.language, place.word
    if not language.ordinals.dotted or word.tail != "." or not place.beside(1).core:
        return None
    number = int(word.core) if re.fullmatch("[0-9]{1,3}", word.core) else roman(word.core)
    if not word.core.isdecimal() and place.beside(-1).is_name:
        return None  # a king's
    form = _behind_article(place)
    month = place.beside(1).key in {name.lower() for name in language.months}
    if form is None and (month or (len(word.core) > 1 and not word.core.isdecimal())):
        form = language.date.day if language.date else None
    said = ordinal(number, form, language) if number and form else None
    return Said((said,), takes_dot=True, keeps_case=True) if said else None


def _behind_article(place: Place) -> str | None:
    """Return the form that the article before a number asks for, and the preposition before it."""
    dotted, article = place.language.ordinals.dotted, place.beside(-1).key
    return dotted.get(f"{place.beside(-2).key} {article}") or dotted.get(article)


def ordinal_before(place: Place) -> Said | None:
    """A number, or Roman numeral, that the next word makes an ordinal: 1999 год, XIX wiek."""
    ordinals, following, before = place.language.ordinals, place.beside(1), place.beside(-1).key
    key = f"{following.key}." if following.dotted else following.key
    key = key if key in ordinals.before else following.key
    form = ordinals.after.get(before, {}).get(key) or ordinals.before.get(key)
    if form is None or place.word.tail:
        return None
    digits = place.word.core if re.fullmatch("[0-9]{1,4}", place.word.core) else ""
    number = int(digits) if digits else roman(place.word.core)
    if not number or number < ordinals.least.get(key, 1):
        return None
    said = ordinal(number, form, place.language)
    short = ordinals.said_after.get(before, {}).get(key) or ordinals.said.get(key)
    if said is None:
        return None
    if short:
        takes_dot = not place.ends_sentence(2)
        return Said((said, short), 2, takes_dot, keeps_case=True)
    return Said((said,), keeps_case=True)


def roman_numeral(place: Place) -> Said | None:
    """A Roman numeral behind a name, or behind what is numbered so."""
    table, before, number = place.language.roman, place.beside(-1), roman(place.word.core)
    if table is None or not number:
        return None
    if f"{before.key}{before.tail}" in {*table.numbered, *place.language.before_numbers}:
        return Said((str(number),))
    if not before.is_name:
        return None
    female = before.key[-1:] in _FEMALE_ENDINGS or before.key in table.women
    form = table.feminine if table.feminine and female else table.form
    said = ordinal(number, form, place.language) if number <= table.ordinals_to else None
    if said and table.capital:
        said = said.capitalize()
    dotted = bool(place.language.ordinals.dotted) and place.word.dotted
    takes_dot = dotted and place.beside(1).core[:1].islower()
    text = table.said.format(said) if said else str(number)
    return Said((text,), takes_dot=takes_dot, keeps_case=True)


def numbered(place: Place) -> Said | None:
    """An abbreviation before a number: Nr. 5, p. 12."""
    word = place.word
    if not re.match(r"\d|[IVX]{2,}$", place.beside(1).core):
        return None
    for key, takes_dot in ((f"{word.key}.", True), (word.key, False)):
        said = place.language.before_numbers.get(key)
        if said and (word.dotted or not takes_dot) and word.tail in {"", "."}:
            return Said((said,), takes_dot=word.dotted)
    return None
