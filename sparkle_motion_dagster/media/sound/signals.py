"""Sound in double precision: its levels, its fades, and how it is written, rounded once."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.encode import removed_on_failure
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.units import SAMPLE_RATE

Signal = NDArray[np.float64]
"""Mono sound at `units.SAMPLE_RATE`: (samples,), full scale is 1.0."""

_FULL_SCALE = 32768


def write_signal(signal: Signal, path: Path) -> None:
    """Write a sound as a mono WAV of 16 bits, without dither; what is beyond full scale is cut off.

    Raises:
        MediaError: It cannot be written; nothing is left there.
    """
    import soundfile

    pcm = np.clip(np.rint(signal * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
    try:
        with removed_on_failure(path):
            soundfile.write(path, pcm, SAMPLE_RATE, subtype="PCM_16", format="WAV")
    except soundfile.LibsndfileError as error:
        raise MediaError(
            f"{path} cannot be written: {error} Is the disk full, or read-only?"
        ) from error


def rms_of(signal: Signal) -> float:
    """Return the level of a sound (RMS), of 1."""
    return float(np.sqrt(np.mean(signal**2))) if len(signal) else 0.0


def peak_of(signal: Signal | NDArray[np.float32]) -> float:
    """Return the highest sample of a sound, of 1."""
    return float(np.abs(signal).max(initial=0.0))


def fade_in(samples: int) -> Signal:
    """Return the factors with which a sound begins: half a cosine period, no step and no kink.

    Backwards, it is how a sound ends.
    """
    factors: Signal = 0.5 - 0.5 * np.cos(np.pi * (np.arange(samples) + 0.5) / max(samples, 1))
    return factors


def fades(samples: int, length: int) -> Signal:
    """Return the factors of a sound of so many samples that comes and goes, each in `length`.

    One that is shorter than both does so in its halves.
    """
    length = min(length, samples // 2)
    factors = np.ones(samples)
    factors[:length] = fade_in(length)
    factors[samples - length :] = fade_in(length)[::-1]
    return factors
