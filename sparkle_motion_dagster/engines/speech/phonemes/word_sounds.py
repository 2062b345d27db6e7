"""How the words of a line sound, in IPA: what espeak-ng would say for them."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from sparkle_motion_dagster.engines.speech.phonemes.spoken_text import SpokenText, can_be_said
from sparkle_motion_dagster.engines.speech.phonemes.utterances import (
    UtteranceOrder,
    utter,
    without_language_tags,
)

_AMERICAN_SPANISH = ("es-419", "es-ar", "es-cl", "es-co", "es-mx", "es-pe", "es-us", "es-ve")

_VOICES = {
    "en": "en-us",
    **dict.fromkeys(("en-gb", "en-au", "en-ie", "en-nz"), "en-gb-x-rp"),
    **dict.fromkeys(_AMERICAN_SPANISH, "es-419"),
    "pt-br": "pt-br",
    "zh": "cmn",
    "no": "nb",
    "nn": "nb",
}
"""espeak-ng's voices of languages that it calls otherwise, and of regions that sound otherwise."""

_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class SpokenPart:
    """A word that is spoken, or a mark that stands by itself.

    Attributes:
        text: The word, with the marks around it.
        phonemes: Its phonemes in IPA, a mark of stress before its phoneme; empty where it has no
            sound of its own (a dash, an article that is drawn to the word before).
    """

    text: str
    phonemes: tuple[str, ...]


@dataclass(frozen=True)
class WordSounds:
    """How a word of a line sounds.

    Attributes:
        written: The word, as it stands in the line.
        parts: What is spoken for it: one word as a rule, none, or several ("e.g.").
    """

    written: str
    parts: tuple[SpokenPart, ...]

    @property
    def phonemes(self) -> tuple[str, ...]:
        """All its phonemes, in IPA."""
        return tuple(phoneme for part in self.parts for phoneme in part.phonemes)


def espeak_voice(language: str) -> str:
    """Return which of espeak-ng's voices says how the words of a language sound.

    Args:
        language: Its language tag, such as ``en-US``; the case does not count, nor does an
            underscore for the hyphen.
    """
    base, *region = language.replace("_", "-").casefold().split("-")
    return _VOICES.get("-".join([base, *region[:1]])) or _VOICES.get(base, base)


def word_sounds(line: str, language: str) -> tuple[WordSounds, ...]:
    """Return how each word of a line sounds, in order.

    Args:
        line: The line, as it is written.
        language: Its language tag, such as ``en-US``.

    Raises:
        EngineInputError: espeak-ng does not know the language.
        EngineError: espeak-ng failed.
    """
    spoken = SpokenText.of_line(line, language)
    parts = list(re.finditer(r"\S+", spoken.text))
    words = [bisect_right(spoken.starts, part.start()) - 1 for part in parts]
    sounds = _sounds_of_parts(spoken, [part.start() for part in parts], language)
    return tuple(
        WordSounds(
            written,
            tuple(
                SpokenPart(part[0], tuple(sound))
                for part, word, sound in zip(parts, words, sounds, strict=True)
                if word == index
            ),
        )
        for index, written in enumerate(spoken.words)
    )


def _sounds_of_parts(spoken: SpokenText, starts: list[int], language: str) -> list[list[str]]:
    """Return the phonemes of each part of what is spoken, by where the parts start."""
    order = UtteranceOrder(spoken.text, espeak_voice(language))
    excerpt = repr(" ".join(spoken.words)[:60])
    phonemes = without_language_tags(utter(order, excerpt, _TIMEOUT_S).phonemes)
    silent = [not can_be_said(spoken.text[start:].split(maxsplit=1)[0]) for start in starts]

    def part_at(position: int) -> int:
        found = max(bisect_right(starts, position) - 1, 0)
        # espeak-ng counts a mark that stands by itself to the word that follows.
        following = range(found, len(starts))
        return next((part for part in following if not silent[part]), found)

    sounds: list[list[str]] = [[] for _ in starts]
    places = accumulate((part_at(one.position) for one in phonemes), max)
    for phoneme, place in zip(phonemes, places, strict=True):
        if phoneme.ipa:
            sounds[place].append(phoneme.ipa)
    return sounds
