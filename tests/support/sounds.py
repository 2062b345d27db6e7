"""Sound for tests: something like speech, written as WAV."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

Sound = npt.NDArray[np.float32]


def speech(seconds: float, *, rate: int = 48_000, pitch: float = 120.0, seed: int = 1) -> Sound:
    """A voice that babbles: gliding harmonics and hisses, four syllables a second, peak 0.5."""
    return _speech(seconds, rate, pitch, seed).copy()


@functools.lru_cache(32)
def _speech(seconds: float, rate: int, pitch: float, seed: int) -> Sound:
    """Babble once: it takes longer than what many a test does with it."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    glide = np.interp(
        time,
        np.arange(0, seconds + 1, 0.25),
        rng.uniform(0.8, 1.25, len(np.arange(0, seconds + 1, 0.25))),
    )
    phase = 2 * np.pi * np.cumsum(pitch * glide) / rate
    harmonics = np.arange(1, int(3500 / pitch / 1.25))
    voice = np.sum([np.sin(k * phase + k * k) / k for k in harmonics], axis=0)
    hiss = 0.3 * rng.standard_normal(len(time)) * (np.sin(2 * np.pi * 1.3 * time) > 0.8)
    syllables = 0.08 + np.abs(np.sin(2 * np.pi * 2 * time)) ** 0.7
    sound = (voice + hiss) * syllables
    return np.asarray(0.5 * sound / np.abs(sound).max(), np.float32)


def peaky(sound: Sound, sharpness: float) -> Sound:
    """The same speech with its peaks further above the rest: 17 dB for 2.4, 22 dB for 3.6."""
    sharper = np.sign(sound) * np.abs(sound) ** sharpness
    return np.asarray(0.9 * sharper / np.abs(sharper).max(), np.float32)


def silence(seconds: float, rate: int = 48_000) -> Sound:
    return np.zeros(round(seconds * rate), np.float32)


def write_wav(path: Path, sound: Sound, rate: int = 48_000, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, sound, rate, subtype=subtype)
    return path


def write_track(path: Path, *parts: Sound) -> Path:
    """Write sounds, one behind the other, the way a film's track is: 48 kHz, two channels."""
    sound = np.concatenate(parts)
    return write_wav(path, np.stack((sound, sound), axis=1))
