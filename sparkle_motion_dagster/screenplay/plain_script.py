"""Reading scripts in plain text, laid out as they are typed: indented names and speeches.

That is Fountain with spaces before its lines, and with what printed pages have besides: a title
page, page numbers, and what says that a scene or a speech goes on.
"""

import re
import textwrap
from dataclasses import replace

from sparkle_motion_dagster.screenplay.elements import Screenplay
from sparkle_motion_dagster.screenplay.fountain import read_fountain
from sparkle_motion_dagster.screenplay.title_pages import typed_title_page

_PAGE = re.compile(r"\(?(?:MORE|CONTINUED)\)?:?(?:\s*\(\d+\))?|\d{1,4}\.?", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?P<left>\d{1,4}[A-Z]?)?\s+(?P<heading>(?:INT|EXT|EST|I/E)\b.*?)(?:\s{2,}(?P<right>\d{1,4}[A-Z]?))?"
)

_CENTRED = re.compile(r"\s{10,}\S.*")
"""A line of a title page: it stands in the middle of the page, or at its right edge."""


def read_plain_script(text: str) -> Screenplay:
    """Return what a script in plain text says; see `read_fountain`."""
    lines = textwrap.dedent(text.removeprefix("\ufeff").expandtabs(4)).splitlines()
    begin = next((at for at, line in enumerate(lines) if _is_script(line)), len(lines))
    script = read_fountain("\n".join([*[""] * begin, *map(_as_fountain, lines[begin:])]))
    title_page = typed_title_page([line for line in lines[:begin] if line.strip()])
    return replace(script, title_page={**title_page, **script.title_page})


def _is_script(line: str) -> bool:
    """Tell whether a line is none of a title page."""
    return bool(line.strip()) and _CENTRED.fullmatch(line) is None


def _as_fountain(line: str) -> str:
    """Return a line as Fountain has it; lines are kept, so that they keep their numbers."""
    words = line.strip()
    if _PAGE.fullmatch(words):
        return ""
    numbered = _NUMBERED.fullmatch(f" {words}") or _NUMBERED.fullmatch(words)
    if numbered is not None and (number := numbered["left"] or numbered["right"]):
        return f"{numbered['heading'].strip()} #{number}#"
    return words
