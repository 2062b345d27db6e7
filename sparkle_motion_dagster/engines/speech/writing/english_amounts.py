"""How English says what is counted and dated: money, units, times, dates, years, fractions."""

import re
from collections.abc import Mapping

from sparkle_motion_dagster.engines.speech.writing.numerals import digit_by_digit, in_words
from sparkle_motion_dagster.engines.speech.writing.places import Place, Said

_UNITS: Mapping[str, tuple[str, str]] = {
    "km": ("kilometre", "kilometres"), "m": ("metre", "metres"),
    "cm": ("centimetre", "centimetres"), "mm": ("millimetre", "millimetres"),
    "km/h": ("kilometre per hour", "kilometres per hour"),
    "kph": ("kilometre per hour", "kilometres per hour"),
    "mph": ("mile per hour", "miles per hour"), "mi": ("mile", "miles"), "ft": ("foot", "feet"),
    "yd": ("yard", "yards"), "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"),
    "mg": ("milligram", "milligrams"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"), "l": ("litre", "litres"), "ml": ("millilitre", "millilitres"),
    "min": ("minute", "minutes"), "sec": ("second", "seconds"), "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"), "kw": ("kilowatt", "kilowatts"), "gb": ("gigabyte", "gigabytes"),
    "mb": ("megabyte", "megabytes"), "°c": ("degree Celsius", "degrees Celsius"),
    "°f": ("degree Fahrenheit", "degrees Fahrenheit"),
}  # fmt: skip
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONEY = {
    "$": ("dollar", "dollars", "cents"),
    "£": ("pound", "pounds", "pence"),
    "€": ("euro", "euros", "cents"),
    "¥": ("yen", "yen", ""),
}
_LARGE = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "tn": "trillion"}
_MAGNITUDES = frozenset({"hundred", "thousand", "million", "billion", "trillion"})
_FRACTIONS = {
    "1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter",
    "3/4": "three quarters", "1/5": "one fifth", "1/8": "one eighth", "1/10": "one tenth",
}  # fmt: skip
_NUMBER = re.compile(r"(?:\d+[-–])?[\d.,]*\d")


def money(place: Place) -> Said | None:
    """An amount of money."""
    if large := re.fullmatch(r"([$£€¥])(\d[\d,.]*)(k|m|mn|bn|tn)", place.word.core, re.IGNORECASE):
        return Said((f"{large[2]} {_LARGE[large[3].lower()]} {_MONEY[large[1]][1]}",))
    parts = _money_parts(place.word.core)
    if parts is None:
        return None
    sign, whole, rest = parts
    one, many, cents = _MONEY[sign]
    if place.beside(1).core.casefold() in _MAGNITUDES:
        return Said((f"{whole}.{rest}" if rest else whole,))
    if len(rest) != 2 or not cents:
        amount = f"{whole}.{rest} {many}" if rest else f"{whole} {one if whole == '1' else many}"
        return Said((amount,))
    if whole == "0":
        return Said((f"{int(rest)} {cents}",))
    change = (
        "" if rest == "00" else f" {int(rest)}" if rest[0] != "0" else f" and {rest[1]} {cents}"
    )
    return Said((f"{whole} {one if whole == '1' else many}{change}",))


def _money_parts(written: str) -> tuple[str, str, str] | None:
    """Return sign, whole and hundredths of an amount of money."""
    match = re.fullmatch(r"([$£€¥])(\d[\d,]*)(?:\.(\d+))?", written)
    return (match[1], match[2], match[3] or "") if match else None


def millions(place: Place) -> Said | None:
    """A large number behind an amount of money: the currency comes after it."""
    if place.word.key not in _MAGNITUDES or not _money_parts(place.beside(-1).core):
        return None
    return Said((f"{place.word.core} {_MONEY[place.beside(-1).core[0]][1]}",))


def unit(place: Place) -> Said | None:
    """A unit behind its number, attached or the next word."""
    apart = re.fullmatch(r"([\d.,]*\d)?(°?[A-Za-z]+(?:/h)?)", place.word.core)
    if apart is None:
        return None
    number = apart[1] or place.beside(-1).core
    unit = _UNITS.get(apart[2].casefold() if apart[2] not in {"M", "G", "L"} else "")
    if unit is None or not _NUMBER.fullmatch(number):
        return None
    if not apart[1] and _money_parts(place.beside(-1).core):
        return None
    said = unit[number != "1"]
    takes_dot = place.word.dotted and not place.ends_sentence(1)
    return Said((f"{apart[1]} {said}" if apart[1] else said,), takes_dot=takes_dot)


def time(place: Place) -> Said | None:
    """A time of the day, or a score."""
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)(\s?[ap]m)?", place.word.core, re.IGNORECASE)
    if match is None:
        ratio = re.fullmatch(r"(\d+):(\d)", place.word.core)
        return Said((f"{ratio[1]} to {ratio[2]}",)) if ratio else None
    hour, minute, half = int(match[1]), match[2], match[3] or ""
    if minute != "00":
        text = f"{hour} {minute}" if minute[0] != "0" else f"{hour} oh {minute[1]}"
    elif half or place.beside(1).core.casefold() in {"am", "pm", "a.m", "p.m", "o'clock"}:
        text = f"{hour}"
    else:
        text = f"{hour} o'clock" if 1 <= hour <= 12 else f"{hour} hundred hours"
    return Said((f"{text} {half.upper()}".rstrip(),))


def american_date(place: Place) -> Said | None:
    """A date in numbers, the month first."""
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", place.word.core)
    return _date(int(found[1]), int(found[2]), found[3]) if found else _iso_date(place)


def date(place: Place) -> Said | None:
    """A date in numbers, the day first."""
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", place.word.core)
    return _date(int(found[2]), int(found[1]), found[3]) if found else _iso_date(place)


def _iso_date(place: Place) -> Said | None:
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", place.word.core)
    return _date(int(found[2]), int(found[3]), found[1]) if found else None


def _date(month: int, day: int, year: str) -> Said | None:
    if month > 12:
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Said((f"{_MONTHS[month - 1]} {_ordinal(day)}, {_pair(year, '')}",))


def nth(place: Place) -> Said | None:
    """An ordinal."""
    nth = re.fullmatch(r"(\d{1,6})(?:st|nd|rd|th)", place.word.key)
    return Said((_ordinal(int(nth[1])),)) if nth else None


def _ordinal(number: int) -> str:
    return in_words(number, "en", "ordinal") or str(number)


def year(place: Place) -> Said | None:
    """A year, a decade, or years from one to another."""
    match = re.fullmatch(r"(1[1-9]\d\d|20[1-9]\d)(s?)(?:[-–](\d{2,4}))?", place.word.core)
    if match is None or _bare_unit(place.beside(1).core) or place.beside(-1).core in {"No", "Nos"}:
        return None
    said = _pair(match[1], match[2])
    return Said((said if match[3] is None else f"{said} to {_pair(match[3], '')}",))


def _bare_unit(word: str) -> bool:
    return word.casefold() in _UNITS


def _pair(year: str, plural: str) -> str:
    if len(year) != 4 or year[1:3] == "00":
        return year
    century, rest = year[:2], year[2:]
    if rest == "00":
        return f"{century} hundred{plural}"
    return f"{century} oh {rest[1]}{plural}" if rest[0] == "0" else f"{century} {rest}{plural}"


def numbers(place: Place) -> Said | None:
    """Fractions, ranges, feet and inches, telephone numbers, long numbers."""
    word = place.word.core
    if word in _FRACTIONS:
        return Said((_FRACTIONS[word],))
    if feet := re.fullmatch(r"(\d+)['’′](\d+)", word):
        return Said((f"{feet[1]} foot {feet[2]}",))
    if re.fullmatch(r"\d{16,}", word):
        return Said((digit_by_digit(word),))
    if re.fullmatch(r"\+?\d{1,3}(?:-\d{2,4}){2,}|\d{3}-\d{4}", word):
        return Said((", ".join(map(" ".join, word.lstrip("+").split("-"))),))
    if years := re.fullmatch(r"(20\d\d)[-–](20\d\d)", word):
        return Said((f"{_pair(years[1], '')} to {_pair(years[2], '')}",))
    if span := re.fullmatch(r"(\d{1,3})[-–](\d{1,3})", word):
        return Said((f"{span[1]} to {span[2]}",))
    if part := re.fullmatch(r"\.(\d+)", word):
        return Said((f"point {part[1]}",))
    if re.fullmatch(r"\d+/\d+", word):
        return Said((word.replace("/", " "),))
    return None
