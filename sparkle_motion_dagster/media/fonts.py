"""The one font that pictures are lettered with."""

from __future__ import annotations

FONT_FAMILY = "Noto Sans"
"""Latin, Greek and Cyrillic; SIL Open Font License 1.1."""


def font_file() -> str:
    """Return the path of the font."""
    import fontpkg

    return str(fontpkg.path(FONT_FAMILY))
