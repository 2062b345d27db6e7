"""What a caption may be, for those who write captions and those who check them.

The figures are those that broadcasters agree on (BBC Subtitle Guidelines; Netflix Timed Text Style
Guide, General Requirements): two lines of 42 columns, read at leisure, gone soon after the voice.
"""

from wcwidth import iter_graphemes, width

MOST_LINES = 2
MOST_COLUMNS = 42
"""Columns of a line; a character of East Asian width takes two."""

SHORTEST_S = 1.0
"""How long a caption is shown, in seconds, where the one after it leaves it the time."""

LINGER_S = 0.5
"""How long a caption stays after its last word, in seconds, where nothing follows."""

LONGEST_LINGER_S = 1.0
"""How long it stays where there is more to read than can be read while it is spoken."""

COLUMNS_A_SECOND = 20.0
"""How fast people read."""

_MARKUP = str.maketrans({"{": "｛", "}": "｝", "<": "＜", ">": "＞", "\\": "＼"})
"""Caption formats have no way to quote what players take for markup, and each player takes
something else for it: such characters are written in their full-width forms, which are text
everywhere (Unicode, Halfwidth and Fullwidth Forms)."""


def without_markup(text: str) -> str:
    """Return a text as captions show it: characters of markup in their full-width forms."""
    return text.translate(_MARKUP)


def graphemes(text: str) -> list[str]:
    """Split a text into what readers take for characters: with their marks, and emoji as a whole.

    After Unicode Standard Annex 29.
    """
    return list(iter_graphemes(text))


def columns(text: str) -> int:
    """Return how many columns a text takes (Unicode Standard Annex 11)."""
    return width(text, control_codes="ignore")
