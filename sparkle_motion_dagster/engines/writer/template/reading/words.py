"""A prompt as words: whatever is no word of a story is left out before anything is read."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import Tongue, Words

_MARK = re.compile(r"[/\\@<>{}=$|`]|\.\.|\w\.\w|:\w")
"""What paths, addresses and programs have in them, and words do not."""

_NOTHING = re.compile(r"[^\w\s'’&.,;:!?…()\"“”«»„-]|_|-{2,}|(?<!\w)-|-(?!\w)")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Found:
    """A word of the vocabulary in a prompt: what it means, and where it stands."""

    meaning: str
    start: int
    end: int
    text: str


def plain(prompt: str) -> str:
    """Return a prompt's own words and stops: no paths, addresses, marks or invisible letters.

    A prompt that shouts is told in small letters.
    """
    shown = unicodedata.normalize("NFKC", prompt)
    words = " ".join(word for word in shown.split() if not _MARK.search(word))
    text = " ".join(_NOTHING.sub(" ", words).split())
    capitals = sum(letter.isupper() for letter in text)
    small = sum(letter.islower() for letter in text)
    return text.title() if capitals > 3 * small and len(WORD.findall(text)) > 1 else text


@cache
def pattern(words: str) -> re.Pattern[str]:
    """Return the pattern that finds words in a text, whole ones, in capitals or not."""
    return re.compile(rf"\b(?:{words})(?!\w)", re.IGNORECASE)


def found(table: Mapping[str, Words], text: str, tongue: Tongue) -> Iterator[Found]:
    """Yield each meaning of a table that a text has words for, every time that it has them."""
    for meaning, words in table.items():
        if tongue in words:
            for match in pattern(words[tongue]).finditer(text):
                yield Found(meaning, match.start(), match.end(), match[0])


def in_order(several: Iterator[Found]) -> list[Found]:
    """Return what was found in the prompt's order; of two at one place, that of more words."""
    kept: list[Found] = []
    for one in sorted(several, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
