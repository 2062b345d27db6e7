"""People as the animatic draws them: near, from behind, and standing in a place."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Point, Size
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import Shading
from sparkle_motion_dagster.engines.images.storyboard.people import (
    creatures,
    eyes,
    from_behind,
    hair,
    head,
    mouths,
    standing,
)
from sparkle_motion_dagster.engines.images.storyboard.people.clothing import clothes, hats
from sparkle_motion_dagster.engines.images.storyboard.people.looks import Look
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch
from sparkle_motion_dagster.engines.images.storyboard.people.torso import torso_of
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
    draw_below_head(drawing, face, look, size)
    draw_head_only(drawing, face, look, size)
    draw_mouth_only(drawing, face, look, size)


def draw_below_head(drawing: Drawing, face: Face, look: Look, size: Size) -> None:
    """Draw what lies below the head and behind it; see `draw_portrait`."""
    sketch = Sketch(drawing, look, Shading(face.light), face.expression, face.turn)
    with drawing.group(transform=_placed(face, size)):
        torso = torso_of(sketch, _bottom(face))
        clothes.draw_body_behind(torso)
        with drawing.group(transform=_tilted(face)):
            hats.draw_hat_behind(sketch)
            hair.draw_hair_behind(sketch)
        head.draw_neck(sketch)
        clothes.draw_body(torso)


def draw_head_only(drawing: Drawing, face: Face, look: Look, size: Size) -> None:
    """Draw the head but for the mouth and the moustache over it; see `draw_portrait`."""
    sketch = Sketch(drawing, look, Shading(face.light), face.expression, face.turn)
    with drawing.group(transform=f"{_placed(face, size)} {_tilted(face)}"):
        _draw_head(sketch)


def draw_mouth_only(drawing: Drawing, face: Face, look: Look, size: Size) -> None:
    """Draw what `draw_head_only` leaves out; see `draw_portrait`."""
    sketch = Sketch(drawing, look, Shading(face.light), face.expression, face.turn)
    with drawing.group(transform=f"{_placed(face, size)} {_tilted(face)}"):
        mouths.draw_mouth(sketch)
        mouths.draw_moustache(sketch)


def draw_from_behind(drawing: Drawing, face: Face, look: Look, size: Size) -> None:
    """Draw head and shoulders from behind, as over somebody's shoulder; see `draw_portrait`."""
    sketch = Sketch(drawing, look, Shading(face.light), Expression(), turn=0)
    with drawing.group(transform=_placed(face, size)):
        torso = torso_of(sketch, _bottom(face))
        from_behind.draw_back(torso)
        from_behind.draw_nape(sketch)
        from_behind.draw_collar(torso)
        with drawing.group(transform=_tilted(face)):
            from_behind.draw_head_from_behind(sketch)


def draw_figure(
    drawing: Drawing, feet: Point, height: float, look: Look, facing: float, light: Light
) -> None:
    """Draw a standing person, at ease, with the shadow at their feet.

    Args:
        drawing: The drawing.
        feet: Where they stand, in pixels.
        height: How tall a grown-up is there, from the feet to the top of the head, in pixels;
            children are smaller.
        look: Who it is.
        facing: Where they look: -1 to the left of the picture, 0 to us, 1 to its right.
        light: The light in the picture.
    """
    sketch = Sketch(drawing, look, Shading(light), Expression(), turn=facing)
    torso = torso_of(sketch, _FIGURE_BOTTOM)
    with drawing.group(transform=standing.placed(feet, height)):
        standing.ground_shadow(drawing, light)
        with drawing.group(transform=standing.childlike(look)):
            clothes.draw_body_behind(torso)
        with drawing.group(transform=standing.head_above(look)):
            hats.draw_hat_behind(sketch)
            hair.draw_hair_behind(sketch)
            head.draw_neck(sketch)
        with drawing.group(transform=standing.childlike(look)):
            standing.draw_stance(torso, facing)
        with drawing.group(transform=standing.head_above(look)):
            _draw_head(sketch)
            mouths.draw_mouth(sketch)
            mouths.draw_moustache(sketch)


def _draw_head(sketch: Sketch) -> None:
    creatures.draw_creature_behind(sketch)
    if sketch.look.kind == "person":
        head.draw_ears(sketch)
    head.draw_skull(sketch)
    creatures.draw_creature(sketch)
    mouths.draw_beard(sketch)
    if sketch.look.kind == "person":
        head.draw_nose(sketch)
    eyes.draw_eyes(sketch)
    hair.draw_hair(sketch)
    eyes.draw_brows(sketch)
    head.draw_glasses(sketch)
    hair.draw_hair_in_front(sketch)
    hats.draw_hat(sketch)


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
