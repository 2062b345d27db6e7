"""Who is in the picture, as the animatic draws them: near, from behind, and standing in a place.

A robot or an animal is one drawing, near and far; people have a portrait and a figure.
"""

import contextlib
from collections.abc import Iterator

from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Point, Size
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import Shading
from sparkle_motion_dagster.engines.images.storyboard.people import (
    eyes,
    from_behind,
    hair,
    head,
    mouths,
    standing,
)
from sparkle_motion_dagster.engines.images.storyboard.people.clothing import clothes, hats
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.anatomy import (
    Anatomy,
    anatomy_of,
)
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch
from sparkle_motion_dagster.engines.images.storyboard.people.torso import Torso, torso_of
from sparkle_motion_dagster.engines.images.storyboard.scene import Expression, Face, Light

_FIGURE_BOTTOM = 1140.0
"""How far down a whole figure's clothes reach at most, in units of the head."""


def draw_portrait(drawing: Drawing, face: Face, look: Look, size: Size) -> None:
    """Draw head, neck and shoulders, down to the frame's lower edge and beyond.

    Args:
        drawing: As large as the frame.
        face: Where the face is in the frame, how it is held, what it does and in which light.
        look: Who it is.
        size: Of the frame: what the face's shares are shares of.
    """
    with _seen_through(drawing, look):
        draw_below_head(drawing, face, look, size)
        draw_head_only(drawing, face, look, size)
        draw_mouth_only(drawing, face, look, size)


def draw_below_head(drawing: Drawing, face: Face, look: Look, size: Size) -> None:
    """Draw what lies below the head and behind it, opaque; see `draw_portrait`."""
    sketch = Sketch(drawing, look, Shading(face.light), face.expression, face.turn)
    with drawing.group(transform=_placed(face, size)):
        torso = torso_of(sketch, _bottom(face))
        anatomy = anatomy_of(sketch)
        if anatomy is not None:
            _draw_creature_body(anatomy, torso)
            return
        clothes.draw_body_behind(torso)
        with drawing.group(transform=_tilted(face)):
            hats.draw_hat_behind(sketch)
            if look.presence != "clothes":
                hair.draw_hair_behind(sketch)
        if look.presence != "clothes":
            head.draw_neck(sketch)
        clothes.draw_body(torso)


def draw_head_only(drawing: Drawing, face: Face, look: Look, size: Size) -> None:
    """Draw the head, opaque, but for the mouth and the moustache over it; see `draw_portrait`."""
    sketch = Sketch(drawing, look, Shading(face.light), face.expression, face.turn)
    with drawing.group(transform=f"{_placed(face, size)} {_tilted(face)}"):
        _draw_head(sketch)


def draw_mouth_only(drawing: Drawing, face: Face, look: Look, size: Size) -> None:
    """Draw what `draw_head_only` leaves out, opaque; see `draw_portrait`."""
    sketch = Sketch(drawing, look, Shading(face.light), face.expression, face.turn)
    with drawing.group(transform=f"{_placed(face, size)} {_tilted(face)}"):
        _draw_mouth(sketch)


def draw_from_behind(drawing: Drawing, face: Face, look: Look, size: Size) -> None:
    """Draw head and shoulders from behind, as over somebody's shoulder; see `draw_portrait`."""
    sketch = Sketch(drawing, look, Shading(face.light), Expression(), turn=0)
    with _seen_through(drawing, look), drawing.group(transform=_placed(face, size)):
        torso = torso_of(sketch, _bottom(face))
        anatomy = anatomy_of(sketch)
        if anatomy is not None:
            anatomy.draw_back()
            if look.clothes.scarf is not None:
                from_behind.draw_collar(torso)
            from_behind.draw_hat_from_behind(sketch)
            return
        from_behind.draw_back(torso)
        if look.presence == "clothes":
            from_behind.draw_collar(torso)
            from_behind.draw_hat_from_behind(sketch)
            return
        from_behind.draw_nape(sketch)
        from_behind.draw_collar(torso)
        with drawing.group(transform=_tilted(face)):
            from_behind.draw_head_from_behind(sketch)


def draw_figure(
    drawing: Drawing, feet: Point, height: float, look: Look, facing: float, light: Light
) -> None:
    """Draw somebody who stands there, at ease, with the shadow at their feet.

    Args:
        drawing: The drawing.
        feet: Where they stand, in pixels.
        height: How tall a grown-up is there, from the feet to the top of the head, in pixels;
            children, robots and animals have heights of their own.
        look: Who it is.
        facing: Where they look: -1 to the left of the picture, 0 to us, 1 to its right.
        light: The light in the picture.
    """
    sketch = Sketch(drawing, look, Shading(light), Expression(), turn=facing)
    torso = torso_of(sketch, _FIGURE_BOTTOM)
    anatomy = anatomy_of(sketch)
    with (
        _seen_through(drawing, look),
        drawing.group(transform=standing.placed(feet, height, look)),
    ):
        if anatomy is not None:
            with drawing.group(transform=standing.under(*anatomy.shadow)):
                standing.ground_shadow(drawing, light)
            _draw_creature_body(anatomy, torso)
            _draw_head(sketch)
            _draw_mouth(sketch)
            return
        standing.ground_shadow(drawing, light)
        with drawing.group(transform=standing.childlike(look)):
            clothes.draw_body_behind(torso)
        with drawing.group(transform=standing.head_above(look)):
            hats.draw_hat_behind(sketch)
            if look.presence != "clothes":
                hair.draw_hair_behind(sketch)
                head.draw_neck(sketch)
        with drawing.group(transform=standing.childlike(look)):
            standing.draw_stance(torso, facing)
        with drawing.group(transform=standing.head_above(look)):
            _draw_head(sketch)
            _draw_mouth(sketch)


def _draw_creature_body(anatomy: Anatomy, torso: Torso) -> None:
    anatomy.draw_body()
    worn = torso.sketch.look.clothes
    if worn.scarf is not None:
        clothes.draw_scarf(torso, worn.scarf)
    if worn.pendant is not None:
        clothes.draw_pendant(torso, worn.pendant)
    hats.draw_hat_behind(torso.sketch)


def _draw_head(sketch: Sketch) -> None:
    anatomy = anatomy_of(sketch)
    if anatomy is not None:
        anatomy.draw_head()
    elif sketch.look.presence != "clothes":
        _draw_human_head(sketch)
    head.draw_glasses(sketch)
    if anatomy is None and sketch.look.presence != "clothes":
        hair.draw_hair_in_front(sketch)
    hats.draw_hat(sketch)


def _draw_human_head(sketch: Sketch) -> None:
    head.draw_ears(sketch)
    head.draw_skull(sketch)
    mouths.draw_beard(sketch)
    head.draw_nose(sketch)
    eyes.draw_eyes(sketch)
    hair.draw_hair(sketch)
    eyes.draw_brows(sketch)


def _draw_mouth(sketch: Sketch) -> None:
    anatomy = anatomy_of(sketch)
    if anatomy is not None:
        anatomy.draw_mouth()
    elif sketch.look.presence != "clothes":
        mouths.draw_mouth(sketch)
        mouths.draw_moustache(sketch)


@contextlib.contextmanager
def _seen_through(drawing: Drawing, look: Look) -> Iterator[None]:
    """Draw somebody as one thing that one sees through, if one does."""
    if look.opacity == 1:
        yield
        return
    with drawing.group(opacity=look.opacity):
        yield


def _placed(face: Face, size: Size) -> str:
    width, height = size
    x, y, unit = face.x * width, face.y * height, face.size * height
    return f"translate({x:.3f} {y:.3f}) scale({unit / 100:.6f})"


def _tilted(face: Face) -> str:
    """Return the transform of a head that is tilted on its neck."""
    return f"rotate({face.tilt:.3f} 0 0)"


def _bottom(face: Face) -> float:
    """Return how far the frame reaches down, in units of the head."""
    return 100 * (1 - face.y) / face.size
