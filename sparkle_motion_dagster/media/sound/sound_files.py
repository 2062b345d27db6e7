"""Sound files that people bring: what they are, whether they are whole, and brought to one form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.encode import removed_on_failure
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.sound.signals import peak_of
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from av.container import InputContainer

Block: TypeAlias = NDArray[np.float32]
"""A piece of a sound file as it is decoded: (channels, samples), full scale is 1.0."""

MAX_SOUND_S = 3600.0
"""Longest sound file, in seconds."""

_SHORTEST_S = 0.01
"""Less is no sound, and may be less than a resampler's filter needs."""

_MEDIA_TYPES = {
    "wav": "audio/wav",
    "w64": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "mov": "audio/mp4",
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
    """A sound file that was read to its end.

    Attributes:
        media_type: Such as ``audio/flac``.
        duration_s: Its length in seconds.
        sample_rate: Samples a second.
        channels: How many it has.
        is_video: Whether pictures that move come with it; a cover does not.
    """

    media_type: str
    duration_s: float
    sample_rate: int
    channels: int
    is_video: bool = False


def check_sound(path: Path) -> SoundFile:
    """Read a sound file to its end.

    A cover picture does not count, and of a video its sound is what counts.

    Raises:
        MediaError: As `read_sound` says; or it is silent, or longer than `MAX_SOUND_S`.
    """
    peaks: list[float] = []
    sound = read_sound(path, MAX_SOUND_S, lambda block: peaks.append(peak_of(block)))
    if max(peaks) < _SILENT_PEAK:
        raise MediaError(f"{path} is silent: there is nothing to be heard in it")
    return sound


def read_sound(path: Path, longest_s: float, hear: Callable[[Block], object]) -> SoundFile:
    """Read a sound file to its end.

    Only containers of sound are opened, and none that names another file or address.

    Args:
        path: A WAV, FLAC, MP3, OGG or M4A of any rate and number of channels.
        longest_s: How long it may be, in seconds.
        hear: Is given what is in it, block by block.

    Raises:
        MediaError: It is none of these, holds no sound, is damaged, cut off (which nobody can see
            of an OGG), shorter than 10 ms, too long, or holds samples that are no numbers.
    """
    import av

    if path.stat().st_size == 0:
        raise MediaError(f"{path} is empty")
    options = {"format_whitelist": ",".join(_MEDIA_TYPES), "protocol_whitelist": "file"}
    try:
        container = av.open(f"file:{path}", options=options, metadata_errors="replace")
    except av.FFmpegError as error:
        raise MediaError(
            f"{path} is no sound file ({error.strerror}), or is cut off: {_BRING}"
        ) from error
    with container:
        is_video = _is_video(path, container)
        rate = channels = samples = 0
        for rate, block in _blocks(path, container):
            channels = len(block)
            samples += block.shape[1]
            if samples > longest_s * rate:
                raise MediaError(f"{path} is longer than {longest_s:g} s: cut it")
            hear(block)
        if not samples or samples < _SHORTEST_S * rate:
            raise MediaError(f"{path} holds {samples} samples, less than 10 ms of sound")
        promised_s = _promised_s(path, container)
        if samples / rate < promised_s - _MISSING_S:
            raise MediaError(
                f"{path} is damaged or cut off: {samples / rate:.2f} s of sound are there of "
                f"{promised_s:.2f} s"
            )
        return SoundFile(_media_type(container), samples / rate, rate, channels, is_video)


def _is_video(path: Path, container: InputContainer) -> bool:
    """Tell whether a file is a video with sound."""
    from av.stream import Disposition

    is_video = any(
        not stream.disposition & Disposition.attached_pic for stream in container.streams.video
    )
    if not container.streams.audio:
        raise MediaError(f"{path} {'is a video without sound' if is_video else 'holds no sound'}")
    if container.streams.audio[0].codec_context is None:
        raise MediaError(f"{path} holds sound in a form that is not known here")
    return is_video


def _media_type(container: InputContainer) -> str:
    names = container.format.name.split(",")
    return next(_MEDIA_TYPES[name] for name in names if name in _MEDIA_TYPES)


def _blocks(path: Path, container: InputContainer) -> Iterator[tuple[int, Block]]:
    """Yield what is decoded, block by block, each with its samples a second."""
    import av

    unpacked = av.AudioResampler(format="fltp")
    try:
        for packet in container.demux(container.streams.audio[0]):
            if packet.is_corrupt:
                raise MediaError(f"{path} is cut off or damaged: it ends within a packet")
            for frame in packet.decode():
                frame.pts = None
                for plain in unpacked.resample(frame):
                    block = np.asarray(plain.to_ndarray(), np.float32)
                    if not np.isfinite(block).all():
                        raise MediaError(
                            f"{path} holds samples that are no numbers (NaN or infinite): write "
                            "the file anew"
                        )
                    yield frame.sample_rate, block
    except av.FFmpegError as error:
        raise MediaError(f"{path} is damaged or cut off: {error.strerror}") from error
    except ValueError as error:  # the resampler's, of what it is given
        raise MediaError(f"{path} changes its rate, or its channels, on its way") from error


def _promised_s(path: Path, container: InputContainer) -> float:
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
