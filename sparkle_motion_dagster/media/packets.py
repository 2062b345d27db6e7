"""Reading files packet by packet, as they are coded: nothing is decoded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sparkle_motion_dagster.media.errors import MediaError

if TYPE_CHECKING:
    from av import Packet
    from av.container import InputContainer


def open_packets(path: Path) -> InputContainer:
    """Open a file of which nothing is decoded, or only a little by decoders of one's own.

    libavformat decodes the first frames of every stream when it opens a file, to find out what the
    headers do not say. It is told to skip them: of the streams written here that is the name of the
    pixel format alone, which the headers do hold, in their own words (H.264's SPS). Opening a clip
    of 1280x720 takes 2 ms instead of 20.

    Raises:
        av.FFmpegError: It cannot be opened.
    """
    import av

    return av.open(str(path), options={"skip_frame": "all"}, metadata_errors="replace")


def read_packets(path: Path, kind: Literal["video", "audio"] = "video") -> Iterator[Packet[Any]]:
    """Yield the packets of a file's pictures, or of its sound, in the order of their decoding.

    Raises:
        av.FFmpegError: The file cannot be read.
        MediaError: It holds no such stream, or more than one.
    """
    with open_packets(path) as container:
        streams = [stream for stream in container.streams if stream.type == kind]
        if len(streams) != 1:
            what = "picture" if kind == "video" else "sound"
            raise MediaError(f"{path} must hold one {what} stream")
        for packet in container.demux(streams[0]):
            if packet.size:  # the demuxer ends with an empty one
                yield packet
