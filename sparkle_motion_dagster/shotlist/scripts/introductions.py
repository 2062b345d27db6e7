"""How action introduces somebody: ``MARA (70), in yellow oilskin, kneels``, ``a BOY of nine``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sparkle_motion_dagster.shotlist.scripts.hearing import is_unseen

_ARTICLE = r"(?P<article>\b(?:an?|the|another)\s+)?"
_BRACKETED = r"\s*\((?P<bracketed>[^()]{1,80})\)"
_OF_AN_AGE = (
    r"\s+(?P<aged>of\s+(?:about\s+)?[\w-]+"
    r"(?:\s+(?:in|with)\s+[^,.;:!?()]{3,60}?(?=[,.;:]|\s+and\b))?)"
)
_FURTHER = (
    r"(?:,\s+(?!\w*(?:ing|s)\b|(?:and|or|but|who|et|und|y|e)\b)"
    r"[^\s,.;:!?()]+(?:\s[^\s,.;:!?()]+){1,3}(?=,))*"
)
"""Looks that are told one after the other: ", grey moustache, brown hat,"; what happens is told in
the third person, by a word that ends in an s."""

_IN_CAPITALS = re.compile(rf"\b(?P<name>[^\W\d_][^\W_a-z]+(?: [^\W_a-z]{{2,}})*){_BRACKETED}")

_APPOSED = rf"\s*,\s*(?P<apposed>[^,.;:!?()]{{3,80}}{_FURTHER})(?=[,.;])"

_NO_LOOKS = frozenset(
    (
        *("alone", "and", "asleep", "awake", "but", "dead", "drunk", "late", "now", "or", "ready"),
        *("silent", "still", "then", "who"),
    )
)
"""Words that begin what stands where looks may stand, and says how somebody is just now."""


@dataclass(frozen=True)
class Introduction:
    """What is said of somebody where they are named.

    Attributes:
        begin: Where it begins in the text.
        end: Where it ends.
        article: What stands before the name: "a"; None: nothing does.
        name: The name, as it is written there.
        looks: What is said of their looks; None: nothing is.
        doing: What is said right behind the name, and is no looks; None: nothing is.
        comma: A comma behind what is no looks.
    """

    begin: int
    end: int
    article: str | None
    name: str
    looks: str | None
    doing: str | None
    comma: str


def introductions(key: str, text: str) -> Iterator[Introduction]:
    """Yield where a text names somebody, and what it says of them there.

    Args:
        key: The name, in any case.
        text: On one line.
    """
    for found in _pattern(key).finditer(text):
        article = None if found["article"] is None else found["article"].strip()
        apposed = found["apposed"]
        told = [found["bracketed"], apposed if _is_looks(apposed) else None]
        if article in ("a", "an", "A", "An"):
            told.insert(0, " ".join(filter(None, (article, found["name"], found["aged"]))).lower())
        yield Introduction(
            found.start(),
            found.end(),
            article,
            found["name"],
            ", ".join(one.strip() for one in told if one) or None,
            None if apposed is None or _is_looks(apposed) else apposed.strip(),
            "" if _is_looks(apposed) else found["comma"],
        )


def introduced(text: str) -> Iterator[str]:
    """Yield the names in capitals of whom a text tells the looks in brackets: ``ELSE (9)``."""
    for found in _IN_CAPITALS.finditer(" ".join(text.split())):
        told = found["bracketed"].strip()
        if told and found["name"].isupper() and not is_unseen([told]):
            yield found["name"]


def mention(key: str) -> re.Pattern[str]:
    """Return the pattern of a name in a text, in any case."""
    return re.compile(_name(key), re.IGNORECASE)


@cache
def _pattern(key: str) -> re.Pattern[str]:
    behind = rf"(?:{_OF_AN_AGE})?(?:{_BRACKETED})?(?:{_APPOSED})?(?P<comma>,?)"
    return re.compile(rf"{_ARTICLE}(?P<name>{_name(key)}){behind}", re.IGNORECASE)


def _name(key: str) -> str:
    """Return the pattern of a name: whole words, where its script has words."""
    begin = r"(?<!\w)" if _parts_words(key[0]) else ""
    end = r"(?!\w)" if _parts_words(key[-1]) else ""
    return f"{begin}{re.escape(key)}{end}"


def _parts_words(letter: str) -> bool:
    """Tell whether a letter's script has spaces between words: those without capitals have none."""
    return not letter.isalpha() or letter.lower() != letter.upper()


def _is_looks(apposed: str | None) -> bool:
    """Tell whether an apposition says how somebody looks, not what they are doing."""
    if apposed is None:
        return False
    first = apposed.split()[0].lower()
    return not (first.endswith("ing") or first in _NO_LOOKS or _names_others(apposed))


def _names_others(apposed: str) -> bool:
    return any(len(word) > 1 and word.isupper() for word in re.findall(r"\w+", apposed))
