"""From what espeak-ng spoke to a take: words and phonemes timed, stops with their closures."""

import wave
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sparkle_motion_dagster.engines.speech.phonemes.spoken_text import SpokenText
from sparkle_motion_dagster.engines.speech.phonemes.utterances import (
    STRESS,
    Phoneme,
    Utterance,
    without_language_tags,
)
from sparkle_motion_dagster.engines.speech.take import Samples, Sound, Take, trimmed_take

CLOSURE_LEVEL = 0.05
"""What stays below this part of the take's peak right before a stop is its closure.

Measured on the catalogue's voices: an echo in a closure stays below it, closures come out 20 to
55 ms long.
"""

LONGEST_CLOSURE_S = 0.12
"""The longest time before a burst that is taken for the stop's closure, in seconds."""

_STOPS = tuple("pbtdkɡcɟqɢʈɖʔ")


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
    loud = levels > CLOSURE_LEVEL * levels.max(initial=0)
    sounds = _sounds(utterance, loud, spoken)
    return trimmed_take(samples, utterance.sample_rate, sounds, spoken.words)


def _sounds(utterance: Utterance, loud: npt.NDArray[np.bool_], spoken: SpokenText) -> list[Sound]:
    events = without_language_tags(utterance.phonemes)
    if not events:
        return []
    longest = round(LONGEST_CLOSURE_S * utterance.sample_rate)
    starts = [0, *(_start(before, event, loud, longest) for before, event in pairwise(events))]
    words = accumulate((spoken.word_at(event.position) for event in events), max)
    return [
        Sound(event.ipa, start, end, word)
        for event, start, end, word in zip(
            events, starts, [*starts[1:], len(loud)], words, strict=True
        )
        if event.ipa
    ]


def _start(before: Phoneme, event: Phoneme, loud: npt.NDArray[np.bool_], longest: int) -> int:
    """Return the sample that a phoneme begins with: of a stop, with its closure.

    espeak dates a stop (p, t, k) from its burst, and counts the closure before it, when the mouth
    is shut already, to the phoneme before. The closure is quiet, so that it can be heard.
    """
    if not event.ipa.lstrip(STRESS).startswith(_STOPS):
        return event.sample
    sounding = np.flatnonzero(loud[before.sample : event.sample])
    if sounding.size:
        closure = before.sample + int(sounding[-1]) + 1
    else:  # all of a pause may be closure, but a quiet phoneme keeps its own time
        closure = event.sample if before.ipa else before.sample
    return max(closure, event.sample - longest)
