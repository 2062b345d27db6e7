"""The check of a film's captions: read back from the film, and held against what is spoken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.tx3g import read_sample
from sparkle_motion_dagster.plan.captions import captioning
from sparkle_motion_dagster.plan.captions.captioning import CaptionRoom
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from av import Packet

_TOLERANCE_S = 0.001
"""Captions count in milliseconds."""

_LENGTH_BYTES = 2
"""A sample begins with its length in 16 bits (3GPP TS 26.245, 5.17)."""


@dataclass(frozen=True)
class SpokenLine:
    """A line that sounds on the track, from `start` up to `end` (samples), and who says what.

    Its captions are in italics where it is spoken off screen.
    """

    start: int
    end: int
    speaker: str
    text: str
    off_screen: bool = False

    @property
    def start_s(self) -> float:
        """When it begins, in seconds of the film."""
        return self.start / SAMPLE_RATE

    @property
    def end_s(self) -> float:
        """When it ends, in seconds of the film."""
        return self.end / SAMPLE_RATE


def captions_in(packet: Packet[Any]) -> Iterator[Caption]:
    """Yield the caption that a packet of a film holds; an empty one says that nothing is shown."""
    if packet.size > _LENGTH_BYTES and packet.pts is not None and packet.duration is not None:
        start, end = (
            ticks * packet.time_base for ticks in (packet.pts, packet.pts + packet.duration)
        )
        yield Caption(float(start), float(end), *read_sample(bytes(packet)))


def check_captions(
    captions: Sequence[Caption], lines: Sequence[SpokenLine], room: CaptionRoom
) -> tuple[bool, dict[str, JsonValue]]:
    """Say whether captions show what is spoken, when it is, so that it can be read; and figures."""
    shown = [_of_line(line, captions) for line in lines]
    strays = len(captions) - sum(map(len, shown))
    late = [cues[0].start_s - line.start_s for line, cues in zip(lines, shown, strict=True) if cues]
    overstayed = [
        caption.end_s
        - max(line.end_s + captioning.LONGEST_LINGER_S, caption.start_s + captioning.SHORTEST_S)
        for line, cues in zip(lines, shown, strict=True)
        for caption in cues
    ]
    wrong: list[JsonValue] = [
        number
        for number, (line, speaker, cues) in enumerate(
            zip(lines, _speakers(lines), shown, strict=True), 1
        )
        if not _says(line, speaker, cues)
    ]
    other_style: list[JsonValue] = [
        number
        for number, (line, cues) in enumerate(zip(lines, shown, strict=True), 1)
        if any(cue.italic != line.off_screen for cue in cues)
    ]
    overlaps = sum(
        other.start_s < one.end_s - _TOLERANCE_S / 2 for one, other in pairwise(captions)
    )
    rows = [caption.text.split("\n") for caption in captions]
    most_rows = max(map(len, rows), default=0)
    widest = max((captioning.columns(row) for text in rows for row in text), default=0)
    seconds = [caption.end_s - caption.start_s for caption in captions]
    cut_short = sum(
        one.end_s - one.start_s < captioning.SHORTEST_S - _TOLERANCE_S
        and one.end_s < other.start_s - _TOLERANCE_S
        for one, other in pairwise(captions)
    )
    passed = (
        not (strays or wrong or other_style or overlaps or cut_short)
        and max(map(abs, late), default=0.0) <= _TOLERANCE_S
        and max(overstayed, default=0.0) <= _TOLERANCE_S
        and min(seconds, default=1.0) > 0
        and most_rows <= captioning.MOST_LINES
        and widest <= room.columns
    )
    return passed, {
        "captions": len(captions),
        "lines": len(lines),
        "lines_with_other_words": wrong,
        "lines_in_another_style": other_style,
        "captions_outside_their_lines": strays,
        "largest_delay_ms": round(1000 * max(late, key=abs, default=0.0), 3),
        "overlaps": overlaps,
        "most_rows": most_rows,
        "allowed_rows": captioning.MOST_LINES,
        "widest_row": widest,
        "allowed_columns": room.columns,
        "shortest_s": round(min(seconds), 3) if seconds else None,
        "gone_too_soon": cut_short,
        "longest_s": round(max(seconds), 3) if seconds else None,
        "stays_too_long_s": round(max(0.0, *overstayed), 3) if overstayed else 0.0,
    }


def _of_line(line: SpokenLine, captions: Sequence[Caption]) -> list[Caption]:
    """Return the captions that begin while a line is spoken."""
    return [
        caption
        for caption in captions
        if line.start_s - _TOLERANCE_S <= caption.start_s < line.end_s - _TOLERANCE_S
    ]


def _speakers(lines: Sequence[SpokenLine]) -> Iterator[str | None]:
    """Yield the speaker that a line's captions must name; None: the one before speaks on."""
    before: str | None = None
    for line in lines:
        yield None if line.speaker == before else line.speaker
        before = line.speaker


def _says(line: SpokenLine, named: str | None, captions: Sequence[Caption]) -> bool:
    """Say whether captions show a line's words; words may be parted, a name may stand first."""
    shown = _squeezed("".join(caption.text for caption in captions))
    with_name = _squeezed(f"{line.speaker}:{line.text}")
    return shown == with_name or (named is None and shown == _squeezed(line.text))


def _squeezed(text: str) -> str:
    return "".join(captioning.without_direction(captioning.without_markup(text)).split())
