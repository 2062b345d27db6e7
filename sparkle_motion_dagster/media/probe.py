"""Probing: what a file really holds.

Nothing is believed that a header says alone: pictures, WAVs and JSON are decoded whole; of a
video every packet is read and its time noted, and the first and the last frame are decoded; of AAC
every packet is read. A file that breaks off, is damaged at either end, or is not what its media
type says is refused. Damage inside a video, or in AAC, is found by whoever decodes all of it.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from sparkle_motion_dagster.artifacts.models import MediaFacts
from sparkle_motion_dagster.media.errors import MediaError, ProbeError
from sparkle_motion_dagster.media.packets import open_packets
from sparkle_motion_dagster.media.perceptual_hash import perceptual_hash
from sparkle_motion_dagster.media.pictures import open_picture

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream
    from PIL import Image

_BLOCK = 1 << 16


def probe(path: Path, media_type: str) -> MediaFacts:
    """Read a whole file and return what it holds.

    Pictures have a size and a perceptual hash; videos a size, exact rate, number of frames and
    the duration of the picture, and those with sound its rate and channels; sounds a rate,
    channels and duration. JSON has no facts, but must be readable.

    Args:
        path: The file.
        media_type: What it is said to be: ``image/png``, ``image/jpeg``, ``video/mp4``,
            ``audio/wav``, ``audio/mp4`` or ``application/json``.

    Raises:
        ProbeError: The file is missing, empty, damaged, cut off, or something else than
            `media_type`.
    """
    prober = _PROBERS.get(media_type)
    if prober is None:
        raise ProbeError(f"{path}: files of type {media_type} cannot be probed")
    _require_content(path, media_type)
    return prober(path)


def probe_picture(path: Path, media_type: str) -> tuple[MediaFacts, Image.Image]:
    """Read a whole picture and return what it holds, and the picture, for whoever shows it.

    Args:
        path: The file.
        media_type: ``image/png`` or ``image/jpeg``.

    Raises:
        ProbeError: As `probe` says.
    """
    _require_content(path, media_type)
    try:
        image = open_picture(path)
    except MediaError as error:
        raise ProbeError(str(error)) from error
    if f"image/{image.format}".lower() != media_type:
        raise ProbeError(f"{path} is {image.format}, not {media_type}")
    phash = perceptual_hash(image.convert("RGB"))
    return MediaFacts(width=image.width, height=image.height, phash=phash), image


def _picture(path: Path, media_type: str) -> MediaFacts:
    return probe_picture(path, media_type)[0]


def _require_content(path: Path, media_type: str) -> None:
    if not path.is_file():
        raise ProbeError(f"{path} does not exist, or is no file")
    if path.stat().st_size == 0:
        raise ProbeError(f"{path} is empty; it should be {media_type}")


class Decoding(Protocol):
    """What is decoded of a video while its packets are read."""

    def take(self, packet: Packet[Any]) -> None:
        """Take the next packet of the picture, in the order of the file."""

    def check(self, last: int) -> None:
        """Finish: no packet follows, and the frame that is shown last is shown at `last` ticks.

        Raises:
            MediaError: What was to be decoded is damaged.
        """


def probe_video(
    path: Path, decoding_of: Callable[[VideoStream], Decoding] | None = None
) -> MediaFacts:
    """Read a whole video and return what it holds; see `probe`.

    Args:
        path: The file.
        decoding_of: Returns what decodes its picture meanwhile; None: its two ends are decoded.

    Raises:
        ProbeError: The file is damaged, cut off, or no MP4.
        MediaError: What was to be decoded is damaged.
    """
    import av

    try:
        with open_packets(path) as container:
            if "mp4" not in container.format.name.split(","):
                raise ProbeError(f"{path} is {container.format.name}, not video/mp4")
            return _read_video(path, container, decoding_of or partial(_Ends, path))
    except av.FFmpegError as error:
        _refuse(path, "video/mp4", error.strerror)


def _read_video(
    path: Path, container: InputContainer, decoding_of: Callable[[VideoStream], Decoding]
) -> MediaFacts:
    pictures, sounds = container.streams.video, container.streams.audio
    if len(pictures) != 1 or len(sounds) > 1:
        raise ProbeError(
            f"{path} holds {len(pictures)} picture and {len(sounds)} sound streams; a video has "
            "one picture stream, and at most one sound stream"
        )
    (picture,) = pictures
    packets = _whole_packets(path, container, (*pictures, *sounds))
    decoding, clock = decoding_of(picture), _Clock(path)
    for packet in packets:
        if packet.stream.index == picture.index:
            clock.note(packet)
            decoding.take(packet)
    rate = clock.rate()
    decoding.check(clock.last)
    return MediaFacts(
        duration_s=float(picture.frames / rate),
        frame_rate=rate,
        frames=picture.frames,
        width=picture.codec_context.width,
        height=picture.codec_context.height,
        sample_rate=sounds[0].codec_context.sample_rate if sounds else None,
        channels=sounds[0].codec_context.channels if sounds else None,
    )


def _whole_packets(
    path: Path, container: InputContainer, streams: Sequence[Stream]
) -> Iterator[Packet[Any]]:
    """Yield the packets of streams; all that the container says that there are must be there."""
    for stream in streams:
        if stream.codec_context is None:
            raise ProbeError(f"{path} is damaged: the codec of a {stream.type} stream is unknown")
    packets = {stream.index: 0 for stream in streams}
    for packet in container.demux(*streams):
        if not packet.size:  # the demuxer ends with empty ones
            continue
        if packet.is_corrupt:
            raise ProbeError(f"{path} is cut off or damaged: it ends within a packet")
        packets[packet.stream.index] += 1
        yield packet
    for stream in streams:
        if packets[stream.index] != stream.frames or not stream.frames:
            raise ProbeError(
                f"{path} is cut off or damaged: {packets[stream.index]} of the {stream.frames} "
                f"packets of its {stream.type} stream are there"
            )


class _Ends:
    """Decodes the first frame and the last, and of those between only what the last needs."""

    def __init__(self, path: Path, stream: VideoStream) -> None:
        self._path, self._codec = path, stream.codec_context
        self._tail: list[Packet[Any]] = []
        self._taken = 0

    def take(self, packet: Packet[Any]) -> None:
        """Take the next packet, in the order of the file."""
        if packet.is_keyframe:
            self._tail.clear()
        self._tail.append(packet)
        if not self._taken:
            self._whole([*self._codec.decode(packet), *self._codec.decode(None)])
            self._codec.flush_buffers()
        self._taken += 1

    def check(self, last: int) -> None:
        """Decode the frame that is shown last, at `last` ticks."""
        shown = []
        for packet in self._tail:
            # Frames that no other needs are passed over.
            self._codec.skip_frame = "DEFAULT" if packet.pts == last else "NONREF"
            shown += self._codec.decode(packet)
        shown += self._codec.decode(None)
        self._whole([frame for frame in shown if frame.pts == last])

    def _whole(self, frames: list[VideoFrame]) -> None:
        # What a decoder could not read it paints over, and says so.
        if not frames or any(frame.is_corrupt for frame in frames):
            which = "last" if self._taken else "first"
            raise ProbeError(f"{self._path} is cut off or damaged: its {which} frame is not whole")


class _Clock:
    """Notes when frames are shown, and holds each to the pace of the first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._shown: list[tuple[int, int]] = []
        self._tick = Fraction(0)

    def note(self, packet: Packet[Any]) -> None:
        """Note a packet's time; packets come in the order in which they are decoded."""
        if packet.pts is None or packet.time_base is None or not packet.duration:
            raise ProbeError(f"{self._path}: frame {len(self._shown)} has no time")
        self._shown.append((packet.pts, packet.duration))
        self._tick = packet.time_base

    @property
    def last(self) -> int:
        """When the last frame is shown, in ticks."""
        return max(self._shown)[0]

    def rate(self) -> Fraction:
        """Return the frames per second; all frames are equally long, and follow each other."""
        self._shown.sort()
        first, step = self._shown[0]
        for index, (shown, length) in enumerate(self._shown):
            if (shown, length) != (first + index * step, step):
                tick = self._tick
                raise ProbeError(
                    f"{self._path} has no constant frame rate: frame {index} is shown at "
                    f"{float(shown * tick):.6f} s for {float(length * tick):.6f} s; it should "
                    f"follow at {float((first + index * step) * tick):.6f} s for "
                    f"{float(step * tick):.6f} s"
                )
        return 1 / (step * self._tick)


def _wav(path: Path) -> MediaFacts:
    import soundfile

    require_whole_riff(path)
    try:
        with soundfile.SoundFile(path) as sound:
            samples = sum(len(block) for block in sound.blocks(_BLOCK, dtype="float32"))
            rate, channels = sound.samplerate, sound.channels
    except soundfile.LibsndfileError as error:
        _refuse(path, "audio/wav", str(error))
    if not samples:
        raise ProbeError(f"{path} holds no sample")
    return MediaFacts(duration_s=samples / rate, sample_rate=rate, channels=channels)


def require_whole_riff(path: Path) -> None:
    """Compare a WAV's length with what it says: decoders read a shorter one without a word.

    Raises:
        ProbeError: It is cut off, or no WAV.
    """
    with path.open("rb") as file:
        header = file.read(12)
    if header[:4] != b"RIFF" or header[8:] != b"WAVE":
        raise ProbeError(f"{path} is no WAV file: it does not begin with RIFF and WAVE")
    said, is_there = int.from_bytes(header[4:8], "little") + 8, path.stat().st_size
    if said > is_there:
        raise ProbeError(f"{path} is cut off: {is_there} bytes are there of {said}")


def _aac(path: Path) -> MediaFacts:
    import av

    try:
        with open_packets(path) as container:
            sounds = container.streams.audio
            if len(container.streams) != 1 or len(sounds) != 1:
                raise ProbeError(f"{path} is not audio/mp4: it must hold one sound stream only")
            (sound,) = sounds
            deque(_whole_packets(path, container, sounds), maxlen=0)
            return MediaFacts(
                duration_s=float((sound.duration or 0) * (sound.time_base or 1)),
                sample_rate=sound.codec_context.sample_rate,
                channels=sound.codec_context.channels,
            )
    except av.FFmpegError as error:
        _refuse(path, "audio/mp4", error.strerror)


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
    "image/png": partial(_picture, media_type="image/png"),
    "image/jpeg": partial(_picture, media_type="image/jpeg"),
    "video/mp4": probe_video,
    "audio/wav": _wav,
    "audio/mp4": _aac,
    "application/json": _json,
}
