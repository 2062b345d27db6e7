"""What of a written line is spoken, and which word of the line each spoken position belongs to."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sparkle_motion_dagster.engines.speech.writing.said_line import said_line
from sparkle_motion_dagster.engines.speech.writing.spellings import VOWELS

_LETTER = r"[^\W\d_]['’\u0300-\u036f]*"
_CONSONANT = rf"(?![{VOWELS}]){_LETTER}"

_LONG_RUNS = tuple(
    re.compile(rf"(?:{one}){{{most}}}(?={one})", re.IGNORECASE)
    for one, most in ((_CONSONANT, 10), (_LETTER, 80), (r"\d", 30))
)
"""As much as can be spoken in one piece: of consonants, of letters, of digits.

espeak-ng loses what a word has beyond about 130 phonemes, and a clause beyond 1000: so that such
a run becomes clauses, parted by commas. Measured in the catalogue's languages:
consonants alone are spelled, with up to 12 phonemes a letter; speakable letters take up to 1.5
each; a number of more than 30 digits is spelled too. The longest German words have 79 letters.
"""


_PAUSES = (
    # A break within a word: "I—I mean it", "“no”—then".
    (re.compile(r"(?<=[\w\"'”’»)])(?:—|--+|―)(?=[\w\"'“‘«(])"), " — "),
    (re.compile(r"^(?:-|--+|―)$"), "—"),
    (re.compile(r"…|\.{3,}$"), "… —"),  # one mark alone pauses no longer than a semicolon
    (re.compile(r"^\((?=\w)"), ", "),
    (re.compile(r"(?<=\w)\)(?=\W*$)"), ","),
)
"""What makes espeak-ng pause where a reader does (measured: a dash 0.13 s, an ellipsis 0.25 s)."""

_MARKED = re.compile(r"[,;:.!?…—](?!\w)")
_BREATH = 800.0
_LETTER_PHONEMES, _CAPITAL_PHONEMES, _DIGIT_PHONEMES = 1.5, 10.0, 8.0
"""espeak-ng loses what goes beyond 1000 phonemes without a mark (measured: of 400 times "1999" it
says 144). Letters take up to 1.5 phonemes each, capitals that are spelled and digits more."""


@dataclass(frozen=True)
class SpokenText:
    """A line, made ready for a speech engine that reports positions in its text.

    ``words`` are the line's words as they are written, parted by white space; ``text`` is what is
    spoken; ``starts`` holds where in ``text`` each word begins, in characters from 0.
    """

    words: tuple[str, ...]
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of_line(cls, line: str, language: str) -> "SpokenText":
        """Return the spoken form of a line: as it is said (`said_line`), with espeak-ng's pauses.

        Dashes, ellipses and parentheses pause. A word that is too long to be spoken in one piece is
        spoken in several, and so is a line that runs on without a mark.
        """
        words = said_line(line, language).words
        spoken = _with_breaths([_in_pieces(_with_pauses(word.said)) for word in words])
        ends = accumulate(len(word) + 1 for word in spoken)
        return cls(
            words=tuple(word.written for word in words),
            text=" ".join(spoken),
            starts=(0, *ends)[: len(words)],
        )

    def word_at(self, position: int) -> int:
        """Return the index of the word that is said at a character of ``text``, counted from 0.

        Where that is a word of punctuation (a dash), it is the next one that can be said: engines
        count punctuation to the word that follows it.
        """
        found = max(bisect_right(self.starts, position) - 1, 0)
        ends = (*self.starts[1:], len(self.text))
        following = range(found, len(self.words))
        said = (at for at in following if can_be_said(self.text[self.starts[at] : ends[at]]))
        return next(said, found)


def can_be_said(text: str) -> bool:
    """Tell whether espeak-ng says something for a text: for a mark alone (a dash) it does not."""
    return any(
        character.isalnum() or character in "&%@/§" or unicodedata.category(character)[0] == "S"
        for character in text
    )


def _with_pauses(word: str) -> str:
    for mark, pause in _PAUSES:
        word = mark.sub(pause, word)
    return word


def _in_pieces(word: str) -> str:
    for long_run in _LONG_RUNS:
        word = long_run.sub(r"\g<0>, ", word)
    return word


def _with_breaths(words: Sequence[str]) -> list[str]:
    """Add a comma where the words since the last mark are as many as can be said in one breath."""
    breathing: list[str] = []
    since = 0.0
    for word in words:
        first, *others = map(_effort, _MARKED.split(word))
        if breathing and since + first > _BREATH:
            breathing[-1] += ","
            since = 0.0
        breathing.append(word)
        since = others[-1] if others else since + first
    return breathing


def _effort(text: str) -> float:
    """Return how many phonemes a text may stand for, at most."""
    return sum(
        _DIGIT_PHONEMES
        if character.isdigit()
        else _CAPITAL_PHONEMES
        if character.isupper()
        else _LETTER_PHONEMES
        for character in text
    )
