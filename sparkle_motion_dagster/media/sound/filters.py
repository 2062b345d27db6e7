"""Filters of sound in double precision: what they give is the same wherever it is rounded."""

from collections.abc import Sequence

import numpy as np

from sparkle_motion_dagster.media.sound.signals import Signal
from sparkle_motion_dagster.units import SAMPLE_RATE

Curve = Sequence[tuple[float, float]]
"""Gain by frequency: pairs of Hz and dB, by rising frequency."""

_KERNEL_S = 0.1
"""How long the kernel of `equalised` is: it tells frequencies of 20 Hz apart."""

_FINE = 4
"""The spectrum of a kernel is sampled so many times as finely as its length asks for."""


def equalised(signal: Signal, curve: Curve) -> Signal:
    """Return a sound of the same length with other gains by frequency, and without any delay.

    The filter is of finite length and linear phase: what sounds stays where it sounded. Between
    the curve's points gains are interpolated in dB over the logarithm of the frequency; beyond its
    ends they stay.

    Args:
        signal: The sound.
        curve: The gains.
    """
    half = round(_KERNEL_S * SAMPLE_RATE / 2)
    size = _power_of_two(_FINE * 2 * half)
    frequencies = np.maximum(np.fft.rfftfreq(size, 1 / SAMPLE_RATE), 1.0)
    points, gains = (np.array(column) for column in zip(*curve, strict=True))
    response = 10 ** (np.interp(np.log2(frequencies), np.log2(points), gains) / 20)
    kernel = np.roll(np.fft.irfft(response, size), half)[: 2 * half + 1] * np.hanning(2 * half + 1)
    return convolved(signal, kernel)[half : half + len(signal)]


def convolved(signal: Signal, kernel: Signal) -> Signal:
    """Return a sound convolved with a kernel: as long as both together, less one sample."""
    length = len(signal) + len(kernel) - 1
    size = _power_of_two(length)
    return np.fft.irfft(np.fft.rfft(signal, size) * np.fft.rfft(kernel, size), size)[:length]


def envelope(signal: Signal, seconds: float) -> Signal:
    """Return how loud a sound is around each of its samples: the RMS of a sliding window.

    Args:
        signal: The sound.
        seconds: Length of the window.
    """
    half = max(1, round(seconds * SAMPLE_RATE / 2))
    energy = np.cumsum(np.pad(signal**2, (half + 1, half)))
    return np.sqrt(np.maximum(energy[2 * half + 1 :] - energy[: -2 * half - 1], 0) / (2 * half + 1))


def _power_of_two(least: int) -> int:
    return 1 << max(0, least - 1).bit_length()
