"""Typesetting: a text is broken into even rows, as large as there is room for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.titling.rendering import SPACE, runs, width_of, widths
from sparkle_motion_dagster.plan.captions.captioning import graphemes

LEADING = 1.28
"""From one base line to the next, as a share of the font's size."""

ASCENT, DESCENT = 1.0, 0.3
"""How far letters and their marks reach above and below the base line, as shares of the size."""

_STEP = 0.95
"""By so much a text becomes smaller until it has room."""

_PART = 24
"""Characters of the parts of a word that is longer than a row."""

_BROKEN_WORD = 4.0
"""What it costs to break a word, where a row that is empty costs 1."""


class TextTooLongError(MediaError):
    """A text has no room where it is to be written, however small."""


@dataclass(frozen=True)
class Face:
    """How a text is set; sizes are shares of the frame's shorter side.

    What follows the text's first line break is set smaller, `below` times as large, behind a gap
    that is a share of the size, too.
    """

    largest: float
    smallest: float
    most_rows: int
    below: float
    gap: float = 0.0
    weight: int = 600
    below_weight: int = 400


@dataclass(frozen=True)
class Row:
    """A row of text: the size of its font, its width, and what is free above it, in pixels.

    Where it ends within a word, that goes on in the next row.
    """

    text: str
    size: float
    weight: int
    width: float
    above: float = 0.0
    ends_word: bool = True


@dataclass(frozen=True)
class Block:
    """Rows of text, one below the other."""

    rows: tuple[Row, ...]

    @property
    def breaks_words(self) -> bool:
        """Whether a word goes on in the next row."""
        return not all(row.ends_word for row in self.rows)

    @property
    def width(self) -> float:
        """In pixels."""
        return max(row.width for row in self.rows)

    @property
    def height(self) -> float:
        """In pixels, with what letters may have above and below."""
        first, last = self.rows[0], self.rows[-1]
        return ASCENT * first.size + sum(map(_pitch, self.rows[1:])) + DESCENT * last.size

    def bases(self, top: float) -> list[float]:
        """Return the base lines of the rows of a block that begins at a row of pixels."""
        first = top + ASCENT * self.rows[0].size
        return list(accumulate(map(_pitch, self.rows[1:]), initial=first))


def _pitch(row: Row) -> float:
    return LEADING * row.size + row.above


def set_text(text: str, face: Face, width: float, height: float, side: int) -> Block:
    """Return a text as large as it can be written in a box.

    It is wrapped, then made smaller; only where that is not enough are words broken.

    Args:
        text: Its line breaks are kept.
        face: How it is set.
        width: Of the box, in pixels.
        height: Of the box, in pixels.
        side: The frame's shorter side, in pixels.

    Raises:
        TextTooLongError: It has no room, not even in the smallest size.
    """
    heading, *others = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    lines = [_Line(heading, face.weight, 1.0)]
    lines += [_Line(other, face.below_weight, face.below) for other in others]
    blocks = [_block(lines, size, face, width) for size in _sizes(face, side)]
    fitting = [
        block
        for block in blocks
        if len(block.rows) <= face.most_rows and block.height <= height and block.width <= width
    ]
    if fitting:
        return next((block for block in fitting if not block.breaks_words), fitting[0])
    raise TextTooLongError(
        f"it takes {len(blocks[-1].rows)} rows in the smallest letters; there is room for "
        f"{min(face.most_rows, _rows_in(height, face.smallest * side))}"
    )


def _sizes(face: Face, side: int) -> list[float]:
    """Return the sizes that are tried, in pixels, the largest first."""
    sizes, smallest = [face.largest * side], face.smallest * side
    while sizes[-1] * _STEP > smallest:
        sizes.append(sizes[-1] * _STEP)
    return [*sizes, smallest]


def _block(lines: Sequence["_Line"], size: float, face: Face, width: float) -> Block:
    rows = [row for line in lines for row in line.rows(size, width)]
    first = next((number for number, row in enumerate(rows) if row.size < size), None)
    if first is not None:
        rows[first] = replace(rows[first], above=face.gap * size)
    return Block(tuple(rows))


def _rows_in(height: float, size: float) -> int:
    return max(1, math.floor((height / size - ASCENT - DESCENT) / LEADING) + 1)


@dataclass(frozen=True)
class _Piece:
    """What is never broken: its width as a share of the font's size; whether it ends its word."""

    text: str
    width: float
    ends_word: bool


class _Line:
    """A line of a text, up to a line break of its author's."""

    def __init__(self, text: str, weight: int, share: float) -> None:
        self._weight, self._share = weight, share
        parts = [
            (part, number == count - 1)
            for word in text.split()
            for whole in [_parts(word)]
            for count in [len(whole)]
            for number, part in enumerate(whole)
        ]
        simple = tuple(part for part, _ in parts if len(runs(part)) == 1)
        known = dict(zip(simple, widths(simple, weight), strict=True))
        self._pieces = [
            _Piece(part, known.get(part) or width_of(part, weight), ends) for part, ends in parts
        ]

    def rows(self, size: float, width: float) -> list[Row]:
        """Return the line as rows that are no wider than a width, if its pieces are not."""
        own = size * self._share
        return [
            Row(
                text=_joined(pieces),
                size=own,
                weight=self._weight,
                width=own * _width(pieces),
                ends_word=pieces[-1].ends_word,
            )
            for pieces in _broken(self._pieces, width / own)
        ]


def _parts(word: str) -> list[str]:
    characters = graphemes(word)
    count = -(-len(characters) // _PART)
    edges = [len(characters) * number // count for number in range(count + 1)]
    return ["".join(characters[a:b]) for a, b in pairwise(edges)]


def _joined(pieces: Sequence[_Piece]) -> str:
    return "".join(piece.text + " " * piece.ends_word for piece in pieces).rstrip()


def _width(pieces: Sequence[_Piece]) -> float:
    spaces = sum(piece.ends_word for piece in pieces[:-1])
    return math.fsum(piece.width for piece in pieces) + SPACE * spaces


def _broken(pieces: Sequence[_Piece], width: float) -> list[list[_Piece]]:
    """Break pieces into as few rows as can be, and those into rows that are of like length."""
    count = len(pieces)
    best: list[tuple[int, float]] = [(0, 0.0)] + [(count + 1, math.inf)] * count
    starts = [0] * (count + 1)
    for end in range(1, count + 1):
        for start in range(end - 1, -1, -1):
            own = _width(pieces[start:end])
            if own > width and start < end - 1:
                break
            empty = max(1 - own / width, 0.0)
            broken = 0.0 if pieces[end - 1].ends_word else _BROKEN_WORD
            rows, cost = best[start]
            if (found := (rows + 1, cost + empty * empty + broken)) < best[end]:
                best[end], starts[end] = found, start
    broken_rows: list[list[_Piece]] = []
    end = count
    while end:
        broken_rows.insert(0, list(pieces[starts[end] : end]))
        end = starts[end]
    return broken_rows
