"""What a caption may be, for those who write captions and those who check them.

The figures are those that broadcasters agree on (BBC Subtitle Guidelines; Netflix Timed Text Style
Guide, General Requirements): two lines of 42 columns, read at leisure, gone soon after the voice.
In frames that are too narrow for that, lines are shorter.
"""

import unicodedata
from collections.abc import Iterable
from math import floor
from typing import Self

from pydantic import Field
from wcwidth import iter_graphemes, width

from sparkle_motion_dagster.units import FrameSize, Record

MOST_LINES = 2

_FONT_SIZE = 16
_FRAME_LINES = 288
"""Players take a size for one of 288 lines, whatever the film's height: 16 is a caption's usual in
a frame that is wider than high."""

_WIDEST = 0.9
"""Most of a frame's width that a line takes: BBC Subtitle Guidelines, 3.1, of 4:3."""

_COLUMN = 0.5
"""How wide a column is, as a share of the font's size: a mean over text in players' usual fonts."""


class CaptionRoom(Record):
    """What a frame has room for.

    In a frame of 16:9 that is what the guidelines say. In a narrower one letters are as large
    beside its shorter side, and lines as long as nine tenths of its width: 32 columns where it is
    square or upright.
    """

    columns: int = Field(
        default=42, ge=1, description="of a line; a character of East Asian width takes two"
    )
    font_size: int = Field(default=_FONT_SIZE, ge=1, description="in 288ths of the frame's height")

    @classmethod
    def of(cls, size: FrameSize) -> Self:
        """Return what there is room for in a frame."""
        shorter = min(size.width, size.height)
        letter = shorter * _COLUMN * _FONT_SIZE / _FRAME_LINES
        usual = cls()
        return cls(
            columns=min(usual.columns, floor(_WIDEST * size.width / letter)),
            font_size=round(_FONT_SIZE * shorter / size.height),
        )


USUAL_ROOM = CaptionRoom()
"""What a frame of 16:9 has room for."""

SHORTEST_S = 1.0
"""How long a caption is shown, in seconds, where the one after it leaves it the time."""

LINGER_S = 0.5
"""How long a caption stays after its last word, in seconds, where nothing follows."""

LONGEST_LINGER_S = 1.0
"""How long it stays where there is more to read than can be read while it is spoken."""

COLUMNS_A_SECOND = 20.0
"""How fast people read."""

_MARKUP = str.maketrans({"{": "｛", "}": "｝", "<": "＜", ">": "＞", "\\": "＼"})
"""Caption formats have no way to quote what players take for markup, and each player takes
something else for it: such characters are written in their full-width forms, which are text
everywhere (Unicode, Halfwidth and Fullwidth Forms)."""

_DRAWN = {ord(full): chr(usual) for usual, full in _MARKUP.items()}


_LEFT_TO_RIGHT, _RIGHT_TO_LEFT, _END = "\u202a", "\u202b", "\u202c"
"""The marks around a row that is read in one direction (Unicode Standard Annex 9, 2.1): players
that know nothing of a text's direction start every row on the left, or as its first letter does."""

_RIGHT_TO_LEFT_LETTERS = frozenset({"R", "AL"})


def directed(rows: Iterable[str], text: str) -> list[str]:
    """Return a caption's rows, marked with the direction in which most of their text is read.

    Rows that are read from left to right, with nothing else in them, need no mark.

    Args:
        rows: The rows as they are shown, a speaker's name among them.
        text: What is spoken, which decides.
    """
    classes = [unicodedata.bidirectional(character) for character in text]
    from_right = sum(kind in _RIGHT_TO_LEFT_LETTERS for kind in classes)
    leftward = from_right > 0 and from_right >= classes.count("L")
    mark = _RIGHT_TO_LEFT if leftward else _LEFT_TO_RIGHT
    return [f"{mark}{row}{_END}" if leftward or _has_leftward(row) else row for row in rows]


def without_direction(text: str) -> str:
    """Return a text without the marks of `directed`."""
    return text.translate(dict.fromkeys(map(ord, _LEFT_TO_RIGHT + _RIGHT_TO_LEFT + _END)))


def _has_leftward(row: str) -> bool:
    return any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT_LETTERS for each in row)


def without_markup(text: str) -> str:
    """Return a text as captions show it: characters of markup in their full-width forms."""
    return text.translate(_MARKUP)


def with_markup(text: str) -> str:
    """Return a caption's text with its characters of markup as they were: where it is drawn."""
    return text.translate(_DRAWN)


def graphemes(text: str) -> list[str]:
    """Split a text into what readers take for characters: with their marks, and emoji as a whole.

    After Unicode Standard Annex 29.
    """
    return list(iter_graphemes(text))


def columns(text: str) -> int:
    """Return how many columns a text takes (Unicode Standard Annex 11)."""
    return width(text, control_codes="ignore")
