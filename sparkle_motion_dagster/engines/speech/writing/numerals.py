"""How numbers are read: whole ones, decimals, ordinals, years, Roman numerals, and what they count.

Whole numbers below a million stay digits: every phonemiser of the project reads them, and better
than their words, whose stress it has to guess (measured on espeak-ng: Dutch and Italian numbers
above 9999, Russian and German compounds). Beyond that espeak-ng is wrong in Ukrainian and Spanish,
and num2words is right. `numbers_in_words` is for engines that read words alone.
"""

import re
from dataclasses import dataclass
from functools import cache

from sparkle_motion_dagster.engines.speech.writing.language import Counted, Language, language_of

_MOST_DIGITS = 15
"""A longer number, or one that begins with 0, is read digit by digit."""

_NUMBER = re.compile(r"([-−+±])?([1-9]\d{0,2}(?:[.'’]\d{3})+|\d+)(?:,(?:(\d+)|[-–—]{1,2}))?")
_BY_ITSELF = re.compile(r"(?<![^\W_])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?![^\W_])", re.ASCII)
_ROMAN = re.compile("X{0,3}(IX|IV|V?I{0,3})")
_LOOK_ALIKE = str.maketrans("ХІ", "XI")
"""Cyrillic letters, of which Roman numerals are often written."""

_ROMAN_VALUES = {"X": 10, "V": 5, "I": 1}


@dataclass(frozen=True)
class Numeral:
    """A number as it is written: its sign, its whole digits, and those behind the decimal mark."""

    sign: str
    whole: str
    part: str

    @classmethod
    def of(cls, written: str) -> "Numeral | None":
        """Read a number, with a decimal comma, and dots or apostrophes between thousands."""
        match = _NUMBER.fullmatch(written)
        if match is None or re.search(r"[^\x00-\x7f−±’]", written):
            return None
        return cls(match[1] or "", re.sub(r"\D", "", match[2]), match[3] or "")


def read_number(number: Numeral, language: Language, gender: str | None = None) -> str:
    """Return how a number is said; of what it counts, it takes the gender."""
    sign = {"-": language.numbers.minus, "−": language.numbers.minus, "+": language.numbers.plus}
    sign["±"] = language.symbols.get("±", "")
    said = [sign[number.sign]] if number.sign else []
    if not number.part:
        return " ".join([*said, read_whole(number.whole, language, gender)])
    short = len(number.whole) <= _MOST_DIGITS and len(number.part) < len(language.parts)
    if language.numbers.decimals == "parts" and short:
        pieces = zip((number.whole, number.part), (0, len(number.part)), strict=True)
        counted = [(Numeral("", str(int(digits)), ""), language.parts[at]) for digits, at in pieces]
        return " ".join([*said, *(" ".join(count(*pair, language)) for pair in counted)])
    zeros = len(number.part) - len(number.part.lstrip("0"))
    by_digits = language.numbers.decimals == "digits" or len(number.part) > 2
    behind = number.part if by_digits else number.part[:zeros]
    rest = "" if by_digits else number.part[zeros:]
    point = language.numbers.point
    return " ".join([*said, read_whole(number.whole, language), point, *behind, rest]).strip()


def read_whole(digits: str, language: Language, gender: str | None = None) -> str:
    """Return how a whole number is said, which is written as digits alone."""
    if len(digits) > _MOST_DIGITS or (len(digits) > 1 and digits[0] == "0"):
        return digit_by_digit(digits)
    number = int(digits)
    if number >= 1_000_000:
        return in_words(number, language.numbers.lang) or digits
    return (_agreeing(number, gender, language) if gender else None) or digits


def digit_by_digit(digits: str) -> str:
    """Return digits in fours, as people read out long numbers."""
    fours = (" ".join(digits[at : at + 4]) for at in range(0, len(digits), 4))
    return ", ".join(fours)


def _agreeing(number: int, gender: str, language: Language) -> str | None:
    """Return a number in the form that it has before what it counts; None where it has one form."""
    last = number if language.compounds is None or number < 20 else number % 10
    word = language.gendered.get(last, {}).get(gender)
    if word is None or last == number:
        return word
    if number % 100 in range(11, 20) or (language.one_is_simple and last == 1):
        return None
    return f"{number - last}{language.compounds}{word}"


def count(number: Numeral, counted: Counted, language: Language) -> tuple[str, str]:
    """Return how a number is said, and in which form what it counts."""
    said = read_number(number, language, counted.gender)
    return said, counted.forms[_form(number, language.numbers.plural, len(counted.forms))]


def _form(number: Numeral, plural: str, forms: int) -> int:
    """Return which form follows a number.

    After Unicode's plural rules for the languages (CLDR, Language Plural Rules).
    """
    whole = int(number.whole[-_MOST_DIGITS:])
    if forms == 1:
        return 0
    if plural in {"one", "below_two"}:
        one = whole == 1 and not number.part if plural == "one" else whole < 2
        return 0 if one else 1
    if number.part:
        return 3 if forms > 3 else 1
    if whole == 1 or (plural == "slavic" and whole % 10 == 1 and whole % 100 != 11):
        return 0
    few = whole % 10 in {2, 3, 4} and whole % 100 not in {12, 13, 14}
    return min(1 if few else 2, forms - 1)


def ordinal(number: int, form: str, language: Language) -> str | None:
    """Return an ordinal in a form of the language's table; None where nobody knows it."""
    if number > 100 and number % 100 and language.numbers.plural in {"slavic", "polish"}:
        return f"{number - number % 100} {ordinal(number % 100, form, language)}"
    usual = _usual_ordinal(number, language)
    if usual is None:
        return None
    words = usual.split(" ")
    stem, inflected = words[:-2], words[-2:]
    for pattern, replaced in language.ordinals.forms[form].items():
        inflected = [re.sub(pattern, replaced, word) for word in inflected]
    return " ".join([*stem, *inflected])


def _usual_ordinal(number: int, language: Language) -> str | None:
    if number == 0:
        return None  # num2words has none in Polish and Ukrainian, and fails
    listed = language.ordinals.listed
    if listed:
        return listed[number - 1] if 0 < number <= len(listed) else None
    return in_words(number, language.numbers.lang, "ordinal")


def read_year(digits: str, language: Language) -> str:
    """Return how a number of four digits is said that may be a year: nineteen hundreds."""
    if language.hundreds is None or not re.fullmatch(r"1[1-9]\d\d", digits):
        return read_whole(digits, language)
    century, rest = digits[:2], digits[2:].lstrip("0")
    return f"{century} {language.hundreds} {rest}".rstrip()


def roman(written: str) -> int | None:
    """Return the value of a Roman numeral up to 39; None where it is none.

    Larger ones hold letters that stand for other things: Vitamin C, CD, Herr M.
    """
    written = written.translate(_LOOK_ALIKE)
    if not written or not _ROMAN.fullmatch(written):
        return None
    values = [_ROMAN_VALUES[letter] for letter in written]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def numbers_in_words(text: str, language: str) -> str:
    """Return a said text with its whole numbers in words, for engines that do not read digits.

    Where num2words does not know the language (Greek, Hindi, Chinese), they stay; and so do digits
    that are part of a name, such as R2.
    """
    table = language_of(language)
    if table is None:
        lang, dot = re.split("[-_]", language)[0].lower(), "."
    else:
        lang, dot = table.numbers.lang, table.numbers.dot

    def spelled(found: re.Match[str]) -> str:
        whole = _spelled(found[1].replace(",", ""), lang)
        return f"{whole} {dot} {_spelled(' '.join(found[2]), lang)}" if found[2] else whole

    return _BY_ITSELF.sub(spelled, text) if lang in _known_to_num2words() else text


def _spelled(digits: str, lang: str | None) -> str:
    if len(digits) > _MOST_DIGITS or (len(digits) > 1 and digits[0] == "0"):
        digits = " ".join(digits)
    return " ".join(in_words(int(piece), lang) or piece for piece in digits.split())


@cache
def _known_to_num2words() -> frozenset[str | None]:
    from num2words import CONVERTER_CLASSES

    return frozenset(CONVERTER_CLASSES)


@cache
def in_words(number: int, lang: str | None, to: str = "cardinal") -> str | None:
    """Return num2words' words for a number; None where it has none for the language."""
    from num2words import num2words

    if lang is None or lang not in _known_to_num2words():
        return None
    words: str = num2words(number, lang=lang, to=to).replace(",", "")
    if lang == "es":  # num2words 0.5.14 says "veintiuno mil"
        return re.sub(r"\buno(?= mil)", "un", words.replace("veintiuno mil", "veintiún mil"))
    return words
