"""Cutting a text into parts of whole sentences."""

import math
import re
from collections.abc import Sequence

_CLOSING = r"[\"”’'»)\]」』）]*"
_SENTENCE = re.compile(
    r".+?(?:(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSt)[.!?…]+"
    rf"{_CLOSING}\s+|[。！？]+{_CLOSING}\s*|$)"
)
"""A sentence, and the space behind it: Chinese has none."""


def parts_of(text: str, most: int) -> Sequence[str]:
    """Return a text in parts of whole sentences, about as long as each other.

    Args:
        text: What is told or said.
        most: About how many letters a part has at most, where it has more than one sentence.
    """
    text = " ".join(text.split())
    wanted = len(text) / max(1, math.ceil(len(text) / most))
    parts = [""]
    for sentence in _SENTENCE.findall(text):
        if parts[-1] and len(parts[-1]) + len(sentence) / 2 > wanted:
            parts.append("")
        parts[-1] += sentence
    if len(parts) > 1 and len(parts[-1]) < wanted / 3:
        parts[-2:] = [parts[-2] + parts[-1]]
    return [part.rstrip() for part in parts if part]
