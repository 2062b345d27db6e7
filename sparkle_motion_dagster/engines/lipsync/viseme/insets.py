"""Inset portraits: whoever speaks and is not in the picture is seen in a round one in a corner."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing
from sparkle_motion_dagster.engines.images.storyboard.people.figures import draw_portrait
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.scene import Expression, Face, Light, Mouth
from sparkle_motion_dagster.engines.lipsync.viseme.planes import Layer
from sparkle_motion_dagster.engines.lipsync.viseme.retouch import Patch, retouched
from sparkle_motion_dagster.engines.lipsync.viseme.talking import TalkingFace
from sparkle_motion_dagster.engines.machinery.easing import smoothstep
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

_FACE = 0.3
"""Half the head's height as a share of the portrait's diameter."""

_FACE_Y = 0.47
_MARGIN = 0.05
_RISE = 0.08
"""How far a portrait rises while it comes, as a share of its diameter."""

_RING = (250, 248, 244)
_LIGHT = Light(ambient=(232, 230, 238), key=(255, 250, 240), strength=0.45, side=-0.5)


@dataclass(frozen=True)
class Corner:
    """A lower corner of a frame, where a portrait is; in pixels, all even."""

    left: int
    top: int
    side: int

    @classmethod
    def of(cls, frame: FrameSize, diameter: float, *, right: bool) -> "Corner":
        """Return the corner for a portrait; `diameter` is a share of the frame's height."""
        side = _even(diameter * min(frame.width / 2, frame.height))
        margin = _even(_MARGIN * min(frame.width, frame.height))
        left = frame.width - margin - side if right else margin
        return cls(left=left, top=frame.height - margin - side, side=side)


class Inset:
    """One speaker's portrait.

    Args:
        look: Whose it is.
        place: Where it is.
        frame: Size of the clip's frames.
        turn: Where the face looks: into the picture.
    """

    def __init__(self, look: Look, place: Corner, frame: FrameSize, turn: float) -> None:
        self._face = Face(
            character_id="inset",
            x=(place.left + 0.5 * place.side) / frame.width,
            y=(place.top + _FACE_Y * place.side) / frame.height,
            size=_FACE * place.side / frame.height,
            turn=turn,
            expression=Expression(mouth=Mouth(curve=0.15)),
            light=_LIGHT,
        )
        self._rise = _RISE * place.side / frame.height
        self._talking = TalkingFace(self._face, look, frame)
        self._look, self._place, self._frame = look, place, frame

    @property
    def expression(self) -> Expression:
        """What the face does while it is silent."""
        return self._face.expression

    def shown(
        self, frame: YuvFrame, presence: float, mouth: Mouth | None, closed: float
    ) -> YuvFrame:
        """Return a frame with the portrait over it, `presence` (0 to 1) of it."""
        rise = self._rise * (1 - smoothstep(presence))
        face = self._face.model_copy(update={"y": self._face.y + rise})
        frame = retouched(frame, self._portrait, face, presence)
        return self._talking.shown(frame, face, presence, mouth, closed)

    @cached_property
    def _portrait(self) -> Patch:
        """The portrait, painted when it first comes: a clip's first frames need not wait for it."""
        look, place, frame = self._look, self._place, self._frame
        side, middle = place.side, place.side / 2
        margin = _even(0.08 * side)
        drawing = Drawing(side + 2 * margin, side + 2 * margin)
        centre = middle + margin, middle + margin
        shade = drawing.radial(
            (centre[0], centre[1] + 0.02 * side), 0.56 * side,
            (0.8, (10, 8, 20), 0.5), (1, (10, 8, 20), 0.0),
        )  # fmt: skip
        drawing.ellipse((centre[0], centre[1] + 0.02 * side), 0.56 * side, 0.56 * side, shade)
        drawing.ellipse(centre, middle, middle, _RING)
        inner = 0.472 * side
        window = _circle(centre, inner)
        backdrop = drawing.radial(
            (centre[0], centre[1] - 0.1 * side), 0.7 * side,
            (0, mix(look.backdrop, (255, 255, 255), 0.35), 1),
            (1, mix(look.backdrop, (40, 40, 70), 0.3), 1),
        )  # fmt: skip
        drawing.ellipse(centre, inner, inner, backdrop)
        shift = f"translate({margin - place.left} {margin - place.top})"
        with drawing.group(clipped=drawing.clip(window)), drawing.group(transform=shift):
            draw_portrait(drawing, self._face, look, (frame.width, frame.height))
        layer = Layer.of(drawing.pixels())
        patch = Patch.between(
            Layer.empty(layer),
            layer,
            middle=(
                self._face.x * frame.width - place.left + margin,
                self._face.y * frame.height - place.top + margin,
            ),
            size=self._face.size * frame.height,
            tilt=0,
        )
        if patch is None:
            raise EngineError("a portrait came out empty: there is nothing to see in it")
        return patch


def inset_presence(wanted: NDArray[np.bool_], ease: int, shortest: int) -> NDArray[np.float64]:
    """Return how much of a portrait is there in each frame, (frames,).

    Args:
        wanted: In which frames somebody speaks whose face is not seen, (frames,).
        ease: How many frames a portrait takes to come, and to go.
        shortest: Stretches of fewer frames get none: it would only flash up.
    """
    presence = np.zeros(len(wanted))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wanted, [False])).astype(np.int8)))
    for first, end in edges.reshape(-1, 2):
        if end - first >= shortest:
            inside = np.arange(first, end)
            depth = np.minimum(inside - first, end - 1 - inside) / ease
            presence[first:end] = [smoothstep(float(value)) for value in depth]
    return presence


def _circle(centre: tuple[float, float], radius: float) -> str:
    x, y = centre
    return (
        f"M{x - radius:.3f},{y:.3f}a{radius:.3f},{radius:.3f} 0 1 0 {2 * radius:.3f},0"
        f"a{radius:.3f},{radius:.3f} 0 1 0 {-2 * radius:.3f},0Z"
    )


def _even(pixels: float) -> int:
    return 2 * round(pixels / 2)
