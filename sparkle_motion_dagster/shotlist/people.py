"""Who is in a screenplay: the names of its speeches, and how its action introduces them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sparkle_motion_dagster.screenplay.elements import Action, Element, Speech
from sparkle_motion_dagster.shotlist.models import ListedCharacter

_UNSEEN = re.compile(r"V\.?\s?O\.?|O\.?\s?S\.?|O\.?\s?C\.?|off", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?:tele)?phone|filtered", re.IGNORECASE)
_BRACKETED = r"\s*\((?P<bracketed>[^()]{1,80})\)"
_APPOSED = r"\s*,\s*(?P<apposed>[^,.;:!?()]{3,80})(?=[,.;])"


def _introduction(key: str) -> str:
    """Return the pattern of a name, and of what may be said right behind it."""
    return rf"(?P<name>{_name(key)})(?:{_BRACKETED})?(?:{_APPOSED})?(?P<comma>,?)"


def is_unseen(extensions: Sequence[str]) -> bool:
    """Tell whether somebody speaks from outside of the picture: ``(V.O.)``, ``(O.S.)``."""
    return any(_UNSEEN.fullmatch(one) or _TELEPHONE.search(one) for one in extensions)


def is_on_telephone(extensions: Sequence[str]) -> bool:
    """Tell whether somebody is heard through a telephone: ``(ON PHONE)``, ``(FILTERED)``."""
    return any(_TELEPHONE.search(one) for one in extensions)


def readable_name(name: str) -> str:
    """Return a name as people write it: ``OLD MAN`` is "Old Man", ``McCLANE`` stays."""
    joined = " ".join(name.split())
    return joined.title().replace("’S", "’s").replace("'S", "'s") if joined.isupper() else joined


@dataclass(frozen=True)
class Cast:
    """Who is in a screenplay, by the name that its speeches use, in upper case."""

    members: Mapping[str, ListedCharacter]

    def named(self, speaker: str) -> str:
        """Return the readable name of a speaker."""
        return self.members[_key(speaker)].name

    def told(self, text: str) -> str:
        """Return a paragraph of action as people write it: names, and no introductions of them.

        How somebody looks is told once, by the character's description.
        """
        told = " ".join(text.split())
        for key, member in self.members.items():
            introduced = re.compile(_introduction(key), re.IGNORECASE)
            told = introduced.sub(partial(_without_looks, member.name), told)
        return told

    def seen_in(self, text: str) -> tuple[str, ...]:
        """Return whom a paragraph names who can be seen, in its order."""
        found = {
            member.name: place.start()
            for key, member in self.members.items()
            if not member.off_screen and (place := _mention(key).search(text)) is not None
        }
        return tuple(sorted(found, key=found.__getitem__))


def cast_of(elements: Sequence[Element]) -> Cast:
    """Return who speaks in a screenplay, with how its action introduces them."""
    speeches = [element for element in elements if isinstance(element, Speech)]
    actions = [element for element in elements if isinstance(element, Action)]
    members = {}
    for key in dict.fromkeys(_key(speech.speaker) for speech in speeches):
        own = [speech for speech in speeches if _key(speech.speaker) == key]
        introduced = next(_introductions(key, actions), None)
        unseen = all(is_unseen(speech.extensions) for speech in own)
        mentioned = any(_mention(key).search(action.text) for action in actions)
        members[key] = ListedCharacter(
            name=readable_name(own[0].speaker),
            description=None if introduced is None else introduced.description,
            off_screen=unseen and not mentioned,
            line=own[0].line if introduced is None else min(own[0].line, introduced.line),
        )
    return Cast(members)


@dataclass(frozen=True)
class _Introduction:
    line: int
    description: str


def _introductions(key: str, actions: Sequence[Action]) -> Iterator[_Introduction]:
    """Yield what is said of somebody right behind the name: ``MARA (70), in yellow oilskin,``."""
    pattern = re.compile(_introduction(key), re.IGNORECASE)
    for action in actions:
        for found in pattern.finditer(" ".join(action.text.split())):
            told = [found["bracketed"], _looks(found["apposed"])]
            if any(told):
                yield _Introduction(action.line, ", ".join(filter(None, told)))


def _looks(apposed: str | None) -> str | None:
    """Return an apposition that says how somebody looks, not what they are doing."""
    if apposed is None or apposed.split()[0].lower().endswith("ing"):
        return None
    return apposed.strip()


def _key(speaker: str) -> str:
    return " ".join(speaker.upper().split())


def _without_looks(name: str, found: re.Match[str]) -> str:
    """Return a name in capitals as people write it, without what is said of its bearer's looks."""
    if not found["name"][-1].isupper():
        return found[0]
    apposed = found["apposed"]
    if apposed is None:
        return name + found["comma"]
    return name if _looks(apposed) is not None else f"{name}, {apposed.strip()}{found['comma']}"


def _name(key: str) -> str:
    return rf"(?<!\w){re.escape(key)}(?!\w)"


def _mention(key: str) -> re.Pattern[str]:
    return re.compile(_name(key), re.IGNORECASE)
