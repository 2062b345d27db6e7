"""What of a written line is spoken, and which word of the line each spoken position belongs to."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

_UNSPOKEN = re.compile(
    "[\u2190-\u21ff\u2300-\u245f\u2500-\u2bff\U0001f000-\U0001faff]"  # arrows, pictures, emoji
    r"|[*_~^|`#\\<>\[\]{}]"  # marks of emphasis and markup: written, never said
)
_INVISIBLE = re.compile("[\ufe00-\ufe0f\u20e3]")  # what turns a character into an emoji

_VOWELS = (
    "aáàâãäåāąæeéèêëēęěiíìîïīoóòôõöøőœuúùûüůűyýÿ"  # Latin
    "аеёиоуыэюяіє"  # Cyrillic
    "αάεέηήιίϊΐοόυύϋΰωώ"  # Greek
)
_LETTER = r"[^\W\d_]['’\u0300-\u036f]*"
_CONSONANT = rf"(?![{_VOWELS}]){_LETTER}"

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
    def of_line(cls, line: str) -> SpokenText:
        """Return the spoken form of a line: white space folded, nothing in it but text.

        Control characters could be commands to an engine, and the marks of markup, emoji and the
        like would be read out by their names ("asterisk", "grinning face"): they become spaces.
        A word that is too long to be spoken in one piece is spoken in several.
        """
        words = tuple(line.split())
        spoken = [_spoken(word) for word in words]
        ends = accumulate(len(word) + 1 for word in spoken)
        return cls(words=words, text=" ".join(spoken), starts=(0, *ends)[: len(words)])

    def word_at(self, position: int) -> int:
        """Return the index of the word that is said at a character of ``text``, counted from 0.

        Where that is a word of punctuation (a dash), it is the next one that can be said: engines
        count punctuation to the word that follows it.
        """
        found = max(bisect_right(self.starts, position) - 1, 0)
        following = range(found, len(self.words))
        return next((index for index in following if _can_be_said(self.words[index])), found)


def _can_be_said(word: str) -> bool:
    return any(
        character.isalnum() or character in "&%@/§" or unicodedata.category(character)[0] == "S"
        for character in word
    )


def _spoken(word: str) -> str:
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", word))
    spoken = "".join(_spoken_character(character) for character in _UNSPOKEN.sub(" ", visible))
    for long_run in _LONG_RUNS:
        spoken = long_run.sub(r"\g<0>, ", spoken)
    return spoken


def _spoken_character(character: str) -> str:
    match unicodedata.category(character):
        case "Cf":  # zero-width spaces and joiners, soft hyphens: espeak would say "zero"
            return ""
        case "Cc" | "Cs" | "Co" | "Cn":
            return " "
    return character
