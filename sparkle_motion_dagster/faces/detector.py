"""Where faces may be in a picture: MediaPipe's BlazeFace detector.

Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs" (2019). The
model sees squares of 256 pixels, and answers for 896 places in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.boxes import are_around_one_face
from sparkle_motion_dagster.faces.sessions import ask
from sparkle_motion_dagster.faces.square import Picture, Square

_PIXELS = 256
_GRIDS = ((16, 2), (8, 6))
"""The model's places: grids of so many rows and columns, with so many answers for each place."""

_LIKELY = 0.5
"""A score from which on something is taken for a face; the mesh has the last word."""

_MARGIN = 1.7
"""How much larger than the picture the widest look is: a face that fills the frame needs it."""

_FINEST = 640
"""A side of a look, in pixels, from which on no finer one is needed.

A face of 64 pixels is 26 pixels high in it, and what is smaller cannot be moved; the model finds
faces of 12 of its pixels.
"""


@dataclass(frozen=True)
class Find:
    """What may be a face.

    Attributes:
        box: Left, top, right and bottom in the picture, in pixels, (4,).
        eyes: The eye on the picture's left and the one on its right, in pixels, (2, 2).
        score: How sure the model is, 0 to 1.
    """

    box: NDArray[np.float64]
    eyes: NDArray[np.float64]
    score: float

    @property
    def square(self) -> Square:
        """What the mesh has to look at: the box half as large again, turned like the eyes."""
        left, top, right, bottom = self.box
        across, down = self.eyes[1] - self.eyes[0]
        side = 1.5 * max(right - left, bottom - top)
        return Square((left + right) / 2, (top + bottom) / 2, side, float(np.arctan2(down, across)))


def detect(picture: Picture) -> list[Find]:
    """Return what may be faces in a picture, the surest first."""
    height, width = picture.shape[:2]
    finds = [find for look in _looks(width, height) for find in _finds(picture, look)]
    return merged(finds)


def _looks(width: int, height: int) -> Iterator[Square]:
    """Yield the squares to look at: the picture with a margin, whole, and in overlapping tiles."""
    longer = max(width, height)
    for side in (longer * _MARGIN, float(longer)):
        yield Square(width / 2, height / 2, side)
    side = float(longer)
    while side > _FINEST:
        side /= 2
        for x in _middles(width, side):
            for y in _middles(height, side):
                yield Square(x, y, side)


def _middles(length: float, side: float) -> list[float]:
    """Return the middles of tiles that cover a length, each overlapping the next by a third."""
    if length <= side:
        return [length / 2]
    count = int(np.ceil((length - side) / (side * 2 / 3))) + 1
    return [float(middle) for middle in np.linspace(side / 2, length - side / 2, count)]


def _finds(picture: Picture, look: Square) -> Iterator[Find]:
    pixels = look.cut(picture, _PIXELS).astype(np.float32) / np.float32(127.5) - np.float32(1)
    places, scores = ask("detector", pixels)
    sure = 1 / (1 + np.exp(-np.clip(scores[0, :, 0].astype(np.float64), -100, 100)))
    for index in np.flatnonzero(sure >= _LIKELY):
        values = places[0, index].astype(np.float64).reshape(8, 2)
        middle, size = values[0] + _anchors()[index], values[1]
        corners = np.stack([middle - size / 2, middle + size / 2])
        # Pictures show people's right eye on the left.
        eyes = values[2:4] + _anchors()[index]
        if _is_cut_off(corners, look, picture):
            continue
        box = look.in_picture(corners, _PIXELS).ravel()
        yield Find(box, look.in_picture(eyes, _PIXELS), float(sure[index]))


def _is_cut_off(corners: NDArray[np.float64], look: Square, picture: Picture) -> bool:
    """Tell whether a find touches an edge of the square, beyond which the picture goes on."""
    height, width = picture.shape[:2]
    first = np.array([look.x, look.y]) - look.side / 2
    last = first + look.side
    goes_on = np.stack([first > 0, last < (width, height)])
    touches = np.stack([corners[0] < 0, corners[1] > _PIXELS])
    return bool((goes_on & touches).any())


@cache
def _anchors() -> NDArray[np.float64]:
    """Return the middles of the model's places, in its pixels, (896, 2)."""
    grids = []
    for cells, answers in _GRIDS:
        middles = (np.arange(cells) + 0.5) * (_PIXELS / cells)
        y, x = np.meshgrid(middles, middles, indexing="ij")
        grids.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), answers, axis=0))
    return np.concatenate(grids)


def merged(finds: Sequence[Find]) -> list[Find]:
    """Return one find a face: the mean of all finds of it, weighted by their scores."""
    left = sorted(finds, key=lambda find: (-find.score, *find.box))
    merged = []
    while left:
        same = [find for find in left if are_around_one_face(find.box, left[0].box)]
        weights = np.array([find.score for find in same])
        weights /= weights.sum()
        merged.append(
            Find(
                np.einsum("n,ni->i", weights, np.stack([find.box for find in same])),
                np.einsum("n,nij->ij", weights, np.stack([find.eyes for find in same])),
                left[0].score,
            )
        )
        left = [find for find in left if not any(find is one for one in same)]
    return merged
