"""What the faces of animals share: eyes that blink, and brows that say how they feel."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Animal, Eye
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch

DARK: Colour = (26, 22, 30)


def draw_eyes(sketch: Sketch, animal: Animal, around: Colour) -> None:
    """Draw both eyes; `around` is the colour of the fur that they lie in."""
    for eye in animal.eyes:
        _draw_eye(sketch, animal, eye, around)
        _draw_brow(sketch, animal, eye)


def _draw_eye(sketch: Sketch, animal: Animal, eye: Eye, around: Colour) -> None:
    drawing, expression = sketch.drawing, sketch.expression
    x, y = sketch.on_face(eye.x, eye.y, 4)
    side = 1 if eye.x > 0 else -1
    across = 0.4 * side
    lids = min(max(expression.lids, 0.0), 1.35)
    wide, tall = eye.size * (1 - 0.12 * abs(sketch.turn)), eye.size * min(lids, 1.15)
    dark = sketch.tone(DARK, across)
    if lids <= 0.12:
        shut = [(x - wide, y + 1), (x, y + 0.45 * eye.size), (x + wide, y + 1)]
        drawing.path(curve(shut), stroke=dark, width=5)
        return
    slant = 0.34 * eye.size * expression.frown * side
    low = tall * (1 - 0.4 * expression.squint)
    shape: list[Point] = [
        (x - wide, y + 1), (x - 0.6 * wide, y - 0.82 * tall + slant), (x, y - tall),
        (x + 0.6 * wide, y - 0.82 * tall - slant), (x + wide, y + 1),
        (x + 0.6 * wide, y + 0.78 * low),
        (x, y + 0.96 * low), (x - 0.6 * wide, y + 0.78 * low),
    ]  # fmt: skip
    path = closed(shape)
    drawing.path(path, dark, stroke=sketch.tone(mix(around, DARK, 0.7), across), width=6)
    gaze_x, gaze_y = expression.gaze
    at = (x + 0.3 * eye.size * gaze_x, y + 0.25 * eye.size * gaze_y)
    with drawing.group(clipped=drawing.clip(path)):
        iris = sketch.tone(animal.iris, across)
        drawing.ellipse(at, 0.92 * wide, 0.92 * eye.size, mix(iris, (16, 12, 18), 0.3))
        drawing.ellipse((at[0], at[1] + 3), 0.78 * wide, 0.76 * eye.size, iris)
        drawing.ellipse(at, 0.5 * wide, 0.6 * eye.size, (18, 14, 20))
        glint = (at[0] - 0.26 * wide, at[1] - 0.34 * eye.size)
        drawing.ellipse(glint, 0.22 * wide, 0.2 * eye.size, sketch.shading.glint, 0.95)
    if expression.tears > 0.05:
        drop = (x, y + eye.size + 12)
        drawing.ellipse(drop, 5, 9, (206, 228, 246), 0.8 * expression.tears)


def _draw_brow(sketch: Sketch, animal: Animal, eye: Eye) -> None:
    expression = sketch.expression
    feeling = max(abs(expression.frown), abs(expression.brows))
    if feeling < 0.3:
        return
    side = 1 if eye.x > 0 else -1
    lift = eye.size + 10 + 9 * expression.brows
    slant = 9 * expression.frown
    brow = [
        sketch.on_face(eye.x - side * eye.size, eye.y - lift + slant, 6),
        sketch.on_face(eye.x, eye.y - lift - 4, 6),
        sketch.on_face(eye.x + side * eye.size, eye.y - lift - slant + 2, 6),
    ]
    colour = sketch.tone(animal.marks, 0.4 * side)
    sketch.drawing.path(curve(brow), stroke=colour, width=6, opacity=min(1, feeling))
