"""How a mouth moves while a line is spoken: from its phonemes, or from how loud it is.

Neighbouring sounds blend as in Cohen & Massaro, "Modeling coarticulation in synthetic visual
speech" (1993): every sound has a target for each part of the mouth and a dominance that falls off
around its middle, exp(-|t| / reach), and the mouth is the mean of all targets, weighted by
dominance. So an "s" before "oo" is rounded already, and a "k" takes the mouth of its neighbours.
What lips must do for a sound to be that sound at all (meet for m, b, p; touch the teeth for f, v)
is laid over the blend.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.plan.timeline.speech_timings import SpokenPhoneme


@dataclass(frozen=True)
class _Sound:
    """What the mouth does for a sound.

    Attributes:
        opening: As in ``Mouth``.
        width: As in ``Mouth``.
        tongue: As in ``Mouth``.
        jaw: How dominant the opening is.
        lips: How dominant the width is.
    """

    opening: float
    width: float
    tongue: float = 0.0
    jaw: float = 1.0
    lips: float = 1.0


_SOUNDS: dict[str, _Sound] = {
    letter: sound
    for letters, sound in (
        ("aɑɐʌä", _Sound(0.82, 0.1, jaw=2.4)),  # open vowels
        ("æ", _Sound(0.75, 0.4, jaw=2.4)),
        ("ɛeœɞ", _Sound(0.5, 0.4, jaw=1.8)),  # middle vowels
        ("ɜɝɚ", _Sound(0.38, -0.1, jaw=1.2)),
        ("əɘ", _Sound(0.32, 0.05, jaw=0.7, lips=0.4)),
        ("iɪɨ", _Sound(0.24, 0.85, jaw=1.2, lips=1.4)),  # spread vowels
        ("ɔoɒ", _Sound(0.58, -0.6, jaw=2.0, lips=1.6)),  # rounded vowels
        ("øyʏ", _Sound(0.28, -0.8, jaw=1.2, lips=1.8)),
        ("uʊwʉɯɥ", _Sound(0.2, -1.0, jaw=1.2, lips=2.0)),
        ("mbp", _Sound(0.1, 0.0, jaw=0.4, lips=0.3)),  # lips together
        ("fvɱʋ", _Sound(0.1, 0.1, jaw=0.5, lips=0.8)),  # lip to teeth
        ("ʃʒɕʑʧʤ", _Sound(0.14, -0.65, tongue=0.3, jaw=1.4, lips=1.2)),  # lips forward
        ("θð", _Sound(0.18, 0.2, tongue=1.0, jaw=1.6, lips=0.5)),
        ("lɫ", _Sound(0.24, 0.15, tongue=0.9, jaw=1.0, lips=0.3)),
        ("tdnɾ", _Sound(0.15, 0.2, tongue=0.6, jaw=0.9, lips=0.3)),
        ("sz", _Sound(0.1, 0.4, tongue=0.3, jaw=1.3, lips=0.7)),
        ("rɹɻ", _Sound(0.2, -0.45, jaw=0.9, lips=1.0)),
        ("kgɡŋjʁxçɣcɲq", _Sound(0.25, 0.1, jaw=0.5, lips=0.2)),  # at the back: lips are free
        ("hʔɦ", _Sound(0.3, 0.0, jaw=0.15, lips=0.1)),
    )
    for letter in letters
}
_FIRST_VOWELS = frozenset("aɑɐʌäæɛeœɔoɒ")
_VOWEL_SHARE = 1.8
"""How much longer the open vowel of a diphthong sounds than what it glides into."""

_UNKNOWN = _Sound(0.25, 0.0)
_MEETING, _TUCKED = frozenset("mbp"), frozenset("fvɱʋ")

_JAW_REACH_S, _LIPS_REACH_S = 0.035, 0.07
"""How fast dominance falls off: lips round earlier, and longer, than jaws open."""

_CLEARLY = 1.2
"""Mouths open this much wider than the blend, so that vowels are read at film speed."""

_LEAST_HOLD_S = 0.046
"""Lips that meet stay together at least this long: longer than a frame at 24 fps."""

_MEET_S = 0.03
"""How long lips take to meet, and to part."""

_BREAK_S = 0.08
"""A pause longer than this rests the mouth."""

_REST_S = 0.06
"""How long before a sound the mouth leaves its rest, and how long after it, it is back."""

_STEP_S = 0.005
_WINDOW_S = 0.02
_RANGE_DB = 30
"""A sound this much below the line's loudest is a closed mouth."""


@dataclass(frozen=True)
class MouthTrack:
    """A mouth through a line: its shape at some times, and between them in between.

    Attributes:
        times: Seconds from the line's first sample, rising, (n,).
        shapes: Opening, width, press, tuck and tongue as in ``Mouth``, (n, 5); at rest at both
            ends.
    """

    times: NDArray[np.float64]
    shapes: NDArray[np.float64]

    def at(self, seconds: float) -> Mouth:
        """Return the mouth at a time; before the line and after it, it rests."""
        opening, width, press, tuck, tongue = (
            float(np.interp(seconds, self.times, column, left=0, right=0))
            for column in self.shapes.T
        )
        return Mouth(opening=opening, width=width, press=press, tuck=tuck, tongue=tongue)


@dataclass(frozen=True)
class _Segment:
    """A sound from when to when, and what it is written with."""

    letter: str
    sound: _Sound
    start_s: float
    end_s: float

    @property
    def middle_s(self) -> float:
        return (self.start_s + self.end_s) / 2

    def falloff(self, times: NDArray[np.float64], reach_s: float) -> NDArray[np.float64]:
        """Return the dominance around the sound: 1 in its middle half, falling off outside."""
        core = 0.25 * (self.end_s - self.start_s)
        distance = np.maximum(np.abs(times - self.middle_s) - core, 0)
        return np.asarray(np.exp(-distance / reach_s))

    def hold(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far lips that meet for the sound have met, 0 to 1."""
        half = max((self.end_s - self.start_s) / 2 - 0.02, _LEAST_HOLD_S / 2)
        return np.clip(1 - (np.abs(times - self.middle_s) - half) / _MEET_S, 0, 1)


def follow_phonemes(phonemes: Sequence[SpokenPhoneme]) -> MouthTrack:
    """Return the mouth that speaks some phonemes, at least one."""
    segments = [segment for phoneme in phonemes for segment in _segments(phoneme)]
    first = min(phoneme.start_s for phoneme in phonemes) - 2 * _REST_S
    last = max(phoneme.end_s for phoneme in phonemes) + 2 * _REST_S
    times = first + _STEP_S * np.arange(round((last - first) / _STEP_S) + 1, dtype=np.float64)
    shapes = np.zeros((len(times), 5))
    shapes[:, [0, 1, 4]] = _blend(segments, times)
    met, tucked = np.zeros(len(times)), np.zeros(len(times))
    for segment in segments:
        if segment.letter in _MEETING:
            met = np.maximum(met, segment.hold(times))
        elif segment.letter in _TUCKED:
            tucked = np.maximum(tucked, segment.hold(times))
    awake = _awake(segments, times)
    shapes[:, 0] *= _CLEARLY
    shapes *= awake[:, None]
    shapes[:, 0] *= 1 - met
    shapes[:, 0] += tucked * awake * (0.1 - shapes[:, 0])
    shapes[:, 2], shapes[:, 3] = 0.7 * met * awake, tucked * awake
    shapes[[0, -1]] = 0
    return MouthTrack(times=times, shapes=shapes)


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
    shapes = np.zeros((len(power), 5))
    if loudest > 0:
        level_db = 10 * np.log10(np.maximum(power / loudest, 1e-12))
        shapes[:, 0] = np.clip(1 + level_db / _RANGE_DB, 0, 1)
    return MouthTrack(times=(np.arange(len(power)) + 0.5) * seconds, shapes=shapes)


def _segments(phoneme: SpokenPhoneme) -> Iterator[_Segment]:
    """Yield the sounds of a phoneme: one, or two after each other (a diphthong, an affricate)."""
    letters = [letter for letter in phoneme.ipa if letter in _SOUNDS]
    if not letters and any(letter.isalpha() for letter in phoneme.ipa):
        yield _Segment("", _UNKNOWN, phoneme.start_s, phoneme.end_s)
    weights = [_VOWEL_SHARE if letter in _FIRST_VOWELS else 1.0 for letter in letters]
    start = phoneme.start_s
    for letter, weight in zip(letters, weights, strict=True):
        length = (phoneme.end_s - phoneme.start_s) * weight / sum(weights)
        yield _Segment(letter, _SOUNDS[letter], start, start + length)
        start += length


def _blend(segments: Sequence[_Segment], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return opening, width and tongue, (n, 3): the sounds' own, each weighted by its dominance.

    Summed sound by sound, so that memory does not grow with the line's square.
    """
    blend, weight = np.zeros((len(times), 3)), np.full((len(times), 3), 1e-12)
    for segment in segments:
        sound = segment.sound
        jaw = sound.jaw * segment.falloff(times, _JAW_REACH_S)
        lips = sound.lips * segment.falloff(times, _LIPS_REACH_S)
        dominance = np.stack([jaw, lips, jaw], axis=1)
        blend += dominance * (sound.opening, sound.width, sound.tongue)
        weight += dominance
    return np.asarray(blend / weight)


def _awake(segments: Sequence[_Segment], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the mouth has left its rest, 0 to 1: 1 from a first sound to a last one."""
    awake = np.zeros(len(times))
    start, end = None, None
    for segment in [*sorted(segments, key=lambda one: one.start_s), None]:
        if start is not None and end is not None:
            if segment is not None and segment.start_s - end <= _BREAK_S:
                end = max(end, segment.end_s)
                continue
            outside = np.maximum(start - times, times - end)
            awake = np.maximum(awake, np.clip(1 - outside / _REST_S, 0, 1))
        if segment is not None:
            start, end = segment.start_s, segment.end_s
    return awake
