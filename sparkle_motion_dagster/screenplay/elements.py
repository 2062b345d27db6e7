"""What a screenplay is made of; every element knows the line of the script that it begins on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class SceneHeading:
    """Where and when what follows happens: ``INT. LAMP ROOM - NIGHT #12#``.

    Attributes:
        line: Where it stands in the script, from 1.
        text: All of it, as it is written, but for its number.
        number: The scene's own number; None: it has none.
    """

    line: int
    text: str
    number: str | None = None


@dataclass(frozen=True)
class Action:
    """What is seen: a paragraph, whose lines are kept.

    Attributes:
        line: Where it begins in the script, from 1.
        text: Its lines.
        centred: Whether it stands in the middle of the page, as titles do.
    """

    line: int
    text: str
    centred: bool = False


@dataclass(frozen=True)
class Lyrics:
    """A song of which the script does not say who sings it: its lines are kept."""

    line: int
    text: str


@dataclass(frozen=True)
class Direction:
    """How the line behind it is said, without its brackets: ``(softly)``."""

    line: int
    text: str


@dataclass(frozen=True)
class Spoken:
    """What is said, without a break.

    Attributes:
        line: Where it begins in the script, from 1.
        text: The words; lines of the script are joined.
        sung: Whether these are lyrics.
    """

    line: int
    text: str
    sung: bool = False


@dataclass(frozen=True)
class Speech:
    """What somebody says at once.

    Attributes:
        line: Where the name stands in the script, from 1.
        speaker: The name, as it is written.
        extensions: What stands in brackets behind it: ``V.O.``, ``O.S.``, ``CONT'D``.
        parts: What is said and how, in order.
        dual: Whether it is said at the same time as the speech before.
    """

    line: int
    speaker: str
    extensions: tuple[str, ...]
    parts: tuple[Direction | Spoken, ...]
    dual: bool = False


@dataclass(frozen=True)
class Transition:
    """How one shot becomes the next: ``DISSOLVE TO:``."""

    line: int
    text: str


@dataclass(frozen=True)
class Section:
    """A part of the script that its author names: an act, a sequence.

    Attributes:
        line: Where it stands in the script, from 1.
        text: Its name.
        level: How deep it lies, from 1.
    """

    line: int
    text: str
    level: int


@dataclass(frozen=True)
class Synopsis:
    """What a part is about, which nobody sees."""

    line: int
    text: str


@dataclass(frozen=True)
class Note:
    """What the author notes, which nobody sees."""

    line: int
    text: str


@dataclass(frozen=True)
class PageBreak:
    """The script goes on on another page."""

    line: int


Element: TypeAlias = (
    SceneHeading | Action | Lyrics | Speech | Transition | Section | Synopsis | Note | PageBreak
)


@dataclass(frozen=True)
class Screenplay:
    """A script.

    Attributes:
        title_page: What stands before it, by its lower-case name: ``title``, ``author``.
        elements: All else, in order.
    """

    title_page: Mapping[str, str] = field(default_factory=dict)
    elements: tuple[Element, ...] = ()
