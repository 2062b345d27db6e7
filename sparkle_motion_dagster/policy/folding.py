"""Folding: the same word compares equal however it is written.

Case, width (Ａ), ligatures, accents and invisible characters do not count, nor how much white space
there is. Letters of different scripts that look alike stay different.
"""

import functools
import itertools
import unicodedata
from collections.abc import Mapping

_ACCENTS = frozenset(itertools.chain(range(1, 2), range(10, 37), range(200, 241)))
"""Canonical combining classes (Unicode Standard Annex 44, table 15) of what may be left out of a
word: overlays, the points of Hebrew, Arabic and Syriac, and the accents of all other scripts.

The marks of the other classes are what words are spelled with: vowels and viramas of Indic scripts,
tones of Thai, the voicing of kana."""

_INVISIBLE = frozenset(
    itertools.chain(
        [0x034F],  # combining grapheme joiner
        range(0x115F, 0x1161),  # Hangul fillers
        range(0x17B4, 0x17B6),  # Khmer inherent vowels
        range(0x180B, 0x1810),  # Mongolian variation selectors and vowel separator
        range(0xFE00, 0xFE10),  # variation selectors
        range(0xE0100, 0xE01F0),  # and their supplement
    )
)
"""Code points of Unicode's Default_Ignorable_Code_Point that are no format characters (Cf)."""

_MARKS_AND_FORMATS = itertools.chain(range(0x20000), range(0xE0000, 0xE1000))
"""Where Unicode has marks and format characters: planes 2 and 3 hold ideographs alone."""


def fold(text: str) -> str:
    """Return a text in the form in which it is compared: what folds alike is the same."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Case folding may bring marks, and letters that decompose further: The Unicode Standard, D145.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = unicodedata.normalize("NFC", text.translate(_left_out()))
    return " ".join(text.split())


@functools.cache
def _left_out() -> Mapping[int, None]:
    """Return all that does not count, as `str.translate` takes it."""
    return {ord(one): None for one in map(chr, _MARKS_AND_FORMATS) if _is_left_out(one)}


def _is_left_out(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        category in {"Cf", "Me"}
        or (category == "Mn" and unicodedata.combining(character) in _ACCENTS)
        or ord(character) in _INVISIBLE
    )
