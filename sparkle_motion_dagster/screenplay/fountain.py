"""Reading Fountain, the plain text that screenplays are written in (fountain.io/syntax, 1.1).

The parsers that packages ship (fountain-parser 0.1.1, screenplain 0.12.0) tell of no element on
which line of the script it stands.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sparkle_motion_dagster.screenplay.elements import (
    Action,
    Direction,
    Element,
    Lyrics,
    PageBreak,
    SceneHeading,
    Screenplay,
    Section,
    Speech,
    Spoken,
    Synopsis,
    Transition,
)
from sparkle_motion_dagster.screenplay.emphasis import plain
from sparkle_motion_dagster.screenplay.fountain_lines import Line, script_lines
from sparkle_motion_dagster.screenplay.speeches import Cue, cue

_HEADING = re.compile(
    r"(?:int|ext|est|int\.?/ext|ext\.?/int|i\.?/e|innen|au(?:ss|ß|ẞ)en)(?:\.|\s)\s*\S",
    re.IGNORECASE,
)
"""What a scene's heading begins with; German ones, too."""

_NUMBER = re.compile(r"\s*#([\w.-]+)#\s*$")
_TRANSITION = re.compile(r"(?:.*\bTO:|FADE (?:IN|OUT|UP)[.:]?|(?:.* )?TO BLACK[.:]?)")
"""What ends in TO:, as the syntax has it, and the fades that scripts begin and end with."""

_TITLE_ENTRY = re.compile(r"([^\W\d_][\w ]*):(.*)")
_SECTION = re.compile(r"(#+)\s*(.*)")
_PAGE_BREAK = re.compile(r"={3,}")
_FORCED = tuple("!.>@#=~")


def read_fountain(text: str) -> Screenplay:
    """Return what a Fountain script says; whatever is nothing else is action."""
    lines, notes = script_lines(text)
    title_page, rest = _title_page(lines)
    elements = sorted((*_Reader(rest).elements(), *notes), key=lambda element: element.line)
    return Screenplay(title_page, tuple(elements))


def _title_page(lines: Sequence[Line]) -> tuple[Mapping[str, str], Sequence[Line]]:
    """Return the title page that a script may begin with, and what stands behind it."""
    begin = next((index for index, line in enumerate(lines) if not line.is_blank), len(lines))
    entries: dict[str, list[str]] = {}
    name = ""
    for index in range(begin, len(lines)):
        line = lines[index]
        if line.is_blank:
            break
        entry = _TITLE_ENTRY.fullmatch(line.text.rstrip())
        if entry is not None and not _TRANSITION.fullmatch(line.words):
            name = " ".join(entry[1].lower().split())
            entries[name] = [entry[2].strip()]
        elif name and line.text[:1].isspace():
            entries[name].append(line.words)
        else:
            return {}, lines[begin:]
    else:
        index = len(lines)
    page = {name: plain("\n".join(filter(None, said))) for name, said in entries.items()}
    return page, lines[index:]


@dataclass
class _Reader:
    """Reads lines one by one; ``_at`` is the next one."""

    lines: Sequence[Line]
    _at: int = 0

    def elements(self) -> Iterator[Element]:
        while self._at < len(self.lines):
            if self._here.is_blank:
                self._at += 1
            else:
                yield self._element()

    @property
    def _here(self) -> Line:
        return self.lines[self._at]

    def _is_blank(self, at: int) -> bool:
        return not 0 <= at < len(self.lines) or self.lines[at].is_blank

    def _element(self) -> Element:
        line, words = self._here, self._here.words
        alone = self._is_blank(self._at - 1)
        if (marked := self._marked(line.number, words)) is not None:
            self._at += 1
            return marked
        if alone and _HEADING.match(words):
            self._at += 1
            return _heading(line.number, words)
        if alone and self._is_blank(self._at + 1) and _TRANSITION.fullmatch(words):
            self._at += 1
            return Transition(line.number, words)
        speaks = (alone or words.startswith("@")) and not self._is_blank(self._at + 1)
        if speaks and (speaker := _cue(words)) is not None:
            return self._speech(speaker)
        return self._lyrics() if words.startswith("~") else self._action()

    def _marked(self, number: int, words: str) -> Element | None:
        """Return the element that a line is by its first letters; None: those say nothing."""
        if _PAGE_BREAK.fullmatch(words):
            return PageBreak(number)
        if words.startswith("="):
            return Synopsis(number, words[1:].strip())
        if (section := _SECTION.fullmatch(words)) is not None:
            return Section(number, section[2], len(section[1]))
        if words.startswith(".") and words[1:2] not in (".", ""):
            return _heading(number, words[1:].strip())
        if words.startswith(">") and words.endswith("<") and len(words) > 1:
            return Action(number, plain(words[1:-1].strip()), centred=True)
        if words.startswith(">"):
            return Transition(number, words[1:].strip())
        return None

    def _action(self) -> Action:
        """Read a paragraph, up to an empty line or to what is something else by its mark."""
        first, paragraph = self._here, [self._here.words.lstrip("!")]
        self._at += 1
        while not self._is_blank(self._at) and not self._here.words.startswith(_FORCED):
            paragraph.append(self._here.text)
            self._at += 1
        return Action(first.number, plain("\n".join(line.strip() for line in paragraph)))

    def _lyrics(self) -> Lyrics:
        first, song = self._here, []
        while self._at < len(self.lines) and self._here.words.startswith("~"):
            song.append(self._here.words.lstrip("~").strip())
            self._at += 1
        return Lyrics(first.number, plain("\n".join(song)))

    def _speech(self, who: Cue) -> Speech:
        number = self._here.number
        self._at += 1
        parts: list[Direction | Spoken] = []
        while self._at < len(self.lines) and self._goes_on(self._here):
            part = self._part()
            if part is not None:
                parts.append(part)
        return Speech(number, who.speaker, who.extensions, tuple(parts), who.dual)

    def _goes_on(self, line: Line) -> bool:
        """Tell whether a line is part of a speech: two spaces are an empty line of it."""
        return not line.is_blank or len(line.text) > 1

    def _part(self) -> Direction | Spoken | None:
        """Read a direction, or what is said up to the next one; None: an empty line."""
        first, said = self._here, [self._here.words]
        self._at += 1
        if first.is_blank:
            return None
        if said[0].startswith("("):
            while not said[-1].endswith(")") and not self._is_blank(self._at):
                said.append(self._here.words)
                self._at += 1
            direction = " ".join(said).removeprefix("(").removesuffix(")")
            return Direction(first.number, plain(direction).strip())
        sung = said[0].startswith("~")
        while not self._is_blank(self._at) and _says_on(self._here.words, sung=sung):
            said.append(self._here.words)
            self._at += 1
        return Spoken(first.number, plain(" ".join(line.lstrip("~") for line in said)), sung)


def _says_on(words: str, *, sung: bool) -> bool:
    return not words.startswith("(") and words.startswith("~") == sung


def _heading(line: int, words: str) -> SceneHeading:
    number = _NUMBER.search(words)
    text = words if number is None else words[: number.start()]
    return SceneHeading(line, plain(text), None if number is None else number[1])


def _cue(words: str) -> Cue | None:
    """Return who speaks by a line; None: nobody.

    A name is all capitals. Scripts that have none, such as Chinese, mark it with an ``@``.
    """
    found = cue(words.removeprefix("@"))
    if found is None or words.startswith("!"):
        return None
    name = plain(found.speaker)
    is_name = name == name.upper() and any(map(str.isupper, name))
    return replace(found, speaker=name) if is_name or words.startswith("@") else None
