"""How long it takes to say a line."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from unicodedata import east_asian_width

LETTERS_A_SECOND = 14.0
"""How fast people speak of whom nothing is known: 150 words a minute of some 5.6 letters and
spaces. Lines that take longer lengthen their shot."""

Paces = Mapping[str, float]
"""How fast each character speaks, by name, in letters a second; who is not in it does so at
`LETTERS_A_SECOND`."""

NO_PACES: Paces = MappingProxyType({})

_LETTERS_A_SYLLABLE = 2.7
"""What a letter that is a syllable counts, as in Chinese: Mandarin has 5.2 of them a second
(Pellegrino, Coupé and Marsico, "A cross-language perspective on speech information rate", 2011)."""

_DIRECTION = re.compile(r"\[[^\[\]]*\]\s*")
"""How something is said, which is not said itself."""


def letters_in(text: str) -> float:
    """Return how many letters of a line are said, without its directions."""
    said = _DIRECTION.sub("", text)
    syllables = sum(east_asian_width(letter) == "W" for letter in said)
    return len(said) + (_LETTERS_A_SYLLABLE - 1) * syllables


def spoken_seconds(text: str, pace: float = LETTERS_A_SECOND) -> float:
    """Return how long a line takes to say, in seconds.

    Args:
        text: The line.
        pace: How fast it is said, in letters a second.
    """
    return letters_in(text) / pace
