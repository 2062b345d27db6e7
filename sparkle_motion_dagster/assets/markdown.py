"""Markdown, as Dagster's web UI shows it in metadata."""

import re

SHOWN_AT_ONCE = 999
"""Characters of Markdown that the web UI shows; what is longer hides behind "[Show Markdown]".

Source: `MetadataEntry.tsx` of Dagster's web UI, `mdStr.length < 1000`.
"""


def escaped(text: str) -> str:
    """Return a text in which marks of Markdown are text."""
    return re.sub(r"([\\|*_`\[\]<>~#&])", r"\\\1", text)


def linked(shown: str, address: str) -> str:
    """Return Markdown that leads to an address."""
    return f"[{shown}]({address})"


def picture(name: str, address: str) -> str:
    """Return a picture, which reads as its name where it cannot be shown."""
    return f"![{escaped(name)}]({address})"
