"""Words as they are compared: what is said, in its plainest spelling."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sparkle_motion_dagster.engines.hearing.base import language_code
from sparkle_motion_dagster.engines.hearing.english_numbers import said_plainly
from sparkle_motion_dagster.engines.speech.writing.said_line import said_line

_UNPARTED = frozenset({"ja", "km", "lo", "my", "th", "yue", "zh"})
"""Languages that are written without spaces: their letters are compared one by one."""

_PARTS = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\b")

_CONTRACTED = (
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\b(?:can't|cannot)\b"), "can not"),
    (re.compile(r"\bshan't\b"), "shall not"),
    (re.compile(r"(?<=[a-z])n't\b"), " not"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"(?<=[a-z])'re\b"), " are"),
    (re.compile(r"(?<=[a-z])'ve\b"), " have"),
    (re.compile(r"(?<=[a-z])'ll\b"), " will"),
    (re.compile(r"\bgonna\b"), "going to"),
    (re.compile(r"\bwanna\b"), "want to"),
    (re.compile(r"\bgotta\b"), "got to"),
)
"""English that recognisers write out in full, or do not, as they please. "'s" and "'d" can stand
for several words, and stay."""


@dataclass(frozen=True)
class Token:
    """A word as it is compared, and which word of its text it is part of, counted from 0."""

    text: str
    word: int


def tokens_of(text: str, language: str) -> tuple[Token, ...]:
    """Return what is compared of a text, in order.

    Short forms are said in full, numbers in words, and English ones in one way ("a hundred" is "one
    hundred"); case, punctuation and hyphens are gone.

    Args:
        text: What is written, or what was heard.
        language: Its language tag, such as ``en-GB``.
    """
    code = language_code(language)
    tokens = [
        Token(part, number)
        for number, word in enumerate(said_line(text, language).words)
        for part in _parts(word.said, code)
    ]
    if code != "en":
        return tuple(tokens)
    plain = said_plainly([token.text for token in tokens])
    return tuple(Token(part, tokens[place].word) for part, place in plain)


def _parts(said: str, language: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", said).casefold().replace("’", "'")
    if language == "en":
        plain = _without_marks(plain)
        for short, full in _CONTRACTED:
            plain = short.sub(full, plain)
    plain = _in_words(plain, language)
    for part in _PARTS.findall(plain):
        word = part.replace("'", "")
        yield from word if language in _UNPARTED else (word,)


def _without_marks(text: str) -> str:
    """Return a text without diacritics: in English "café" is "cafe"."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _in_words(text: str, language: str) -> str:
    """Return a text with its numbers in words, as far as that is known for its language."""
    if not any(character.isdigit() for character in text):
        return text
    from num2words import CONVERTER_CLASSES, num2words

    if language not in CONVERTER_CLASSES:
        return text

    def ordinal(match: re.Match[str]) -> str:
        return str(num2words(int(match[1]), to="ordinal", lang=language))

    def cardinal(match: re.Match[str]) -> str:
        number = float(match[0]) if "." in match[0] else int(match[0])
        try:
            return f" {num2words(number, lang=language)} "
        except (OverflowError, NotImplementedError):
            return match[0]  # num2words has no word for it: what is compared keeps its digits

    whole = _THOUSANDS.sub("", text)
    return _DIGITS.sub(cardinal, _ORDINAL.sub(ordinal, whole) if language == "en" else whole)
