"""Who is in a screenplay: the names of its speeches, and how its action introduces them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.screenplay.elements import Action, Element, Speech
from sparkle_motion_dagster.shotlist.models import ListedCharacter
from sparkle_motion_dagster.shotlist.scripts.hearing import is_device, is_unseen
from sparkle_motion_dagster.shotlist.scripts.introductions import (
    Introduction,
    introduced,
    introductions,
    mention,
)
from sparkle_motion_dagster.shotlist.scripts.languages import language_of_letters


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
            for one in reversed(list(introductions(key, told))):
                if _is_in_capitals(one.name):
                    told = told[: one.begin] + _without_looks(one, member.name) + told[one.end :]
        return told

    def seen_in(self, text: str) -> tuple[str, ...]:
        """Return whom a paragraph names who can be seen, in its order."""
        found = {
            member.name: place.start()
            for key, member in self.members.items()
            if not member.off_screen and (place := mention(key).search(text)) is not None
        }
        return tuple(sorted(found, key=found.__getitem__))


def cast_of(elements: Sequence[Element]) -> Cast:
    """Return who speaks in a screenplay, and whom its action introduces with their looks."""
    speeches = [element for element in elements if isinstance(element, Speech)]
    actions = [element for element in elements if isinstance(element, Action)]
    speakers = [speech.speaker for speech in speeches]
    names: dict[str, str] = {}
    for name in (*speakers, *(one for action in actions for one in introduced(action.text))):
        names.setdefault(_key(name), name)
    return Cast({key: _member(name, speeches, actions) for key, name in names.items()})


def _member(name: str, speeches: Sequence[Speech], actions: Sequence[Action]) -> ListedCharacter:
    key = _key(name)
    own = [speech for speech in speeches if _key(speech.speaker) == key]
    told = [
        (action.line, one.looks)
        for action in actions
        for one in introductions(key, " ".join(action.text.split()))
        if one.looks is not None
    ]
    said = " ".join(part.text for speech in own for part in speech.parts)
    is_heard_only = is_device(key) or not any(mention(key).search(one.text) for one in actions)
    return ListedCharacter(
        name=readable_name(name),
        description=told[0][1] if told else None,
        off_screen=is_heard_only and all(is_unseen(speech.extensions) for speech in own),
        language=language_of_letters(said),
        line=min([line for line, _ in told[:1]] + [speech.line for speech in own[:1]]),
    )


def _key(speaker: str) -> str:
    return " ".join(speaker.upper().split())


def _is_in_capitals(name: str) -> bool:
    """Tell whether a name is written as where somebody comes in; some scripts have no capitals."""
    letters = [letter for letter in name if letter.isalpha()]
    return bool(letters) and not letters[-1].islower()


def _without_looks(one: Introduction, name: str) -> str:
    """Return a name in capitals as people write it, without what is said of its bearer's looks."""
    named = name if one.article is None else f"{one.article} {name.lower()}"
    doing = "" if one.doing is None else f", {one.doing}"
    return f"{named}{doing}{one.comma}"
