"""Messages of a server without what they quote of the question: a prompt is nobody's but theirs."""

import html
import json
from collections.abc import Collection, Iterator
from itertools import groupby

_RUN = 20
"""So many letters in a row, of those that were sent, are a quotation; what is shorter, is one as a
whole."""

_SHORTEST = 5
"""Of fewer letters, nobody can tell."""

_HIDDEN = "(what was asked)"


def without_quotes(text: str, private: Collection[str]) -> str:
    """Return a text without what it quotes, as it was sent or as JSON, Python and HTML write it.

    Args:
        text: What a server says.
        private: What it was sent.
    """
    ways = {way for one in private for way in _ways_to_write(one)}
    for short in sorted((way for way in ways if _SHORTEST <= len(way) < _RUN), key=len):
        text = text.replace(short, _HIDDEN)
    runs = {way[at : at + _RUN] for way in ways for at in range(len(way) - _RUN + 1)}
    quoted = [False] * len(text)
    for at in range(len(text) - _RUN + 1):
        if text[at : at + _RUN] in runs:
            quoted[at : at + _RUN] = [True] * _RUN
    parts = groupby(zip(text, quoted, strict=True), key=lambda one: one[1])
    return "".join(
        _HIDDEN if hidden else "".join(letter for letter, _ in part) for hidden, part in parts
    )


def _ways_to_write(text: str) -> Iterator[str]:
    yield text
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield repr(text)[1:-1]
    yield html.escape(text)
