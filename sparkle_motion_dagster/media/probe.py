"""Probing: what a file really holds, measured by decoding all of it.

Nothing is believed that a header says: frames and samples are counted as they are decoded, and a
file that breaks off, is damaged, or is not what its media type says is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sparkle_motion_dagster.artifacts.models import MediaFacts
from sparkle_motion_dagster.media.errors import MediaError, ProbeError
from sparkle_motion_dagster.media.pictures import open_picture

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer

_BLOCK = 1 << 16


def probe(path: Path, media_type: str) -> MediaFacts:
    """Decode a whole file and return what it holds.

    Pictures have a size and a perceptual hash; videos a size, exact rate, number of frames and
    the duration of the picture, and those with sound its rate and channels; sounds a rate,
    channels and duration. JSON has no facts, but must be readable.

    Args:
        path: The file.
        media_type: What it is said to be: ``image/png``, ``video/mp4``, ``audio/wav`` or
            ``application/json``.

    Raises:
        ProbeError: The file is missing, empty, damaged, cut off, or something else than
            `media_type`.
    """
    if not path.is_file():
        raise ProbeError(f"{path} does not exist, or is no file")
    prober = _PROBERS.get(media_type)
    if prober is None:
        raise ProbeError(f"{path}: files of type {media_type} cannot be probed")
    if path.stat().st_size == 0:
        raise ProbeError(f"{path} is empty; it should be {media_type}")
    return prober(path)


def _png(path: Path) -> MediaFacts:
    import imagehash

    try:
        image = open_picture(path)
    except MediaError as error:
        raise ProbeError(str(error)) from error
    if image.format != "PNG":
        raise ProbeError(f"{path} is {image.format}, not image/png")
    return MediaFacts(
        width=image.width, height=image.height, phash=str(imagehash.phash(image.convert("RGB")))
    )


def _video(path: Path) -> MediaFacts:
    import av

    try:
        with av.open(str(path), metadata_errors="replace") as container:
            if "mp4" not in container.format.name.split(","):
                raise ProbeError(f"{path} is {container.format.name}, not video/mp4")
            return _decode_video(path, container)
    except av.FFmpegError as error:
        _refuse(path, "video/mp4", error.strerror)


def _decode_video(path: Path, container: InputContainer) -> MediaFacts:
    from av import AudioFrame, VideoFrame

    pictures, sounds = container.streams.video, container.streams.audio
    if len(pictures) != 1 or len(sounds) > 1:
        raise ProbeError(
            f"{path} holds {len(pictures)} picture and {len(sounds)} sound streams; a video has "
            "one picture stream, and at most one sound stream"
        )
    for stream in (*pictures, *sounds):
        if stream.codec_context is None:
            raise ProbeError(f"{path} is damaged: the codec of a {stream.type} stream is unknown")
        stream.codec_context.thread_type = "AUTO"
    clock = _Clock(path)
    samples = 0
    for frame in container.decode(*pictures, *sounds):
        if isinstance(frame, VideoFrame):
            clock.tick(frame)
        elif isinstance(frame, AudioFrame):
            samples += frame.samples
    picture = pictures[0]
    if clock.frames != picture.frames:
        raise ProbeError(
            f"{path} is cut off or damaged: {clock.frames} of its {picture.frames} frames decode"
        )
    if sounds and not samples:
        raise ProbeError(f"{path} has a sound stream without a sample")
    rate = clock.rate()
    return MediaFacts(
        duration_s=float(clock.frames / rate),
        frame_rate=rate,
        frames=clock.frames,
        width=picture.codec_context.width,
        height=picture.codec_context.height,
        sample_rate=sounds[0].codec_context.sample_rate if sounds else None,
        channels=sounds[0].codec_context.channels if sounds else None,
    )


class _Clock:
    """Counts frames, and holds each to the pace of the first."""

    def __init__(self, path: Path) -> None:
        self.frames = 0
        self._path = path
        self._step: Fraction | None = None
        self._next = Fraction(0)

    def tick(self, frame: VideoFrame) -> None:
        if frame.pts is None or frame.time_base is None or not frame.duration:
            raise ProbeError(f"{self._path}: frame {self.frames} has no time")
        if frame.is_corrupt:  # the decoder painted over what it could not read
            raise ProbeError(f"{self._path}: frame {self.frames} is damaged")
        shown, step = frame.pts * frame.time_base, frame.duration * frame.time_base
        if self._step is None:
            self._step = step
        elif shown != self._next or step != self._step:
            raise ProbeError(
                f"{self._path} has no constant frame rate: frame {self.frames} is shown at "
                f"{float(shown):.6f} s for {float(step):.6f} s; it should follow at "
                f"{float(self._next):.6f} s for {float(self._step):.6f} s"
            )
        self._next = shown + step
        self.frames += 1

    def rate(self) -> Fraction:
        if self._step is None:
            raise ProbeError(f"{self._path} holds no frame")
        return 1 / self._step


def _wav(path: Path) -> MediaFacts:
    import soundfile

    _require_whole_riff(path)
    try:
        with soundfile.SoundFile(path) as sound:
            samples = sum(len(block) for block in sound.blocks(_BLOCK, dtype="float32"))
            rate, channels = sound.samplerate, sound.channels
    except soundfile.LibsndfileError as error:
        _refuse(path, "audio/wav", str(error))
    if not samples:
        raise ProbeError(f"{path} holds no sample")
    return MediaFacts(duration_s=samples / rate, sample_rate=rate, channels=channels)


def _require_whole_riff(path: Path) -> None:
    """Compare a WAV's length with what it says: decoders read a shorter one without a word."""
    with path.open("rb") as file:
        header = file.read(12)
    if header[:4] != b"RIFF" or header[8:] != b"WAVE":
        raise ProbeError(f"{path} is no WAV file: it does not begin with RIFF and WAVE")
    said, is_there = int.from_bytes(header[4:8], "little") + 8, path.stat().st_size
    if said > is_there:
        raise ProbeError(f"{path} is cut off: {is_there} bytes are there of {said}")


def _json(path: Path) -> MediaFacts:
    try:
        json.loads(path.read_bytes(), parse_constant=_no_constant)
    except ValueError as error:
        _refuse(path, "application/json", str(error))
    return MediaFacts()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _refuse(path: Path, media_type: str, reason: str | None) -> NoReturn:
    raise ProbeError(f"{path} cannot be read as {media_type}: {reason}")


_PROBERS: dict[str, Callable[[Path], MediaFacts]] = {
    "image/png": _png,
    "video/mp4": _video,
    "audio/wav": _wav,
    "application/json": _json,
}
