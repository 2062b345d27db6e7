"""The caption strip: a band at the upper edge that says which shot and which prompt a frame is."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Size
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Rgb
from sparkle_motion_dagster.lettering import Written, font, written

_GROUND: Colour = (24, 24, 30)
_SHOT: Colour = (255, 206, 120)
_PROMPT: Colour = (206, 206, 212)
_REMARK: Colour = (230, 150, 120)

_SHARE = 0.05
_WIDEST = 0.042
"""The strip's height as a share of the frame's height, and its limit for upright frames."""

_SMALLEST = 4


def strip_rows(size: Size) -> int:
    """Return the height of the strip in a frame, in pixels: even, about a twentieth of it."""
    width, height = size
    return max(_SMALLEST, 2 * round(min(_SHARE * height, _WIDEST * width * 1.6) / 2))


def with_strip(picture: Rgb, rows: int, shot: str, prompt: str) -> tuple[Rgb, tuple[str, ...]]:
    """Lay the strip over the upper rows of a picture.

    Returns:
        The picture, and what the font could not write, in words (empty if it wrote everything).
    """
    width = picture.shape[1]
    drawing = Drawing(width, rows)
    drawing.box((0, 0), (width, rows), _GROUND)
    size = rows * 0.56
    x, base, right = rows * 0.5, rows * 0.7, width - rows * 0.5
    name, line = written(shot), written(prompt)
    for part, colour in _parts(name, line):
        room = (right - x) / size
        text = font().cut(part, room)
        if room <= font().width("…") or not text:
            break
        drawing.text((x, base), text, size, colour)
        x += (font().width(text) + 0.75) * size
    result = picture.copy()
    result[:rows] = drawing.pixels()[..., :3]
    return result, tuple(remark for remark in (name.remark, line.remark) if remark)


def _parts(shot: Written, prompt: Written) -> list[tuple[str, Colour]]:
    """Return what is written one after the other: remarks before the long prompt is cut."""
    parts = [(shot.text, _SHOT), (prompt.remark, _REMARK), (prompt.text, _PROMPT)]
    return [(text, colour) for text, colour in parts if text]
