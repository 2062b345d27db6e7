"""A script spoken: passage by passage, with the time of each phoneme."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from sparkle_motion_dagster.engines.speech.kokoro.model import (
    SAMPLE_RATE,
    UNIT,
    Floats,
    KokoroModel,
    rounded_units,
)
from sparkle_motion_dagster.engines.speech.kokoro.pauses import pauses_of, quietest
from sparkle_motion_dagster.engines.speech.kokoro.script import Script, Symbol
from sparkle_motion_dagster.engines.speech.kokoro.styles import style_of
from sparkle_motion_dagster.engines.speech.take import Sound

_LEAD = round(0.06 * SAMPLE_RATE)
"""How much earlier a token sounds than its duration says, in samples.

Measured: the sound's level follows what kinds of phonemes the tokens are (vowels loud, closures
quiet) best 60 ms before them, with three voices over nine lines.
"""

_SPEEDS = tuple(float(speed) for speed in np.arange(0.1, 7.0, 0.002))
"""The speeds among which one is looked for that gives a length: all that settings, voices and
tempos together can ask for."""


@dataclass(frozen=True)
class Passage:
    """A passage as it was spoken.

    Attributes:
        symbols: What was read.
        at_speed_1: How many units each token lasts at the speed 1, before rounding; the ends, one
            before the first symbol and one after the last, are tokens too.
        samples: Mono sound at the model's rate, with the silence around it.
        sounds: Its phonemes, between which samples they sound.
    """

    symbols: tuple[Symbol, ...]
    at_speed_1: Floats
    samples: Floats
    sounds: tuple[Sound, ...]

    def sounding(self, speed: float) -> int:
        """Return how many samples there are from the first sound to the last one's end."""
        lengths = rounded_units(self.at_speed_1, speed)[1:-1] * UNIT
        voiced = [index for index, one in enumerate(self.symbols) if one.phoneme is not None]
        pauses = sum(pause.missing(lengths, speed) for pause in pauses_of(self.symbols))
        return int(lengths[voiced[0] : voiced[-1] + 1].sum()) + pauses if voiced else 0


def speak(
    model: KokoroModel, script: Script, mix: Mapping[str, float], speed: float
) -> Iterator[Passage]:
    """Speak a script, passage by passage.

    Args:
        model: Who speaks.
        script: What is spoken.
        mix: The voice: upstream's names of voices, and how much each counts.
        speed: How many times as fast as usual.

    Raises:
        EngineInputError: There is no such voice.
        EngineError: The model is none that is known.
    """
    for symbols in script.passages():
        tokens = [symbol.token for symbol in symbols]
        uttered = model.speak(tokens, style_of(mix, len(tokens)), speed)
        bounds = [max(int(bound) - _LEAD, 0) for bound in np.cumsum(uttered.lengths)[:-1]]
        sounds = _sounds(script, symbols, bounds)
        spoken = Passage(symbols, uttered.at_speed_1, uttered.samples, tuple(sounds))
        yield _with_pauses(spoken, bounds, speed)


def speed_of_length(passages: Sequence[Passage], speed: float, stretch: float) -> float:
    """Return the speed at which passages last as long as they are to, or most nearly.

    No phoneme gets shorter than a unit, so that some lengths are out of reach.

    Args:
        passages: What was spoken.
        speed: At which speed that was.
        stretch: How many times as long they are to last.
    """

    def length(speed: float) -> int:
        return sum(passage.sounding(speed) for passage in passages)

    def slowest(wanted: float) -> int:
        """Return the first of the speeds that gives a length or less; a higher one is no longer."""
        found = bisect_left(_SPEEDS, -wanted, key=lambda one: -length(one))
        return min(found, len(_SPEEDS) - 1)

    wanted = length(speed) * stretch
    quick = slowest(wanted)
    slow = slowest(length(_SPEEDS[max(quick - 1, 0)]))
    return min(_SPEEDS[slow], _SPEEDS[quick], key=lambda one: abs(length(one) - wanted))


def joined(passages: Sequence[Passage]) -> tuple[Floats, tuple[Sound, ...]]:
    """Return the sound of passages, one after the other, and their phonemes."""
    begins = np.cumsum([0, *(len(passage.samples) for passage in passages)])
    sounds = (
        replace(sound, start=sound.start + int(begin), end=sound.end + int(begin))
        for passage, begin in zip(passages, begins, strict=False)
        for sound in passage.sounds
    )
    return np.concatenate([passage.samples for passage in passages]), tuple(sounds)


def _sounds(script: Script, passage: Sequence[Symbol], bounds: Sequence[int]) -> list[Sound]:
    """Return the phonemes of a passage.

    Between two words that no mark parts there is no pause: a sound lasts until the next begins.

    Args:
        script: What the passage is of.
        passage: Its symbols.
        bounds: The sample at which each of them begins, and that at which the last one ends.
    """
    sounds: list[Sound] = []
    timed = zip(passage, pairwise(bounds), strict=True)
    for phoneme, group in groupby(timed, key=lambda one: one[0].phoneme):
        symbols, times = zip(*group, strict=True)
        start, end = times[0][0], times[-1][1]
        if phoneme is not None:
            sounds.append(Sound(script.phonemes[phoneme], start, end, symbols[0].word))
        elif sounds and all(symbol.text == " " for symbol in symbols):
            sounds[-1] = replace(sounds[-1], end=end)
    return sounds


def _with_pauses(passage: Passage, bounds: Sequence[int], speed: float) -> Passage:
    """Return a passage with silence in pauses that are too short, where they are quietest.

    Args:
        passage: What was spoken.
        bounds: The sample at which each of its symbols begins, and that at which the last one ends.
        speed: How many times as fast as usual it was spoken.
    """
    for pause in reversed([*pauses_of(passage.symbols)]):
        missing = pause.missing(np.diff(bounds), speed)
        if missing:
            place = quietest(passage.samples, bounds[pause.first], bounds[pause.end])
            passage = _parted(passage, place, missing)
    return passage


def _parted(passage: Passage, place: int, silence: int) -> Passage:
    """Return a passage with silence put in at a sample that lies between two sounds."""
    before, after = passage.samples[:place], passage.samples[place:]
    sounds = tuple(
        replace(sound, start=sound.start + silence, end=sound.end + silence)
        if sound.start >= place
        else replace(sound, end=min(sound.end, place))
        for sound in passage.sounds
    )
    samples = np.concatenate([before, np.zeros(silence, np.float32), after])
    return replace(passage, samples=samples, sounds=sounds)
