"""A crowd that murmurs: many voices of syllables that mean nothing, in a room.

Each voice is a tone that glides, cut into syllables; every syllable goes through the resonances of
a vowel (formants, after Peterson and Barney, 1952), and all of them through a room.
"""

from collections.abc import Iterator

import numpy as np

from sparkle_motion_dagster.engines.ambience.procedural.noise import (
    RATE,
    Channels,
    Dice,
    Response,
    Sound,
    band,
    filtered,
    swell,
)

_RATE = 16_000
"""Voices are made at a third of the rate: a murmur has nothing above 8 kHz."""

_VOICES = 32
_VOWELS_HZ = (
    (730, 1090, 2440),
    (530, 1840, 2480),
    (390, 1990, 2550),
    (570, 840, 2410),
    (440, 1020, 2240),
)
_BREADTH_HZ = (90.0, 120.0, 170.0)
_REVERB_S = 0.4
_WET = 1.8
"""How much louder echoes are than the voices themselves: a crowd is across the room."""


def crowd_murmur(dice: Dice, samples: int) -> Channels:
    """Return a crowd: syllables in the rhythm of speech, and not a word."""
    length = samples * _RATE // RATE
    spoken = np.zeros((2, len(_VOWELS_HZ), length))
    for _ in range(_VOICES):
        voice, side = _voice(dice, length), dice.uniform(0.15, 0.85)
        for vowel, gate in _syllables(dice, length):
            spoken[0, vowel] += voice * gate * np.cos(np.pi / 2 * side)
            spoken[1, vowel] += voice * gate * np.sin(np.pi / 2 * side)
    murmur = np.zeros((2, length))
    for vowel, formants in enumerate(_VOWELS_HZ):
        for channel in range(2):
            murmur[channel] += filtered(
                spoken[channel, vowel], _resonances(formants), band(150, 2600), rate=_RATE
            )
    return np.stack([_faster(_in_a_room(dice, channel), samples) for channel in murmur])


def _voice(dice: Dice, length: int) -> Sound:
    """Return a voice that goes on without a pause: a sawtooth whose pitch glides, and breath."""
    pitch = dice.uniform(95, 220)
    glide = 1 + 0.1 * swell(dice, length, 10.0, 0.8, _RATE)
    cycles = np.cumsum(pitch * glide / _RATE)
    cycles *= round(cycles[-1]) / cycles[-1]  # whole ones, so that its end joins its beginning
    return 2 * (cycles % 1.0) - 1 + 0.1 * dice.uniform(-1, 1, length)


def _syllables(dice: Dice, length: int) -> Iterator[tuple[int, Sound]]:
    """Yield when a voice speaks each vowel, as factors: four syllables a second, and pauses."""
    gates = np.zeros((len(_VOWELS_HZ), length))
    loud = dice.uniform(0.3, 1.0) ** 3  # some are near, and most far
    at = round(dice.random() * _RATE)
    end = at + length - _RATE
    while at < end:
        for _ in range(dice.integers(4, 12)):
            count = round(dice.uniform(0.12, 0.3) * _RATE)
            rise = np.sin(np.pi * (np.arange(count) + 0.5) / count)
            stress = loud * dice.uniform(0.5, 1.0)
            gates[dice.integers(len(gates)), np.arange(at, at + count) % length] += stress * rise
            at += count + round(dice.uniform(-0.02, 0.05) * _RATE)
        at += round(dice.uniform(0.3, 2.2) * _RATE)
    yield from enumerate(gates)


def _resonances(formants: tuple[int, ...]) -> Response:
    """Return the filter of a vowel: a peak at each formant, each lower than the one before."""

    def response(hertz: Sound) -> Sound:
        gain = np.full(len(hertz), 0.02)
        for number, (centre, breadth) in enumerate(zip(formants, _BREADTH_HZ, strict=True)):
            gain += 0.6**number / np.sqrt(1 + ((hertz - centre) / breadth) ** 2)
        return gain

    return response


def _in_a_room(dice: Dice, sound: Sound) -> Sound:
    """Return a sound from across a room: more of its echoes than of itself."""
    count = round(3 * _REVERB_S * _RATE)
    seconds = np.arange(count) / _RATE
    echoes = np.zeros(len(sound))
    echoes[:count] = dice.uniform(-1, 1, count) * np.exp(-seconds / _REVERB_S * 3)
    echoes *= _WET / np.sqrt(np.sum(np.square(echoes)))
    echoes[0] += 1.0
    return np.fft.irfft(np.fft.rfft(sound) * np.fft.rfft(echoes), len(sound))


def _faster(sound: Sound, samples: int) -> Sound:
    """Return a sound at the full rate: the same spectrum, and nothing above it."""
    spectrum = np.zeros(samples // 2 + 1, np.complex128)
    known = np.fft.rfft(sound)
    spectrum[: len(known)] = known
    return np.fft.irfft(spectrum, samples)
