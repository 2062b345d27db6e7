"""People who stand in a place, whole: a head on a clothed body, at ease."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import GROWN_UP
from sparkle_motion_dagster.engines.images.storyboard.people.clothing.clothes import draw_body
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.torso import Torso
from sparkle_motion_dagster.engines.images.storyboard.scene import Light
from sparkle_motion_dagster.engines.images.storyboard.words.description_vocabulary import (
    ClothesStyle,
)

_HEIGHT = 1300.0
"""From the soles (y = 1200) to the top of the head (y = -100), in units of the head: 6.5 heads."""

_SOLES = 1200.0
_NECK = 118.0
"""Where the head sits on the body."""

_HEMS: dict[ClothesStyle, float] = {
    "coat": 900, "oilskin": 820, "white coat": 880, "robe": 1130, "dress": 960, "uniform": 690,
}  # fmt: skip
"""How far down the upper clothes reach; where nothing is said, to the hips."""

_HIPS = 640.0


def ground_shadow(drawing: Drawing, light: Light) -> None:
    """Draw the shadow on the ground, away from the light, darkest at the feet."""
    away = -120 * light.side * light.strength
    dark = mix(light.ambient, (10, 8, 24), 0.82)
    soft = drawing.radial((away, _SOLES), 260, (0, dark, 0.5), (0.6, dark, 0.22), (1, dark, 0))
    with drawing.group(transform=f"translate(0 {_SOLES * 0.84:.1f}) scale(1 0.16)"):
        drawing.ellipse((away, _SOLES), 260, 260, soft)
    drawing.ellipse((0, _SOLES - 2), 120, 13, dark, 0.55)


def placed(feet: Point, height: float, look: Look) -> str:
    """Return the transform that stands somebody on their feet where a grown-up has a height."""
    scale, soles = height / _HEIGHT, _SOLES
    if look.creature is not None:
        soles = look.creature.soles
        scale = height * look.creature.stature / GROWN_UP / (soles + 100)
    return f"translate({feet[0]:.3f} {feet[1] - soles * scale:.3f}) scale({scale:.6f})"


def under(soles: float, x: float, breadth: float) -> str:
    """Return the transform of a shadow under somebody else's soles, so much broader."""
    return f"translate({x:.3f} {soles - _SOLES:.3f}) scale({breadth:.3f} 1)"


def childlike(look: Look) -> str:
    """Return the transform of a body below the head: a child's is small against its head."""
    small = 1 - 0.3 * look.youth
    return f"translate(0 {_SOLES * (1 - small):.2f}) scale({small:.4f})"


def head_above(look: Look) -> str:
    """Return the transform that puts the head on a child's body."""
    small = 1 - 0.3 * look.youth
    return f"translate(0 {(_SOLES - _NECK) * (1 - small):.2f})"


def draw_stance(torso: Torso, facing: float) -> None:
    """Draw the body below the head: legs, clothes, arms and hands."""
    look = torso.sketch.look
    hem = _HEMS.get(look.clothes.style, _HIPS)
    _draw_legs(torso, facing, hem)
    far, near = (1, -1) if facing > 0 else (-1, 1)
    _draw_arm(torso, far, facing)
    with torso.sketch.drawing.group(clipped=torso.sketch.drawing.clip(closed(_body(torso, hem)))):
        draw_body(torso)
        _draw_hem(torso, hem)
    if look.clothes.style in ("coat", "white coat", "tweed", "suit"):
        dark = torso.dark(look.clothes.colour)
        torso.line([(2, 330), (3, 0.5 * (330 + hem)), (0, hem)], dark, 4, 0.6)
    _draw_arm(torso, near, facing)


def _body(torso: Torso, hem: float) -> list[Point]:
    """Return the outline of the upper clothes without the arms, down to the hem."""
    wide, stout = torso.shoulder, torso.sketch.look.build.girth
    feminine = torso.sketch.look.feminine
    waist = (0.64 if feminine else 0.74) * wide * stout
    hips = (0.8 if feminine else 0.74) * wide * stout
    flare = 1 + 0.0007 * max(0.0, hem - _HIPS)
    right: list[Point] = [
        (34, 116), (66, 140), (0.72 * wide, 158), (0.93 * wide, 184), (0.9 * wide, 262),
        (0.5 * (0.86 * wide + waist), 360), (waist, 440), (hips, 580), (hips * flare, hem - 16),
        (hips * flare * 0.94, hem),
    ]  # fmt: skip
    return [(0, 96), *right, (0, hem + 6), *[(-x, y) for x, y in reversed(right)]]


def _draw_hem(torso: Torso, hem: float) -> None:
    drawing, clothes = torso.sketch.drawing, torso.sketch.look.clothes
    dark = torso.dark(clothes.colour, 0.6)
    paint = drawing.vertical(hem - 160, hem, (0, dark, 0), (1, dark, 0.4))
    drawing.box((-300, hem - 160), (600, 170), paint)
    if hem <= _HIPS + 60:
        return
    for x in (-50, 44):
        torso.line([(0.7 * x, 560), (x, hem)], dark, 5, 0.25)


def _draw_legs(torso: Torso, facing: float, hem: float) -> None:
    look = torso.sketch.look
    bare = look.clothes.style == "dress"
    cloth: Colour = look.skin if bare else _trousers(look)
    stout = 0.7 + 0.3 * look.build.girth
    for side in (-1, 1):
        lean = 10 * facing
        at_ease = side * look.hair.parting > 0  # the leg that bears no weight
        hip, knee = side * 44.0, side * (62 if at_ease else 46) + lean
        ankle = side * (74 if at_ease else 44) + 0.4 * lean
        thin = 0.72 if bare else 1.0
        shape: list[Point] = [
            (hip - 52 * stout * thin, hem - 90), (knee - 38 * thin, 900),
            (ankle - 26 * thin, _SOLES - 36), (ankle + 26 * thin, _SOLES - 36),
            (knee + 38 * thin, 900), (hip + 52 * stout * thin, hem - 90),
        ]  # fmt: skip
        paint = torso.sketch.shading.round(
            torso.sketch.drawing, mix(cloth, (14, 10, 24), 0.06 * (side == 1)), hip - 54, hip + 54
        )
        path = curve(shape) + "Z"
        torso.sketch.drawing.path(path, paint)
        _draw_shoe(torso, ankle, facing, side)


def _draw_shoe(torso: Torso, ankle: float, facing: float, side: int) -> None:
    toe = 34 * facing + 12 * side * (1 - abs(facing))
    shape: list[Point] = [
        (ankle - 28, _SOLES - 46), (ankle + 28, _SOLES - 46),
        (ankle + 30 + max(toe, 0), _SOLES - 16),
        (ankle + 28 + max(toe, 0), _SOLES), (ankle - 28 + min(toe, 0), _SOLES),
        (ankle - 30 + min(toe, 0), _SOLES - 16),
    ]  # fmt: skip
    torso.fill(shape, (48, 38, 40))


def _trousers(look: Look) -> Colour:
    if look.clothes.style in ("uniform", "overalls", "suit", "armour", "spacesuit", "hoodie"):
        return mix(look.clothes.colour, (20, 18, 30), 0.18)
    return mix(mix(look.clothes.colour, (70, 66, 78), 0.65), (30, 28, 40), 0.35)


def _draw_arm(torso: Torso, side: int, facing: float) -> None:
    """Draw an arm at ease, and its hand: it hangs, rests in a pocket, or on the hip."""
    drawing, look = torso.sketch.drawing, torso.sketch.look
    wide = torso.shoulder
    rests = _rests(look, side)
    swing = 0.0 if rests else 14 * facing
    elbow = (side * ((1.22 if rests else 1.06) * wide + 8), 396.0 if rests else 405.0)
    wrist = (side * (0.8 if rests else 0.96) * wide + side * 4 + swing, 548.0 if rests else 590.0)
    colour = (
        look.clothes.under if look.clothes.style in ("apron", "overalls") else look.clothes.colour
    )
    if not rests and look.presence != "clothes":
        hand = (wrist[0] - side * 2 + 0.4 * swing, wrist[1] + 34)
        drawing.ellipse(hand, 21, 34, torso.sketch.tone(look.skin, 0.7 * side))
    shape: list[Point] = [
        (side * 0.66 * wide, 166), (side * 0.93 * wide, 186), (side * 1.08 * wide, 250),
        (elbow[0] + side * 24, elbow[1]), (wrist[0] + side * 25, wrist[1] + 8),
        (wrist[0] - side * 24, wrist[1] + 10), (elbow[0] - side * 32, elbow[1] + 6),
        (side * 0.84 * wide, 280),
    ]  # fmt: skip
    path = closed(shape)
    inner, outer = sorted((side * 0.7 * wide, side * 1.3 * wide))
    drawing.path(path, torso.sketch.shading.round(drawing, colour, inner, outer, 0.8))
    drawing.path(path, stroke=torso.dark(colour, 0.5), width=3, opacity=0.28)
    cuff = [(wrist[0] - side * 24, wrist[1]), (wrist[0] + side * 25, wrist[1] - 2)]
    drawing.path(curve(cuff), stroke=torso.dark(colour), width=5, opacity=0.5)


def _rests(look: Look, side: int) -> bool:
    """Tell whether an arm's hand is in the pocket; everybody has a habit of their own."""
    habit = look.hair.parting
    return side * habit > 0.15 and look.clothes.style not in ("dress", "robe", "armour")
