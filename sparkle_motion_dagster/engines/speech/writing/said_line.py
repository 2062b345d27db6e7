"""What is said of a written line, word by word, so that captions and timings keep its words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.speech.base import NothingToSayError
from sparkle_motion_dagster.engines.speech.scripts import check_readable
from sparkle_motion_dagster.engines.speech.writing import english, reading
from sparkle_motion_dagster.engines.speech.writing.characters import is_sign, plain
from sparkle_motion_dagster.engines.speech.writing.directions import Direction, directions_in
from sparkle_motion_dagster.engines.speech.writing.language import Language, language_of

_MARKUP = frozenset("<>#")
_MARK_APART = re.compile(r"(?<=\w) +(?=[,.;:!?…](?:\W|$))")
_OPENING = re.compile('["“„«‘¿¡]+')
_ENDS_WITH_PAUSE = re.compile(r"[,.;:!?…—–-][\"'”’»)]*$")
_LONE_COMPARISON = frozenset("<>")
"""Signs that are said where they stand by themselves ("5 < 6"); else they are left from markup."""


@dataclass(frozen=True)
class SaidWord:
    """A word as it stands in the line, and what is spoken for it, with its punctuation.

    ``said`` may be several words, and is empty where nothing is spoken, or a word before says it.
    """

    written: str
    said: str


@dataclass(frozen=True)
class SaidLine:
    """A line as it is said.

    ``words`` holds one word for each word of the line, parted by white space; ``directions`` what
    was left out as a stage direction, as it is written; ``passed_over`` whatever else is written
    and not spoken, each once.
    """

    words: tuple[SaidWord, ...]
    directions: tuple[str, ...]
    passed_over: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is spoken: the said words, joined."""
        return " ".join(word.said for word in self.words if word.said)

    def require_words(self) -> None:
        """Make sure that something is said.

        Raises:
            NothingToSayError: Nothing is; the message tells what there is instead.
        """
        if any(one.isalnum() and unicodedata.category(one) != "Lm" for one in self.text):
            return
        line = " ".join(word.written for word in self.words)
        if self.directions:
            raise NothingToSayError(
                f"The line {line!r} holds nothing but a stage direction, which is not spoken. Give "
                "it words, or make it a silence."
            )
        raise NothingToSayError.of_line(line)


def said_line(line: str, language: str) -> SaidLine:
    """Return how a line is said: what is written short in full, nothing in it but text.

    Stage directions are left out, and become a pause where the sentence goes on. A sign for which
    the language has no word is passed over; in a language that is not known here it stays in what
    is said, because an engine may know it, and is named as passed over all the same.

    Args:
        line: A line, as it is written.
        language: The voice's language tag, such as ``en-US``.
    """
    table = language_of(language)
    directions = directions_in(line, language)
    written = line.split()
    without = list(_without(directions, line))
    played = [left != whole for left, whole in zip(without, written, strict=True)]
    texts, unspeakable = _plain(without)
    full = _in_full(_closed_up(texts, written, played), language)
    said, without_words = _with_signs_said(full, table)
    return SaidLine(
        words=tuple(map(SaidWord, written, said)),
        directions=tuple(direction.written for direction in directions),
        passed_over=tuple(dict.fromkeys(unspeakable + without_words)),
    )


def speakable_line(line: str, language: str) -> SaidLine:
    """Return how a line is said, once it is known that a voice of the language can say it.

    Raises:
        NothingToSayError: Nothing of it is said.
        UnreadableTextError: It is written in letters that such a voice cannot read.
    """
    said = said_line(line, language)
    check_readable(said.text, language)
    said.require_words()
    return said


def _plain(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return words in plain characters, and what of them nobody speaks."""
    found = [plain(word) for word in words]
    return [text for text, _ in found], [sign for _, signs in found for sign in signs]


def _without(directions: Sequence[Direction], line: str) -> Iterator[str]:
    """Yield what is left of each word of a line without its directions, which part what they cut.

    Tags of markup part nothing: "un<i>believ</i>able".
    """
    left = list(line)
    for one in directions:
        left[one.start : one.end] = ["" if one.is_markup else " "] * (one.end - one.start)
    for word in re.finditer(r"\S+", line):
        yield "".join(left[word.start() : word.end()])


def _closed_up(words: Sequence[str], written: Sequence[str], played: Sequence[bool]) -> list[str]:
    """Return words with the gaps closed that directions leave.

    Marks that stood at a direction go to the word beside it; and where its sentence goes on without
    a mark, there is a comma.

    Args:
        words: What is left of the line's words.
        written: The line's words.
        played: Whether each was a direction, in whole or in part.
    """
    closed = list(words)
    for index, (word, whole) in enumerate(zip(words, written, strict=True)):
        if not played[index] or re.search(r"\w", word) or whole[0] == "<":
            continue
        before = next((at for at in reversed(range(index)) if closed[at]), None)
        after = next((at for at in range(index + 1, len(words)) if words[at]), None)
        if _OPENING.fullmatch(word) and after is not None:
            closed[index], closed[after] = "", word + closed[after]
        elif before is not None and word:
            closed[index], closed[before] = "", closed[before] + word
        elif before is not None and after is not None and _takes_time(whole):
            closed[before] += "" if _ENDS_WITH_PAUSE.search(closed[before]) else ","
    return closed


def _takes_time(written: str) -> bool:
    return re.search(r"[\])）*]", written) is not None


def _in_full(words: Sequence[str], language: str) -> list[str]:
    """Return what is said for each word; the rules see only what there is to say."""
    pieces = [(owner, piece) for owner, word in enumerate(words) for piece in word.split()]
    texts = [piece for _, piece in pieces]
    table = language_of(language)
    if table is not None and table is language_of("en"):
        american = language.lower().endswith("us")
        texts = english.say_in_full(texts, table, american=american)
    elif table is not None:
        texts = reading.say_in_full(texts, table)
    said: list[list[str]] = [[] for _ in words]
    for (owner, _), text in zip(pieces, texts, strict=True):
        said[owner] += [text] if text else []
    return [" ".join(parts) for parts in said]


def _with_signs_said(said: Iterable[str], table: Language | None) -> tuple[list[str], list[str]]:
    """Return texts with words for their signs, and the signs for which there are none."""
    texts, passed_over = [], []
    for text in said:
        spoken = []
        for character in text:
            word = _words_for(character, table, alone=text == character)
            if word is None:
                passed_over.append(character)
            spoken.append(_unknown(character, table) if word is None else word)
        texts.append(_MARK_APART.sub("", " ".join("".join(spoken).split())))
    return texts, passed_over


def _words_for(character: str, table: Language | None, *, alone: bool) -> str | None:
    """Return what is said for a character, itself if it is text; None where there is nothing."""
    if not is_sign(character):
        return " " if character == "_" else character
    if table is None or (character in _LONE_COMPARISON and not alone):
        return None
    word = table.symbols.get(character)
    if word is None and character in table.money:
        word = table.money[character].forms[-1]
    return f" {word} " if word else None


def _unknown(character: str, table: Language | None) -> str:
    return character if table is None and character not in _MARKUP else " "
