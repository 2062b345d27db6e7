"""How English is said that is written short, as far as it differs from other languages.

espeak-ng reads much of it by its letters or its signs ("kay em", "slash", "roman two", "dollar five
point five zero").
"""

import re
from collections.abc import Sequence

from sparkle_motion_dagster.engines.speech.writing import dates, english_amounts, spellings
from sparkle_motion_dagster.engines.speech.writing.language import Language
from sparkle_motion_dagster.engines.speech.writing.numerals import in_words, roman
from sparkle_motion_dagster.engines.speech.writing.places import Place, Rule, Said, Word, said_by
from sparkle_motion_dagster.engines.speech.writing.spellings import has_vowel

_COUNTED = frozenset({
    "war", "part", "chapter", "act", "scene", "book", "volume", "section", "phase", "type", "mark",
    "level", "class", "stage", "episode", "season", "title", "grade", "article",
})  # fmt: skip


def _saint_or_street(place: Place) -> Said | None:
    if place.word.core != "St":
        return None
    numbered = place.beside(-1).core[:1].isdigit()
    if numbered or (place.beside(-1).is_name and not place.beside(1).core[:1].isupper()):
        return Said(("Street",), takes_dot=place.word.dotted and not place.ends_sentence(1))
    return Said(("Saint",), takes_dot=True) if place.word.dotted and place.beside(1).core else None


def _numeral(place: Place) -> Said | None:
    """A Roman numeral behind a name, or behind what is counted so; "I" is a word."""
    number, before = roman(place.word.core), place.beside(-1)
    if not number or number == 1 or not before.is_name:
        return None
    if before.key in _COUNTED:
        return Said((str(number),), keeps_case=True)
    if len(place.word.core) == 1:
        return None  # as likely a letter
    return Said((f"the {in_words(number, 'en', 'ordinal')}",), keeps_case=True)


def _drawn_out(place: Place) -> Said | None:
    drawn_out = re.search(r"([a-z])\1\1", place.word.core, re.IGNORECASE)
    if not drawn_out or not has_vowel(place.word.core):
        return None
    shortened = re.sub(r"([a-df-z])\1{2,}", r"\1", place.word.core, flags=re.IGNORECASE)
    return Said((re.sub(r"(e)\1{2,}", r"\1\1", shortened, flags=re.IGNORECASE),))


_RULES: Sequence[Rule] = (
    english_amounts.nth,
    spellings.sound,
    dates.numbered,
    english_amounts.money,
    english_amounts.millions,
    english_amounts.time,
    english_amounts.unit,
    english_amounts.year,
    english_amounts.numbers,
    _saint_or_street,
    spellings.abbreviation,
    _numeral,
    spellings.address,
    spellings.slashed,
    spellings.stammer,
    spellings.shout,
    _drawn_out,
)
_AMERICAN_RULES = (english_amounts.american_date, *_RULES)
_OTHER_RULES = (english_amounts.date, *_RULES)
"""The first rule that knows a word says it."""


def say_in_full(words: Sequence[str], language: Language, *, american: bool = True) -> list[str]:
    """Return, for each written word, what is said for it; nothing where a word before says it."""
    rules = _AMERICAN_RULES if american else _OTHER_RULES
    return said_by(rules, [Word.of(word) for word in words], language, spellings.shouting(words))
