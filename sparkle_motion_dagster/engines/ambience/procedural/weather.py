"""Wind, rain and sea."""

import numpy as np

from sparkle_motion_dagster.engines.ambience.procedural.noise import (
    RATE,
    Channels,
    Dice,
    Sound,
    band,
    filtered,
    levelled,
    shifted,
    swell,
    tilted,
    wide_noise,
)

_PASSING_S = 0.3
"""How long a gust or a wave takes from one ear to the other, in seconds."""


def wind(dice: Dice, samples: int) -> Channels:
    """Return wind: gusts that grow brighter as they grow stronger."""
    gusts = np.exp(0.6 * np.tanh(swell(dice, samples, 15.0, 2.0)))
    gusts = np.stack((gusts, shifted(gusts, _PASSING_S)))
    flutter = 1 + 0.15 * swell(dice, samples, 1.0, 0.25)
    rumble = wide_noise(dice, samples, band(50, 220), tilted(0.3))
    rush = wide_noise(dice, samples, band(180, 700), tilted(0.4))
    hiss = wide_noise(dice, samples, band(600, 2600), tilted(0.6))
    return rumble * gusts**0.8 + 0.7 * flutter * rush * gusts**1.5 + 0.2 * hiss * gusts**2.4


def rain(dice: Dice, samples: int) -> Channels:
    """Return rain: a dense, dry hiss, and drops that fall near."""
    density = 1 + 0.08 * swell(dice, samples, 12.0, 2.0)
    far = wide_noise(dice, samples, band(700, 9000), tilted(0.25), width=0.8)
    return density * far + 0.9 * _drops(dice, samples)


_DROPS_A_SECOND = 350
_DROP_SHAPES = 8


def _drops(dice: Dice, samples: int) -> Channels:
    """Return single drops: bursts of a few milliseconds, some near and most far."""
    sound = np.zeros((2, samples))
    for _ in range(_DROP_SHAPES):
        falls = np.zeros((2, samples))
        count = _DROPS_A_SECOND * samples // RATE // _DROP_SHAPES
        at, side = dice.integers(0, samples, count), dice.random(count)
        loud = dice.random(count) ** 4
        np.add.at(falls[0], at, loud * np.cos(np.pi / 2 * side))
        np.add.at(falls[1], at, loud * np.sin(np.pi / 2 * side))
        burst = _burst(dice, samples)
        sound += [_convolved(channel, burst) for channel in falls]
    return levelled(sound)


def _burst(dice: Dice, samples: int) -> Sound:
    """Return the sound of one drop: a noise that dies away, brighter or duller."""
    seconds = np.arange(RATE // 50) / RATE
    rustle = dice.uniform(-1, 1, len(seconds))
    burst = np.zeros(samples)
    burst[: len(seconds)] = rustle * np.exp(-seconds / dice.uniform(0.001, 0.003))
    return filtered(burst, band(900, dice.uniform(3500, 9000)))


def _convolved(sound: Sound, kernel: Sound) -> Sound:
    return np.fft.irfft(np.fft.rfft(sound) * np.fft.rfft(kernel), len(sound))


_WAVE_S = 8.0
_RISE_S, _FALL_S = 1.6, 2.6


def sea(dice: Dice, samples: int) -> Channels:
    """Return the sea at a beach: waves that swell, break, and run back as foam."""
    waves = _waves(dice, samples)
    waves = np.stack((waves, shifted(waves, _PASSING_S)))
    foam = np.stack([shifted(channel, 0.9) for channel in waves])
    rumble = wide_noise(dice, samples, band(40, 160), tilted(0.5))
    body = wide_noise(dice, samples, band(140, 1100), tilted(0.5))
    hiss = wide_noise(dice, samples, band(1000, 7500), tilted(0.4), width=0.85)
    return (
        0.5 * rumble * (0.45 + waves) + body * (0.1 + waves**1.3) + 0.4 * hiss * (0.08 + foam**1.6)
    )


def _waves(dice: Dice, samples: int) -> Sound:
    """Return how strong waves are: each swells, and falls more slowly than it rose."""
    seconds = samples / RATE
    count = max(1, round(seconds / _WAVE_S))
    time = np.arange(samples) / RATE
    strength = np.zeros(samples)
    for number in range(count):
        crest = (number + dice.uniform(-0.22, 0.22)) * seconds / count
        since = (time - crest + seconds / 2) % seconds - seconds / 2
        width = np.where(since < 0, _RISE_S, _FALL_S)
        strength += dice.uniform(0.65, 1.0) * np.exp(-(np.abs(since / width) ** 1.5))
    # Slow unevenness, so that no two waves are alike.
    return strength * np.exp(0.15 * levelled(swell(dice, samples, 3.0, 0.7)))
