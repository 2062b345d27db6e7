"""Emphasis in a Fountain script: it is for readers of the page, and neither spoken nor seen."""

import re

_ESCAPED = re.compile(r"\\([*_\\])")
_MARKED = tuple(
    re.compile(rf"{mark}(?=\S)(.+?)(?<=\S){mark}", re.DOTALL)
    for mark in (r"\*\*\*", r"\*\*", r"\*", "_")
)
"""Bold italics, bold, italics, underlined: marks with no space on their inner side."""

_PLACES = "\ue000\ue001\ue002"
_HIDDEN = dict(zip("*_\\", _PLACES, strict=True))
_SHOWN = str.maketrans(dict(zip(_PLACES, "*_\\", strict=True)))
"""Where escaped marks hide while the others are taken off: letters of nobody's (Unicode's private
use)."""


def plain(text: str) -> str:
    r"""Return a text without marks of emphasis; ``\*`` is an asterisk."""
    text = _ESCAPED.sub(lambda found: _HIDDEN[found[1]], text)
    for marked in _MARKED:
        text = marked.sub(r"\1", text)
    return text.translate(_SHOWN)
