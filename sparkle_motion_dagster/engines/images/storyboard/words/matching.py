"""Finds the words of a vocabulary in a text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Named:
    """A meaning that a text names, and where: `start` to `end` are its words there."""

    meaning: str
    start: int
    end: int

    def touches(self, other: "Named") -> bool:
        """Whether the two share a word."""
        return self.start < other.end and other.start < self.end


@lru_cache(maxsize=4096)
def whole(words: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Return what finds words, which are a regular expression, where they stand whole in a text.

    There are more of them than `re` keeps, which would compile each of them for every picture.
    """
    return re.compile(rf"\b(?:{words})\b", flags)


def named(meanings: Mapping[str, str], text: str) -> list[Named]:
    """Return the meanings whose words stand in a text, in the order in which they stand there.

    Of two that begin at the same word, the one with more words comes first.
    """
    found = [
        Named(meaning, match.start(), match.end())
        for meaning, words in meanings.items()
        if (match := whole(words, re.IGNORECASE).search(text))
    ]
    return sorted(found, key=lambda one: (one.start, -one.end, one.meaning))


def first(meanings: Mapping[str, str], text: str) -> str | None:
    """Return the meaning that a text names first, if it names any."""
    return next((one.meaning for one in named(meanings, text)), None)


def says(words: str, text: str) -> bool:
    """Tell whether a text has words, which are a regular expression."""
    return whole(words, re.IGNORECASE).search(text) is not None


def blanked(words: str | re.Pattern[str], text: str) -> str:
    """Return a text without some words: blanks stand there, so that the others stay in place."""
    return re.sub(words, lambda match: " " * len(match[0]), text, flags=_flags(words))


def _flags(words: str | re.Pattern[str]) -> re.RegexFlag:
    return re.IGNORECASE if isinstance(words, str) else re.NOFLAG
