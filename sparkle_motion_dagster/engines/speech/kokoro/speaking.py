"""A script spoken: passage by passage, with the time of each phoneme."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from sparkle_motion_dagster.engines.speech.kokoro.model import (
    UNIT,
    Floats,
    KokoroModel,
    rounded_units,
)
from sparkle_motion_dagster.engines.speech.kokoro.script import Script, Symbol
from sparkle_motion_dagster.engines.speech.kokoro.styles import style_of
from sparkle_motion_dagster.engines.speech.take import Sound

_SPEEDS = np.arange(0.4, 3.0, 0.002)
"""The speeds among which one is looked for that gives a length."""


@dataclass(frozen=True)
class Spoken:
    """A script as it was spoken.

    Attributes:
        samples: Mono sound at the model's rate, with the silence around it.
        sounds: Its phonemes, between which samples they sound.
        at_speed_1: How many units each token from the first phoneme's to the last one's would last
            at the speed 1, before rounding.
    """

    samples: Floats
    sounds: tuple[Sound, ...]
    at_speed_1: Floats

    def sounding(self, speed: float) -> int:
        """Return how many samples lie between the first and the last sound at a speed."""
        return int(rounded_units(self.at_speed_1, speed).sum()) * UNIT


def speak(model: KokoroModel, script: Script, mix: Mapping[str, float], speed: float) -> Spoken:
    """Speak a script.

    Args:
        model: Who speaks.
        script: What is spoken; it has phonemes.
        mix: The voice: upstream's names of voices, and how much each counts.
        speed: How many times as fast as usual.

    Raises:
        EngineInputError: There is no such voice.
        EngineError: The model is none that is known.
    """
    sounds: list[Sound] = []
    passages, lengths = [], []
    begun = 0
    for passage in script.passages():
        tokens = [symbol.token for symbol in passage]
        uttered = model.speak(tokens, style_of(mix, len(tokens)), speed)
        ends = begun + np.cumsum(uttered.lengths)
        sounds += _sounds(script, passage, [int(end) for end in ends[:-1]])
        passages.append(uttered.samples)
        lengths.append(uttered.at_speed_1)
        begun += len(uttered.samples)
    voiced = [symbol.phoneme is not None for symbol in _tokens(script)]
    first, last = voiced.index(True), len(voiced) - voiced[::-1].index(True)
    return Spoken(np.concatenate(passages), tuple(sounds), np.concatenate(lengths)[first:last])


def speed_of_length(spoken: Spoken, speed: float, stretch: float) -> float:
    """Return the speed at which a script lasts as long as it is to.

    Args:
        spoken: What was spoken.
        speed: At which speed that was.
        stretch: How many times as long it is to last.
    """
    wanted = spoken.sounding(speed) * stretch
    return float(min(_SPEEDS, key=lambda one: abs(spoken.sounding(float(one)) - wanted)))


def _tokens(script: Script) -> Iterator[Symbol]:
    """Yield a script's symbols, and one for each end of its passages, as the model reads them."""
    end = Symbol(" ", 0)
    for passage in script.passages():
        yield from (end, *passage, end)


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
