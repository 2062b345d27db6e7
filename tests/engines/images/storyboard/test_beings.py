"""What a character is follows from its own description, and from nothing else."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Animal, Robot
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of, with_name
from sparkle_motion_dagster.engines.images.storyboard.people.shapes import SHAPES
from sparkle_motion_dagster.engines.images.storyboard.words.beings import (
    ANIMALS,
    Being,
    being_of,
    things_besides,
)
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import read

BOXY = "a small boxy maintenance robot with one round blue eye and a dented metal body"


@pytest.mark.parametrize(
    ("description", "species"),
    [
        (BOXY, "robot"),
        ("the old drone", "robot"),
        ("an old computer with a green screen", "robot"),
        ("robot engineer, thirty", "person"),
        ("computer scientist", "person"),
        ("grey cat with a red scarf", "cat"),
        ("old woman with a cat", "person"),
        ("an old man's dog", "dog"),
        ("loyal companion of Mara, a black sheepdog", "dog"),
        ("a dog trainer in a red coat", "person"),
        ("sailor, a parrot on his shoulder", "person"),
        ("girl in a bear costume", "person"),
        ("a bear of a man", "person"),
        ("fox-faced lady", "person"),
        ("rabbit detective in a trench coat", "rabbit"),
        ("wise old owl with spectacles", "owl"),
        ("a robot dog, chrome", "dog"),
        ("lion king", "lion"),
        ("goldfish", "fish"),
        ("a fox named Wolf", "fox"),
        ("bull terrier", "dog"),
        ("guinea pig", "mouse"),
        ("a chicken soup vendor", "person"),
        ("sheep shearer", "person"),
        ("a rabbit doctor", "rabbit"),
        ("a robot gardener", "robot"),
        ("father bear", "bear"),
        ("hawk-eyed girl", "person"),
        ("quiet, raven hair, leopard print coat", "person"),
        ("stocky, bull neck, husky", "person"),
        ("tall, a dove grey suit", "person"),
        ("Bolt is a small robot", "robot"),
        ("a dog older than the house", "dog"),
        ("ein kleiner Roboter", "robot"),
        ("deckhand, 20", "person"),
    ],
)
def test_the_noun_of_a_description_says_what_somebody_is(description: str, species: str) -> None:
    assert being_of(description, "x") == Being(species)


@pytest.mark.parametrize(
    ("name", "description", "species"),
    [
        ("robot_7", "", "robot"),
        ("rex_the_dog", "brown and white, floppy ears", "dog"),
        ("fox", "red dress, black hair", "person"),
        ("cat", "thirty, tall", "person"),
        ("wolf", "Wolf, a soldier of forty", "person"),
        ("bolt", "", "person"),
        ("anna_wolf", "tall, quiet", "person"),
    ],
)
def test_the_id_counts_where_the_description_leaves_it_open(
    name: str, description: str, species: str
) -> None:
    assert being_of(description, name).species == species


@pytest.mark.parametrize(
    ("name", "description", "known"),
    [
        ("Rex the dog", "brown and white", "Rex the dog: brown and white"),
        ("The Ship's Computer", None, "The Ship's Computer:"),
        ("Rex the dog", "a grey cat", "a grey cat"),
        ("The Fox", "a thief of thirty, black hair", "a thief of thirty, black hair"),
        ("Anna Wolf", "tall, quiet", "tall, quiet"),
        ("Mara", None, None),
    ],
)
def test_a_name_counts_where_it_alone_says_what_somebody_is(
    name: str, description: str | None, known: str | None
) -> None:
    assert with_name("c1", name, description) == known


@pytest.mark.parametrize(
    ("description", "presence"),
    [
        ("a voice on the radio", "none"),
        ("a woman's voice, calm", "none"),
        ("a warm female voice", "none"),
        ("tall, deep voice", "solid"),
        ("sailor with a husky voice", "solid"),
        ("thirty, a calm voice", "solid"),
        ("the ship's computer", "none"),
        ("ship's AI, disembodied", "none"),
        ("an invisible ghost", "none"),
        ("the narrator, never seen", "none"),
        ("an invisible man in a coat and hat", "clothes"),
        ("ghost of an old sailor", "translucent"),
        ("hologram of a fox", "translucent"),
        ("voice actor, forties", "solid"),
        ("baker, never seen without his hat", "solid"),
        ("a ghostly pale woman", "solid"),
        ("woman with an invisible scar", "solid"),
    ],
)
def test_how_much_of_somebody_shows(description: str, presence: str) -> None:
    assert being_of(description, "x").presence == presence


@pytest.mark.parametrize(
    ("prompt", "present", "things"),
    [
        ("the robot stands in the desert", {"robot": 1}, []),
        ("the robot's arm", {"robot": 1}, []),
        ("the robot stands in the desert", {}, ["robot"]),
        ("the two robots stand there", {"robot": 1}, ["robot"]),
        ("the two robots stand there", {"robot": 2}, []),
        ("three old robots", {"robot": 2}, ["robot"]),
        ("the robots dance", {"robot": 1}, ["robot"]),
        ("it meets another robot", {"robot": 1}, ["robot"]),
        ("face to face with the other old robot", {"robot": 1}, ["robot"]),
        ("the robot on a bench", {"robot": 1}, ["bench"]),
        ("the robot dog barks", {"dog": 1}, []),
        ("the fox and the dog", {"fox": 1}, ["dog"]),
        ("the fox and the dog", {"fox": 1, "dog": 1}, []),
        ("gulls circle above the owl", {"owl": 1}, ["birds"]),
        ("the bird lands on the bench", {"owl": 1}, ["bench"]),
    ],
)
def test_a_prompt_may_mean_more_than_are_present(
    prompt: str, present: dict[str, int], things: list[str]
) -> None:
    named = read(prompt, Dice("x")).props
    assert list(things_besides(prompt, named, present)) == things


def robot(description: str) -> Robot:
    creature = look_of("bolt", description).creature
    assert isinstance(creature, Robot)
    return creature


def animal(description: str) -> Animal:
    creature = look_of("rex", description).creature
    assert isinstance(creature, Animal)
    return creature


def test_a_robot_is_built_as_its_description_says() -> None:
    boxy = robot(BOXY)
    assert (boxy.frame, boxy.dented, len(boxy.eyes), boxy.garment) == ("boxy", True, 1, None)
    assert boxy.glow[2] > boxy.glow[0] + 60  # blue
    assert max(boxy.metal) - min(boxy.metal) < 25  # plain metal
    assert (
        boxy.stature < robot(BOXY.replace("small ", "")).stature < robot("giant boxy robot").stature
    )
    tracked = robot("orange robot on tracks with three red eyes, in a green coat")
    assert (tracked.gait, len(tracked.eyes)) == ("tracks", 3)
    assert tracked.garment is not None
    assert tracked.garment[1] > tracked.garment[0]  # green
    assert tracked.metal[0] > tracked.metal[2] + 100  # orange
    assert robot("the old drone, orange").frame == "flying"


def test_every_animal_has_a_shape_and_its_size() -> None:
    assert set(SHAPES) == set(ANIMALS)
    small, large = animal("a tiny mouse"), animal("horse")
    assert small.stature < 0.3 < 1.7 < large.stature


def test_an_animal_wears_what_its_description_says_and_its_own_coat() -> None:
    assert animal("a dog with a shaggy brown coat").garment is None
    assert animal("a cat with a white shirt front").garment is None
    assert animal("an owl with round spectacles and a waistcoat").garment is not None
    assert animal("a dog with a red jacket").garment == (188, 46, 44)
    fox = animal("a red fox in a green jacket")
    assert fox.garment is not None
    assert fox.garment[1] > fox.garment[0]
    assert fox.fur[0] > fox.fur[1] + 60
    assert animal("brown dog with a blue collar").collar == (58, 92, 150)
    assert look_of("owl", "owl with round glasses and a top hat").hat.style == "top hat"
    assert look_of("cat", "grey cat, a police officer").hat.style == "none"
