"""What the one font can write: words as wide as they are, and the names of scripts that it lacks.

Whoever letters a picture asks here: the storyboard, titles, and what checks plans.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

FONT_FAMILY = "Noto Sans"
"""Latin, Greek, Cyrillic and Devanagari; SIL Open Font License 1.1."""

ELLIPSIS = "…"

_FAMILIES = {
    "CJK": "Chinese characters",
    "HIRAGANA": "Japanese characters",
    "KATAKANA": "Japanese characters",
    "HANGUL": "Korean characters",
    "ARABIC": "Arabic letters",
    "HEBREW": "Hebrew letters",
    "DEVANAGARI": "Devanagari letters",
    "THAI": "Thai letters",
}


@dataclass(frozen=True)
class Font:
    """What the one font can write.

    Attributes:
        advances: How far each character that shows moves on, as a share of the font's size.
    """

    advances: Mapping[str, float]

    def width(self, text: str) -> float:
        """Return how wide a text is, as a share of the font's size."""
        return sum(self.advances.get(character, 0.0) for character in text)

    def cut(self, text: str, width: float) -> str:
        """Return a text cut with an ellipsis so that it is no wider than a share of the size."""
        if self.width(text) <= width:
            return text
        room = width - self.width(ELLIPSIS)
        end = 0
        for character in text:
            room -= self.advances.get(character, 0.0)
            if room < 0:
                break
            end += 1
        return f"{text[:end].rstrip(' ,;:.')}{ELLIPSIS}"


@cache
def font_file() -> str:
    """Return the path of the one font that pictures are lettered with."""
    import fontpkg

    return str(fontpkg.path(FONT_FAMILY))


@cache
def font() -> Font:
    """Return the font that drawings are lettered with."""
    from fontTools.ttLib import TTFont

    with TTFont(font_file(), lazy=True) as file:
        measures, unit = file["hmtx"], file["head"].unitsPerEm
        return Font(
            {
                chr(code): measures[name][0] / unit
                for code, name in file.getBestCmap().items()
                if unicodedata.category(chr(code)) not in {"Cc", "Cf"}
            }
        )


@dataclass(frozen=True)
class Written:
    """A text as the font can write it.

    Attributes:
        text: What is written.
        remark: What is not written, in words; empty if nothing is.
    """

    text: str
    remark: str


def written(text: str) -> Written:
    """Return what the font can write of a text on one line, and what it cannot."""
    line = " ".join(text.split())
    shown = font().advances
    kept = " ".join("".join(each for each in line if each in shown).split())
    lacking = lacking_in(line)
    if lacking is None:
        return Written(kept, "")
    if not any(character.isalnum() for character in kept):
        return Written("", f"[prompt in {lacking.kinds}: not in the font]")
    return Written(kept, f"[{lacking}]")


@dataclass(frozen=True)
class Lacking:
    """What the font has not: so many characters, and of which kinds they are, in words."""

    count: int
    kinds: str

    def __str__(self) -> str:
        characters = "character" if self.count == 1 else "characters"
        return f"{self.count} {characters} not in the font: {self.kinds}"


def lacking_in(text: str) -> Lacking | None:
    """Return what the font has not of a text, white space aside; None: it has everything."""
    shown = font().advances
    lacking = [
        each
        for each in text
        if each not in shown and not each.isspace() and not _is_invisible(each)
    ]
    names = Counter(_script(character) for character in lacking)
    kinds = " and ".join(name for name, _ in names.most_common())
    return Lacking(len(lacking), kinds) if lacking else None


def _is_invisible(character: str) -> bool:
    """Tell whether a character only says how its neighbours are to be written."""
    name = unicodedata.name(character, "")
    return unicodedata.category(character) == "Cf" or name.startswith("VARIATION SELECTOR")


def _script(character: str) -> str:
    name = unicodedata.name(character, "")
    if unicodedata.category(character) in {"So", "Sk"}:
        return "symbols"
    word = name.partition(" ")[0]
    return _FAMILIES.get(word, f"{word.capitalize()} characters" if word else "unnamed characters")
