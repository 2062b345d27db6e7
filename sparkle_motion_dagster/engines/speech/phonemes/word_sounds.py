"""How the words of a line sound, in IPA: what espeak-ng would say for them."""

from dataclasses import dataclass
from itertools import accumulate

from sparkle_motion_dagster.engines.speech.phonemes.spoken_text import SpokenText
from sparkle_motion_dagster.engines.speech.phonemes.utterances import (
    UtteranceOrder,
    utter,
    without_language_tags,
)

_VOICES = {
    "en": "en-us",
    "en-US": "en-us",
    "en-GB": "en-gb-x-rp",
    "pt-BR": "pt-br",
    "zh": "cmn",
    "no": "nb",
    "nn": "nb",
}
"""espeak-ng's voices of languages that it calls otherwise; the others by their first letters."""

_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class WordSounds:
    """How a word of a line sounds.

    Attributes:
        written: The word, as it stands in the line.
        spoken: What is spoken for it, with the marks around it.
        phonemes: Its phonemes in IPA, a mark of stress before its phoneme; empty where the word
            has no sound of its own (a dash, an article that is drawn to the word before).
    """

    written: str
    spoken: str
    phonemes: tuple[str, ...]


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
    voice = _VOICES.get(language) or _VOICES.get(language.partition("-")[0])
    order = UtteranceOrder(spoken.text, voice or language.partition("-")[0].casefold())
    phonemes = without_language_tags(utter(order, repr(line[:60]), _TIMEOUT_S).phonemes)
    words = list(accumulate((spoken.word_at(one.position) for one in phonemes), max))
    sounds: list[list[str]] = [[] for _ in spoken.words]
    for phoneme, word in zip(phonemes, words, strict=True):
        if phoneme.ipa:
            sounds[word].append(phoneme.ipa)
    ends = [*spoken.starts[1:], len(spoken.text) + 1]
    return tuple(
        WordSounds(written, spoken.text[start : end - 1], tuple(parts))
        for written, start, end, parts in zip(
            spoken.words, spoken.starts, ends, sounds, strict=True
        )
    )
