"""A word in its line, as rules of reading see it: bare of its marks, and with its neighbours."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.speech.writing.language import Language

_SURROUNDED = re.compile(r"([\"'“„‘«(\[¿¡]*)(.*?)([.,;:!?…\"'”“’»)\]]*)", re.DOTALL)


@dataclass(frozen=True)
class Word:
    """A written word: its core, and the marks before and behind it."""

    lead: str
    core: str
    tail: str

    @classmethod
    def of(cls, written: str) -> "Word":
        """Take a word apart; one of nothing but marks has no core."""
        match = _SURROUNDED.fullmatch(written)
        return cls(*match.groups()) if match else cls("", written, "")

    @property
    def key(self) -> str:
        """The core in small letters, as tables have it."""
        return self.core.lower()

    @property
    def dotted(self) -> bool:
        """Whether a full stop stands right behind it."""
        return self.tail.startswith(".")

    @property
    def is_name(self) -> bool:
        """Whether it may be a name that goes on in the next word: a capital, and small letters."""
        return self.core[:1].isupper() and self.core[1:2].islower() and not self.tail


NOTHING = Word("", "", "")
"""The word beside the first and the last one of a line."""


@dataclass(frozen=True)
class Place:
    """One of a line's words, and the language that it is read in."""

    words: Sequence[Word]
    index: int
    language: Language
    shouted: bool = False

    @property
    def word(self) -> Word:
        """The word itself."""
        return self.words[self.index]

    def beside(self, steps: int) -> Word:
        """Return the word that many places further on; `NOTHING` beyond the line."""
        index = self.index + steps
        return self.words[index] if 0 <= index < len(self.words) else NOTHING

    def ends_sentence(self, takes: int) -> bool:
        """Say whether a full stop behind that many words ends the sentence, too.

        In a language whose nouns have capitals, only the end of the line tells.
        """
        following = self.beside(takes).core
        nouns_have_capitals = bool(self.language.ordinals.dotted)
        return not following or (following[0].isupper() and not nouns_have_capitals)

    def joined(self, count: int) -> Word | None:
        """Return that many words from here on as one; None where marks part them."""
        words = [self.beside(step) for step in range(count)]
        if not all(word.core for word in words):
            return None
        if any(word.tail for word in words[:-1]) or any(word.lead for word in words[1:]):
            return None
        return Word(words[0].lead, "".join(word.core for word in words), words[-1].tail)


@dataclass(frozen=True)
class Said:
    """What is said for the words from a place on, with a capital where the first of them has one.

    ``parts`` are said for one word each, the last ones of ``takes`` words for which nothing is left
    are said with those before. ``takes_dot``: the full stop behind them is no mark of a sentence.
    ``keeps_case``: what is written in capitals are no letters, but a numeral.
    """

    parts: tuple[str, ...]
    takes: int = 1
    takes_dot: bool = False
    keeps_case: bool = False


Rule = Callable[[Place], Said | None]
"""Returns what is said for the words at a place; None where it does not know."""


def said_by(
    rules: Sequence[Rule], words: Sequence[Word], language: Language, shouting: Sequence[bool]
) -> list[str]:
    """Return, for each word, what the first rule that knows it says, with the marks around it."""
    said: list[str] = []
    while (index := len(said)) < len(words):
        place = Place(words, index, language, shouting[index])
        found = next((found for rule in rules if (found := rule(place)) is not None), None)
        said += _with_marks(found, words[index:]) if found else [_written(words[index])]
    return said


def _with_marks(said: Said, words: Sequence[Word]) -> list[str]:
    first, last = words[0], words[said.takes - 1]
    parts = list(said.parts)
    if first.core[:1].isupper() and not said.keeps_case:
        parts[0] = parts[0][:1].upper() + parts[0][1:]
    parts[0] = first.lead + parts[0]
    parts[-1] += last.tail[1:] if said.takes_dot else last.tail
    return parts + [""] * (said.takes - len(parts))


def _written(word: Word) -> str:
    return f"{word.lead}{word.core}{word.tail}"
