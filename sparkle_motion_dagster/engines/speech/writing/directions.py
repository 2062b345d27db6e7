"""Stage directions within a line, which tell how it is played and are not spoken.

``[…]`` and tags (``<i>``) are always directions; ``*…*`` where it begins with what directions begin
with ("*sighs*"), else it is emphasis ("*never*"); ``(…)`` in these cases:

- It begins with what directions begin with, in the line's language or in English ("(whispering)",
  "(beat)", "(leise)"), and holds no word that somebody says of himself or to another.
- It stands where a sentence begins, is short, and neither is a sentence of its own (ended by a
  mark) nor holds such a word: "(to Tom) Come here."

Every other parenthesis is part of its sentence: "He left (at last) for good".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sparkle_motion_dagster.engines.speech.writing.language import language_of

_ENCLOSED = re.compile(
    r"\[(?P<square>[^\[\]]{1,120})\]|[(（](?P<round>[^()（）]{1,120})[)）]|\*(?P<stars>[^*]{1,120})\*"
    r"|<(?P<tag>/?[A-Za-z][^<>]{0,60})>"
)
_MOST_WORDS = 6
"""A parenthesis before a sentence that is longer is no direction."""

_SENTENCE_ENDS = (".", "!", "?", "…", ":", "。", "！", "？", "।")
_OPENING = " \t\n\"“„«'‘¿¡—–-"
_CLOSING = '"”’»)'
_OWN_SENTENCE = re.compile(r"[.!?…]\s*$")


@dataclass(frozen=True)
class Direction:
    """A direction as it is written, and where in the line it stands, in characters."""

    written: str
    start: int
    end: int

    @property
    def is_markup(self) -> bool:
        """Whether it is a tag, which takes no time."""
        return self.written.startswith("<")


def directions_in(line: str, language: str) -> list[Direction]:
    """Return the stage directions of a line, in their order.

    Args:
        line: A line, as it is written.
        language: Its language's tag, such as ``en-US``.
    """
    return list(_found(line, language))


def _found(line: str, language: str) -> Iterator[Direction]:
    vocabulary, spoken = _patterns(language)
    before = ""
    end = 0
    for match in _ENCLOSED.finditer(line):
        before += line[end : match.start()]
        if _is_direction(match, before, vocabulary, spoken):
            yield Direction(match[0], match.start(), match.end())
        else:
            before += match[0]
        end = match.end()


def _is_direction(
    match: re.Match[str], before: str, vocabulary: re.Pattern[str], spoken: re.Pattern[str]
) -> bool:
    if match["tag"]:
        return True
    content = (match["square"] or match["round"] or match["stars"]).strip()
    if not re.search(r"[^\W\d_]", content):
        return False
    if match["square"]:
        return True
    said_by_somebody = spoken.search(content) is not None
    if vocabulary.match(content):
        return not said_by_somebody
    if match["stars"] or said_by_somebody or _OWN_SENTENCE.search(content):
        return False
    return len(content.split()) <= _MOST_WORDS and _begins_sentence(before)


def _begins_sentence(before: str) -> bool:
    """Say whether a sentence begins behind a text."""
    left = before.rstrip(_OPENING + _CLOSING)
    return not left or left.endswith(_SENTENCE_ENDS)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return how directions begin, in English too, and the language's words that none holds."""
    tables = [table for table in (language_of(language), language_of("en")) if table is not None]
    begins = "|".join(pattern for table in tables for pattern in table.directions)
    words = "|".join(re.escape(word) for word in tables[0].spoken)
    return (
        re.compile(rf"(?:{begins})(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE),
    )
