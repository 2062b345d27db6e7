"""Joining clips into one, frame by frame exact, without encoding again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.media.encode import removed_on_failure, ticks_per_second
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.units import format_rate

if TYPE_CHECKING:
    from av import Packet, VideoStream


@dataclass(frozen=True)
class _Clip:
    """A clip as its packets tell it.

    Attributes:
        path: The file.
        parameters: What must be equal in all clips that share a stream, by its name.
        shown: For each packet, in decoding order, which frame of the clip it is.
    """

    path: Path
    parameters: dict[str, str]
    shown: tuple[int, ...]

    @property
    def reordering(self) -> int:
        """How many frames a packet is decoded ahead of the frame that is shown then (B-frames)."""
        return max(decoded - shown for decoded, shown in enumerate(self.shown))


def join_clips(clips: Sequence[Path], output: Path, *, frame_rate: Fraction) -> int:
    """Copy the pictures of silent clips, one behind the other, into one silent MP4.

    Frame k of the result is shown at exactly k / `frame_rate` seconds. Nothing is encoded again,
    so the clips must be of one kind; they are all read before anything is written.

    Args:
        clips: The clips in order, as ``encode.write_clip`` writes them.
        output: The MP4 to write; nothing is left there where joining fails.
        frame_rate: Frames per second of every clip.

    Returns:
        The number of frames.

    Raises:
        MediaError: There is no clip, one cannot be read, has another rate or an uneven one, or
            two differ in a parameter that a stream can have only once; both are named.
    """
    import av

    if not clips:
        raise MediaError(f"{output} would hold no clip")
    inspected = [_inspect(clip, frame_rate) for clip in clips]
    for clip in inspected[1:]:
        _require_same_parameters(inspected[0], clip)
    try:
        with removed_on_failure(output):
            _copy_packets(inspected, output, frame_rate)
    except av.FFmpegError as error:
        raise MediaError(f"{output} cannot be written: {error.strerror}") from error
    return sum(len(clip.shown) for clip in inspected)


def _copy_packets(clips: Sequence[_Clip], output: Path, frame_rate: Fraction) -> None:
    import av

    ticks = ticks_per_second(frame_rate)
    ticks_per_frame = int(ticks / frame_rate)
    # Every packet is decoded no later than it is shown: the whole film's timestamps of decoding
    # run ahead by the longest reordering of any clip, and so rise evenly across every cut.
    ahead = max(clip.reordering for clip in clips)
    decoded = first_frame = 0
    with (
        av.open(
            str(output),
            "w",
            format="mp4",
            options={"fflags": "+bitexact", "video_track_timescale": str(ticks)},
        ) as film,
        av.open(str(clips[0].path)) as first,
    ):
        stream = film.add_stream_from_template(first.streams.video[0])
        stream.time_base = Fraction(1, ticks)
        for clip in clips:
            for packet, shown in zip(_packets(clip.path), clip.shown, strict=True):
                packet.stream = stream
                packet.time_base = stream.time_base
                packet.pts = (first_frame + shown) * ticks_per_frame
                packet.dts = (decoded - ahead) * ticks_per_frame
                packet.duration = ticks_per_frame
                film.mux(packet)
                decoded += 1
            first_frame += len(clip.shown)


def _inspect(path: Path, frame_rate: Fraction) -> _Clip:
    import av

    try:
        with av.open(str(path)) as container:
            if len(container.streams) != 1 or not container.streams.video:
                raise MediaError(f"{path} is no silent clip: it must hold one picture stream only")
            stream = container.streams.video[0]
            parameters = _parameters(stream)
        shown = tuple(_frame_index(packet, path, frame_rate) for packet in _packets(path))
    except av.FFmpegError as error:
        raise MediaError(f"{path} cannot be read as a clip: {error.strerror}") from error
    if not shown:
        raise MediaError(f"{path} holds no frame")
    if sorted(shown) != list(range(len(shown))):
        raise MediaError(f"{path} does not show one frame every 1/{frame_rate} s from its start")
    return _Clip(path=path, parameters=parameters, shown=shown)


def _packets(path: Path) -> Iterator[Packet[VideoStream]]:
    import av

    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.video[0]):
            if packet.size:  # the demuxer ends with an empty one
                yield packet


def _frame_index(packet: Packet[VideoStream], path: Path, frame_rate: Fraction) -> int:
    if packet.pts is None or packet.duration is None or packet.time_base is None:
        raise MediaError(f"{path} has frames without a time")
    if packet.duration * packet.time_base * frame_rate != 1:
        raise MediaError(
            f"{path} shows a frame for {float(packet.duration * packet.time_base):g} s, but the "
            f"film has {format_rate(frame_rate)} frames a second"
        )
    index = packet.pts * packet.time_base * frame_rate
    if index.denominator != 1:
        raise MediaError(f"{path} shows a frame between two frames of the film")
    return index.numerator


def _parameters(stream: VideoStream) -> dict[str, str]:
    codec = stream.codec_context
    return {
        "codec": codec.name,
        "size": f"{codec.width}x{codec.height}",
        "pixel format": codec.pix_fmt or "none",
        "time base": str(stream.time_base),
        "codec headers (SPS and PPS)": (codec.extradata or b"").hex(),
    }


def _require_same_parameters(first: _Clip, other: _Clip) -> None:
    for name, value in first.parameters.items():
        if other.parameters[name] != value:
            raise MediaError(
                f"{first.path} and {other.path} cannot be joined without encoding again: their "
                f"{name} differ, {value} and {other.parameters[name]}. Render both with the same "
                "size, rate and encoding."
            )
