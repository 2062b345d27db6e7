"""Redraws parts of a drawn face inside a film's frame.

A face in a clip was drawn by code that can draw it again. So what has to be added to a frame for
another mouth is known exactly: the difference between the face drawn with that mouth and the face
drawn with its own. Added as much as the face shows, it is right in a dissolve as well (which is a
weighted sum), and leaves whatever else is in the picture (rain, haze, a beam of light) in place.

Places are rounded to 1/32 of a pixel, samples are interpolated in fixed point, and shares are
256ths, so that no last bit of a float decides a pixel.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.scene import Face
from sparkle_motion_dagster.engines.lipsync.viseme.planes import Layer
from sparkle_motion_dagster.media.frames import BLACK, Plane, YuvFrame

_SHARES = 256
_GRID_BITS = 5
_GRID = 1 << _GRID_BITS


@dataclass(frozen=True, eq=False)
class Patch:
    """A change to a drawn face: what was there, and what is to be there.

    Attributes:
        luma: Old and new luma on black, and how opaque old and new are, (rows, columns, 4).
        chroma: Old and new blue difference, old and new red difference, half as large, (.., .., 4).
        half_cover: How opaque old and new are, old and new, half as large, each (.., ..), where
            they differ in that: a jaw that drops covers what was behind it.
        middle: Where the face's middle lies, from the patch's upper left corner, in its pixels.
        size: Half the head's height in the patch's pixels.
        tilt: How the head is tilted in the patch, in degrees.
    """

    luma: NDArray[np.uint8]
    chroma: NDArray[np.uint8]
    half_cover: tuple[Plane, Plane] | None
    middle: tuple[float, float]
    size: float
    tilt: float

    @classmethod
    def between(
        cls, old: Layer, new: Layer, *, middle: tuple[float, float], size: float, tilt: float
    ) -> "Patch | None":
        """Return the change from one layer to another, cut to where they differ, if they do."""
        luma, chroma = old.luma != new.luma, old.chroma != new.chroma
        changed = luma[..., 0] | luma[..., 1]
        changed |= _doubled(chroma[..., 0] | chroma[..., 1] | chroma[..., 2])
        if not changed.any():
            return None
        rows, columns = (_even_span(changed.any(axis=axis)) for axis in (1, 0))
        box = rows, columns
        half = tuple(slice(span.start // 2, span.stop // 2) for span in box)
        one, other = old.luma[box], new.luma[box]
        is_grown = bool((one[..., 1] != other[..., 1]).any())
        half_one, half_other = old.chroma[half], new.chroma[half]
        half_cover = (half_one[..., 2].copy(), half_other[..., 2].copy())
        return cls(
            luma=_alternating(one, other),
            chroma=_alternating(half_one[..., :2], half_other[..., :2]),
            half_cover=half_cover if is_grown else None,
            middle=(middle[0] - columns.start, middle[1] - rows.start),
            size=size,
            tilt=tilt,
        )


def retouched(frame: YuvFrame, patch: Patch, face: Face, share: float) -> YuvFrame:
    """Return a frame with a patch on a face in it.

    Args:
        frame: The frame.
        patch: The patch.
        face: Where the face lies in the frame.
        share: How much of the face shows in the frame, 0 to 1.
    """
    place = _Placement.of(patch, face, frame.shape)
    if place is None:
        return frame
    y, u, v = (plane.copy() for plane in frame.planes)
    weight = round(_SHARES * share)
    at, half_at = place.luma(), place.chroma()
    old, new, old_cover, new_cover = at.planes(patch.luma)
    old_u, new_u, old_v, new_v = half_at.planes(patch.chroma)
    grown = half_grown = None
    if patch.half_cover is not None:
        grown = _growth(old_cover, new_cover)
        half_grown = _growth(*map(half_at.sampled, patch.half_cover))
    y_black, u_black, v_black = BLACK
    _change(y[place.box], old, new, grown, y_black, weight)
    _change(u[place.half_box], old_u, new_u, half_grown, u_black, weight)
    _change(v[place.half_box], old_v, new_v, half_grown, v_black, weight)
    return YuvFrame(y, u, v)


@dataclass(frozen=True)
class _Placement:
    """How a patch lies in a frame.

    Pixel (column, row) of the frame is (a column + b row + x, -b column + a row + y) of the patch.
    """

    a: float
    b: float
    x: float
    y: float
    box: tuple[slice, slice]

    @classmethod
    def of(cls, patch: Patch, face: Face, shape: tuple[int, int]) -> "_Placement | None":
        height, width = shape
        scale = patch.size / (face.size * height)
        angle = math.radians(face.tilt - patch.tilt)
        a, b = scale * math.cos(angle), scale * math.sin(angle)
        middle_x, middle_y = face.x * width - 0.5, face.y * height - 0.5
        x = patch.middle[0] - 0.5 - a * middle_x - b * middle_y
        y = patch.middle[1] - 0.5 + b * middle_x - a * middle_y
        rows, columns = patch.luma.shape[:2]
        corners = [
            ((a * (u - x) - b * (v - y)) / scale**2, (b * (u - x) + a * (v - y)) / scale**2)
            for u in (-1, columns)
            for v in (-1, rows)
        ]
        box = tuple(
            slice(
                2 * max(0, math.floor(min(corner[axis] for corner in corners) / 2)),
                2 * min(side // 2, math.ceil(max(corner[axis] for corner in corners) / 2) + 1),
            )
            for axis, side in ((1, height), (0, width))
        )
        if any(span.start >= span.stop for span in box):
            return None
        return cls(a, b, x, y, (box[0], box[1]))

    @property
    def half_box(self) -> tuple[slice, slice]:
        rows, columns = self.box
        return slice(rows.start // 2, rows.stop // 2), slice(columns.start // 2, columns.stop // 2)

    def luma(self) -> "_Grid":
        return _Grid.of(self.box, self.a, self.b, self.x, self.y)

    def chroma(self) -> "_Grid":
        # A chroma sample lies on the left column of its 2x2 block, half a row below the upper.
        x = (self.x + 0.5 * self.b) / 2
        y = (self.y + 0.5 * self.a - 0.5) / 2
        return _Grid.of(self.half_box, self.a, self.b, x, y)


@dataclass(frozen=True, eq=False)
class _Grid:
    """Where each pixel of a box lies in what is sampled, as OpenCV has it.

    Attributes:
        whole: In pixels, column and row, rounded down, (rows, columns, 2).
        rest: What is left of both, in 32nds: 32 * row + column, (rows, columns).
    """

    whole: NDArray[np.int16]
    rest: NDArray[np.uint16]

    @classmethod
    def of(cls, box: tuple[slice, slice], a: float, b: float, x: float, y: float) -> "_Grid":
        rows = np.arange(box[0].start, box[0].stop, dtype=np.float64)[:, None]
        columns = np.arange(box[1].start, box[1].stop, dtype=np.float64)
        return cls.at(
            _on_grid(a * columns + x) + _on_grid(b * rows),
            _on_grid(-b * columns) + _on_grid(a * rows + y),
        )

    @classmethod
    def at(cls, across: NDArray[np.int32], down: NDArray[np.int32]) -> "_Grid":
        """Return the grid of places in 32nds of a pixel, (rows, columns)."""
        whole = np.empty((*across.shape, 2), np.int16)
        np.right_shift(across, _GRID_BITS, out=whole[..., 0], casting="unsafe")
        np.right_shift(down, _GRID_BITS, out=whole[..., 1], casting="unsafe")
        rest = ((down & _GRID - 1) << _GRID_BITS) | (across & _GRID - 1)
        return cls(whole, rest.astype(np.uint16))

    def sampled(self, samples: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the samples there: (.., ..), or (.., .., n), quickest where n is 4."""
        import cv2

        edge = cv2.BORDER_REPLICATE
        sampled = cv2.remap(samples, self.whole, self.rest, cv2.INTER_LINEAR, borderMode=edge)
        return np.asarray(sampled, np.uint8)

    def planes(self, samples: NDArray[np.uint8]) -> list[Plane]:
        """Return the samples there, plane by plane."""
        import cv2

        return [np.asarray(plane) for plane in cv2.split(self.sampled(samples))]


def sampled_by(
    samples: NDArray[np.uint8], across: NDArray[np.float64], down: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """Return samples (.., .., n) at places in pixels, (rows, columns), to 1/32 of one."""
    return _Grid.at(_on_grid(across), _on_grid(down)).sampled(samples)


def _on_grid(places: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.rint(_GRID * places).astype(np.int32)


def _growth(old: Plane, new: Plane) -> NDArray[np.int16]:
    """Return by how much the new drawing is more opaque than the old one, -255 to 255."""
    return new.astype(np.int16) - old


def _change(
    plane: Plane, old: Plane, new: Plane, grown: NDArray[np.int16] | None, black: int, weight: int
) -> None:
    """Change a part of a plane from old to new, `weight` 256ths of the way.

    Where the drawing has grown, it hides what is there; `black` is what no light is in the plane.
    """
    change = new.astype(np.int16) - old
    if grown is not None:
        change -= ((plane.astype(np.int32) - black) * grown // 255).astype(np.int16)
    if weight < _SHARES:
        change = (change.astype(np.int32) * weight + _SHARES // 2) >> 8
    plane[...] = np.clip(plane + change, 0, 255)


def _even_span(changed: NDArray[np.bool_]) -> slice:
    """Return the span of what changed and two pixels on both sides, its ends even."""
    places = np.flatnonzero(changed)
    first, last = int(places[0]), int(places[-1])
    return slice(max(0, (first - 2) // 2 * 2), min(len(changed), (last + 5) // 2 * 2))


def _alternating(old: NDArray[np.uint8], new: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the planes (.., .., n) of two layers in turns, (.., .., 2 n)."""
    return np.stack([old, new], axis=-1).reshape(*old.shape[:2], -1)


def _doubled(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.repeat(np.repeat(mask, 2, axis=0), 2, axis=1)
