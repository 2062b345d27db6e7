"""Who is in a picture: its characters, strangers of whom its prompt speaks, a whole crowd."""

import operator
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of, person_of
from sparkle_motion_dagster.engines.images.storyboard.words.beings import (
    PERSON,
    ROBOT,
    Being,
    being_of,
    things_besides,
)
from sparkle_motion_dagster.engines.images.storyboard.words.crowds import MOST_PEOPLE, Crowd
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Framing, Reading

_CHILD = 0.4
"""Youth from which somebody is too small to be seen behind others."""

_STRANGER = "stranger"
_TRIED = 3
"""How many strangers are looked at for each in a crowd."""


@dataclass(frozen=True)
class Person:
    """Somebody in a picture.

    Attributes:
        id: Whose face it is.
        look: What they look like.
        known: Whether it is a character of the film; if not, the prompt alone speaks of them.
    """

    id: str
    look: Look
    known: bool = True


def leads_in(reading: Reading, prompt: str, characters: Sequence[Person]) -> list[Person]:
    """Return whom a picture is about, as far as one sees them.

    Args:
        reading: Of the prompt.
        prompt: What the picture shows.
        characters: Who is in it, seen or not; where nobody is, strangers are whom it speaks of.
    """
    strangers = (_stranger(prompt, *one) for one in enumerate(reading.strangers))
    about = characters[:MOST_PEOPLE] or strangers
    return [person for person in about if person.look.is_seen]


def _stranger(prompt: str, number: int, told: str) -> Person:
    """Return a stranger in the picture of a prompt; `told` is what it says of them.

    They are a person, or a robot where it speaks of no one else.
    """
    look = look_of if being_of(told).species == ROBOT else person_of
    name = f"{_STRANGER} {number} {prompt}"
    return Person(name, look(name, told), known=False)


def with_present(reading: Reading, species: Iterable[str]) -> Reading:
    """Return what a prompt says where its nouns mean who is in the picture, not things.

    A thing stays where the prompt speaks of more of its kind than are present, or of another kind.

    Args:
        reading: Of the prompt.
        species: Of everybody whom the picture is about.
    """
    present = Counter(one for one in species if one != PERSON)
    props = things_besides(reading.prompt, reading.props, present)
    theirs = {Being(species).prop for species in present} | (set(reading.props) - set(props))
    about = reading.props[:1] if reading.framing is Framing.INSERT else ()
    framing = Framing.CLOSE if theirs.intersection(about) else reading.framing
    return replace(reading, props=props, framing=framing)


def others_in(crowd: Crowd, prompt: str, leads: Sequence[Person]) -> list[Person]:
    """Return the strangers in a crowd, no two alike: each is the one least so of a few.

    Args:
        crowd: How many it is in all, and what is said of it.
        prompt: Of the picture.
        leads: Whom the picture is about, who are of the crowd.
    """
    chosen = [person.look for person in leads]
    others: list[Person] = []
    for number in range(len(leads), crowd.size):
        told = crowd.words[number % len(crowd.words)]
        numbers = range(_TRIED * number, _TRIED * (number + 1))
        tried = (_stranger(prompt, one, told) for one in numbers)
        other = min(tried, key=lambda person: _likeness(person.look, chosen))
        chosen.append(other.look)
        others.append(other)
    return others


def _likeness(look: Look, looks: Sequence[Look]) -> tuple[int, int]:
    """Return how much somebody looks like one of several, and like those who were chosen last."""
    alike = [sum(map(operator.eq, _traits(look), _traits(one))) for one in looks]
    return max(alike, default=0), sum(alike[-_TRIED:])


def _traits(look: Look) -> tuple[object, ...]:
    return look.feminine, look.skin, look.hair.style, look.hair.colour, look.clothes.style


def deepest_first(people: Sequence[Person], leads: Sequence[Person]) -> list[Person]:
    """Return a crowd from its last rank to its first.

    In front are children, then those whom it is about.
    """
    return sorted(people, key=lambda person: (person.look.youth > _CHILD, person in leads))
