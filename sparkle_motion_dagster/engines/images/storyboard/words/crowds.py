"""How many people a prompt speaks of: somebody, a few of them, or a crowd."""

import re
from collections.abc import Iterator, Sequence
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
    rf"|(?:{_TEN})(?:[- ](?:one|{_UNIT}))?|{_UNIT}|\d+(?:,\d{{3}})*)"
)
_CROWDS = "|".join(vocabulary.CROWD_WORDS.values())
_NO_ADJECTIVE = (
    r"and|or|but|of|with|without|in|on|at|from|to|by|for|over|under|near|behind|before|beside"
    rf"|the|an?|is|are|{_NUMBER}"
)
_ADJECTIVE = rf"(?!(?:{_NO_ADJECTIVE})\b)[\w'-]+"
_COUNTED = re.compile(
    rf"\b(?P<again>the\s+|these\s+|those\s+)?(?P<number>{_NUMBER})"
    # forty-strong, 40-piece
    r"(?:[- ](?:strong|piece|person|man|woman|member|head)\b"
    # forty soldiers, forty tired soldiers, three of the soldiers
    r"|\s+(?:of\s+(?:the|these|those|his|her|their|our|my)\s+)?"
    rf"(?:(?:{_ADJECTIVE},?\s+){{0,2}}?{_ADJECTIVE}\s+)??(?P<noun>{vocabulary.PEOPLE})\b(?!['’])"
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
_PLURALS = (
    (r"children$", "child"), (r"people$", "person"), (r"men$", "man"), (r"ves$", "f"),
    (r"ies$", "y"), (r"(ss|x|ch|sh)es$", r"\1"), (r"s$", ""),
)  # fmt: skip
"""Endings of the plural, and the singular's."""

_SOMEBODY = re.compile(rf"\b(?:{vocabulary.SOMEBODY})\b", re.IGNORECASE)
_FACES = re.compile(rf"\b(?:{vocabulary.PORTRAIT})\b", re.IGNORECASE)
_END_OF_PHRASE = re.compile(
    r"[,;.:]|\b(?:behind|before|around|beside|near|facing|watching|in front)\b"
    rf"|\band\s+(?:an?|the|one|his|her|{_NUMBER})\b"
    # who or what is known already is none of them
    r"|(?<!\bof )\bthe\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Crowd:
    """People who are many.

    Attributes:
        size: How many they are, up to `MOST_PEOPLE`; 0 is no crowd.
        words: What is said of one of them: a phrase for each kind.
    """

    size: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Headcount:
    """How many people a prompt speaks of.

    Attributes:
        few: What is said of each of whom it speaks one by one, up to `FEW`.
        crowd: All of them, where they are more.
    """

    few: tuple[str, ...] = ()
    crowd: Crowd = Crowd()


def count_people(text: str) -> Headcount:
    """Count the people whom a text speaks of."""
    counted = list(_counted(text))
    kinds = [(count, match) for count, match in counted if count <= FEW]
    few = sum(count for count, _ in kinds)
    many = [(count, match) for count, match in counted if count > FEW]
    named = list(_named(text))
    if not (named or many or few > FEW):
        told = [_each(text)] if len(kinds) == 1 else [_told(text, match) for _, match in kinds]
        return Headcount(_one_by_one(kinds, told) or _alone(text, text))
    sizes = [sum(count for count, _ in counted), *(count for count, _ in named), FEW + 1]
    words = tuple(_told(text, match) for _, match in [*many, *named] or counted)
    crowd = Crowd(min(max(sizes), MOST_PEOPLE), words)
    if few > FEW:
        return Headcount((), crowd)
    told = [_told(text, match) for _, match in kinds]
    alone = _alone(_FACES.sub(" ", _without_groups(text)), text)
    return Headcount(_one_by_one(kinds, told) or alone, crowd)


def words_for_people(text: str) -> Iterator[tuple[int, int]]:
    """Give where in a text the words stand that say of how many people it speaks."""
    for match in _COUNTED.finditer(text):
        yield match.span("number") if match["noun"] else match.span()
        yield match.span("noun")
    for pattern in (_CROWD_OF, *_CROWD.values()):
        for match in pattern.finditer(text):
            yield match.span()


def _one_by_one(kinds: Sequence[tuple[int, re.Match[str]]], told: Sequence[str]) -> tuple[str, ...]:
    return tuple(words for (count, _), words in zip(kinds, told, strict=True) for _ in range(count))


def _alone(text: str, told: str) -> tuple[str, ...]:
    """Return what is said of somebody of whom a text speaks, if it does."""
    return (told,) if _SOMEBODY.search(text) else ()


def _without_groups(text: str) -> str:
    return _CROWD_OF.sub(" ", _COUNTED.sub(" ", text))


def _counted(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Give the numbers of people, those that are named again but once, and where they stand."""
    known: set[tuple[str, str]] = set()
    for match in _COUNTED.finditer(text):
        said = match["number"].lower(), (match["noun"] or "").lower()
        if said in known or (known and (match["again"] or said[0] == "both")):
            continue
        known.add(said)
        yield _value(match["number"]), match


def _named(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Give the crowds that are named as such, by their own number or by what is usual."""
    numbered = [(_value(match["number"]), match) for match in _CROWD_OF.finditer(text)]
    usual = ((count, words.search(text)) for count, words in _CROWD.items())
    yield from numbered or ((count, match) for count, match in usual if match)


def _told(text: str, match: re.Match[str]) -> str:
    """Return what is said of each of those who were found, without their number."""
    begin = match.end("number") if "number" in match.re.groupindex else match.start()
    rest = _END_OF_PHRASE.split(text[match.end() :], maxsplit=1)[0]
    return _each(text[begin : match.end()] + rest)


def _each(told: str) -> str:
    """Return what is said of several as it is said of one."""
    return re.sub(r"[\w'-]+", lambda word: _singular(word[0]), " ".join(told.split()))


def _singular(word: str) -> str:
    """Return a word as it is said of one, where that is easily told."""
    if re.search(rf"(?:\b(?:{vocabulary.ALWAYS_PLURAL})|ss|us)$", word, re.IGNORECASE):
        return word
    for plural, single in _PLURALS:
        if re.search(plural, word, re.IGNORECASE):
            return re.sub(plural, single, word, flags=re.IGNORECASE)
    return word


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
