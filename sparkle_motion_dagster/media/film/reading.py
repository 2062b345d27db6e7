"""Reading a finished film once, packet by packet, held against what it was put together of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.caption_check import captions_in
from sparkle_motion_dagster.media.film.expected import ExpectedFilm
from sparkle_motion_dagster.media.film.join import parameters_of
from sparkle_motion_dagster.media.packets import open_packets, read_packets

if TYPE_CHECKING:
    from av import Packet
    from av.container import InputContainer
    from av.stream import Stream


class Copy:
    """A stream of a film, held against the packets that it must be a copy of, one after the other.

    Attributes:
        packets: How many there are.
        expected: How many there must be.
        differing: How many hold other bytes, are missing, or are too many.
        first_differing: The number of the first of those; None: there is none.
        mistimed: How many begin, are decoded, or end at another time.
        deviation_s: By how many seconds one is shown, or heard, too early or too late, at most.
        damaged: How many the container itself holds for damaged.
        keyframes: The numbers of those at which decoding can begin, as the expected ones say.
    """

    def __init__(self, expected: Iterator[Packet[Any]]) -> None:
        self._expected = expected
        self.packets = self.expected = self.differing = self.mistimed = self.damaged = 0
        self.first_differing: int | None = None
        self.keyframes: list[int] = []
        self.deviation_s = self._tick_s = Fraction(0)
        self._end = 0

    @property
    def end_s(self) -> Fraction:
        """When the last one ends, in seconds."""
        return self._end * self._tick_s

    @property
    def is_exact(self) -> bool:
        """Whether every packet is there, byte for byte, at its time, and no other."""
        return not (self.differing or self.mistimed or self.damaged)

    def take(self, packet: Packet[Any]) -> None:
        """Take the next packet, in the order of decoding."""
        self.damaged += packet.is_corrupt
        if packet.pts is not None and packet.duration is not None:
            self._end, self._tick_s = max(self._end, packet.pts + packet.duration), packet.time_base
        expected = next(self._expected, None)
        if expected is None:
            self._note_differing()
        else:
            self.expected += 1
            if bytes(packet) != bytes(expected):
                self._note_differing()
            if expected.is_keyframe:
                self.keyframes.append(self.packets)
            self._compare_times(packet, expected)
        self.packets += 1

    def end(self) -> None:
        """Take note that no packet follows."""
        for number, _ in enumerate(self._expected):
            self.expected += 1
            self._note_differing(after=number)

    def _note_differing(self, after: int = 0) -> None:
        if self.first_differing is None:
            self.first_differing = self.packets + after
        self.differing += 1

    def _compare_times(self, packet: Packet[Any], expected: Packet[Any]) -> None:
        if _times(packet) == _times(expected):
            return
        shown, promised = _seconds(packet.pts, packet), _seconds(expected.pts, expected)
        self.mistimed += (
            shown != promised
            or _seconds(packet.dts, packet) != _seconds(expected.dts, expected)
            or _seconds(packet.duration, packet) != _seconds(expected.duration, expected)
        )
        if shown is not None and promised is not None:
            self.deviation_s = max(self.deviation_s, abs(shown - promised))


class FrameTimes:
    """At which of a film's times a frame is shown: k / frame rate, for each frame k.

    It goes by the film alone: what holds it against its clips takes the times from whoever joined
    them. A byte a frame is kept.
    """

    def __init__(self, frames: int, frames_per_tick: Fraction) -> None:
        self._shown = bytearray(frames)
        self._per_tick = frames_per_tick

    @property
    def missing(self) -> int:
        """How many of them have no frame."""
        return self._shown.count(0)

    def take(self, packet: Packet[Any]) -> None:
        """Take the next packet, in any order."""
        if packet.pts is not None:
            per_tick = self._per_tick
            frame, rest = divmod(packet.pts * per_tick.numerator, per_tick.denominator)
            if not rest and 0 <= frame < len(self._shown):
                self._shown[frame] = 1


def _times(packet: Packet[Any]) -> tuple[int | None, int | None, int | None, Fraction]:
    return packet.pts, packet.dts, packet.duration, packet.time_base


def _seconds(ticks: int | None, packet: Packet[Any]) -> Fraction | None:
    return None if ticks is None else ticks * packet.time_base


@dataclass
class FilmReading:
    """What a film holds.

    Attributes:
        picture: Its first picture stream, held against the clips.
        sound: Its first sound stream, held against the mastered sound.
        times: When its frames are shown.
        entrances: The numbers of the picture's packets at which, its index says, players may begin.
        parameters: What decoders of the picture are told, by name; see ``join.parameters_of``.
        streams: How many streams there are of a kind, by its name.
        sounds: The form of each sound stream.
        sound_headers: The codec headers of the first, and those that it must have.
        lengths_s: What the container says of its own length, and of its streams', by name.
        title: Its title.
        chapters: Its chapters, in seconds.
        captions: Its captions, in the order in which they are stored.
    """

    picture: Copy
    sound: Copy
    times: FrameTimes
    entrances: list[int]
    parameters: dict[str, str]
    streams: dict[str, int]
    sounds: list[str]
    sound_headers: tuple[bytes, bytes]
    lengths_s: dict[str, Fraction]
    title: str | None
    chapters: list[tuple[Fraction, Fraction]]
    captions: list[Caption] = field(default_factory=list)


def read_film(film: Path, expected: ExpectedFilm) -> FilmReading:
    """Read a film from its first packet to its last, and nothing twice.

    Nothing is decoded, and memory does not grow with the film's length: what it is held against is
    read along with it.

    Raises:
        av.FFmpegError: It cannot be read, or what it was put together of cannot.
        MediaError: No decoder of one of its streams is known.
    """
    with open_packets(film) as container, open_packets(expected.sound) as sound:
        reading = _headers(container, sound, expected)
        video, audio = container.streams.video[:1], container.streams.audio[:1]
        takers = {
            **{stream.index: (reading.picture, reading.times) for stream in video},
            **{stream.index: (reading.sound,) for stream in audio},
        }
        captions = {stream.index for stream in container.streams.subtitles}
        for packet in container.demux():
            if not packet.size:  # the demuxer ends with an empty one
                continue
            for taker in takers.get(packet.stream.index, ()):
                taker.take(packet)
            if packet.stream.index in captions:
                reading.captions.extend(captions_in(packet))
        reading.picture.end()
        reading.sound.end()
    return reading


def _headers(
    container: InputContainer, sound: InputContainer, expected: ExpectedFilm
) -> FilmReading:
    import av

    pictures, sounds = container.streams.video, container.streams.audio
    for stream in (*pictures, *sounds):
        if stream.codec_context is None:
            raise MediaError(f"the codec of its {stream.type} stream is unknown")
    kinds = [stream.type for stream in container.streams]
    tick_s = Fraction(pictures[0].time_base or 0) if pictures else Fraction(0)
    lengths = {"film_s": Fraction(container.duration or 0, av.time_base)}
    for stream in (*pictures, *sounds):
        lengths[f"{stream.type}_s"] = Fraction((stream.duration or 0) * (stream.time_base or 1))
    return FilmReading(
        picture=Copy(expected.picture.packets()),
        sound=Copy(read_packets(expected.sound, "audio")),
        times=FrameTimes(expected.frames, tick_s * expected.frame_rate),
        entrances=[
            number
            for stream in pictures[:1]
            for number, entry in enumerate(stream.index_entries)
            if entry.is_keyframe
        ],
        parameters=parameters_of(pictures[0]) if pictures else {},
        streams={kind: kinds.count(kind) for kind in kinds},
        sounds=[
            f"{one.codec_context.name} {one.sample_rate} Hz {one.layout.name}" for one in sounds
        ],
        sound_headers=(_codec_headers(sounds[:1]), _codec_headers(sound.streams.audio[:1])),
        lengths_s=lengths,
        title=container.metadata.get("title"),
        chapters=[
            (chapter["start"] * base, chapter["end"] * base)
            for chapter in container.chapters()
            if (base := chapter["time_base"])
        ],
    )


def _codec_headers(streams: tuple[Stream, ...]) -> bytes:
    return b"".join(stream.codec_context.extradata or b"" for stream in streams)
