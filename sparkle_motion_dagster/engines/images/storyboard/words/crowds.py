"""How many people a prompt speaks of: somebody, a few of them, or a crowd."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.words import prompt_vocabulary as vocabulary

FEW = 5
"""Most people who are spoken of one by one."""

MOST_PEOPLE = 60
"""Most people in a picture: more look no more."""

_UNITS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_VAGUE = {
    "both": 2, "a couple of": 2, "a few": 3, "several": 4, "a handful of": 5, "half a dozen": 6,
    "a group of": 7, "many": 30, "lots of": 30, "a lot of": 30, "countless": MOST_PEOPLE,
    "rows of": 30, "crowds of": 40, "masses of": MOST_PEOPLE,
}  # fmt: skip
_LARGE = {"score": 20, "dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000}

_UNIT, _TEN = "|".join(_UNITS), "|".join(_TENS)
_NUMBER = (
    rf"(?:{'|'.join(_VAGUE)}"
    rf"|(?:(?:an?|one|{_UNIT}|\d+)\s+)?(?:{'|'.join(_LARGE)})s?(?:\s+of)?"
    rf"|(?:{_TEN})(?:[- ](?:one|{_UNIT}))?|{_UNIT}|\d[\d,]*)"
)
_CROWDS = "|".join(vocabulary.CROWD_WORDS.values())
_NO_ADJECTIVE = (
    r"and|or|but|of|with|without|in|on|at|from|to|by|for|over|under|near|behind|before|beside"
    rf"|the|an?|is|are|{_NUMBER}"
)
_COUNTED = re.compile(
    rf"\b(?P<again>the\s+|these\s+|those\s+)?(?P<number>{_NUMBER})"
    # forty-strong, 40-piece
    r"(?:[- ](?:strong|piece|person|man|woman|member|head)\b"
    # forty soldiers, forty tired soldiers, three of the soldiers
    r"|\s+(?:of\s+(?:the|these|those|his|her|their|our|my)\s+)?"
    rf"(?:(?!(?:{_NO_ADJECTIVE})\b)[\w'-]+,?\s+){{0,3}}?(?P<noun>{vocabulary.PEOPLE})\b(?!['’])"
    # three of a crowd
    r"|\s+(?:\w+\s+)?(?:of|in|from|among)\s+"
    rf"(?=(?:an?|the|this|that)\s+(?:\w+\s+)?(?:{_CROWDS})\b))",
    re.IGNORECASE,
)
_CROWD_OF = re.compile(
    rf"\b(?:{_CROWDS})\s+of\s+(?:about\s+|some\s+|over\s+)?(?P<number>{_NUMBER})\b",
    re.IGNORECASE,
)
_CROWD = {
    count: re.compile(rf"\b(?:{words})\b(?![- ](?:{vocabulary.OF_CROWDS})\b)", re.IGNORECASE)
    for count, words in vocabulary.CROWD_WORDS.items()
}
_SOMEBODY = re.compile(rf"\b(?:{vocabulary.SOMEBODY})\b", re.IGNORECASE)
_FACES = re.compile(rf"\b(?:{vocabulary.PORTRAIT})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Headcount:
    """How many people a prompt speaks of.

    Attributes:
        few: Of whom it speaks one by one, up to `FEW`.
        crowd: All of them, where they are more: up to `MOST_PEOPLE`; else 0.
    """

    few: int
    crowd: int = 0


def count_people(text: str) -> Headcount:
    """Count the people whom a text speaks of."""
    counts = list(_counted(text))
    few = sum(count for count in counts if count <= FEW)
    many = sum(count for count in counts if count > FEW)
    named = [_value(match["number"]) for match in _CROWD_OF.finditer(text)] or [
        count for count, words in _CROWD.items() if words.search(text)
    ]
    crowd = max([many + few if many or few > FEW else 0, *named])
    if not crowd:
        return Headcount(few or (1 if _SOMEBODY.search(text) else 0))
    rest = _FACES.sub(" ", _CROWD_OF.sub(" ", _COUNTED.sub(" ", text)))
    alone = 1 if _SOMEBODY.search(rest) else 0
    return Headcount((few or alone) if few <= FEW else 0, min(max(crowd, FEW + 1), MOST_PEOPLE))


def _counted(text: str) -> Iterator[int]:
    """Give the numbers of people, those that are named again but once."""
    known: set[tuple[str, str]] = set()
    for match in _COUNTED.finditer(text):
        said = match["number"].lower(), (match["noun"] or "").lower()
        if said in known or (known and (match["again"] or said[0] == "both")):
            continue
        known.add(said)
        yield _value(match["number"])


def _value(number: str) -> int:
    """Return the number that a word or a few are; one without a figure is as many as it can be."""
    words = number.lower().replace("-", " ").split()
    phrase = " ".join(words)
    if phrase in _VAGUE:
        return _VAGUE[phrase]
    large = next((size for name, size in _LARGE.items() if name in phrase), None)
    times = [_UNITS.get(word) or _TENS.get(word) or _digits(word) for word in words]
    if large is None:
        return min(sum(times) + words.count("one"), MOST_PEOPLE)
    several = 3 if words[0].endswith("s") else 1
    return min(large * (sum(times) or several), MOST_PEOPLE)


def _digits(word: str) -> int:
    return int("".join(filter(str.isdecimal, word)) or 0)
