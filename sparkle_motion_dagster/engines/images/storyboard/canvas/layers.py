"""A picture's layers: the soft sky, the crisp things before it, their light, the veil of air.

What is soft has no detail: it is drawn at a quarter of the size and enlarged, which costs a
sixteenth. All arithmetic on pixels is in whole numbers, whose results no kind of CPU changes.
"""

import contextlib
import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Rgba, Size

Rgb = NDArray[np.uint8]
"""Pixels, (rows, columns, 3)."""

_REDUCTION = 4
_GRAIN_SIDE = 192
_GRAIN_DEPTH = 3
"""How much brighter or darker the grain of the paper makes a pixel; it also hides the steps of
gradients."""


@dataclass(frozen=True)
class Frame:
    """Where the picture lies in the keyframe: below the caption strip.

    Attributes:
        width: In pixels.
        height: In pixels, with the strip.
        top: Rows of the strip.
    """

    width: int
    height: int
    top: int

    @property
    def rows(self) -> int:
        """Height of the picture in pixels."""
        return self.height - self.top

    @property
    def size(self) -> Size:
        """Its width and height in pixels, with the strip."""
        return self.width, self.height

    def reduced(self, times: int) -> "Frame":
        """Return the frame at a fraction of its size."""
        return Frame(-(-self.width // times), -(-self.height // times), -(-self.top // times))


class SoftLayer:
    """A drawing in the frame's coordinates that is rendered smaller, for what has no edges."""

    def __init__(self, frame: Frame) -> None:
        self._size = frame.size
        small = frame.reduced(_REDUCTION)
        self.drawing = Drawing(small.width, small.height)
        self._open = contextlib.ExitStack()
        scale = f"scale({small.width / frame.width:.6f} {small.height / frame.height:.6f})"
        self._open.enter_context(self.drawing.group(transform=scale))

    def small_pixels(self) -> Rgba:
        """Render the drawing at its small size and close it: those of other pictures are alike."""
        self._open.close()
        return self.drawing.pixels_once()

    def pixels(self) -> Rgb:
        """Render the drawing, which has to cover the frame, at the frame's size and close it."""
        return enlarged(self.small_pixels()[..., :3], self._size)


class Layers:
    """The layers of one picture, from the back to the front.

    Attributes:
        frame: Where the picture lies.
        sky: What is behind all things, soft.
        crisp: The things.
        light: The light that lamps shed: it brightens what is there.
        veil: Mist, spray and steam: they cover what is there.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.sky = SoftLayer(frame)
        self.crisp = Drawing(frame.width, frame.height)
        self.light = SoftLayer(frame)
        self.light.drawing.box((0, 0), frame.size, (0, 0, 0))
        self.veil = SoftLayer(frame)

    def pixels(self) -> Rgb:
        """Render all layers into one picture."""
        return self.painted_on(self.sky.pixels())

    def painted_on(self, picture: Rgb) -> Rgb:
        """Render all layers but the sky onto a picture of the frame's size."""
        import cv2

        veil = self.veil.small_pixels()
        veils = [_enlarged_rgba(veil, self.frame.size)] if veil.any() else []
        picture = painted_over(picture, self.crisp.pixels(), *veils)
        glow: Rgb = cv2.add(picture, self.light.pixels()).astype(np.uint8, copy=False)
        return glow


def enlarged(picture: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """Return a picture, or one plane of it, enlarged smoothly to a size (width, height)."""
    import cv2

    soft = cv2.GaussianBlur(picture, (3, 3), 0)
    return cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR_EXACT).astype(np.uint8, copy=False)


def blurred(picture: Rgb, pixels: float) -> Rgb:
    """Return a picture out of focus, by this standard deviation."""
    import cv2

    return cv2.GaussianBlur(picture, (0, 0), max(0.3, pixels)).astype(np.uint8, copy=False)


def painted_over(picture: Rgb, *layers: Rgba) -> Rgb:
    """Return a picture with layers over it, from the back to the front."""
    from PIL import Image

    painted = Image.fromarray(picture).convert("RGBA")
    for layer in layers:
        painted = Image.alpha_composite(painted, Image.fromarray(layer))
    return np.asarray(painted.convert("RGB"))


def tinted(picture: Rgb, colour: Colour, cover: NDArray[np.uint8]) -> Rgb:
    """Return a picture under a colour.

    Args:
        picture: What is tinted.
        colour: Red, green and blue.
        cover: How much of each pixel it covers, 0 to 255: (rows, columns), of any smaller size.
    """
    from PIL import Image

    rows, columns, _ = picture.shape
    canvas = Image.fromarray(picture)
    canvas.paste(colour, mask=Image.fromarray(enlarged(cover, (columns, rows))))
    return np.asarray(canvas)


def grained(picture: Rgb, seed: str) -> Rgb:
    """Return a picture on paper: with a fine grain that the seed decides."""
    import cv2

    rows, columns, _ = picture.shape
    noise = np.frombuffer(
        hashlib.shake_256(seed.encode()).digest(_GRAIN_SIDE * _GRAIN_SIDE), np.uint8
    ).reshape(_GRAIN_SIDE, _GRAIN_SIDE)
    tiles = (-(-rows // _GRAIN_SIDE), -(-columns // _GRAIN_SIDE))
    level = np.tile(noise % (2 * _GRAIN_DEPTH + 1), tiles)[:rows, :columns]
    brighter = cv2.subtract(level, np.full_like(level, _GRAIN_DEPTH))
    darker = cv2.subtract(np.full_like(level, _GRAIN_DEPTH), level)
    lit = cv2.add(picture, cv2.merge([brighter] * 3))
    return cv2.subtract(lit, cv2.merge([darker] * 3)).astype(np.uint8, copy=False)


def _enlarged_rgba(layer: Rgba, size: Size) -> Rgba:
    """Return a layer enlarged; Pillow weighs its colours with their opacity, as it has to be."""
    from PIL import Image

    large = Image.fromarray(layer).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(large)
