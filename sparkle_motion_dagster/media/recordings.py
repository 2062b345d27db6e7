"""Recordings that people bring: read to their end, and the voice in them found and cleaned."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.filters import envelope, equalised
from sparkle_motion_dagster.media.probe import require_whole_riff
from sparkle_motion_dagster.media.signals import Signal, peak_of
from sparkle_motion_dagster.media.sound import Samples, resampled
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from av.container import InputContainer

LONGEST_S = 300.0
"""How long a recording of a line may be, in seconds: a line of 2000 characters takes 130."""

_MEDIA_TYPES = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "mov": "audio/mp4",
}
"""What is read, by ffmpeg's name of the container, and what it is called."""

_STATES_LENGTH = frozenset({"wav", "flac", "mov"})
"""Containers whose length is stated, not guessed from a part of the file."""

_MISSING_S = 0.2
"""How much sooner than its container says a recording may end, in seconds."""

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

_Block = NDArray[np.float32]


@dataclass(frozen=True)
class Recording:
    """A recording of a voice.

    Attributes:
        media_type: Such as ``audio/flac``.
        sample_rate: Samples a second, as it came.
        channels: How many it came with.
        seconds: How long it is.
        signal: What is in it, as one channel without rumble, at `units.SAMPLE_RATE`.
        first: The sample of that with which the voice begins.
        end: The one behind its last.
        clipped: Whether it was recorded too loud.
    """

    media_type: str
    sample_rate: int
    channels: int
    seconds: float
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
        MediaError: It is none of these, holds no sound, holds pictures that move, is broken or cut
            off, is longer than `LONGEST_S`, is silent, or holds no more than a click.
    """
    with _opened(path) as container:
        kind, stream = _kind(path, container), container.streams.audio[0]
        rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
        stated_s = float((stream.duration or 0) * (stream.time_base or 0))
        mono, cancelled = _mixed(path, container)
    if cancelled is not None:
        mono = _channel(path, cancelled)
    seconds = len(mono) / rate
    if kind in _STATES_LENGTH and seconds < stated_s - _MISSING_S:
        raise MediaError(
            f"{path} is cut off or damaged: {seconds:.2f} of its {stated_s:.2f} s can be read"
        )
    if not len(mono):
        raise MediaError(f"{path} holds no sample")
    if peak_of(mono) < _SILENT_PEAK:
        raise MediaError(f"{path} is silent: nothing in it is louder than -60 dBFS")
    sound = mono if rate == SAMPLE_RATE else resampled(mono, rate)
    signal = equalised(sound - sound.mean(dtype=np.float64), _NO_RUMBLE)
    sounding = _sounding(signal)
    if len(sounding) < _SHORTEST_S * SAMPLE_RATE:
        raise MediaError(f"{path} holds no more than a click: there is no word in it")
    first = max(int(sounding[0]) - round(_BEFORE_S * SAMPLE_RATE), 0)
    end = min(int(sounding[-1]) + 1 + round(_AFTER_S * SAMPLE_RATE), len(signal))
    full = np.count_nonzero(np.abs(mono) >= _FULL_SCALE) / rate
    clipped = bool(full > _CLIPPED_SHARE * len(sounding) / SAMPLE_RATE)
    return Recording(
        _MEDIA_TYPES[kind], rate, channels, seconds, signal, first, end, clipped=clipped
    )


def _sounding(signal: Signal) -> NDArray[np.intp]:
    """Return the samples of a recording at which a voice sounds."""
    levels = 20 * np.log10(np.maximum(envelope(signal, _WINDOW_S), 1e-6))
    loudest, noise = float(levels.max()), float(np.percentile(levels, _NOISE_PERCENTILE))
    above = min(max(loudest - _DEPTH_DB, noise + _CLEARANCE_DB), loudest - _LEAST_DEPTH_DB)
    return np.flatnonzero(levels > above)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """Open a recording; what goes wrong with it in the block is a `MediaError`.

    Only containers of sound are opened, and none that names another file or address.
    """
    import av

    options = {"format_whitelist": ",".join(_MEDIA_TYPES), "protocol_whitelist": "file"}
    try:
        with av.open(str(path), options=options, metadata_errors="replace") as container:
            yield container
    except (av.FFmpegError, OSError, ValueError) as error:
        raise MediaError(
            f"{path} cannot be read as a recording (WAV, FLAC, MP3, OGG or M4A): "
            f"{getattr(error, 'strerror', None) or error}"
        ) from error


def _kind(path: Path, container: InputContainer) -> str:
    """Return ffmpeg's name of a recording's container."""
    from av.stream import Disposition

    moving = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic  # a cover
    ]
    if not container.streams.audio or not container.streams.audio[0].codec_context:
        raise MediaError(f"{path} holds no sound that can be read")
    if moving:
        raise MediaError(
            f"{path} is a video: a recording is sound alone. `ffmpeg -i {path} -vn line.wav` takes "
            "it out"
        )
    (kind,) = {name for name in container.format.name.split(",") if name in _MEDIA_TYPES}
    if kind == "wav":
        require_whole_riff(path)
    return kind


def _mixed(path: Path, container: InputContainer) -> tuple[Samples, int | None]:
    """Return the mean of a recording's channels; and the loudest one, where they cancel out."""
    stream = container.streams.audio[0]
    most = LONGEST_S * stream.codec_context.sample_rate
    means = [np.zeros(0, np.float32)]
    length, power = 0, np.zeros(stream.codec_context.channels)
    for block in _blocks(path, container):
        length += block.shape[1]
        if length > most:
            raise MediaError(
                f"{path} is longer than {LONGEST_S:g} s, the most that a recording of a line may "
                "be: cut out the line"
            )
        means.append(block.mean(axis=0))
        power += np.square(block, dtype=np.float64).sum(axis=1)
    mean = np.concatenate(means)
    loudest = int(power.argmax())
    left = float(np.square(mean, dtype=np.float64).sum()) * len(power)
    return mean, loudest if left < _CANCELLED * power[loudest] else None


def _channel(path: Path, number: int) -> Samples:
    """Return one channel of a recording."""
    with _opened(path) as container:
        return np.concatenate([block[number] for block in _blocks(path, container)])


def _blocks(path: Path, container: InputContainer) -> Iterator[_Block]:
    """Yield what is decoded, block by block: (channels, samples)."""
    import av

    stream = container.streams.audio[0]
    context = stream.codec_context
    unpacked = av.AudioResampler(
        format="fltp", layout=context.layout.name, rate=context.sample_rate
    )
    try:
        for frame in container.decode(stream):
            frame.pts = None
            for block in unpacked.resample(frame):
                yield np.asarray(block.to_ndarray(), np.float32)
    except av.FFmpegError as error:
        raise MediaError(f"{path} is damaged or cut off: not all of it can be decoded") from error
