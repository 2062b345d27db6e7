"""Characters look like their description, and always the same."""

from __future__ import annotations

import colorsys
from itertools import combinations
from pathlib import Path

import pytest

from clips import run_python
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.plan.reading.loading import load_plan

EXAMPLES = Path(__file__).parents[4] / "examples" / "plans"


def look(description: str | None, name: str = "somebody") -> Look:
    return look_of(name, description)


def hue(colour: tuple[int, int, int]) -> float:
    return colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))[0]


def example_looks() -> dict[str, Look]:
    """Return the looks of everybody whom an example has drawn: not of those in its own pictures."""
    plans = [load_plan(path).plan for path in sorted(EXAMPLES.glob("*.yaml"))]
    return {
        character.id: look_of(character.id, character.description)
        for plan in plans
        if any(image.picture is None for image in plan.base_images)
        for character in plan.characters
    }


def test_the_examples_characters_look_like_their_descriptions() -> None:
    looks = example_looks()
    mara, davy, odile = looks["mara"], looks["davy"], looks["odile"]
    finn, brandt, nell, arthur = (looks[name] for name in ("finn", "brandt", "nell", "arthur"))
    assert [one.feminine for one in (mara, odile, nell)] == [True] * 3
    assert [one.feminine for one in (davy, finn, brandt, arthur)] == [False] * 4
    assert (mara.age, odile.age, finn.age, nell.age, arthur.age) == (55, 60, 19, 35, 43)
    assert davy.age < 30 < brandt.age
    assert (mara.hair.style, mara.clothes.style) == ("braid", "coat")
    assert max(mara.hair.colour) - min(mara.hair.colour) < 20  # grey
    assert 0.75 < hue(mara.clothes.colour) < 0.95  # plum
    assert (davy.hair.style, davy.clothes.style) == ("curls", "oilskin")
    assert 0.1 < hue(davy.clothes.colour) < 0.17  # yellow
    assert davy.hair.fringe
    assert odile.brows.weight > 1.5
    assert max(odile.brows.colour) < 60
    assert odile.clothes.apron is not None
    assert min(odile.clothes.apron) > 200
    assert finn.freckles
    assert (finn.hat.style, finn.hat.size > 1) == ("cap", True)
    assert (brandt.beard, brandt.clothes.style, brandt.clothes.buttons) == (
        "walrus",
        "uniform",
        True,
    )
    assert nell.clothes.style == "uniform"
    assert 0.55 < hue(nell.clothes.colour) < 0.7  # blue
    assert nell.clothes.scarf is not None
    assert hue(nell.clothes.scarf) < 0.03  # red
    assert (arthur.clothes.style, arthur.glasses) == ("tweed", "steamed")


def test_the_examples_characters_differ_from_each_other() -> None:
    for (one, his), (other, hers) in combinations(example_looks().items(), 2):
        alike = sum(
            first == second
            for first, second in (
                (his.hair.style, hers.hair.style),
                (his.clothes.style, hers.clothes.style),
                (his.hat.style, hers.hat.style),
                (his.beard, hers.beard),
                (his.skin, hers.skin),
                (his.glasses, hers.glasses),
            )
        )
        assert alike <= 4, (one, other)


@pytest.mark.parametrize(
    ("description", "age"),
    [
        ("a woman in her late thirties", 38),
        ("soldier, 24", 24),
        ("sixty-one years old, tired", 61),
        ("a 9-year-old with a kite", 9),
        ("girl of seven", 7),
        ("little girl with a kite", 8),
        ("old man", 73),
        ("teenage boy", 15),
        ("man with three hats", None),
        ("mother of two sons", None),
    ],
)
def test_ages_are_read(description: str, age: float | None) -> None:
    read = look(description).age
    if age is None:
        assert 22 <= read <= 48
    else:
        assert read == age


@pytest.mark.parametrize(
    ("name", "description", "feminine"),
    [
        ("x", "policewoman", True),
        ("x", "his mother, grey hair", True),
        ("x", "the king's brother", False),
        ("x", "her apprentice, crumbs on his collar", False),
        ("x", "lamp in her hand", True),
        ("x", "bearded hermit", False),
        ("sigrid", "sailor", True),
        ("old_tom", "sailor", False),
        ("valentina", None, True),
    ],
)
def test_women_and_men_are_told_apart(
    name: str, description: str | None, *, feminine: bool
) -> None:
    assert look(description, name).feminine is feminine


@pytest.mark.parametrize(
    ("description", "style"),
    [
        ("long red hair", "long"),
        ("woman with a black bob", "bob"),
        ("Bob, a tall man with tousled hair", "messy"),
        ("hair in a bun", "bun"),
        ("ponytail", "ponytail"),
        ("bald man", "bald"),
        ("girl with pigtails", "pigtails"),
        ("short grey hair", "short"),
    ],
)
def test_hair_is_read(description: str, style: str) -> None:
    assert look(description).hair.style == style


@pytest.mark.parametrize(
    ("description", "beard"),
    [
        ("long white beard", "long"),
        ("walrus moustache", "walrus"),
        ("man with a thin moustache", "moustache"),
        ("stubble", "stubble"),
        ("bearded", "full"),
        ("clean-shaven man", "none"),
        ("woman of forty", "none"),
    ],
)
def test_beards_are_read(description: str, beard: str) -> None:
    assert look(description).beard == beard


@pytest.mark.parametrize(
    ("description", "hat"),
    [
        ("brown hood", "hood"),
        ("red headscarf", "headscarf"),
        ("blue beret", "beret"),
        ("queen", "crown"),
        ("police constable", "peaked"),
        ("police constable, bareheaded", "none"),
        ("fedora", "brim"),
        ("woollen hat", "brim"),
        ("woolly hat", "beanie"),
        ("baker", "none"),
    ],
)
def test_hats_are_read(description: str, hat: str) -> None:
    assert look(description).hat.style == hat


@pytest.mark.parametrize(
    ("description", "clothes"),
    [
        ("suit and red tie", "suit"),
        ("green dress", "dress"),
        ("doctor", "white coat"),
        ("doctor in a green dress", "dress"),
        ("farmer, denim overalls", "overalls"),
        ("knight", "armour"),
        ("astronaut", "spacesuit"),
        ("striped jumper", "sweater"),
        ("trench coat", "coat"),
        ("orange space suit", "spacesuit"),
        ("boiler suit", "overalls"),
        ("flight suit", "overalls"),
    ],
)
def test_clothes_are_read(description: str, clothes: str) -> None:
    assert look(description).clothes.style == clothes


def test_a_colour_belongs_to_the_thing_it_stands_with() -> None:
    found = look("woman, long red hair, green dress with a blue scarf")
    assert hue(found.hair.colour) < 0.1
    assert 0.3 < hue(found.clothes.colour) < 0.45
    assert found.clothes.scarf is not None
    assert 0.55 < hue(found.clothes.scarf) < 0.7


def test_a_tie_does_not_colour_the_suit() -> None:
    suit = look("businessman, suit and red tie")
    assert suit.clothes.tie is not None
    assert hue(suit.clothes.tie) < 0.03
    assert max(suit.clothes.colour) - min(suit.clothes.colour) < 40


def test_what_is_not_said_the_id_decides() -> None:
    assert look(None, "a") == look(None, "a")
    assert len({look(None, f"person {number}") for number in range(12)}) == 12


def test_a_word_more_changes_what_it_says_and_nothing_else() -> None:
    plain, spectacled = look("woman of thirty"), look("woman of thirty, glasses")
    assert spectacled.glasses == "round"
    assert plain == look("woman of thirty")
    assert {
        name for name in plain.__dict__ if getattr(plain, name) != getattr(spectacled, name)
    } == {"glasses"}


def test_looks_are_the_same_in_every_process(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of\n"
        "look = look_of('mara', 'keeper, grey braid')\n"
        "pathlib.Path(sys.argv[1]).write_text(repr(look))"
    )
    run_python(code, tmp_path / "there")
    here = look_of("mara", "keeper, grey braid")
    assert (tmp_path / "there").read_text() == repr(here)
