"""What is said of a written line, word by word, so that captions and timings keep its words."""

import re
import unicodedata
from dataclasses import dataclass

from sparkle_motion_dagster.engines.speech.unspoken import UNSPOKEN, unspoken
from sparkle_motion_dagster.engines.speech.writing.english import say_in_full

_INVISIBLE = re.compile("[\ufe00-\ufe0f\u20e3]")  # what turns a character into an emoji


@dataclass(frozen=True)
class SaidWord:
    """A word as it stands in the line, and what is spoken for it, with its punctuation.

    ``said`` is empty where nothing is spoken, and may be several words.
    """

    written: str
    said: str


@dataclass(frozen=True)
class SaidLine:
    """A line as it is said.

    ``words`` holds one word for each word of the line, parted by white space; ``directions`` what
    was left out as a direction to the actor, as it is written; ``passed_over`` whatever else is
    written and not spoken, each once.
    """

    words: tuple[SaidWord, ...]
    directions: tuple[str, ...]
    passed_over: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is spoken: the said words, joined."""
        return " ".join(word.said for word in self.words if word.said)


def said_line(line: str, language: str) -> SaidLine:
    """Return how a line is said: what is written short in full, nothing in it but text.

    Control characters could be commands to an engine, and the marks of markup, emoji and the like
    would be read out by their names ("asterisk", "grinning face"): they are left out.

    Args:
        line: A line, as it is written.
        language: The voice's language tag, such as ``en-US``.
    """
    written = line.split()
    plain = [_plain(word) for word in written]
    said = say_in_full(plain) if _is_english(language) else plain
    return SaidLine(
        words=tuple(map(SaidWord, written, said)),
        directions=(),
        passed_over=tuple(unspoken(line)),
    )


def _plain(word: str) -> str:
    """Return a word in composed characters, without those that nobody speaks."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", word))
    text = "".join(_spoken_character(character) for character in UNSPOKEN.sub(" ", visible))
    return " ".join(text.split())


def _spoken_character(character: str) -> str:
    match unicodedata.category(character):
        case "Cf":  # zero-width spaces and joiners, soft hyphens: espeak would say "zero"
            return ""
        case "Cc" | "Cs" | "Co" | "Cn":
            return " "
    return character


def _is_english(language: str) -> bool:
    return language.replace("_", "-").partition("-")[0].casefold() == "en"
