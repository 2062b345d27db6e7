"""What rooms sound like when nothing happens in them: their tone, and what hums there."""

import numpy as np

from sparkle_motion_dagster.engines.ambience.procedural.noise import (
    RATE,
    Channels,
    Dice,
    band,
    circle,
    swell,
    tilted,
    wide_noise,
)

_MAINS_HZ = 50
_HARMONICS = {1: 0.35, 2: 1.0, 3: 0.22, 4: 0.5, 6: 0.28, 8: 0.16, 10: 0.1, 12: 0.07, 16: 0.04}
"""Levels of what transformers and motors hum: twice the mains' frequency, above all."""


def room_tone(dice: Dice, samples: int) -> Channels:
    """Return a quiet room: brown noise, steady, from all sides."""
    return wide_noise(dice, samples, band(30, 2500, order=1.0), tilted(1.0), width=0.9)


def hum(dice: Dice, samples: int) -> Channels:
    """Return a hum: harmonics of the mains' frequency that waver a little, and a faint air."""
    sound = np.zeros((2, samples))
    for harmonic, level in _HARMONICS.items():
        periods = round(harmonic * _MAINS_HZ * samples / RATE)
        turned, apart = dice.random(), dice.uniform(-0.08, 0.08)
        wavering = 1 + 0.12 * swell(dice, samples, 8.0, 1.5)
        for channel, turn in enumerate((turned, turned + apart)):
            sound[channel] += level * wavering * circle(samples, periods, turn)
    return sound + 0.06 * wide_noise(dice, samples, band(100, 4000), tilted(0.5))
