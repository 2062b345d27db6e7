"""Hats: the part behind the head, and the part on it."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import mix
from sparkle_motion_dagster.engines.images.storyboard.people.clothing import soft_hats, stiff_hats
from sparkle_motion_dagster.engines.images.storyboard.people.clothing.hat_making import (
    fill,
    mirrored,
)
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch


def draw_hat_behind(sketch: Sketch) -> None:
    """Draw what of a hat lies behind the head."""
    hat = sketch.look.hat
    wide = sketch.half_width
    if hat.style == "hood":
        right = [
            (0.6 * wide, -122), (wide + 18, -78), (wide + 28, -10), (wide + 26, 70),
            (wide + 16, 128), (60, 150),
        ]  # fmt: skip
        fill(sketch, mirrored((0, -130), right), mix(hat.colour, (16, 12, 24), 0.35), wide + 28)
    elif hat.style == "headscarf":
        right = [(0.6 * wide, -106), (wide + 10, -66), (wide + 14, -4), (wide + 8, 60), (56, 108)]
        fill(sketch, mirrored((0, -112), right), mix(hat.colour, (16, 12, 24), 0.3), wide + 16)
    elif hat.style == "brim":
        x, y = sketch.round_head(0, -62, -0.1)
        dark = sketch.tone(mix(hat.colour, (16, 12, 24), 0.35))
        sketch.drawing.ellipse((x, y), wide + 62, 26, dark)


def draw_hat(sketch: Sketch) -> None:
    """Draw what of a hat lies on the head and before it."""
    draw = {
        "cap": soft_hats.draw_cap, "hood": soft_hats.draw_hood, "beret": soft_hats.draw_beret,
        "peaked": stiff_hats.draw_peaked, "headscarf": soft_hats.draw_headscarf,
        "crown": stiff_hats.draw_crown, "helmet": stiff_hats.draw_helmet,
        "brim": stiff_hats.draw_brim, "top hat": stiff_hats.draw_top_hat,
        "beanie": soft_hats.draw_beanie, "toque": soft_hats.draw_toque,
        "pointed": stiff_hats.draw_pointed,
    }.get(sketch.look.hat.style)  # fmt: skip
    if draw is not None:
        draw(sketch)
