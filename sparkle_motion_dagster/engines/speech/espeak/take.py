"""From what espeak-ng spoke to a take: silence trimmed, words and phonemes timed."""

import re
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sparkle_motion_dagster.engines.speech.espeak.spoken_text import SpokenText
from sparkle_motion_dagster.plan.speech_timings import SpeechTimings, SpokenPhoneme, SpokenWord
from sparkle_motion_dagster.units import Record

SILENCE_DBFS = -60.0
"""What stays below this level, in dB of full scale, is silence."""

MARGIN_S = 0.005
"""Silence that is kept before the first and after the last sound, in seconds."""

CLOSURE_LEVEL = 0.05
"""What stays below this part of the take's peak right before a stop is its closure.

Measured on the catalogue's voices: an echo in a closure stays below it, closures come out 20 to
55 ms long.
"""

LONGEST_CLOSURE_S = 0.12
"""The longest time before a burst that is taken for the stop's closure, in seconds."""

_THRESHOLD = round(32768 * 10 ** (SILENCE_DBFS / 20))
_STOPS = tuple("pbtdkɡcɟqɢʈɖʔ")
_STRESS = "ˈˌ"
_LANGUAGE_TAG = re.compile(r"\([^)]*\)?")  # "(en)hˈ": espeak changes its language for a word

Samples = npt.NDArray[np.int16]


class Phoneme(Record):
    """A phoneme or a pause (no ``ipa``): where it begins, and the character it belongs to."""

    ipa: str
    sample: int
    position: int


class Utterance(Record):
    """What the espeak process prints."""

    sample_rate: int
    phonemes: tuple[Phoneme, ...]


@dataclass(frozen=True)
class Take:
    """A spoken line: 16-bit mono samples, and when what of it sounds."""

    samples: Samples
    sample_rate: int
    timings: SpeechTimings

    def write_wav(self, path: Path) -> None:
        """Write the samples as a WAV file."""
        with wave.open(str(path), "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(self.sample_rate)
            wav.writeframes(self.samples.astype("<i2").tobytes())


@dataclass(frozen=True)
class _Sound:
    """A phoneme between two samples of the utterance, and the word of the line it belongs to."""

    ipa: str
    start: int
    end: int
    word: int


def read_samples(path: Path) -> Samples:
    """Return the samples of a 16-bit mono WAV file, as the espeak process writes it."""
    with wave.open(str(path), "rb") as wav:
        return np.frombuffer(wav.readframes(wav.getnframes()), dtype="<i2").astype(np.int16)


def take_of(samples: Samples, utterance: Utterance, spoken: SpokenText) -> Take | None:
    """Return the take that an utterance is, or None where nothing in it sounds.

    Args:
        samples: What was spoken, with the silence around it.
        utterance: When its phonemes begin, in samples of `samples`.
        spoken: What was spoken, which knows the words of the line.
    """
    levels = np.abs(samples.astype(np.int32))
    audible = np.flatnonzero(levels > _THRESHOLD)
    if not audible.size:
        return None
    sounds = _sounds(utterance, levels > CLOSURE_LEVEL * levels.max(), spoken)
    if not sounds:
        return None
    margin = round(MARGIN_S * utterance.sample_rate)
    first = max(int(audible[0]) - margin, 0)
    end = min(int(audible[-1]) + 1 + margin, len(samples))

    def seconds(sample: int) -> float:
        return (min(max(sample, first), end) - first) / utterance.sample_rate

    return Take(
        samples=samples[first:end],
        sample_rate=utterance.sample_rate,
        timings=SpeechTimings(
            words=tuple(
                SpokenWord(text=text, start_s=seconds(parts[0].start), end_s=seconds(parts[-1].end))
                for text, parts in _words(sounds, spoken.words)
            ),
            phonemes=tuple(
                SpokenPhoneme(ipa=sound.ipa, start_s=seconds(sound.start), end_s=seconds(sound.end))
                for sound in sounds
            ),
        ),
    )


def _sounds(utterance: Utterance, loud: npt.NDArray[np.bool_], spoken: SpokenText) -> list[_Sound]:
    events = _without_language_tags(utterance.phonemes)
    longest = round(LONGEST_CLOSURE_S * utterance.sample_rate)
    starts = [0, *(_start(before, event, loud, longest) for before, event in pairwise(events))]
    words = accumulate((spoken.word_at(event.position) for event in events), max)
    return [
        _Sound(event.ipa, start, end, word)
        for event, start, end, word in zip(
            events, starts, [*starts[1:], len(loud)], words, strict=True
        )
        if event.ipa
    ]


def _without_language_tags(events: Sequence[Phoneme]) -> list[Phoneme]:
    """Return the events without the marks of a changed language; one that is only such a mark goes.

    Where a word of another language is spoken, espeak writes "(en)h".
    """
    plain = [event.model_copy(update={"ipa": _LANGUAGE_TAG.sub("", event.ipa)}) for event in events]
    return [
        event for event, marked in zip(plain, events, strict=True) if event.ipa or not marked.ipa
    ]


def _start(before: Phoneme, event: Phoneme, loud: npt.NDArray[np.bool_], longest: int) -> int:
    """Return the sample that a phoneme begins with: of a stop, with its closure.

    espeak dates a stop (p, t, k) from its burst, and counts the closure before it, when the mouth
    is shut already, to the phoneme before. The closure is quiet, so that it can be heard.
    """
    if not event.ipa.lstrip(_STRESS).startswith(_STOPS):
        return event.sample
    sounding = np.flatnonzero(loud[before.sample : event.sample])
    if sounding.size:
        closure = before.sample + int(sounding[-1]) + 1
    else:  # all of a pause may be closure, but a quiet phoneme keeps its own time
        closure = event.sample if before.ipa else before.sample
    return max(closure, event.sample - longest)


def _words(sounds: Sequence[_Sound], words: Sequence[str]) -> Iterator[tuple[str, list[_Sound]]]:
    """Yield each spoken word's text and its sounds.

    A word without a sound of its own (a dash, an article that espeak draws to its neighbour)
    belongs to the spoken word before it, so that the texts make up the whole line.
    """
    spoken = [(word, list(parts)) for word, parts in groupby(sounds, key=lambda sound: sound.word)]
    begins = [0, *(word for word, _ in spoken[1:]), len(words)]
    for (_, parts), (begin, end) in zip(spoken, pairwise(begins), strict=True):
        yield " ".join(words[begin:end]), parts
