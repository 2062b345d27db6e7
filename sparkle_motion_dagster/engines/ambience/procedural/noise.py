"""Noise that goes round: shaped by its spectrum, so that its end runs into its beginning.

Everything here is periodic: a filter is a product of spectra, which wraps around, and what moves
slowly is noise, too, of whole periods.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
"""Samples a second."""

Dice: TypeAlias = np.random.Generator
"""Where chance comes from."""

Sound: TypeAlias = NDArray[np.float64]
"""One channel: (samples,)."""

Channels: TypeAlias = NDArray[np.float64]
"""Two channels: (2, samples)."""

Response: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""A filter: its gain at some frequencies in Hz."""

_LOWEST_HZ = 20.0


def band(low: float, high: float, order: float = 2.0) -> Response:
    """Return a filter that lets through what lies between two frequencies in Hz.

    Its slopes are those of a Butterworth filter of an order: 6 dB an octave each.
    """

    def response(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
        safe = np.maximum(hertz, 1e-6)
        gain: NDArray[np.float64] = 1 / np.sqrt(
            (1 + (low / safe) ** (2 * order)) * (1 + (safe / high) ** (2 * order))
        )
        return gain

    return response


def tilted(slope: float) -> Response:
    """Return a filter whose gain falls with a power of the frequency: 0.5 is pink, 1 is brown."""

    def response(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
        gain: NDArray[np.float64] = np.where(
            hertz < _LOWEST_HZ, 0.0, np.maximum(hertz, _LOWEST_HZ) ** -slope
        )
        return gain

    return response


def filtered(sound: Sound, *responses: Response, rate: int = RATE) -> Sound:
    """Return a sound that went through filters, round and round."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / rate).astype(np.float64)
    for response in responses:
        spectrum *= response(hertz)
    shaped: Sound = np.fft.irfft(spectrum, len(sound))
    return shaped


def noise(dice: Dice, samples: int, *responses: Response) -> Sound:
    """Return noise that went through filters, at an RMS level of 1."""
    white = dice.integers(-(2**15), 2**15, samples).astype(np.float64)
    return levelled(filtered(white, *responses))


def wide_noise(dice: Dice, samples: int, *responses: Response, width: float = 0.7) -> Channels:
    """Return noise in two channels, each at an RMS level of 1.

    Args:
        dice: Where chance comes from.
        samples: Their length.
        responses: Filters that they go through.
        width: The share of their power that they do not have in common.
    """
    common, left, right = (noise(dice, samples, *responses) for _ in range(3))
    own, shared = np.sqrt(width), np.sqrt(1 - width)
    return np.stack((shared * common + own * left, shared * common + own * right))


def swell(dice: Dice, samples: int, slowest_s: float, fastest_s: float, rate: int = RATE) -> Sound:
    """Return what moves slowly: noise of periods between two lengths in seconds, RMS 1, mean 0."""
    seconds = samples / rate
    lowest, highest = max(1, round(seconds / slowest_s)), max(1, round(seconds / fastest_s))
    spectrum = np.zeros(samples // 2 + 1, np.complex128)
    turned = 2 * np.pi * dice.random(highest + 1 - lowest)
    spectrum[lowest : highest + 1] = np.cos(turned) + 1j * np.sin(turned)
    return levelled(np.fft.irfft(spectrum, samples))


def circle(samples: int, periods: int, turned: float) -> Sound:
    """Return a sine of so many whole periods, turned by a share of one; exact however many."""
    at = np.arange(samples, dtype=np.int64) * periods % samples
    sine: Sound = np.sin(2 * np.pi * (at / samples + turned))
    return sine


def levelled(sound: Sound) -> Sound:
    """Return a sound, of any number of channels, at an RMS level of 1."""
    level = float(np.sqrt(np.mean(np.square(sound))))
    return sound / level


def shifted(sound: Sound, seconds: float) -> Sound:
    """Return a sound that comes some seconds later, round and round."""
    return np.roll(sound, round(seconds * RATE))
