"""How English is said that is written short: titles, money, times, units, years, numerals.

espeak-ng reads much of it by its letters or its signs ("kay em", "slash", "roman two", "dollar five
point five zero"). Each written word gets the words that are said for it, so that captions show what
was written, at the time at which it is said.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.speech.writing.numerals import digit_by_digit, in_words
from sparkle_motion_dagster.engines.speech.writing.places import Word
from sparkle_motion_dagster.engines.speech.writing.spellings import shouting

_TITLES = {
    "dr": "Doctor", "mr": "Mister", "ms": "Miz", "prof": "Professor", "rev": "Reverend",
    "capt": "Captain", "cpt": "Captain", "lt": "Lieutenant", "sgt": "Sergeant",
    "gen": "General", "col": "Colonel", "gov": "Governor", "sen": "Senator", "hon": "Honourable",
    "mt": "Mount", "ft": "Fort", "messrs": "Messers",
}  # fmt: skip
_SHORT = {
    "e.g": "for example", "i.e": "that is", "etc": "et cetera", "vs": "versus", "cf": "compare",
    "approx": "approximately", "dept": "department", "ave": "avenue", "blvd": "boulevard",
    "rd": "road", "jr": "junior", "sr": "senior", "inc": "incorporated", "ltd": "limited",
    "corp": "corporation", "ph.d": "P.H.D", "jan": "January", "feb": "February", "aug": "August",
    "sept": "September", "oct": "October", "nov": "November", "dec": "December",
}  # fmt: skip
_BEFORE_NUMBERS = {
    "no": "number", "nos": "numbers", "fig": "figure", "vol": "volume", "ch": "chapter",
    "p": "page", "pp": "pages",
}  # fmt: skip
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
_SOUNDS = (
    (r"s+h+", "Shush"), (r"h+m+|m{2,}", "Hmm"), (r"m+-?h+m+", "Um-hum"), (r"p+s+t+", "Psst"),
    (r"b+r{2,}", "Burr"), (r"g+r{2,}", "Gurr"), (r"p+f{1,}t+", "Pift"), (r"z{2,}", "Zuzz"),
    (r"t+s+k+", "Tisk"),
)  # fmt: skip
_FRACTIONS = {
    "1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter",
    "3/4": "three quarters", "1/5": "one fifth", "1/8": "one eighth", "1/10": "one tenth",
}  # fmt: skip
_ROMAN = {
    "II": "second", "III": "third", "IV": "fourth", "V": "fifth", "VI": "sixth", "VII": "seventh",
    "VIII": "eighth", "IX": "ninth", "X": "tenth", "XI": "eleventh", "XII": "twelfth",
    "XIII": "thirteenth", "XIV": "fourteenth", "XV": "fifteenth", "XVI": "sixteenth",
    "XVII": "seventeenth", "XVIII": "eighteenth", "XIX": "nineteenth", "XX": "twentieth",
}  # fmt: skip
"""From two on: "I" is a word."""

_COUNTED = frozenset({
    "war", "part", "chapter", "act", "scene", "book", "volume", "section", "phase", "type", "mark",
    "level", "class", "stage", "episode", "season", "title", "grade", "article",
})  # fmt: skip
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\d+[-–])?[\d.,]*\d")


@dataclass(frozen=True)
class _Place:
    """A word, bare of the marks around it, and the words beside it, as they are written.

    ``dotted`` says whether a full stop follows the word, ``ends`` whether a sentence may end there,
    ``shouted`` whether it stands among others in capitals, ``american`` whether it is American.
    """

    word: str
    before: str
    after: str
    dotted: bool
    ends: bool
    shouted: bool
    american: bool

    @property
    def bare_before(self) -> str:
        return _bare(self.before)

    @property
    def bare_after(self) -> str:
        return _bare(self.after)


@dataclass(frozen=True)
class _Said:
    """What is said for a word; whether the full stop behind it was only that of being short."""

    text: str
    takes_dot: bool = False


def say_in_full(words: Sequence[str], language: str = "en-US") -> list[str]:
    """Return, for each written word, the words that are said for it, with the marks around it."""
    american = language.lower().endswith("us")
    befores, afters = ["", *words][:-1], [*words, ""][1:]
    return [
        _say(word, before, after, shouted=shouted, american=american)
        for word, before, after, shouted in zip(
            words, befores, afters, shouting(words), strict=True
        )
    ]


def _say(written: str, before: str, after: str, *, shouted: bool, american: bool) -> str:
    bare = Word.of(written)
    if not bare.core:
        return written
    lead, word, tail = bare.lead, bare.core, bare.tail
    place = _Place(
        word,
        before,
        after,
        dotted=tail.startswith("."),
        ends=not after or _bare(after)[:1].isupper(),
        shouted=shouted,
        american=american,
    )
    said = next((said for rule in _RULES if (said := rule(place)) is not None), None)
    if said is None:
        return written
    ends = place.ends and tail == "." and word.casefold() not in _TITLES and said.text != "Saint"
    if said.takes_dot and not ends:
        tail = tail[1:]
    # A capital stays: after a full stop, espeak-ng hears the next sentence by it.
    text = said.text[:1].upper() + said.text[1:] if word[:1].isupper() else said.text
    return f"{lead}{text}{tail}"


def _bare(written: str) -> str:
    return Word.of(written).core


def _title(place: _Place) -> _Said | None:
    said = _TITLES.get(place.word.casefold())
    named = place.bare_after[:1].isupper()
    if said and named and (place.dotted or place.word == "Ms") and not place.before[-1:].isdigit():
        return _Said(said, takes_dot=place.dotted)
    return None


def _saint_or_street(place: _Place) -> _Said | None:
    if place.word != "St":
        return None
    numbered = place.bare_before[:1].isdigit()
    if numbered or (_is_name(place.before) and not place.bare_after[:1].isupper()):
        return _Said("Street", takes_dot=place.dotted)
    return _Said("Saint", takes_dot=True) if place.dotted and place.bare_after else None


def _short(place: _Place) -> _Said | None:
    word = place.word.casefold()
    if word in _BEFORE_NUMBERS and place.dotted and place.bare_after[:1].isdigit():
        return _Said(_BEFORE_NUMBERS[word], takes_dot=True)
    if word in _SHORT and (place.dotted or word == "vs"):
        return _Said(_SHORT[word], takes_dot=place.dotted)
    return None


def _unit(place: _Place) -> _Said | None:
    apart = re.fullmatch(r"([\d.,]*\d)?(°?[A-Za-z]+(?:/h)?)", place.word)
    if apart is None:
        return None
    number = apart[1] or place.bare_before
    unit = _UNITS.get(apart[2].casefold() if apart[2] not in {"M", "G", "L"} else "")
    if unit is None or not _NUMBER.fullmatch(number):
        return None
    if not apart[1] and _money_parts(place.before):
        return None
    said = unit[number != "1"]
    return _Said(f"{apart[1]} {said}" if apart[1] else said, takes_dot=place.dotted)


def _money_parts(written: str) -> tuple[str, str, str] | None:
    """Return sign, whole and hundredths of an amount of money."""
    match = re.fullmatch(r"([$£€¥])(\d[\d,]*)(?:\.(\d+))?", _bare(written))
    return (match[1], match[2], match[3] or "") if match else None


def _money(place: _Place) -> _Said | None:
    if large := re.fullmatch(r"([$£€¥])(\d[\d,.]*)(k|m|mn|bn|tn)", place.word, re.IGNORECASE):
        return _Said(f"{large[2]} {_LARGE[large[3].lower()]} {_MONEY[large[1]][1]}")
    parts = _money_parts(place.word)
    if parts is None:
        return None
    sign, whole, rest = parts
    one, many, cents = _MONEY[sign]
    if place.bare_after.casefold() in _MAGNITUDES:
        return _Said(f"{whole}.{rest}" if rest else whole)
    if len(rest) != 2 or not cents:
        return _Said(
            f"{whole}.{rest} {many}" if rest else f"{whole} {one if whole == '1' else many}"
        )
    if whole == "0":
        return _Said(f"{int(rest)} {cents}")
    change = (
        "" if rest == "00" else f" {int(rest)}" if rest[0] != "0" else f" and {rest[1]} {cents}"
    )
    return _Said(f"{whole} {one if whole == '1' else many}{change}")


def _millions(place: _Place) -> _Said | None:
    if place.word.casefold() not in _MAGNITUDES or not _money_parts(place.before):
        return None
    return _Said(f"{place.word} {_MONEY[_bare(place.before)[0]][1]}")


def _time(place: _Place) -> _Said | None:
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)(\s?[ap]m)?", place.word, re.IGNORECASE)
    if match is None:
        ratio = re.fullmatch(r"(\d+):(\d)", place.word)
        return _Said(f"{ratio[1]} to {ratio[2]}") if ratio else None
    hour, minute, half = int(match[1]), match[2], match[3] or ""
    if minute != "00":
        text = f"{hour} {minute}" if minute[0] != "0" else f"{hour} oh {minute[1]}"
    elif half or place.bare_after.casefold() in {"am", "pm", "a.m", "p.m", "o'clock"}:
        text = f"{hour}"
    else:
        text = f"{hour} o'clock" if 1 <= hour <= 12 else f"{hour} hundred hours"
    return _Said(f"{text} {half.upper()}".rstrip())


def _year(place: _Place) -> _Said | None:
    match = re.fullmatch(r"(1[1-9]\d\d|20[1-9]\d)(s?)(?:[-–](\d{2,4}))?", place.word)
    if match is None or _bare_unit(place.bare_after) or place.bare_before in {"No", "Nos"}:
        return None
    said = _pair(match[1], match[2])
    return _Said(said if match[3] is None else f"{said} to {_pair(match[3], '')}")


def _date(place: _Place) -> _Said | None:
    """A date in numbers: the month first in American English, else the day; or as ISO 8601."""
    if iso := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", place.word):
        year, month, day = iso[1], int(iso[2]), int(iso[3])
    elif numbers := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", place.word):
        year, month, day = numbers[3], int(numbers[1]), int(numbers[2])
        if month > 12 or (not place.american and day <= 12):
            month, day = day, month
    else:
        return None
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return _Said(f"{_MONTHS[month - 1]} {_ordinal(day)}, {_pair(year, '')}")


def _nth(place: _Place) -> _Said | None:
    nth = re.fullmatch(r"(\d{1,6})(?:st|nd|rd|th)", place.word.lower())
    return _Said(_ordinal(int(nth[1]))) if nth else None


def _ordinal(number: int) -> str:
    return in_words(number, "en", "ordinal") or str(number)


def _bare_unit(word: str) -> bool:
    return word.casefold() in _UNITS


def _pair(year: str, plural: str) -> str:
    if len(year) != 4 or year[1:3] == "00":
        return year
    century, rest = year[:2], year[2:]
    if rest == "00":
        return f"{century} hundred{plural}"
    return f"{century} oh {rest[1]}{plural}" if rest[0] == "0" else f"{century} {rest}{plural}"


def _numbers(place: _Place) -> _Said | None:
    word = place.word
    if word in _FRACTIONS:
        return _Said(_FRACTIONS[word])
    if feet := re.fullmatch(r"(\d+)['’′](\d+)", word):
        return _Said(f"{feet[1]} foot {feet[2]}")
    if re.fullmatch(r"\d{16,}", word):
        return _Said(digit_by_digit(word))
    if re.fullmatch(r"\+?\d{1,3}(?:-\d{2,4}){2,}|\d{3}-\d{4}", word):
        return _Said(", ".join(map(" ".join, word.lstrip("+").split("-"))))
    if years := re.fullmatch(r"(20\d\d)[-–](20\d\d)", word):
        return _Said(f"{_pair(years[1], '')} to {_pair(years[2], '')}")
    if span := re.fullmatch(r"(\d{1,3})[-–](\d{1,3})", word):
        return _Said(f"{span[1]} to {span[2]}")
    if part := re.fullmatch(r"\.(\d+)", word):
        return _Said(f"point {part[1]}")
    if re.fullmatch(r"\d+/\d+", word):
        return _Said(word.replace("/", " "))
    return None


def _numeral(place: _Place) -> _Said | None:
    if place.word not in _ROMAN or not _is_name(place.before):
        return None
    if place.bare_before.casefold() in _COUNTED:
        return _Said(str(2 + list(_ROMAN).index(place.word)))
    if place.word in {"V", "X"}:
        return None  # as likely a letter
    return _Said(f"the {_ROMAN[place.word]}")


def _sound(place: _Place) -> _Said | None:
    for pattern, said in _SOUNDS:
        if re.fullmatch(pattern, place.word, re.IGNORECASE):
            return _Said(said)
    return None


def _address(place: _Place) -> _Said | None:
    match = re.fullmatch(
        r"(?:https?://)?(?:www\.)?([\w.-]+\.[a-z]{2,})(/[^?#]*)?(?:[?#].*)?", place.word
    )
    if match is None or not re.match(r"https?://|www\.", place.word):
        return None
    path = [re.sub(r"[-_]+", " ", part) for part in (match[2] or "").split("/") if part]
    return _Said(" slash ".join([match[1], *path]))


def _shouted(place: _Place) -> _Said | None:
    """Shouted words are no initials: "GIVE IT TO US" is not "give eye tee to you ess"."""
    if place.shouted and len(place.word) > 1 and _VOWEL.search(place.word):
        return _Said(place.word.capitalize())
    return None


def _slashed(place: _Place) -> _Said | None:
    if place.word.casefold() in {"w/", "w/o"}:
        return _Said("without" if place.word.casefold() == "w/o" else "with")
    if re.fullmatch(r"[^\W\d_]+(?:/[^\W\d_]+)+", place.word):
        return _Said(place.word.replace("/", " "))
    return None


def _stammer(place: _Place) -> _Said | None:
    """A consonant that is repeated before its word is said with an "uh", not by its name."""
    match = re.fullmatch(r"((?:([^\W\d_aeiou]{1,2})-)+)(\2\w[\w'’]*)", place.word, re.IGNORECASE)
    if match is None:
        return None
    return _Said(f"{f'{match[2]}uh ' * match[1].count('-')}{match[3]}")


def _drawn_out(place: _Place) -> _Said | None:
    drawn_out = re.search(r"([a-z])\1\1", place.word, re.IGNORECASE)
    if not drawn_out or not _VOWEL.search(place.word):
        return None
    shortened = re.sub(r"([a-df-z])\1{2,}", r"\1", place.word, flags=re.IGNORECASE)
    return _Said(re.sub(r"(e)\1{2,}", r"\1\1", shortened, flags=re.IGNORECASE))


def _is_name(written: str) -> bool:
    word = _bare(written)
    return word[:1].isupper() and word[1:2].islower() and written[-1:] not in ".,;:!?…"


_Rule = Callable[[_Place], _Said | None]
_RULES: Sequence[_Rule] = (
    *(_date, _nth, _sound, _title, _saint_or_street, _short, _money, _millions, _time, _unit),
    *(_year, _numbers, _numeral, _address, _slashed, _stammer, _shouted, _drawn_out),
)
"""The first rule that knows a word says it."""
