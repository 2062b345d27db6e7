"""Sound files that people bring: what they are, whether they are whole, and brought to one form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sparkle_motion_dagster.media.encode import removed_on_failure
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from av import AudioFrame
    from av.container import InputContainer

MAX_SOUND_S = 3600
"""Longest sound file, in seconds."""

_SHORTEST_S = 0.01
"""Less is no sound, and may be less than a resampler's filter needs."""

_MEDIA_TYPES = {
    "wav": "audio/wav",
    "w64": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "mp4": "audio/mp4",
}
"""Containers that are read, by the names that libavformat has for them."""

_SILENT_PEAK = 10 ** (-70 / 20)
"""Where BS.1770's gate lies; what stays below has no loudness that it could be brought to."""

_BRING = "bring a WAV, FLAC, MP3, OGG or M4A"

_MISSING_S = 0.1
"""How much may be missing in seconds: encoders fill their last frame, and say so in many ways."""

_HEAD_BYTES = 2**20
"""Where an MP3's table of frames is looked for: behind a cover picture."""

_CONFORM_TIMEOUT_S = 600.0


@dataclass(frozen=True)
class SoundFile:
    """A sound file, read to its end: its media type, length in seconds, rate in Hz, channels."""

    media_type: str
    duration_s: float
    sample_rate: int
    channels: int


def check_sound(path: Path) -> SoundFile:
    """Read a sound file to its end.

    A cover picture does not count, and of a video its sound is what counts.

    Raises:
        MediaError: It is no WAV, FLAC, MP3, OGG or M4A, holds no sound, is damaged, cut off (which
            nobody can see of an OGG), silent, shorter than 10 ms or longer than `MAX_SOUND_S`, or
            holds samples that are no numbers.
    """
    import av

    if path.stat().st_size == 0:
        raise MediaError(f"{path} is empty")
    try:
        container = av.open(str(path), metadata_errors="replace")
    except av.FFmpegError as error:
        raise MediaError(
            f"{path} is no sound file ({error.strerror}), or is cut off: {_BRING}"
        ) from error
    with container:
        try:
            return _read(path, container)
        except av.FFmpegError as error:
            raise MediaError(f"{path} is damaged or cut off: {error.strerror}") from error


def _read(path: Path, container: InputContainer) -> SoundFile:
    media_type = _media_type(path, container)
    if not container.streams.audio:
        what = "is a video without sound" if container.streams.video else "holds no sound"
        raise MediaError(f"{path} {what}")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise MediaError(f"{path} holds sound in a form that is not known here")
    rate = channels = samples = 0
    peak = 0.0
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise MediaError(f"{path} is cut off or damaged: it ends within a packet")
        for frame in packet.decode():
            rate, channels = frame.sample_rate, frame.layout.nb_channels
            samples += frame.samples
            peak = max(peak, _peak(path, frame))
            if samples > MAX_SOUND_S * rate:
                raise MediaError(f"{path} is longer than {MAX_SOUND_S // 60} minutes: cut it")
    if not samples or samples < _SHORTEST_S * rate:
        raise MediaError(f"{path} holds {samples} samples, less than 10 ms of sound")
    promised = _promised(path, container)
    if samples / rate < promised - _MISSING_S:
        raise MediaError(
            f"{path} is damaged or cut off: {samples / rate:.2f} s of sound are there of "
            f"{promised:.2f} s"
        )
    if peak < _SILENT_PEAK:
        raise MediaError(f"{path} is silent: there is nothing to be heard in it")
    return SoundFile(media_type, samples / rate, rate, channels)


def _media_type(path: Path, container: InputContainer) -> str:
    for name in container.format.name.split(","):
        if name in _MEDIA_TYPES:
            return _MEDIA_TYPES[name]
    raise MediaError(f"{path} is {container.format.long_name}, which is not read: {_BRING}")


def _promised(path: Path, container: InputContainer) -> float:
    """Return how long a file says that it is, in seconds; 0 where it does not say."""
    stream = container.streams.audio[0]
    if stream.duration is None or stream.time_base is None:
        return 0.0
    if "mp3" in container.format.name:
        # Without a table of its frames, its length is a guess from the first frame's bit rate.
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if not any(table in head for table in (b"Xing", b"Info", b"VBRI")):
            return 0.0
    return float(stream.duration * stream.time_base)


def _peak(path: Path, frame: AudioFrame) -> float:
    samples = frame.to_ndarray()
    if samples.dtype.kind == "f":
        if not np.isfinite(samples).all():
            raise MediaError(
                f"{path} holds samples that are no numbers (NaN or infinite): write the file anew"
            )
        return float(np.abs(samples).max(initial=0))
    if samples.dtype == np.uint8:  # which lies around 128
        return float(np.abs(samples.astype(np.float64) - 128).max(initial=0)) / 128
    return float(np.abs(samples.astype(np.float64)).max(initial=0)) * 2.0 ** (
        1 - 8 * samples.dtype.itemsize
    )


def conform_sound(source: Path, output: Path) -> None:
    """Write a sound file the way that the film is mixed: a WAV of floats, 48 kHz, two channels.

    One channel goes to both sides; more than two are mixed down as libswresample does it. What was
    louder than full scale stays so.

    Args:
        source: A file that `check_sound` has passed.
        output: The WAV to write; nothing is left there where writing fails.

    Raises:
        FfmpegError: The file cannot be read.
    """
    import ffmpeg

    arguments: list[str] = (
        ffmpeg.input(f"file:{source}")["a:0"]
        .filter("aresample", SAMPLE_RATE)
        .filter("aformat", sample_fmts="flt", channel_layouts="stereo")
        .output(
            f"file:{output}", format="wav", acodec="pcm_f32le", map_metadata=-1, fflags="+bitexact"
        )
        .get_args()
    )
    with removed_on_failure(output):
        run_ffmpeg(arguments, timeout_s=_CONFORM_TIMEOUT_S)
