"""A spoken take: its samples without the silence around it, and when what of it sounds."""

import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sparkle_motion_dagster.engines.base import MadeFile
from sparkle_motion_dagster.plan.timeline.speech_timings import (
    SpeechTimings,
    SpokenPhoneme,
    SpokenWord,
)

SILENCE_DBFS = -60.0
"""What stays below this level, in dB of full scale, is silence."""

MARGIN_S = 0.005
"""Silence that is kept before the first and after the last sound, in seconds."""

_THRESHOLD = round(32768 * 10 ** (SILENCE_DBFS / 20))

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Sound:
    """A phoneme between two samples of what was spoken, and the word of the line it belongs to.

    ``word`` counts the line's words from 0.
    """

    ipa: str
    start: int
    end: int
    word: int


@dataclass(frozen=True)
class Take:
    """A spoken line: 16-bit mono samples, and when what of it sounds."""

    samples: Samples
    sample_rate: int
    timings: SpeechTimings

    def written(self, folder: Path, index: int) -> Mapping[str, MadeFile]:
        """Write the take into a folder, and return its outputs: ``audio`` and ``timings``."""
        audio, timings = folder / f"take_{index:04}.wav", folder / f"take_{index:04}.json"
        self.write_wav(audio)
        timings.write_text(self.timings.model_dump_json(), encoding="utf-8")
        return {
            "audio": MadeFile(audio, "audio/wav"),
            "timings": MadeFile(timings, "application/json"),
        }

    def write_wav(self, path: Path) -> None:
        """Write the samples as a WAV file."""
        with wave.open(str(path), "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(self.sample_rate)
            wav.writeframes(self.samples.astype("<i2").tobytes())


def trimmed_take(
    samples: Samples, sample_rate: int, sounds: Sequence[Sound], words: Sequence[str]
) -> Take | None:
    """Return the take that was spoken, or None where nothing of it sounds.

    Args:
        samples: What was spoken, with the silence around it.
        sample_rate: Samples a second.
        sounds: Its phonemes, in order.
        words: The words of the line, as they are written.
    """
    audible = np.flatnonzero(np.abs(samples.astype(np.int32)) > _THRESHOLD)
    if not audible.size or not sounds:
        return None
    margin = round(MARGIN_S * sample_rate)
    first = max(int(audible[0]) - margin, 0)
    end = min(int(audible[-1]) + 1 + margin, len(samples))

    def seconds(sample: int) -> float:
        return (min(max(sample, first), end) - first) / sample_rate

    return Take(
        samples=samples[first:end],
        sample_rate=sample_rate,
        timings=SpeechTimings(
            words=tuple(
                SpokenWord(text=text, start_s=seconds(parts[0].start), end_s=seconds(parts[-1].end))
                for text, parts in _words(sounds, words)
            ),
            phonemes=tuple(
                SpokenPhoneme(ipa=sound.ipa, start_s=seconds(sound.start), end_s=seconds(sound.end))
                for sound in sounds
            ),
        ),
    )


def _words(sounds: Sequence[Sound], words: Sequence[str]) -> Iterator[tuple[str, list[Sound]]]:
    """Yield each spoken word's text and its sounds.

    A word without a sound of its own (a dash, an article that is drawn to its neighbour) belongs
    to the spoken word before it, so that the texts make up the whole line.
    """
    spoken = [(word, list(parts)) for word, parts in groupby(sounds, key=lambda sound: sound.word)]
    begins = [0, *(word for word, _ in spoken[1:]), len(words)]
    for (_, parts), (begin, end) in zip(spoken, pairwise(begins), strict=True):
        yield " ".join(words[begin:end]), parts
