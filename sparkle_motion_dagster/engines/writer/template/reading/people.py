"""Who is in a prompt: people by their names, by what they are, by how many they are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from sparkle_motion_dagster.engines.writer.template.reading.words import (
    WORD,
    Found,
    found,
    in_order,
    pattern,
)
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import Sex, Tongue, Words

MOST = 3
"""People whom a picture can hold."""

_LONGEST_NAME = 20
_NEAR = 16
"""Letters between a name and what somebody is: "Anna, a lighthouse keeper"."""

_NEAR_BY = 40
"""Letters before and behind a word in which there can be words that belong to it."""

_ONE_IS_MANY = ("ss", "us", "is", "fils", "ours")
"""Endings of single ones that look like plurals."""

_AGE = re.compile(
    r"[\s,(]{1,3}(?:(\d{1,2})\b(?! ?[-:])|(?:of|aged|de|di|von) (\d{1,2})"
    r"(?=[.,;:!?)]|$| (?:years|ans|años|anos|anni|jahren|and|who|et|qui|y|und|e)\b))",
    re.IGNORECASE,
)
"""An age, and no number of others: "a teacher of 30 children"."""

_AGES = ("old woman", "old man")
_MANY = ("men", "children", "wolves", "mice", "geese")


@dataclass(frozen=True)
class Somebody:
    """Somebody of whom a prompt speaks.

    Attributes:
        name: How the prompt calls them, if it does.
        role: A name of `tables.roles`.
        sex: Whether it is a woman's or a man's, as far as the prompt says.
        aged: Whether they are said to be old or young.
        age: In years, if the prompt says it.
        spans: Where in the prompt they are spoken of: starts and ends.
    """

    name: str | None = None
    role: str | None = None
    sex: Sex | None = None
    aged: Literal["old", "young"] | None = None
    age: int | None = None
    spans: tuple[tuple[int, int], ...] = ()


def people_in(text: str, tongue: Tongue) -> tuple[Somebody, ...]:
    """Return who is in a prompt, in its order, at most three."""
    named = list(_named(text, tongue))
    kinds = _kinds(text, tongue, named)
    people = _joined(text, tongue, named, kinds)
    return tuple(_told_apart(people, text, tongue))[:MOST]


def _named(text: str, tongue: Tongue) -> Iterator[Somebody]:
    """Yield who is called by a name, once each."""
    sexes = _sexes()
    seen: set[str] = set()
    called, both = pattern(tables.names().called[tongue]), pattern(tables.names().both[tongue])
    words = list(WORD.finditer(text))
    for index, word in enumerate(words):
        name = word[0]
        if not name[0].isupper() or name in seen or len(name) > _LONGEST_NAME or _titled(name):
            continue
        before = [one[0] for one in words[max(0, index - 2) : index]]
        titled = _titled(before[-1]) if before else None
        told = bool(before) and called.fullmatch(before[-1]) is not None
        beside = len(before) == 2 and before[0] in seen and both.fullmatch(before[1]) is not None
        if name.lower() in sexes or told or beside or titled:
            seen.add(name)
            known = sexes.get(name.lower())
            sex = known if titled is None or titled == "any" else titled
            yield Somebody(name, sex=sex, age=_age(text, word.end()), spans=(word.span(),))


def _titled(word: str) -> Literal["woman", "man", "any"] | None:
    """Return whose title a word is: Mr, Frau, Captain."""
    titles = tables.names().titles
    mine = (who for who, words in titles.items() if pattern(words).fullmatch(word))
    return next(mine, None) if word[0].isupper() else None


def _age(text: str, end: int) -> int | None:
    """Return the age that is said behind a name: "Johanna (19)", "Marta, 70", "a man of 70"."""
    said = _AGE.match(text[end : end + _NEAR_BY])
    return int(said[1] or said[2]) if said else None


def _kinds(text: str, tongue: Tongue, named: Sequence[Somebody]) -> list[Somebody]:
    """Return who is spoken of by what they are; animals only where nobody else is."""
    women = {name: role.women for name, role in tables.roles().items()}
    both = [*found(women, text, tongue), *found(_role_words(), text, tongue)]
    order = in_order(iter(both))
    females = {(one.start, one.end) for one in found(women, text, tongue)}
    roles = tables.roles()
    human = named or any(roles[one.meaning].kind != "animal" for one in order)
    people: list[Somebody] = []
    for one in order:
        role = roles[one.meaning]
        if human and role.kind == "animal":
            continue
        if role.kind == "person" and _is_said(tables.tongues().dead[tongue], one, text):
            continue
        if one.meaning in _AGES and any(_adjoins(one, other, text) for other in order):
            continue
        count = _count(one, text, tongue) if not role.pairs else 2
        known = sum(somebody.role == one.meaning for somebody in people)
        if known >= count or any(_overlap(one, somebody) for somebody in named):
            continue
        sex: Sex | None = role.sex
        if role.sex is None and (one.start, one.end) in females:
            sex = "woman"
        elif role.sex is None and tongue != "en" and role.kind == "person" and count == 1:
            sex = "woman" if _is_feminine(one, text, tongue) else "man"
        spoken = Somebody(
            role=one.meaning,
            sex=sex,
            aged=_aged(one, text, tongue),
            age=_age(text, one.end),
            spans=((one.start, one.end),),
        )
        people += [spoken] * (count - known)
    return people


def _adjoins(one: Found, other: Found, text: str) -> bool:
    """Tell whether a word for somebody old only says how old the one behind it is."""
    between = text[one.end : other.start]
    return one.end < other.start and other.meaning not in _AGES and not between.strip()


def _overlap(one: Found, somebody: Somebody) -> bool:
    return any(start < one.end and one.start < end for start, end in somebody.spans)


def _count(one: Found, text: str, tongue: Tongue) -> int:
    """Return of how many people a word speaks, at most three."""
    before = text[max(0, one.start - _NEAR_BY) : one.start]
    for number, words in tables.tongues().counts.items():
        if re.search(rf"\b(?:{words[tongue]})\s+(?:[\w-]+\s+)?$", before, re.IGNORECASE):
            return number
    said = one.text.lower()
    many = said.endswith("s") and not said.endswith(_ONE_IS_MANY) and tongue not in ("de", "it")
    return 2 if many or said.endswith(_MANY) else 1


def _aged(one: Found, text: str, tongue: Tongue) -> Literal["old", "young"] | None:
    """Return whether somebody is said to be old or young."""
    aged = tables.tongues().aged.items()
    return next((age for age, words in aged if _is_said(words[tongue], one, text)), None)


def _is_said(words: str, one: Found, text: str) -> bool:
    """Tell whether one of some words is among the two before somebody, or the one behind."""
    before, behind = text[max(0, one.start - _NEAR_BY) : one.start], text[one.end :][:_NEAR_BY]
    around = WORD.findall(before)[-2:] + WORD.findall(behind)[:1]
    return any(pattern(words).fullmatch(word) for word in around)


def _is_feminine(one: Found, text: str, tongue: Tongue) -> bool:
    """Tell whether the article of somebody is a woman's: "una astronauta", "uma velha pianista"."""
    words = tables.tongues()
    before = WORD.findall(text[max(0, one.start - _NEAR_BY) : one.start])
    while before and any(
        pattern(said[tongue]).fullmatch(before[-1]) for said in words.aged.values()
    ):
        before.pop()
    return bool(before) and pattern(words.feminine[tongue]).fullmatch(before[-1]) is not None


def _joined(
    text: str, tongue: Tongue, named: Sequence[Somebody], kinds: Sequence[Somebody]
) -> list[Somebody]:
    """Return people in the prompt's order; "Anna, a baker" and "the baker Anna" are one."""
    people, taken = [], set()
    for somebody in named:
        near = next(
            (
                index
                for index, kind in enumerate(kinds)
                if index not in taken and _is_said_of(kind, somebody, text, tongue)
            ),
            None,
        )
        if near is None:
            people.append(somebody)
            continue
        taken.add(near)
        kind = kinds[near]
        people.append(
            replace(
                somebody,
                role=kind.role,
                sex=kind.sex or somebody.sex,
                aged=kind.aged,
                age=somebody.age or kind.age,
                spans=(*somebody.spans, *kind.spans),
            )
        )
    people += [kind for index, kind in enumerate(kinds) if index not in taken]
    return sorted(people, key=lambda one: one.spans[0])


def _is_said_of(kind: Somebody, somebody: Somebody, text: str, tongue: Tongue) -> bool:
    (start, end), (begin, finish) = somebody.spans[0], kind.spans[0]
    between = text[end:begin] if end <= begin else text[finish:start]
    if end > begin:
        return between.strip() in ("", ",") or bool(
            pattern(tables.names().called[tongue]).fullmatch(between.strip())
        )
    joined = pattern(tables.names().both[tongue]).search(between)
    return between.startswith(", ") and len(between) <= _NEAR and not joined


def _told_apart(people: Sequence[Somebody], text: str, tongue: Tongue) -> Iterator[Somebody]:
    """Yield people; of one alone, pronouns say whether it is a woman or a man."""
    pronouns = tables.names().pronouns
    counts = {sex: len(pattern(words[tongue]).findall(text)) for sex, words in pronouns.items()}
    said: Literal["woman", "man"] | None = None
    if counts["woman"] != counts["man"]:
        said = "woman" if counts["woman"] > counts["man"] else "man"
    open_to = [one for one in people if one.sex is None]
    for one in people:
        alone = len(open_to) == 1 and one is open_to[0]
        yield replace(one, sex=said) if alone and said else one


@cache
def _role_words() -> Mapping[str, Words]:
    return {name: role.words for name, role in tables.roles().items()}


@cache
def _sexes() -> Mapping[str, Sex]:
    """Return the names that are known, in small letters, and whose they are."""
    names = tables.names()
    sexes: dict[str, Sex] = {}
    for bank in names.given.values():
        sexes |= {name.lower(): "man" for name in bank.men}
        sexes |= {name.lower(): "woman" for name in bank.women}
    sexes |= dict.fromkeys(names.known.men.split(), "man")
    return sexes | dict.fromkeys(names.known.women.split(), "woman")
