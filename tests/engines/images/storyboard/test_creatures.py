"""Robots, animals and ghosts are the same figure near and far, and move where they speak."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Frame
from sparkle_motion_dagster.engines.images.storyboard.company import Person
from sparkle_motion_dagster.engines.images.storyboard.illustration import illustrate
from sparkle_motion_dagster.engines.images.storyboard.people import proportions
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import GROWN_UP
from sparkle_motion_dagster.engines.images.storyboard.people.figures import (
    draw_figure,
    draw_from_behind,
    draw_portrait,
)
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.images.storyboard.people.proportions import Region
from sparkle_motion_dagster.engines.images.storyboard.scene import Expression, Face, Mouth

SIZE = (320, 240)
BOLT = "a small boxy maintenance robot with one round red eye and a dented metal body"
KINDS = [
    *(BOLT, "round robot on wheels", "slim android", "orange drone"),
    *("cat", "horse", "sheep", "hedgehog", "frog", "owl", "penguin", "goldfish"),
]
SPEAKERS = [BOLT, "orange drone", "red fox", "horse", "frog", "owl", "goldfish"]

CALM = Expression()

Picture = NDArray[np.uint8]


def portrait(look: Look, expression: Expression = CALM, **where: float) -> Picture:
    drawing = Drawing(*SIZE)
    place = {"x": 0.5, "y": 0.45, "size": 0.3, **where}
    face = Face(character_id="x", expression=expression, **place)
    draw_portrait(drawing, face, look, SIZE)
    return drawing.pixels()


@pytest.mark.parametrize("description", KINDS)
def test_it_is_the_same_figure_near_and_far(description: str) -> None:
    """Drawn as large as the whole figure is, the portrait is the figure, but for its shadow."""
    look = look_of("rex", description)
    creature = look.creature
    assert creature is not None
    drawing, feet = Drawing(*SIZE), 228.0
    scale = 200 / (creature.soles + 100)
    draw_figure(
        drawing,
        (160, feet),
        200 * GROWN_UP / creature.stature,
        look,
        0.3,
        Face.model_fields["light"].default,
    )
    middle = feet - creature.soles * scale
    near = portrait(look, turn=0.3, y=middle / 240, size=100 * scale / 240)
    above = round(feet - 0.25 * creature.soles * scale)
    difference = np.abs(drawing.pixels()[:above].astype(int) - near[:above])
    assert (difference.max(axis=2) > 24).mean() < 0.002
    assert near[..., 3].any()


def box(region: Region) -> tuple[slice, slice]:
    """Return the pixels of a part of the face of `portrait`, and two around it."""
    unit = 0.3 * 240 / 100
    return (
        slice(int(108 + region.top * unit) - 2, int(108 + region.bottom * unit) + 3),
        slice(int(160 + region.left * unit) - 2, int(160 + region.right * unit) + 3),
    )


@pytest.mark.parametrize("description", SPEAKERS)
@pytest.mark.parametrize("turn", [0.0, 0.5])
def test_only_its_mouth_moves_when_it_speaks(description: str, turn: float) -> None:
    look = look_of("rex", description)
    still = portrait(look, turn=turn).astype(int)
    for mouth in (Mouth(opening=1.0), Mouth(opening=0.6, width=1.0, curve=0.5)):
        moved = np.abs(portrait(look, Expression(mouth), turn=turn) - still).max(axis=2) > 0
        there = box(proportions.mouth_region(look, turn, mouth))
        assert moved[there].sum() > 60
        moved[there] = False
        assert not moved.any()


@pytest.mark.parametrize("description", SPEAKERS)
def test_only_its_eyes_close_when_it_blinks(description: str) -> None:
    look = look_of("rex", description)
    moved = (
        np.abs(portrait(look, Expression(lids=0.0)).astype(int) - portrait(look)).max(axis=2) > 0
    )
    for region in proportions.eye_regions(look, 0.0, tears=0.0):
        there = box(region)
        assert moved[there].sum() > 30
        moved[there] = False
    assert not moved.any()


@pytest.mark.parametrize("description", SPEAKERS)
def test_from_behind_it_has_no_eyes(description: str) -> None:
    """What it does with its eyes is not seen, and its back is there."""
    look = look_of("rex", description)
    drawing = Drawing(*SIZE)
    draw_from_behind(drawing, Face(character_id="x", x=0.5, y=0.45, size=0.3), look, SIZE)
    back = drawing.pixels()
    [eye, *_] = proportions.eye_regions(look, 0.0, tears=0.0)
    x, y = (eye.left + eye.right) / 2, (eye.top + eye.bottom) / 2
    there = box(Region(x - 10, y - 10, x + 10, y + 10))
    assert np.median(back[there][..., 3]) == 255
    front = portrait(look)
    assert contrast(back[there]) < 60 < contrast(front[there])


def contrast(picture: Picture) -> int:
    return int(np.ptp(picture[..., :3].reshape(-1, 3).astype(int), axis=0).max())


def pictured(prompt: str, *people: tuple[str, str]) -> Picture:
    cast = [Person(name, look_of(name, description)) for name, description in people]
    return illustrate(prompt, 7, cast, Frame(320, 180, 0))[0]


def cyan(picture: Picture) -> int:
    """Return how many pixels shine as the eyes of the robot do that is a thing."""
    red, green, blue = (picture[..., channel].astype(int) for channel in range(3))
    return int(((green > red + 55) & (blue > red + 55) & (green > 150)).sum())


@pytest.mark.parametrize(
    ("prompt", "who", "another"),
    [
        ("full shot, the robot stands on a stage", ("bolt", BOLT), False),
        ("full shot, BOLT-7 stands on a stage", ("bolt", BOLT), False),
        ("full shot, the two robots stand on a stage", ("bolt", BOLT), True),
        ("full shot, the robot stands on a stage", ("anna", "woman of thirty, red dress"), True),
    ],
)
def test_a_robot_that_is_a_character_is_not_drawn_twice(
    prompt: str, who: tuple[str, str], *, another: bool
) -> None:
    assert (cyan(pictured(prompt, who)) > 3) is another


@pytest.mark.parametrize("noun", ["BOLT-7", "the robot"])
def test_its_close_up_is_its_face(noun: str) -> None:
    cast = [Person("bolt", look_of("bolt", BOLT))]
    _, scene = illustrate(f"close-up of {noun}, surprised", 7, cast, Frame(320, 180, 0))
    assert [face.character_id for face in scene.faces] == ["bolt"]
    assert scene.faces[0].size > 0.2


def test_beside_others_it_is_as_large_as_it_is() -> None:
    people = [("anna", "woman of thirty"), ("mim", "a mouse"), ("star", "a horse")]
    cast = [Person(name, look_of(name, description)) for name, description in people]
    _, scene = illustrate("head and shoulders of all three", 7, cast, Frame(640, 360, 0))
    by_id = {face.character_id: face for face in scene.faces}
    assert by_id["mim"].size < by_id["anna"].size < by_id["star"].size
    assert by_id["star"].y < by_id["anna"].y + 0.04 < by_id["mim"].y


@pytest.mark.parametrize("description", ["the ship's computer", "a voice on the radio"])
def test_nobody_is_drawn_for_the_unseen(description: str) -> None:
    prompt = "close-up, she speaks to the crew in a cockpit"
    cast = [Person("hal", look_of("hal", description))]
    picture, scene = illustrate(prompt, 7, cast, Frame(320, 180, 0))
    assert scene.faces == ()
    beside = [*cast, Person("anna", look_of("anna", "woman of thirty"))]
    together, both = illustrate(prompt, 7, beside, Frame(320, 180, 0))
    assert [face.character_id for face in both.faces] == ["anna"]
    assert not np.array_equal(picture, together)


def test_one_sees_through_a_ghost_evenly() -> None:
    look = look_of("old", "ghost of an old sailor, white beard")
    opacity = portrait(look)[..., 3]
    inside = opacity[60:200, 140:180]
    assert inside.min() == inside.max() == round(255 * look.opacity)


def test_of_the_invisible_one_sees_what_they_wear() -> None:
    worn = "man in a brown coat and a fedora"
    seen, unseen = (
        portrait(look_of("x", f"{words}{worn}"))[..., 3] for words in ("", "invisible ")
    )
    eyes, hat, chest = np.s_[104:120, 140:180], np.s_[52:62, 145:175], np.s_[215:235, 120:200]
    assert seen[eyes].min() == 255
    assert unseen[eyes].max() == 0
    assert min(unseen[hat].min(), unseen[chest].min()) == 255
    moved = portrait(look_of("x", f"invisible {worn}"), Expression(Mouth(opening=1.0), lids=0.0))
    assert np.array_equal(moved, portrait(look_of("x", f"invisible {worn}")))
