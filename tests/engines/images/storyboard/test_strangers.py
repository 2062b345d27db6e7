"""The strangers in a crowd: as the prompt has them, and no two alike."""

from __future__ import annotations

from itertools import combinations

import pytest

from sparkle_motion_dagster.engines.images.storyboard.company import Person, others_in
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.images.storyboard.words.crowds import count_people


def crowd_in(prompt: str, *leads: Person) -> list[Look]:
    crowd = count_people(prompt).crowd
    return [person.look for person in others_in(crowd, prompt, leads)]


@pytest.mark.parametrize("prompt", ["a crowd of sixty", "forty soldiers in red coats"])
def test_no_two_in_a_crowd_look_alike(prompt: str) -> None:
    faces = [(look.skin, look.hair, look.iris, look.build) for look in crowd_in(prompt)]
    assert len(faces) in {40, 60}
    for one, other in combinations(faces, 2):
        assert one != other
    assert len({(look.skin, look.hair.style, look.hair.colour) for look in crowd_in(prompt)}) > 30


def test_leads_are_of_the_crowd() -> None:
    mara = Person("mara", look_of("mara"))
    assert len(crowd_in("a crowd of sixty", mara)) == 59
    assert crowd_in("a meadow", mara) == []


def test_a_crowd_is_as_the_prompt_has_it_and_those_before_it_are_not() -> None:
    looks = crowd_in("an old man with glasses before twenty children in red coats")
    assert all(look.age < 14 and look.glasses == "none" for look in looks)
    assert {look.clothes.style for look in looks} == {"coat"}


def test_robots_whom_a_prompt_counts_are_robots() -> None:
    assert {look.species for look in crowd_in("forty robots on a square")} == {"robot"}
