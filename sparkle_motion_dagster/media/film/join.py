"""Joining clips into a film's picture, frame by frame exact, without encoding again."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.media.encode import ticks_per_second
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.packets import open_packets, read_packets
from sparkle_motion_dagster.units import format_rate

if TYPE_CHECKING:
    from av import Packet, VideoStream


@dataclass(frozen=True)
class Piece:
    """What a film shows of a clip.

    Attributes:
        clip: The file, as ``encode.write_clip`` writes it.
        frames: The frames of the clip that are shown, from one splice to another; None: all.
    """

    clip: Path
    frames: range | None = None


@dataclass(frozen=True)
class _Part:
    """A piece as its packets tell it.

    Attributes:
        clip: The file.
        parameters: What must be equal in all clips that share a stream, by its name.
        first: Its first packet, in decoding order.
        shown: For each packet, in decoding order, which frame of the piece it is.
    """

    clip: Path
    parameters: dict[str, str]
    first: int
    shown: array[int]

    @property
    def reordering(self) -> int:
        """How many frames a packet is decoded ahead of the frame that is shown then (B-frames)."""
        return max(decoded - shown for decoded, shown in enumerate(self.shown))

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """Yield its packets."""
        return islice(read_packets(self.clip), self.first, self.first + len(self.shown))


@dataclass(frozen=True)
class JoinedPicture:
    """The picture of a film: what is shown of clips, one behind the other, as it was encoded.

    Frame k is shown at exactly k / `frame_rate` seconds. The clips are read whenever its packets
    are: it holds a few bytes a frame.
    """

    frame_rate: Fraction
    parts: tuple[_Part, ...]

    @property
    def places(self) -> tuple[range, ...]:
        """The frames of the film that each piece takes."""
        ends = accumulate((len(part.shown) for part in self.parts), initial=0)
        return tuple(range(start, end) for start, end in pairwise(ends))

    @property
    def time_base(self) -> Fraction:
        """In what its packets' times are counted: seconds a tick."""
        return Fraction(1, ticks_per_second(self.frame_rate))

    @property
    def model(self) -> Path:
        """A file whose picture stream is as the film's: all clips' are alike."""
        return self.parts[0].clip

    @property
    def parameters(self) -> dict[str, str]:
        """What a decoder is told of all of it, by name."""
        return self.parts[0].parameters

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """Yield its packets, in the order of their decoding, with times of the film.

        Raises:
            av.FFmpegError: A clip cannot be read any more.
        """
        time_base = self.time_base
        ticks_per_frame = int(1 / (time_base * self.frame_rate))
        # Every packet is decoded no later than it is shown: the whole film's timestamps of decoding
        # run ahead by the longest reordering of any piece, and so rise evenly across every cut.
        ahead = max(part.reordering for part in self.parts)
        decoded = first_frame = 0
        for part in self.parts:
            for packet, shown in zip(part.packets(), part.shown, strict=True):
                packet.time_base = time_base
                packet.pts = (first_frame + shown) * ticks_per_frame
                packet.dts = (decoded - ahead) * ticks_per_frame
                packet.duration = ticks_per_frame
                yield packet
                decoded += 1
            first_frame += len(part.shown)


def join(pieces: Sequence[Piece], frame_rate: Fraction) -> JoinedPicture:
    """Return the picture of silent clips, one behind the other. Nothing is encoded again.

    So the clips must be of one kind; they are all read before anything is written.

    Args:
        pieces: What is shown, in order.
        frame_rate: Frames per second of every clip.

    Raises:
        MediaError: There is no piece, a clip cannot be read, has another rate or an uneven one, or
            cannot be cut where a piece begins or ends, or two differ in a parameter that a stream
            can have only once; both are named.
    """
    if not pieces:
        raise MediaError("the film would hold no clip")
    parts = tuple(_inspect(piece, frame_rate) for piece in pieces)
    for part in parts[1:]:
        _require_same_parameters(parts[0], part)
    return JoinedPicture(frame_rate, parts)


def parameters_of(stream: VideoStream) -> dict[str, str]:
    """Return what a decoder must be told of a stream before its first packet, by name.

    The codec headers hold the pixel format, the profile, and what else the packets count on.
    """
    codec = stream.codec_context
    return {
        "codec": codec.name,
        "size": f"{codec.width}x{codec.height}",
        "time base": str(stream.time_base),
        "codec headers (SPS and PPS)": (codec.extradata or b"").hex(),
    }


def _inspect(piece: Piece, frame_rate: Fraction) -> _Part:
    import av

    path = piece.clip
    shown, keyframes = array("i"), bytearray()
    try:
        with open_packets(path) as container:
            if len(container.streams) != 1 or not container.streams.video:
                raise MediaError(f"{path} is no silent clip: it must hold one picture stream only")
            stream = container.streams.video[0]
            parameters = parameters_of(stream)
            ticks = 1 / (Fraction(stream.time_base or 1) * frame_rate)
            for packet in container.demux(stream):
                if packet.size:
                    shown.append(_frame_index(packet, path, ticks))
                    keyframes.append(packet.is_keyframe)
    except av.FFmpegError as error:
        raise MediaError(f"{path} cannot be read as a clip: {error.strerror}") from error
    if not shown:
        raise MediaError(f"{path} holds no frame")
    if sorted(shown) != list(range(len(shown))):
        raise MediaError(f"{path} does not show one frame every 1/{frame_rate} s from its start")
    splices = {0, *_splices(shown, keyframes), len(shown)}
    frames = range(len(shown)) if piece.frames is None else piece.frames
    _require_splices(path, frames, splices)
    # Up to a splice, as many packets are decoded as frames are shown.
    return _Part(
        clip=path,
        parameters=parameters,
        first=frames.start,
        shown=array("i", (frame - frames.start for frame in shown[frames.start : frames.stop])),
    )


def _splices(shown: Sequence[int], keyframes: Sequence[int]) -> Iterator[int]:
    """Yield the frames before which a stream can be cut.

    Everything that is decoded before such a frame is shown before it, and it needs none of that: it
    begins a closed group of pictures.
    """
    latest = -1
    for decoded, (frame, is_keyframe) in enumerate(zip(shown, keyframes, strict=True)):
        if is_keyframe and frame == decoded == latest + 1:
            yield frame
        latest = max(latest, frame)


def _require_splices(path: Path, frames: range, splices: Collection[int]) -> None:
    last = max(splices)
    if not 0 <= frames.start < frames.stop <= last:
        raise MediaError(
            f"{path} has {last} frames: there is no piece of it from frame {frames.start} up to "
            f"frame {frames.stop}"
        )
    for frame in (frames.start, frames.stop):
        if frame not in splices:
            raise MediaError(
                f"{path} cannot be cut before its frame {frame} without encoding again: frames on "
                "both sides of it need each other. It must be written with a splice there"
            )


def _frame_index(packet: Packet[VideoStream], path: Path, ticks: Fraction) -> int:
    """Return which frame of a clip a packet holds, whose frames last so many ticks each."""
    if packet.pts is None or packet.duration is None:
        raise MediaError(f"{path} has frames without a time")
    if packet.duration != ticks:
        raise MediaError(
            f"{path} shows a frame for {float(packet.duration * packet.time_base):g} s, but the "
            f"film has {format_rate(1 / (packet.time_base * ticks))} frames a second"
        )
    index, rest = divmod(packet.pts, packet.duration)
    if rest:
        raise MediaError(f"{path} shows a frame between two frames of the film")
    return index


def _require_same_parameters(first: _Part, other: _Part) -> None:
    for name, value in first.parameters.items():
        if other.parameters[name] != value:
            raise MediaError(
                f"{first.clip} and {other.clip} cannot be joined without encoding again: their "
                f"{name} differ, {value} and {other.parameters[name]}. Render both with the same "
                "size, rate and encoding."
            )
