"""What a prompt calls the place that it shows, and whether two prompts mean the same one."""

import re
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.words import prompt_vocabulary as vocabulary
from sparkle_motion_dagster.engines.images.storyboard.words.matching import Named, says

_OWNER = re.compile(
    r"(?:(?P<whose>[\w-]+)['’]s?|(?P<other>another|different|second|other|next|new))\s+"
    r"(?:(?!(?:in|at|on|of|by|from|with|and|to|near|over)\b)[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_PLACE_OF = re.compile(r"^\s+(?:of|in|at|aboard|on) (?:an?|the|his|her|their)?\s*(?:\w+\s+)?$")
_CALLED = re.compile(r"(?P<name>[A-Z][\w-]*) $")
_KIND = re.compile(rf"\b(?:{vocabulary.KINDS_OF_BUILDING})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """What a prompt calls a place.

    Attributes:
        place: A name of `PLACE_WORDS`.
        owner: What tells it from others of its name: "rosa" of "Rosa's kitchen", "hall" of "the
            palace kitchen", "another" of "another kitchen".
        owned: Whether that is a person.
        kind: Which kind of it: "tavern" of a bar.
        also: Other names of `PLACE_WORDS` in the same words: a "bakery kitchen" is a kitchen, too.
    """

    place: str
    owner: str | None = None
    owned: bool = False
    kind: str | None = None
    also: frozenset[str] = frozenset()

    def is_meant_by(self, other: "Address") -> bool:
        """Whether a prompt that comes later means this place."""
        if other.place != self.place and other.place not in self.also:
            return False
        if self.kind and other.kind and self.kind != other.kind:
            return False
        return other.owner in {None, self.owner} or (other.owned and self.owner is None)


def address(places: list[Named], text: str) -> Address | None:
    """Return what a text calls the place that decides, of those that it names; None: no place."""
    place = deciding(places, text)
    if place is None:
        return None
    owner, owned = _owner(place, places, text)
    kind = _KIND.search(text[place.start : place.end])
    return Address(
        place=place.meaning,
        owner=owner,
        owned=owned,
        kind=kind[0].lower() if kind else None,
        also=frozenset(one.meaning for one in places if one.touches(place)) - {place.meaning},
    )


def deciding(places: list[Named], text: str) -> Named | None:
    """Return the place that decides: the inside before the outside, the precise before the vague.

    Of two names side by side the latter is the place: a palace kitchen is a kitchen. What is left
    is in the order in which the prompt names it.
    """
    heads = [one for one in places if not any(_leads(one, other, text) for other in places)]
    inside = [one for one in heads if one.meaning in vocabulary.INDOORS]
    near = inside or heads
    meanings = {one.meaning for one in near}
    precise = [one for one in near if not meanings & _more_precise(one)]
    return next(iter(precise or near), None)


def _more_precise(place: Named) -> frozenset[str]:
    return vocabulary.MORE_PRECISE.get(place.meaning, frozenset())


def _leads(one: Named, other: Named, text: str) -> bool:
    """Whether a name stands right before another one, and only says which one that is."""
    if text[one.end : other.start] != " " or other.meaning in vocabulary.ELSEWHERE:
        return False
    if one.meaning in _more_precise(other):
        return False
    return not says(r"aboard|at|in|inside|of|on", text[other.start : other.end].split()[0])


def _owner(place: Named, places: list[Named], text: str) -> tuple[str | None, bool]:
    """Return what tells a place from others of its name, and whether it is a person."""
    before, after = text[: place.start], text[place.end :]
    if whose := _OWNER.search(before):
        return (whose["whose"] or whose["other"]).lower(), whose["whose"] is not None
    for other in places:
        if _leads(other, place, text):
            return other.meaning, False
        if other.start > place.end and _PLACE_OF.match(after[: other.start - place.end]):
            return other.meaning, False
    called = _CALLED.search(before)
    # The first word of a sentence has a capital whatever it is.
    if called and (called.start() or text[place.start].isupper()):
        return called["name"].lower(), False
    return None, False
