"""Parts of a drawn face that can be drawn anew: the mouth with its jaw, and the eyes."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Rgba, Size
from sparkle_motion_dagster.engines.images.storyboard.people import figures, proportions
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.proportions import Region
from sparkle_motion_dagster.engines.images.storyboard.scene import Expression, Face, Mouth
from sparkle_motion_dagster.engines.lipsync.viseme.planes import Layer
from sparkle_motion_dagster.engines.lipsync.viseme.retouch import Patch, sampled_by
from sparkle_motion_dagster.units import FrameSize

T = TypeVar("T", float, NDArray[np.float64])

_Draw: TypeAlias = Callable[[Drawing, Face, Look, Size], None]


class Window:
    """The pixels around regions of a head that is held somehow, counted from the face's middle.

    Args:
        tilt: How the head is tilted, clockwise, in degrees.
        unit: How many pixels a hundredth of half its height is.
        regions: The regions.
    """

    def __init__(self, tilt: float, unit: float, regions: Iterable[Region]) -> None:
        corners = [
            _turned(x, y, tilt)
            for region in regions
            for x in (region.left, region.right)
            for y in (region.top, region.bottom)
        ]
        xs, ys = ([unit * corner[axis] for corner in corners] for axis in (0, 1))
        self.left, self.top = 2 * math.floor(min(xs) / 2), 2 * math.floor(min(ys) / 2)
        self.width = 2 * math.ceil((max(xs) - self.left) / 2)
        self.height = 2 * math.ceil((max(ys) - self.top) / 2)

    def within(self, larger: "Window") -> tuple[slice, slice]:
        """Return the rows and columns of a larger one that it is."""
        top, left = self.top - larger.top, self.left - larger.left
        return slice(top, top + self.height), slice(left, left + self.width)


@dataclass(frozen=True)
class Sitting:
    """A face as it was drawn: whose, how held, doing what, in which light.

    Attributes:
        face: The face, as large as it gets.
        look: Whose it is.
        frame: Size of the frames that it is in.
    """

    face: Face
    look: Look
    frame: FrameSize

    @property
    def unit(self) -> float:
        """How many pixels a hundredth of half the head's height is."""
        return self.face.size * self.frame.height / 100

    @property
    def eyes(self) -> list[Region]:
        """Where each of the eyes is."""
        tears = self.face.expression.tears
        return proportions.eye_regions(self.look, self.face.turn, tears)

    @property
    def jaw(self) -> Region:
        """Where all is that moves with the mouth."""
        return proportions.jaw_region(self.look, self.face.turn)

    def lips(self, mouth: Mouth) -> Region:
        """Return where a mouth is."""
        return proportions.mouth_region(self.look, self.face.turn, mouth)

    def window(self, *regions: Region) -> Window:
        """Return the pixels around regions."""
        return Window(self.face.tilt, self.unit, regions)

    def drawn(self, draw: _Draw, expression: Expression, window: Window) -> Rgba:
        """Return what is drawn in a window, with an expression."""
        drawing = Drawing(window.width, window.height)
        with drawing.group(transform=f"translate({-window.left} {-window.top})"):
            here = self.face.model_copy(update={"x": 0.0, "y": 0.0, "expression": expression})
            draw(drawing, here, self.look, (self.frame.width, self.frame.height))
        return drawing.pixels()

    def head(self, window: Window) -> Rgba:
        """Return what is in a window of the head as it was drawn, without its mouth."""
        whole, pixels = self._head
        return pixels[window.within(whole)]

    @cached_property
    def _head(self) -> tuple[Window, Rgba]:
        """All of the head that may move; drawn once, its parts are cut from it."""
        whole = self.window(self.jaw, *self.eyes)
        return whole, self.drawn(figures.draw_head_only, self.face.expression, whole)


class Part(ABC):
    """A part of a sitting; it remembers how it drew it."""

    def __init__(self, sitting: Sitting, window: Window) -> None:
        self._sitting, self._window = sitting, window
        self._patches: dict[Expression, Patch | None] = {}

    def patch(self, expression: Expression) -> Patch | None:
        """Return the change from the face's own expression to another; None where there is none."""
        if expression not in self._patches:
            self._patches[expression] = Patch.between(
                self._before,
                self._drawn(expression),
                middle=(-self._window.left, -self._window.top),
                size=100 * self._sitting.unit,
                tilt=self._sitting.face.tilt,
            )
        return self._patches[expression]

    @cached_property
    @abstractmethod
    def _before(self) -> Layer:
        """What is in the window, with the face's own expression."""

    @abstractmethod
    def _drawn(self, expression: Expression) -> Layer:
        """Draw what is in the window, with an expression."""


class EyesPart(Part):
    """The eyes, drawn anew with all of the head that lies around them."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting, sitting.window(*sitting.eyes))

    @cached_property
    def _before(self) -> Layer:
        return Layer.of(self._sitting.head(self._window))

    def _drawn(self, expression: Expression) -> Layer:
        return Layer.of(self._sitting.drawn(figures.draw_head_only, expression, self._window))


class MouthPart(Part):
    """The mouth and the jaw: the head is drawn once, its jaw stretched, the mouth drawn on it."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting, sitting.window(sitting.jaw))
        self._faces: dict[float, Layer] = {}

    @cached_property
    def _before(self) -> Layer:
        return self._drawn(self._sitting.face.expression)

    def _drawn(self, expression: Expression) -> Layer:
        lips = self._sitting.window(self._sitting.lips(expression.mouth))
        mouth = self._sitting.drawn(figures.draw_mouth_only, expression, lips)
        rows, columns = lips.within(self._window)
        return self._face(expression.mouth).under(Layer.of(mouth), rows.start, columns.start)

    def _face(self, mouth: Mouth) -> Layer:
        """Return the lower face without its mouth, the jaw dropped as far as a mouth asks for."""
        if mouth.opening not in self._faces:
            body, head = self._layers
            look, own = self._sitting.look, self._sitting.face.expression.mouth
            drop = proportions.jaw_drop(look, mouth) - proportions.jaw_drop(look, own)
            dropped = self._dropped(head, drop) if drop else head
            self._faces[mouth.opening] = body.under(dropped, 0, 0)
        return self._faces[mouth.opening]

    @cached_property
    def _layers(self) -> tuple[Layer, Layer]:
        """What is in the window below the head, and of the head."""
        sitting, window = self._sitting, self._window
        own = sitting.face.expression
        body = sitting.drawn(figures.draw_below_head, own, window)
        return Layer.of(body), Layer.of(sitting.head(window))

    def _dropped(self, head: Layer, drop: float) -> Layer:
        window = self._window
        shift = -drop * self._sitting.unit * _jaw_share(*self._places, drop)
        right, below = _turned(np.zeros_like(shift), shift, self._sitting.face.tilt)
        grid_x = np.arange(window.width) + right
        grid_y = np.arange(window.height)[:, None] + below
        half = np.s_[::2, ::2]
        return Layer(
            sampled_by(head.luma, grid_x, grid_y),
            sampled_by(head.chroma, grid_x[half] / 2, grid_y[half] / 2),
        )

    @cached_property
    def _places(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where each pixel lies on the upright head, in hundredths of half its height."""
        window, unit = self._window, self._sitting.unit
        across, down = np.meshgrid(
            np.arange(window.width) + 0.5 + window.left, np.arange(window.height) + 0.5 + window.top
        )
        return _turned(across / unit, down / unit, -self._sitting.face.tilt)


def _jaw_share(x: NDArray[np.float64], y: NDArray[np.float64], drop: float) -> NDArray[np.float64]:
    """Return how much of a drop of the jaw a place on the face has come down by, 0 to 1.

    The jaw takes the skin between nose and chin with it, as `Sketch.outline` has it; what
    hangs below the chin (hair, a beard) gives way.
    """
    heights = np.array([30.0, 44, 56, 79, 97, 104, 138, 400])
    shares = np.array([0.0, 0, 0.38, 0.75, 1, 1, 0, 0])
    sideways = np.clip((68 - np.abs(x)) / 18, 0, 1)
    return np.asarray(np.interp(y, heights + drop * shares, shares) * sideways)


def _turned(x: T, y: T, degrees: float) -> tuple[T, T]:
    """Return where a place on an upright head lies when the head is tilted."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return x * cosine - y * sine, x * sine + y * cosine
