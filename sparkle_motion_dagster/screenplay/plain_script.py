"""Reading scripts in plain text, laid out as they are typed: indented names and speeches.

That is Fountain with spaces before its lines, and with what printed pages have besides: page
numbers, and what says that a scene or a speech goes on.
"""

import re

from sparkle_motion_dagster.screenplay.elements import Screenplay
from sparkle_motion_dagster.screenplay.fountain import read_fountain

_PAGE = re.compile(r"\(?(?:MORE|CONTINUED)\)?:?(?:\s*\(\d+\))?|\d{1,4}\.?", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?P<left>\d{1,4}[A-Z]?)?\s+(?P<heading>(?:INT|EXT|EST|I/E)\b.*?)(?:\s{2,}(?P<right>\d{1,4}[A-Z]?))?"
)


def read_plain_script(text: str) -> Screenplay:
    """Return what a script in plain text says; see `read_fountain`."""
    return read_fountain("\n".join(map(_as_fountain, text.expandtabs(4).splitlines())))


def _as_fountain(line: str) -> str:
    """Return a line as Fountain has it; lines are kept, so that they keep their numbers."""
    words = line.strip()
    if _PAGE.fullmatch(words):
        return ""
    numbered = _NUMBERED.fullmatch(f" {words}") or _NUMBERED.fullmatch(words)
    if numbered is not None and (number := numbered["left"] or numbered["right"]):
        return f"{numbered['heading'].strip()} #{number}#"
    return words
