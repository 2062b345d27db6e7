"""The final mux: picture, sound, captions and chapters in one MP4, nothing encoded again."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.media.encode import removed_on_failure
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.film.caption import Caption, milliseconds, require_order
from sparkle_motion_dagster.media.film.join import JoinedPicture
from sparkle_motion_dagster.media.film.tx3g import sample_of
from sparkle_motion_dagster.media.packets import open_packets, read_packets
from sparkle_motion_dagster.plan.captions.captioning import USUAL_ROOM, CaptionRoom
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from av import Packet
    from av.container import Chapter as ContainerChapter
    from av.container import InputContainer, OutputContainer
    from av.stream import Stream
    from av.subtitles.stream import SubtitleStream

_CAPTION_TIME_BASE = Fraction(1, 1000)


@dataclass(frozen=True)
class Chapter:
    """A part of the film that players can jump to, from `start_frame` up to `end_frame`."""

    title: str
    start_frame: int
    end_frame: int


@dataclass(frozen=True)
class FilmParts:
    """What a film is put together from.

    Attributes:
        picture: The clips, joined.
        sound: The mastered sound (.m4a), as ``mastering.master_track`` writes it.
        captions: In order, without overlap; none gives a film without a caption stream.
        caption_room: What the frame has room for: how large captions are.
        chapters: In order.
        title: The film's title.
    """

    picture: JoinedPicture
    sound: Path
    captions: tuple[Caption, ...]
    chapters: tuple[Chapter, ...]
    title: str
    caption_room: CaptionRoom = USUAL_ROOM


def write_film(parts: FilmParts, output: Path) -> None:
    """Put a film together: one MP4 that plays while it still loads (its index comes first).

    Picture and sound are copied packet by packet, with their timestamps. Captions are a stream
    that players can show or hide (tx3g, 3GPP TS 26.245). Chapters lie within 1/48000 s of their
    frames. Equal parts give equal bytes.

    Args:
        parts: What goes into the film.
        output: The MP4 to write; nothing is left there where writing fails.

    Raises:
        MediaError: A part cannot be read or written, or captions overlap.
    """
    import av

    require_order(parts.captions)
    try:
        with (
            removed_on_failure(output),
            open_packets(parts.picture.model) as clip,
            open_packets(parts.sound) as sound,
            av.open(
                str(output),
                "w",
                format="mp4",
                options={
                    "movflags": "+faststart",
                    "fflags": "+bitexact",
                    "movie_timescale": str(SAMPLE_RATE),
                    # The clips' own: of less than 10,000 ticks a second, the muxer makes more.
                    "video_track_timescale": str(1 / parts.picture.time_base),
                },
            ) as film,
        ):
            _copy(parts, clip, sound, film)
    except av.FFmpegError as error:
        raise MediaError(
            f"{output} cannot be put together of its clips and {parts.sound}: {error}"
        ) from error


def _copy(
    parts: FilmParts, clip: InputContainer, sound: InputContainer, film: OutputContainer
) -> None:
    if len(sound.streams.audio) != 1:
        raise MediaError(f"{parts.sound} must hold one sound stream")
    film.metadata["title"] = parts.title
    film.set_chapters(_chapters(parts))
    picture = film.add_stream_from_template(clip.streams.video[0])
    voice = film.add_stream_from_template(sound.streams.audio[0])
    sources = [
        _Source(parts.picture.packets(), picture, parts.picture.time_base),
        _Source(read_packets(parts.sound, "audio"), voice, Fraction(1, SAMPLE_RATE)),
    ]
    if parts.captions:
        stream = _add_caption_stream(film, parts.caption_room)
        sources.append(_Source(_caption_packets(parts), stream, _CAPTION_TIME_BASE))
    for _, packet in heapq.merge(*(source.timed() for source in sources), key=itemgetter(0)):
        film.mux(packet)


@dataclass(frozen=True)
class _Source:
    """Packets in the order of their decoding, the stream that takes them, and their clock."""

    packets: Iterator[Packet[Any]]
    target: Stream
    time_base: Fraction

    def timed(self) -> Iterator[tuple[float, Packet[Any]]]:
        """Yield them as the stream's, each with the second at which it is decoded."""
        tick_s = float(self.time_base)
        for packet in self.packets:
            if packet.dts is None:
                raise MediaError("a packet of the film has no time")
            packet.stream = self.target
            yield packet.dts * tick_s, packet


def _chapters(parts: FilmParts) -> list[ContainerChapter]:
    return [
        {
            "id": number,
            "start": chapter.start_frame,
            "end": chapter.end_frame,
            "time_base": 1 / parts.picture.frame_rate,
            "metadata": {"title": chapter.title},
        }
        for number, chapter in enumerate(parts.chapters)
    ]


def _add_caption_stream(film: OutputContainer, room: CaptionRoom) -> SubtitleStream:
    import pysubs2

    style_sheet = pysubs2.SSAFile()
    style_sheet.styles["Default"].fontsize = room.font_size
    stream = film.add_stream("mov_text")
    stream.codec_context.subtitle_header = style_sheet.to_string("ass").encode()
    stream.codec_context.time_base = stream.time_base = _CAPTION_TIME_BASE
    return stream


def _caption_packets(parts: FilmParts) -> Iterator[Packet[Any]]:
    """Yield each caption as a tx3g sample."""
    from av import Packet

    for caption in parts.captions:
        sample = sample_of(
            caption.shown(), italic=caption.italic, font_size=parts.caption_room.font_size
        )
        packet: Packet[Any] = Packet(sample)
        packet.time_base = _CAPTION_TIME_BASE
        packet.pts = packet.dts = milliseconds(caption.start_s)
        packet.duration = milliseconds(caption.end_s) - milliseconds(caption.start_s)
        yield packet
