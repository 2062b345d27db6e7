"""Recordings that people bring: read to their end, and the voice in them found and cleaned."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.sound.filters import envelope, equalised
from sparkle_motion_dagster.media.sound.signals import Signal, peak_of
from sparkle_motion_dagster.media.sound.sound_files import Block, SoundFile, read_sound
from sparkle_motion_dagster.media.sound.takes import Samples, resampled
from sparkle_motion_dagster.units import SAMPLE_RATE

LONGEST_S = 300.0
"""How long a recording of a line may be, in seconds: a line of 2000 characters takes 130."""

_CANCELLED = 0.1
"""Where the mean of the channels has less than this share of the loudest one's power, they cancel
each other out, and the loudest one is taken: a cable was wired the wrong way round."""

_SILENT_PEAK = 10 ** (-60 / 20)
"""A recording whose highest sample is lower is silent."""

_NO_RUMBLE = ((12.0, -60.0), (35.0, -24.0), (70.0, 0.0))
"""What lies below a voice: steps, wind, the hand on the microphone."""

_WINDOW_S = 0.02
_DEPTH_DB, _CLEARANCE_DB, _LEAST_DEPTH_DB = 38.0, 8.0, 12.0
"""A voice sounds where it is less than 38 dB below its loudest, and 8 dB above the noise of the
room; but whatever is less than 12 dB below the loudest is the voice, however loud the room is."""

_NOISE_PERCENTILE = 5
_SHORTEST_S = 0.05
"""So short a sound is a click, and no word."""

_BEFORE_S, _AFTER_S = 0.03, 0.06
"""What is kept around a voice: the breath of an h, the end of an s."""

_FULL_SCALE = 0.98
_CLIPPED_SHARE = 0.001
"""How much of a voice may be at full scale; a voice is there for single samples, if at all."""


@dataclass(frozen=True)
class Recording:
    """A recording of a voice.

    Attributes:
        file: What it is, as it came.
        signal: What is in it, as one channel without rumble, at `units.SAMPLE_RATE`.
        first: The sample of that with which the voice begins.
        end: The one behind its last.
        clipped: Whether it was recorded too loud.
    """

    file: SoundFile
    signal: Signal
    first: int
    end: int
    clipped: bool


def read_recording(path: Path) -> Recording:
    """Read a recording of a line.

    The last bits of what is decoded and resampled may differ between kinds of CPU.

    Args:
        path: A WAV, FLAC, MP3, OGG or M4A file of any rate and number of channels.

    Raises:
        MediaError: As `read_sound` says; or it is a video, longer than `LONGEST_S`, silent, or
            holds no more than a click.
    """
    file, mono = _mixed(path)
    if file.is_video:
        raise MediaError(
            f"{path} is a video: a recording is sound alone. `ffmpeg -i {path} -vn line.wav` takes "
            "it out"
        )
    if peak_of(mono) < _SILENT_PEAK:
        raise MediaError(f"{path} is silent: nothing in it is louder than -60 dBFS")
    rate = file.sample_rate
    sound = mono if rate == SAMPLE_RATE else resampled(mono, rate)
    signal = equalised(sound - sound.mean(dtype=np.float64), _NO_RUMBLE)
    sounding = _sounding(signal)
    if len(sounding) < _SHORTEST_S * SAMPLE_RATE:
        raise MediaError(f"{path} holds no more than a click: there is no word in it")
    first = max(int(sounding[0]) - round(_BEFORE_S * SAMPLE_RATE), 0)
    end = min(int(sounding[-1]) + 1 + round(_AFTER_S * SAMPLE_RATE), len(signal))
    full = np.count_nonzero(np.abs(mono) >= _FULL_SCALE) / rate
    clipped = bool(full > _CLIPPED_SHARE * len(sounding) / SAMPLE_RATE)
    return Recording(file, signal, first, end, clipped=clipped)


def _sounding(signal: Signal) -> NDArray[np.intp]:
    """Return the samples of a recording at which a voice sounds."""
    levels = 20 * np.log10(np.maximum(envelope(signal, _WINDOW_S), 1e-6))
    loudest, noise = float(levels.max()), float(np.percentile(levels, _NOISE_PERCENTILE))
    above = min(max(loudest - _DEPTH_DB, noise + _CLEARANCE_DB), loudest - _LEAST_DEPTH_DB)
    return np.flatnonzero(levels > above)


def _mixed(path: Path) -> tuple[SoundFile, Samples]:
    """Return the mean of a recording's channels; where they cancel out, the loudest one."""
    means: list[Samples] = []
    powers: list[NDArray[np.float64]] = []

    def mix(block: Block) -> None:
        means.append(block.mean(axis=0))
        powers.append(np.square(block, dtype=np.float64).sum(axis=1))

    file = read_sound(path, LONGEST_S, mix)
    mean, power = np.concatenate(means), np.sum(powers, axis=0)
    loudest = int(power.argmax())
    left = float(np.square(mean, dtype=np.float64).sum()) * len(power)
    if left >= _CANCELLED * power[loudest]:
        return file, mean
    channel: list[Samples] = []
    read_sound(path, LONGEST_S, lambda block: channel.append(block[loudest]))
    return file, np.concatenate(channel)
