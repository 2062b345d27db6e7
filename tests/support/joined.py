"""Pictures of films by themselves: joined into silent files, and packet by packet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av

from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.caption_check import captions_in
from sparkle_motion_dagster.media.film.join import Piece, join
from sparkle_motion_dagster.media.packets import read_packets


def join_clips(pieces: Sequence[Piece], film: Path, *, frame_rate: Fraction) -> tuple[range, ...]:
    """Write the picture of pieces into a silent MP4, and return the frames that each takes."""
    picture = join(pieces, frame_rate)
    with (
        av.open(str(picture.model)) as model,
        av.open(str(film), "w", format="mp4", options={"fflags": "+bitexact"}) as silent,
    ):
        stream = silent.add_stream_from_template(model.streams.video[0])
        for packet in picture.packets():
            packet.stream = stream
            silent.mux(packet)
    return picture.places


def encoded(pieces: Sequence[Piece]) -> Iterator[bytes]:
    """Yield what pieces hold, packet by packet, in the order in which they are decoded."""
    for piece in pieces:
        span = (0, None) if piece.frames is None else (piece.frames.start, piece.frames.stop)
        yield from map(bytes, islice(read_packets(piece.clip), *span))


def read_captions(film: Path) -> tuple[Caption, ...]:
    """Return the captions that a film holds, in the order in which they are stored."""
    with av.open(str(film)) as container:
        if not container.streams.subtitles:
            return ()
        packets = container.demux(*container.streams.subtitles)
        return tuple(caption for packet in packets for caption in captions_in(packet))
