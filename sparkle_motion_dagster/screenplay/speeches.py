"""Who speaks by a line of a script: a name, and what stands in brackets behind it."""

import re
from dataclasses import dataclass

_CUE = re.compile(r"([^()^]*[^()^\s])((?:\s*\([^()]*\))*)\s*(\^?)")
_EXTENSION = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Cue:
    """Who is about to speak.

    Attributes:
        speaker: The name, as it is written.
        extensions: What stands in brackets behind it: ``V.O.``, ``O.S.``, ``CONT'D``.
        dual: Whether it is marked as said at the same time as the speech before.
    """

    speaker: str
    extensions: tuple[str, ...]
    dual: bool


def cue(words: str) -> Cue | None:
    """Return who speaks by a line; None: it is no name with brackets behind it."""
    found = _CUE.fullmatch(words.strip())
    if found is None:
        return None
    extensions = tuple(" ".join(said.split()) for said in _EXTENSION.findall(found[2]))
    return Cue(found[1].strip(), extensions, bool(found[3]))
