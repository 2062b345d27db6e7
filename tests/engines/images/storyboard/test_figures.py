"""People are drawn where they are asked for, in the scene's light, doing what the prompt says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from math import ceil, floor
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import painted_over
from sparkle_motion_dagster.engines.images.storyboard.people.figures import (
    draw_figure,
    draw_from_behind,
    draw_mouth_only,
    draw_portrait,
)
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.images.storyboard.people.proportions import mouth_region
from sparkle_motion_dagster.engines.images.storyboard.scene import Expression, Face, Light, Mouth
from sparkle_motion_dagster.engines.images.storyboard.words.description_vocabulary import (
    BeardStyle,
    ClothesStyle,
    GlassesStyle,
    HairStyle,
    HatStyle,
)
from sparkle_motion_dagster.engines.images.storyboard.words.expressions import expression_of

SIZE = (320, 240)
UNIT = 0.3 * 240
WHITE = Light()
ANNA = look_of("anna", "fair woman of thirty, black bob, green dress")
BEN = look_of("ben", "clean-shaven man of thirty, short hair, blue suit")

CALM = Expression()

Picture = NDArray[np.uint8]


def portrait(
    look: Look = BEN,
    expression: Expression = CALM,
    light: Light = WHITE,
    **face: float,
) -> Picture:
    """Draw somebody on green, whom nobody resembles."""
    drawing = Drawing(*SIZE)
    where = {"x": 0.5, "y": 0.45, "size": 0.3, **face}
    drawn = Face(character_id="x", expression=expression, light=light, **where)
    draw_portrait(drawing, drawn, look, SIZE)
    return on_green(drawing)


def on_green(drawing: Drawing) -> Picture:
    ground = np.zeros((drawing.height, drawing.width, 3), np.uint8)
    ground[..., 1] = 255
    return painted_over(ground, drawing.pixels())


def drawn(picture: Picture) -> NDArray[np.bool_]:
    """Return where the green ground is hidden."""
    red, green, blue = (picture[..., channel].astype(int) for channel in range(3))
    return np.asarray((green < 250) | (red > 5) | (blue > 5))


def box(picture: Picture, x: float, y: float, half: float) -> Picture:
    """Return a square of the picture around a place on the face, in halves of the head's height."""
    column, row = 160 + x * UNIT, 0.45 * 240 + y * UNIT
    reach = half * UNIT
    return picture[
        round(row - reach) : round(row + reach), round(column - reach) : round(column + reach)
    ]


def dark(picture: Picture) -> float:
    return float((picture.max(axis=2) < 100).mean())


def test_a_portrait_is_where_its_face_is_and_reaches_below_the_frame() -> None:
    shape = drawn(portrait())
    rows, columns = np.nonzero(shape)
    assert rows.min() == pytest.approx(0.45 * 240 - 1.12 * UNIT, abs=0.06 * UNIT)
    assert rows.max() == 239
    head = np.flatnonzero(shape[108])
    assert (head[0] + head[-1]) / 2 == pytest.approx(160, abs=2)
    assert 1.4 * UNIT < np.ptp(head) < 1.85 * UNIT
    assert np.ptp(columns) > 2.5 * UNIT  # shoulders are broader


def test_its_size_is_the_faces() -> None:
    large, small = (np.ptp(np.flatnonzero(drawn(portrait(size=s))[108])) for s in (0.3, 0.15))
    assert large == pytest.approx(2 * small, rel=0.05)


def test_skin_is_the_colour_of_the_look() -> None:
    forehead = box(portrait(), 0, -0.35, 0.05).reshape(-1, 3).mean(axis=0)
    assert np.abs(forehead - np.array(BEN.skin)).max() < 30


def test_a_turn_moves_the_features_sideways() -> None:
    def eyes(turn: float) -> float:
        """Return the mean column of what is dark where the eyes are."""
        rows = portrait(turn=turn, look=replace(BEN, hair=replace(BEN.hair, style="bald")))[100:118]
        return float(np.nonzero(rows.max(axis=2) < 90)[1].mean())

    assert eyes(-0.8) < eyes(0) - 0.15 * UNIT
    assert eyes(0.8) > eyes(0) + 0.15 * UNIT
    assert eyes(0) == pytest.approx(160, abs=2)


def test_a_tilt_turns_the_head_clockwise_and_not_the_body() -> None:
    upright, tilted = drawn(portrait()), drawn(portrait(tilt=15))
    assert np.nonzero(tilted[: round(108 - 0.7 * UNIT)])[1].mean() > 164
    assert (upright[-20:] == tilted[-20:]).mean() > 0.99


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_main_light_lights_the_side_that_it_comes_from(side: float) -> None:
    light = Light((120, 120, 140), (255, 230, 190), 0.8, side)
    face = portrait(light=light)
    left, right = (box(face, x, 0.25, 0.08).mean() for x in (-0.5, 0.5))
    assert (right - left) * side > 30


def test_ambient_light_colours_everything() -> None:
    day, night = portrait(), portrait(light=Light((60, 70, 120), (60, 70, 120), 0.0, 0.0))
    shape = drawn(day)
    assert night[shape].mean() < 0.5 * day[shape].mean()
    red, blue = (night[shape][:, channel].mean() for channel in (0, 2))
    assert blue / red > 1.3 * day[shape][:, 2].mean() / day[shape][:, 0].mean()


def test_an_open_mouth_is_dark_inside() -> None:
    shut = portrait(expression=Expression(Mouth()))
    wide = portrait(expression=Expression(Mouth(opening=0.8)))
    assert dark(box(wide, 0, 0.68, 0.16)) > dark(box(shut, 0, 0.68, 0.16)) + 0.2


@pytest.mark.parametrize(
    "look",
    [*(replace(BEN, beard=style) for style in get_args(BeardStyle)), look_of("tim", "boy of five")],
    ids=[*get_args(BeardStyle), "child"],
)
def test_a_mouth_lies_where_it_is_said_to_be(look: Look) -> None:
    """Whatever it does: who draws no more than that must not cut it off."""
    for opening, width, curve, tuck in product((0.0, 0.4, 1.0), (-1.0, 0, 1), (-1.0, 1), (0.0, 1)):
        mouth = Mouth(opening=opening, width=width, curve=curve, tuck=tuck)
        face = Face(character_id="x", x=0.5, y=0, size=0.5, turn=0.6, expression=Expression(mouth))
        drawing = Drawing(100, 100)
        draw_mouth_only(drawing, face, look, (100, 100))
        ink = drawing.pixels()[..., 3] > 0
        region = mouth_region(look, face.turn, mouth)
        rows = slice(floor(region.top / 2), ceil(region.bottom / 2))
        columns = slice(50 + floor(region.left / 2), 50 + ceil(region.right / 2))
        assert ink[rows, columns].sum() > 50
        ink[rows, columns] = False
        assert not ink.any(), mouth


def test_closed_eyes_show_no_white() -> None:
    def white(lids: float) -> int:
        picture = portrait(expression=Expression(lids=lids))[96:122, 120:200]
        return int((picture.min(axis=2) > 205).sum())

    assert white(0.0) == 0
    assert white(1.3) > white(1.0) > 15


def test_raised_eyebrows_are_higher() -> None:
    def brows(height: float) -> float:
        picture = portrait(expression=Expression(brows=height))[78:100, 125:195]
        return float(np.nonzero(picture.max(axis=2) < 110)[0].mean())

    assert brows(1.0) < brows(0.0) - 3 < brows(-1.0) - 3


@pytest.mark.parametrize(
    ("prompt", "holds"),
    [
        ("relief breaking into a smile", lambda e: e.mouth.curve > 0.4 and e.frown < 0),
        ("trying not to smile", lambda e: 0 < e.mouth.curve < 0.6 and e.mouth.press > 0.3),
        ("she laughs out loud", lambda e: e.mouth.opening > 0.3 and e.mouth.curve > 0.7),
        ("eyebrows at full height, mouth open", lambda e: e.brows == 1 and e.mouth.opening > 0.3),
        ("eyes closed over the scent", lambda e: e.lids == 0),
        ("tears on her cheeks, weeping", lambda e: e.tears > 0.5 and e.mouth.curve < -0.3),
        ("furious, he points", lambda e: e.frown > 0.5 and e.mouth.curve < 0),
        ("worried, holding her breath", lambda e: e.frown < -0.3),
        ("terrified", lambda e: e.lids > 1.1 and e.frown < -0.5),
        ("tired after the shift", lambda e: e.lids < 0.7),
        ("one guilty crumb on his lip", lambda e: e.blush > 0.3),
        ("proud of the pie", lambda e: e.mouth.curve > 0.3),
        ("he glances to the left", lambda e: e.gaze[0] < -0.3),
        ("looking up at the moon", lambda e: e.gaze[1] < -0.3),
        ("looks down at her hands", lambda e: e.gaze[1] > 0.3),
        ("a wide harbour at dusk", lambda e: abs(e.mouth.curve) < 0.3 and e.lids == 1),
    ],
)
def test_expressions_are_read(prompt: str, holds: Callable[[Expression], bool]) -> None:
    assert holds(expression_of(prompt)), expression_of(prompt)


def with_style(part: str, style: str) -> Look:
    if part == "clothes":
        return look_of("anna", f"fair woman of thirty, {style}")
    if part in ("hair", "hat"):
        return replace(ANNA, **{part: replace(getattr(ANNA, part), style=style)})
    changes: dict[str, Any] = {part: style}
    return replace(BEN, **changes)


@pytest.mark.parametrize(
    ("part", "styles"),
    [
        ("hair", get_args(HairStyle)),
        ("hat", get_args(HatStyle)),
        ("clothes", get_args(ClothesStyle)),
        ("beard", get_args(BeardStyle)),
        ("glasses", get_args(GlassesStyle)),
    ],
)
def test_every_style_is_seen(part: str, styles: tuple[str, ...]) -> None:
    looks = {style: with_style(part, style) for style in styles}
    fronts = {style: portrait(look, turn=0.2) for style, look in looks.items()}
    for style, front in fronts.items():
        others = [other for name, other in fronts.items() if name != style]
        assert all((np.abs(front.astype(int) - other) > 10).sum() > 60 for other in others), style


def from_behind(look: Look, light: Light = WHITE) -> Picture:
    drawing = Drawing(*SIZE)
    face = Face(character_id="x", x=0.5, y=0.45, size=0.3, light=light)
    draw_from_behind(drawing, face, look, SIZE)
    return on_green(drawing)


@pytest.mark.parametrize("style", get_args(HatStyle))
def test_from_behind_nobody_has_a_face(style: HatStyle) -> None:
    look = replace(ANNA, hat=replace(ANNA.hat, style=style, colour=(90, 60, 120)))
    head = box(from_behind(look), 0, 0.1, 0.3)
    assert (np.abs(head.astype(int) - np.array(ANNA.skin)).max(axis=2) < 25).mean() < 0.02
    assert drawn(from_behind(look))[-1].sum() > 150


@pytest.mark.parametrize("style", get_args(HairStyle))
def test_hair_is_seen_from_behind(style: HairStyle) -> None:
    look = replace(BEN, hair=replace(BEN.hair, style=style, colour=(200, 60, 20)))
    head = box(from_behind(look), 0, 0.0, 0.55)
    reddish = (head[..., 0] > 1.6 * head[..., 1]).mean()
    assert reddish > 0.6 if style != "bald" else reddish < 0.2


def figure(look: Look, facing: float = 0.0, light: Light = WHITE) -> Picture:
    drawing = Drawing(160, 300)
    draw_figure(drawing, (80, 280), 250, look, facing, light)
    return on_green(drawing)


def test_a_figure_stands_on_its_feet_and_is_as_tall_as_asked() -> None:
    rows = np.nonzero(drawn(figure(BEN)))[0]
    assert rows.min() == pytest.approx(30, abs=5)  # hair stands out a little
    assert rows.max() == pytest.approx(280, abs=10)  # the shadow lies before the feet
    body = drawn(figure(BEN))[60:270]
    widths = [np.ptp(np.flatnonzero(row)) for row in body if row.any()]
    assert 45 < max(widths) < 110


def test_there_is_a_shadow_at_the_feet() -> None:
    ground = figure(BEN)[276:286, 30:130, 1]
    assert ground.min() < 150


def test_children_are_smaller() -> None:
    child = look_of("lily", "little girl of seven, short hair")
    tops = [np.nonzero(drawn(figure(look)))[0].min() for look in (BEN, child)]
    assert tops[1] > tops[0] + 40


def test_a_figure_faces_where_it_looks() -> None:
    """Mirrored, it faces the other way: the face is on the other side of the head."""
    look = replace(BEN, hair=replace(BEN.hair, colour=(20, 20, 30)))
    head = slice(36, 62)

    def skin(facing: float) -> float:
        near = np.abs(figure(look, facing)[head].astype(int) - np.array(look.skin)).max(axis=2) < 40
        return float(np.nonzero(near)[1].mean())

    assert skin(-1) < skin(0) < skin(1)


def test_clothes_have_their_colour() -> None:
    look = replace(BEN, clothes=replace(BEN.clothes, style="sweater", colour=(200, 30, 160)))
    chest = figure(look)[110:150, 66:94].reshape(-1, 3).mean(axis=0)
    assert np.abs(chest - np.array((200, 30, 160))).max() < 50
