"""The lines of a Fountain script, without what is not part of the story: boneyard and notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sparkle_motion_dagster.screenplay.elements import Note

_TAKEN_OUT = re.compile(r"/\*.*?\*/|\[\[(?:(?!\n[ ]?\n|\[\[).)*?\]\]", re.DOTALL)
"""A boneyard, of any length, or a note, which no empty line interrupts (fountain.io/syntax).

Where another note begins, none ends: each bracket is looked at once, however many there are.
"""

_TAB = "    "


@dataclass(frozen=True)
class Line:
    """A line of the script.

    Attributes:
        number: Which one, from 1.
        text: What it says, spaces at its end included: two of them alone keep a speech going.
    """

    number: int
    text: str

    @property
    def words(self) -> str:
        """What it says, without spaces around it."""
        return self.text.strip()

    @property
    def is_blank(self) -> bool:
        """Whether it parts what stands before it from what stands behind."""
        return not self.words


def script_lines(text: str) -> tuple[tuple[Line, ...], tuple[Note, ...]]:
    """Return the lines of a script that are part of the story, and its notes.

    A line of which nothing is left but what was taken out of it is gone, as if it had never been:
    a paragraph goes on behind it.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    notes, kept, end = [], [], 0
    for found in _TAKEN_OUT.finditer(text):
        kept.append(text[end : found.start()])
        kept.append(_GONE + "\n".join([_GONE] * (found[0].count("\n") + 1)))
        if found[0].startswith("[["):
            said = " ".join(found[0][2:-2].split())
            notes.append(Note(text.count("\n", 0, found.start()) + 1, said))
        end = found.end()
    kept.append(text[end:])
    return tuple(_lines("".join(kept))), tuple(notes)


_GONE = "\x00"
"""Marks where something was taken out; no text file holds it."""


def _lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        left = line.replace(_GONE, "").replace("\t", _TAB)
        if left.strip() or _GONE not in line:
            yield Line(number, left)
