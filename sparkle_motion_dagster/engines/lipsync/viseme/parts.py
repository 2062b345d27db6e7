"""Parts of a drawn face that can be drawn anew: the mouth with its jaw, and the eyes."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Size
from sparkle_motion_dagster.engines.images.storyboard.people import figures, proportions
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.proportions import Region
from sparkle_motion_dagster.engines.images.storyboard.scene import Expression, Face, Mouth
from sparkle_motion_dagster.engines.lipsync.viseme.planes import Layer
from sparkle_motion_dagster.engines.lipsync.viseme.retouch import Patch, sampled_by
from sparkle_motion_dagster.units import FrameSize

T = TypeVar("T", float, NDArray[np.float64])

_Draw: TypeAlias = Callable[[Drawing, Face, Look, Size], None]


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


class _Window:
    """The pixels around a region of a sitting, counted from the middle of the face."""

    def __init__(self, sitting: Sitting, region: Region) -> None:
        tilt, unit = sitting.face.tilt, sitting.unit
        corners = [
            _turned(x, y, tilt)
            for x in (region.left, region.right)
            for y in (region.top, region.bottom)
        ]
        xs, ys = ([unit * corner[axis] for corner in corners] for axis in (0, 1))
        self.left, self.top = 2 * math.floor(min(xs) / 2), 2 * math.floor(min(ys) / 2)
        self.width = 2 * math.ceil((max(xs) - self.left) / 2)
        self.height = 2 * math.ceil((max(ys) - self.top) / 2)


class Part(ABC):
    """A part of a sitting; it remembers how it drew it."""

    def __init__(self, sitting: Sitting, region: Region) -> None:
        self._sitting, self._window = sitting, _Window(sitting, region)
        self._patches: dict[Expression, Patch | None] = {}
        self._before: Layer | None = None

    def patch(self, expression: Expression) -> Patch | None:
        """Return the change from the face's own expression to another; None where there is none."""
        if expression not in self._patches:
            if self._before is None:
                self._before = self._drawn(self._sitting.face.expression)
            self._patches[expression] = Patch.between(
                self._before,
                self._drawn(expression),
                middle=(-self._window.left, -self._window.top),
                size=100 * self._sitting.unit,
                tilt=self._sitting.face.tilt,
            )
        return self._patches[expression]

    @abstractmethod
    def _drawn(self, expression: Expression) -> Layer:
        """Draw what is in the window, with an expression."""

    def _render(self, draw: _Draw, expression: Expression, window: _Window) -> Layer:
        sitting = self._sitting
        drawing = Drawing(window.width, window.height)
        with drawing.group(transform=f"translate({-window.left} {-window.top})"):
            here = sitting.face.model_copy(update={"x": 0.0, "y": 0.0, "expression": expression})
            draw(drawing, here, sitting.look, (sitting.frame.width, sitting.frame.height))
        return Layer.of(drawing.pixels())


class EyePart(Part):
    """One of the eyes, drawn anew with all of the head that lies around it."""

    def _drawn(self, expression: Expression) -> Layer:
        return self._render(figures.draw_head_only, expression, self._window)


class MouthPart(Part):
    """The mouth and the jaw: the head is drawn once, its jaw stretched, the mouth drawn on it."""

    def __init__(self, sitting: Sitting) -> None:
        look, turn = sitting.look, sitting.face.turn
        super().__init__(sitting, proportions.jaw_region(look, turn))
        self._lips = _Window(sitting, proportions.mouth_region(look, turn))
        self._faces: dict[float, Layer] = {}
        self._layers: tuple[Layer, Layer] | None = None

    def _drawn(self, expression: Expression) -> Layer:
        mouth = self._render(figures.draw_mouth_only, expression, self._lips)
        row, column = self._lips.top - self._window.top, self._lips.left - self._window.left
        return self._face(expression.mouth).under(mouth, row, column)

    def _face(self, mouth: Mouth) -> Layer:
        """Return the lower face without its mouth, the jaw dropped as far as a mouth asks for."""
        own = self._sitting.face.expression
        if self._layers is None:
            self._layers = (
                self._render(figures.draw_below_head, own, self._window),
                self._render(figures.draw_head_only, own, self._window),
            )
        if mouth.opening not in self._faces:
            body, head = self._layers
            look = self._sitting.look
            drop = proportions.jaw_drop(look, mouth) - proportions.jaw_drop(look, own.mouth)
            self._faces[mouth.opening] = body.under(
                self._dropped(head, drop) if drop else head, 0, 0
            )
        return self._faces[mouth.opening]

    def _dropped(self, head: Layer, drop: float) -> Layer:
        window, unit = self._window, self._sitting.unit
        across, down = np.meshgrid(
            np.arange(window.width) + 0.5 + window.left, np.arange(window.height) + 0.5 + window.top
        )
        x, y = _turned(across / unit, down / unit, -self._sitting.face.tilt)
        shift = -drop * unit * _jaw_share(x, y, drop)
        right, below = _turned(np.zeros_like(shift), shift, self._sitting.face.tilt)
        grid_x = np.arange(window.width) + right
        grid_y = np.arange(window.height)[:, None] + below
        half = np.s_[::2, ::2]
        return Layer(
            sampled_by(head.luma, grid_x, grid_y),
            sampled_by(head.chroma, grid_x[half] / 2, grid_y[half] / 2),
        )


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
