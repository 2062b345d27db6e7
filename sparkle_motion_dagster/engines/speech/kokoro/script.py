"""What Kokoro reads of a line: symbols, and which word and phoneme each of them belongs to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.speech.kokoro.model import MOST_TOKENS
from sparkle_motion_dagster.engines.speech.kokoro.symbols import (
    TOKENS,
    marks_after,
    marks_before,
    symbols_of,
)
from sparkle_motion_dagster.engines.speech.phonemes.word_sounds import WordSounds

_SENTENCE_ENDS, _CLAUSE_ENDS = ".!?…", ",;:—"


@dataclass(frozen=True)
class Symbol:
    """A symbol that the model reads.

    Attributes:
        text: The symbol.
        word: Which word of the line it belongs to, counted from 0.
        phoneme: Which phoneme of the line it belongs to, counted from 0; None: it is a mark, or
            the space between two words.
    """

    text: str
    word: int
    phoneme: int | None = None

    @property
    def token(self) -> int:
        """The symbol's token."""
        return TOKENS[self.text]


@dataclass(frozen=True)
class Script:
    """A line as the model reads it.

    Attributes:
        symbols: All its symbols, in order.
        phonemes: Its phonemes in IPA, which symbols count.
        words: Its words as they are written.
    """

    symbols: tuple[Symbol, ...]
    phonemes: tuple[str, ...]
    words: tuple[str, ...]

    def passages(self) -> Iterator[tuple[Symbol, ...]]:
        """Yield the line in as few passages as the model can read one at a time.

        A passage ends where a sentence does, if one ends in it, else behind a clause, else behind
        a word.
        """
        rest = self.symbols
        while len(rest) > MOST_TOKENS:
            end = _last_end(rest[:MOST_TOKENS])
            yield rest[:end]
            rest = rest[end:]
        yield rest


def script_of(words: Sequence[WordSounds], language: str) -> Script:
    """Return what the model reads of a line.

    Args:
        words: How its words sound.
        language: How Kokoro spells that, as `symbols.written_in` names it.
    """
    symbols: list[Symbol] = []
    phonemes: list[str] = []
    for index, word in enumerate(words):
        for part in word.parts:
            begun = len(symbols)
            symbols += [Symbol(mark, index) for mark in marks_before(part.text)]
            for phoneme in _audible(part.phonemes):
                written = symbols_of(phoneme, language)
                symbols += [Symbol(one, index, len(phonemes)) for one in written]
                phonemes.append(phoneme)
            symbols += [Symbol(mark, index) for mark in marks_after(part.text)]
            if len(symbols) > begun > 0:
                symbols.insert(begun, Symbol(" ", index))
    return Script(
        tuple(_without_repeats(symbols)), tuple(phonemes), tuple(w.written for w in words)
    )


def _audible(phonemes: tuple[str, ...]) -> tuple[str, ...]:
    """Return a word's phonemes; "I", which espeak-ng does not stress, with a weak stress.

    Measured: of eight lines with an "I" in three voices, Whisper misheard 21 of 213 words without
    it, nearly all of them "I", and 2 with it.
    """
    return ("ˌaɪ",) if phonemes == ("aɪ",) else phonemes


def _without_repeats(symbols: Sequence[Symbol]) -> Iterator[Symbol]:
    """Yield symbols, an r that two phonemes write only once: "ɚ", "ɹ" are "əɹ" before a vowel."""
    for index, symbol in enumerate(symbols):
        before, after = symbols[index - 1] if index else None, symbols[index + 1 : index + 2]
        ends_phoneme = before is not None and before.phoneme == symbol.phoneme
        if not (symbol.text == "ɹ" and ends_phoneme and after and after[0].text == "ɹ"):
            yield symbol


def _last_end(symbols: Sequence[Symbol]) -> int:
    """Return behind how many symbols a passage ends."""
    for ends in (_SENTENCE_ENDS, _CLAUSE_ENDS, " "):
        for end in range(len(symbols), 0, -1):
            if symbols[end - 1].text in ends:
                return end
    return len(symbols)
