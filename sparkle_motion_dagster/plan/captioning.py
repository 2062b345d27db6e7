"""What a caption may be, for those who write captions and those who check them.

The figures are those that broadcasters agree on (BBC Subtitle Guidelines; Netflix Timed Text Style
Guide, General Requirements): two lines of 42 columns, read at leisure, gone soon after the voice.
"""

from __future__ import annotations

import unicodedata

MOST_LINES = 2
MOST_COLUMNS = 42
"""Columns of a line; a character of East Asian width takes two."""

SHORTEST_S = 1.0
"""How long a caption is shown, in seconds, where the one after it leaves it the time."""

LINGER_S = 0.5
"""How long a caption stays after its last word, in seconds, where nothing follows."""

LONGEST_LINGER_S = 1.0
"""How long it stays where there is more to read than can be read while it is spoken."""

COLUMNS_A_SECOND = 20.0
"""How fast people read."""

_MARKUP = str.maketrans({"{": "｛", "}": "｝", "<": "＜", ">": "＞", "\\": "＼"})
"""Caption formats have no way to quote what players take for markup, and each player takes
something else for it: such characters are written in their full-width forms, which are text
everywhere (Unicode, Halfwidth and Fullwidth Forms)."""

_MARKS = frozenset({"Mn", "Me", "Mc", "Cf"})
_LETTERS_THAT_JOIN = frozenset("\u0e33\u0eb3")  # Thai and Lao AM: a mark above, a vowel behind
_ZERO_WIDTH_JOINER = "\u200d"


def without_markup(text: str) -> str:
    """Return a text as captions show it: characters of markup in their full-width forms."""
    return text.translate(_MARKUP)


def graphemes(text: str) -> list[str]:
    """Split a text into what readers take for characters: with their marks, and emoji as a whole.

    After Unicode Standard Annex 29, without the rules that its tables are needed for.
    """
    found: list[str] = []
    for character in text:
        if found and _belongs(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def columns(text: str) -> int:
    """Return how many columns a text takes (Unicode Standard Annex 11)."""
    return sum(map(_columns, graphemes(text)))


def _belongs(grapheme: str, character: str) -> bool:
    return (
        unicodedata.category(character) in _MARKS
        or character in _LETTERS_THAT_JOIN
        or grapheme[-1] == _ZERO_WIDTH_JOINER
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\u1160" <= character <= "\u11ff"  # Hangul vowels and final consonants
        or (_is_half_a_flag(character) and len(grapheme) == 1 and _is_half_a_flag(grapheme))
    )


def _columns(grapheme: str) -> int:
    if any(unicodedata.east_asian_width(character) in "WF" for character in grapheme):
        return 2
    if _is_half_a_flag(grapheme[0]):
        return 2
    return 0 if unicodedata.category(grapheme[0]) in {"Mn", "Me", "Cf"} else 1


def _is_half_a_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
