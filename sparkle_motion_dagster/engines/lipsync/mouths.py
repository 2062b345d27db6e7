"""How a mouth moves while a line is spoken: from its phonemes, or from how loud it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.figures import Mouth
from sparkle_motion_dagster.plan.speech_timings import SpokenPhoneme

_CLOSED = Mouth(openness=0.0, width=0.5)
_SLACK = Mouth(openness=0.25, width=0.5)
"""Any sound that the table does not know."""

_SHAPES: dict[str, Mouth] = {
    letter: Mouth(openness, width)
    for letters, openness, width in (
        ("aɑɐæʌä", 1.0, 0.55),  # open vowels
        ("ɛeəɜɚɝɘ", 0.55, 0.65),  # middle vowels
        ("iɪyɨ", 0.28, 0.95),  # spread vowels
        ("ɔoɒøœɞ", 0.7, 0.25),  # rounded vowels
        ("uʊwʉɯɥ", 0.35, 0.05),  # pursed lips
        ("mbp", 0.0, 0.5),  # lips together
        ("fvɱʋ", 0.1, 0.6),  # lip to teeth
        ("ʃʒɕʑ", 0.25, 0.2),  # lips forward
        ("θðsztdnlɫɾ", 0.2, 0.65),  # tongue to teeth
        ("kgɡŋhjrɹɻʁxçɣʔcɲ", 0.3, 0.5),  # at the back: the lips hardly move
    )
    for letter in letters
}

_BREAK_S = 0.08
"""A pause this long closes the mouth; it takes `_CLOSING_S` to close and to open."""

_CLOSING_S = 0.04

_GLIDE_S = 0.05
"""Lips take at most twice this long from one sound to the next."""

_WINDOW_S = 0.02
_RANGE_DB = 30
"""A sound this much below the line's loudest is a closed mouth."""


@dataclass(frozen=True)
class MouthTrack:
    """A mouth through a line: its shape at some times, and between them in between.

    Attributes:
        times: Seconds from the line's first sample, rising, (n,).
        openness: As in ``Mouth``, (n,).
        width: As in ``Mouth``, (n,).
    """

    times: NDArray[np.float64]
    openness: NDArray[np.float64]
    width: NDArray[np.float64]

    def at(self, seconds: float) -> Mouth:
        """Return the mouth at a time; before the line and after it, it is closed."""
        return Mouth(
            openness=float(np.interp(seconds, self.times, self.openness, left=0, right=0)),
            width=float(np.interp(seconds, self.times, self.width)),
        )


def follow_phonemes(phonemes: Sequence[SpokenPhoneme]) -> MouthTrack:
    """Return the mouth that speaks some phonemes, at least one.

    Each phoneme is held for its middle half at least; one of two letters (a diphthong, an
    affricate) goes from the first to the last.
    """
    keys: list[tuple[float, Mouth]] = []
    silent_since = phonemes[0].start_s - _CLOSING_S - _BREAK_S
    for phoneme in phonemes:
        if phoneme.start_s - silent_since >= _BREAK_S:
            keys.append((silent_since + _CLOSING_S, _CLOSED))
            keys.append((phoneme.start_s - _CLOSING_S, _CLOSED))
        edge = min(0.25 * (phoneme.end_s - phoneme.start_s), _GLIDE_S)
        first, last = _shapes(phoneme.ipa)
        keys.append((phoneme.start_s + edge, first))
        keys.append((phoneme.end_s - edge, last))
        silent_since = phoneme.end_s
    keys.append((silent_since + _CLOSING_S, _CLOSED))
    keys.sort(key=lambda key: key[0])
    return MouthTrack(
        times=np.array([time for time, _ in keys]),
        openness=np.array([mouth.openness for _, mouth in keys]),
        width=np.array([mouth.width for _, mouth in keys]),
    )


def follow_loudness(audio: Path) -> MouthTrack:
    """Return a mouth that opens as far as a sound file is loud, relative to its loudest moment."""
    import soundfile

    with soundfile.SoundFile(audio) as sound:
        window = max(1, round(_WINDOW_S * sound.samplerate))
        power = np.array(
            [np.mean(np.square(block)) for block in sound.blocks(window, dtype="float64")]
        )
        seconds = window / sound.samplerate
    loudest = power.max(initial=0.0)
    if loudest == 0:
        openness = np.zeros_like(power)
    else:
        level_db = 10 * np.log10(np.maximum(power / loudest, 1e-12))
        openness = np.clip(1 + level_db / _RANGE_DB, 0, 1)
    return MouthTrack(
        times=(np.arange(len(power)) + 0.5) * seconds,
        openness=openness,
        width=np.full_like(power, _CLOSED.width),
    )


def _shapes(ipa: str) -> tuple[Mouth, Mouth]:
    """Return the mouth at the beginning and at the end of a phoneme."""
    known = [_SHAPES[letter] for letter in ipa if letter in _SHAPES]
    if known:
        return known[0], known[-1]
    unknown = _SLACK if any(letter.isalpha() for letter in ipa) else _CLOSED
    return unknown, unknown
