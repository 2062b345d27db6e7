"""What can be wrong with a spoken take, by its samples alone; and what of it is kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Mono samples, of which full scale is 1."""

Fault = Literal["silent", "clipped", "cut short", "too short", "too long"]

FULL_SCALE = 0.98
"""The highest peak that a kept take has."""

_BLOCK_S = 0.01
"""Levels are measured over so many seconds."""

_SOUND_DB = -55.0
_SOFTEST_DB = -65.0
_DEPTH_DB = 35.0
"""What is louder than -55 dB is sound: the noise of a vocoder lies below, the end of a spoken word
above. In a soft take sound is what is less than 35 dB below its loudest, down to -65 dB: espeak's f
in "thief" is 30 dB below its vowel."""

_SILENT_DB = -45.0
"""A take that is nowhere louder is silent: speech is at -30 to -10 dB, whispering above -40."""

_CLICK_S = 0.05
"""So short a sound is no word: the shortest, said quickly, take twice as long."""

_CLIPPED_SHARE = 0.001
"""How much of what sounds may be at full scale. Speech is there for single samples, if at all."""

_END_S = 0.02
_DECAY_DB = 10.0
"""How far the last 20 ms must be below the rest of a take, as it was spoken: a voice falls at the
end of a sentence, and silence follows; a take that is broken off ends amid a sound."""

_BEFORE_S, _AFTER_S = 0.005, 0.01
"""What is kept of the silence before and after, in seconds."""

_FADE_S = 0.005
"""How long the edges take to rise and to fall, in seconds; so that they do not click."""

_SECONDS_A_LETTER = 0.065
"""How long a letter of an alphabet takes: 6.2 syllables a second (English; Pellegrino, Coupé and
Marsico 2011, table 1), 3.1 letters a syllable, and a fifth for the pauses that they leave out."""

_SECONDS_BY_SCRIPT = {
    "CJK": 0.22,  # a syllable each, 5.2 a second in Mandarin; several in Japanese
    "HANGUL": 0.17,  # a syllable each
    "HIRAGANA": 0.14,  # 7.8 a second in Japanese
    "KATAKANA": 0.14,
    "ARABIC": 0.1,  # vowels are spoken, but not written
    "HEBREW": 0.1,
    "DEVANAGARI": 0.085,  # likewise, every other one
}
"""How long a character of other scripts takes, in seconds, likewise."""

_SECONDS_A_DIGIT = 0.3
_SECONDS_A_PAUSE = 0.2
_PAUSES = frozenset(".,;:!?…—–。、，！？；：")

_TAG = re.compile(r"\[[^\]]*\]")
"""A sound to act out, such as ``[laugh]``: it may be over in no time."""

_QUICKEST, _SLOWEST = 0.4, 2.5
_DRAWN_OUT_S = 1.2
"""A take may be from 0.4 times as long as its text lets expect, without pauses, to 2.5 times as
long, with pauses and 1.2 s more: auctioneers speak twice as fast as most, "No" can be drawn out."""


@dataclass(frozen=True)
class Judged:
    """What was measured in a take.

    Attributes:
        seconds: How long it sounds, from the first sound to the last.
        peak: Its highest sample, of 1; more is possible before it is kept.
        level_db: How loud it is while it sounds: dB of full scale.
        faults: What is wrong with it.
    """

    seconds: float
    peak: float
    level_db: float
    faults: tuple[Fault, ...]


def judged(samples: Samples, rate: int, text: str) -> Judged:
    """Measure a take as it was spoken, with the silence around it.

    Args:
        samples: The take.
        rate: Samples a second.
        text: What it says.
    """
    if not np.isfinite(samples).all():
        # Whoever divides by nothing has said nothing.
        return Judged(seconds=0.0, peak=0.0, level_db=_decibels(0.0), faults=("silent",))
    levels = _levels(samples, rate)
    sounding = _sounding(levels)
    block = _block(rate)
    peak = float(np.max(np.abs(samples), initial=0.0))
    seconds = float(np.ptp(sounding) + 1) * block / rate if sounding.size else 0.0
    if seconds < _CLICK_S or levels.max() < _SILENT_DB:
        return Judged(seconds=0.0, peak=peak, level_db=_level_db(samples), faults=("silent",))
    loudness = 10 ** (levels[sounding] / 10)
    level_db = float(10 * np.log10(loudness.mean()))
    full = np.count_nonzero(np.abs(samples) >= FULL_SCALE)
    faults: list[Fault] = []
    if full > _CLIPPED_SHARE * sounding.size * block:
        faults.append("clipped")
    if _level_db(samples[-round(_END_S * rate) :]) > level_db - _DECAY_DB:
        faults.append("cut short")
    shortest, longest = bounds_s(text)
    if seconds < shortest:
        faults.append("too short")
    if seconds > longest:
        faults.append("too long")
    return Judged(seconds, peak, level_db, tuple(faults))


def bounds_s(text: str) -> tuple[float, float]:
    """Return how long speaking a text takes at least, and at most, in seconds."""
    return (
        _QUICKEST * expected_s("".join(filter(_takes_time, _TAG.sub("", text)))),
        _SLOWEST * expected_s(text) + _DRAWN_OUT_S,
    )


def _takes_time(character: str) -> bool:
    """Tell whether a character takes time for certain: pauses do not, nor 1,000,000's zeros."""
    return character not in _PAUSES and unicodedata.digit(character, None) != 0


def expected_s(text: str) -> float:
    """Return about how long speaking a text takes, in seconds."""
    return sum(map(_seconds_of, unicodedata.normalize("NFC", text)))


def _seconds_of(character: str) -> float:
    if character in _PAUSES:
        return _SECONDS_A_PAUSE
    if character.isdigit():
        return _SECONDS_A_DIGIT
    if not character.isalpha():
        return 0.0
    script = unicodedata.name(character, "").partition(" ")[0]
    return _SECONDS_BY_SCRIPT.get(script, _SECONDS_A_LETTER)


def kept(samples: Samples, rate: int) -> Samples:
    """Return what is kept of a take: its sound, with edges that do not click, below full scale.

    5 ms are kept before its first sound and 10 ms after its last. A take that is louder than full
    scale is made softer as a whole.

    Args:
        samples: A take that is not silent.
        rate: Samples a second.
    """
    sounding = _sounding(_levels(samples, rate))
    block = _block(rate)
    start = max(0, int(sounding[0]) * block - round(_BEFORE_S * rate))
    end = min(len(samples), (int(sounding[-1]) + 1) * block + round(_AFTER_S * rate))
    part = samples[start:end].astype(np.float32)
    fade = min(round(_FADE_S * rate), len(part) // 2)
    rise = ((1 - np.cos(np.pi * np.arange(fade) / fade)) / 2).astype(np.float32)
    part[:fade] *= rise
    part[len(part) - fade :] *= rise[::-1]
    peak = float(np.max(np.abs(part)))
    return part * np.float32(min(1.0, FULL_SCALE / peak))


def _sounding(levels: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return which blocks are sound."""
    loudest = float(levels.max(initial=_SILENT_DB))
    return np.flatnonzero(levels > min(_SOUND_DB, max(_SOFTEST_DB, loudest - _DEPTH_DB)))


def _block(rate: int) -> int:
    return round(_BLOCK_S * rate)


def _levels(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    """Return the level of each block, in dB of full scale; the last may be shorter."""
    if not samples.size:
        return np.zeros(0)
    starts = np.arange(0, len(samples), _block(rate))
    lengths = np.diff(starts, append=len(samples))
    power = np.add.reduceat(samples.astype(np.float64) ** 2, starts) / lengths
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)), np.float64)


def _level_db(samples: Samples) -> float:
    return _decibels(float(np.mean(samples.astype(np.float64) ** 2)) if samples.size else 0.0)


def _decibels(power: float) -> float:
    return float(10 * np.log10(max(power, 1e-12)))
