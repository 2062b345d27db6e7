"""What a face looks like: MediaPipe's face mesh, 468 points of its surface.

Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs" (2019).
The model sees a square of 192 pixels, in which a face stands upright and fills two thirds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sparkle_motion_dagster.faces.sessions import ask
from sparkle_motion_dagster.faces.square import Picture, Points, Square
from sparkle_motion_dagster.faces.topology import LEFT_EYE, RIGHT_EYE, face_height

_PIXELS = 192
_AROUND = 1.5
"""How much larger than the face the square is."""


@dataclass(frozen=True, eq=False)
class FaceMesh:
    """A face, measured.

    Attributes:
        points: The mesh's points in the picture, in pixels, (468, 2).
        presence: How sure the model is that this is a face, 0 to 1.
    """

    points: Points
    presence: float

    @property
    def height(self) -> float:
        """From the top of the forehead to the chin, in pixels."""
        return face_height(self.points)

    @property
    def box(self) -> tuple[float, ...]:
        """Left, top, right and bottom, in pixels."""
        return (*self.points.min(axis=0).tolist(), *self.points.max(axis=0).tolist())

    @property
    def square(self) -> Square:
        """What to look at to see the face again."""
        return square_of(self.points)


def square_of(points: Points) -> Square:
    """Return what to look at to see a face whose mesh is known, (468, 2) in pixels."""
    low, high = points.min(axis=0), points.max(axis=0)
    across, down = points[RIGHT_EYE] - points[LEFT_EYE]
    x, y = (low + high) / 2
    return Square(x, y, _AROUND * float((high - low).max()), float(np.arctan2(down, across)))


def read_mesh(picture: Picture, square: Square) -> FaceMesh:
    """Return the face that a square of a picture holds, if it does (see ``presence``)."""
    pixels = square.cut(picture, _PIXELS).astype(np.float32) / np.float32(255)
    places, presence = ask("mesh", pixels)
    flat = places.astype(np.float64).reshape(468, 3)[:, :2]  # the third is how far behind
    return FaceMesh(
        points=square.in_picture(flat, _PIXELS),
        presence=float(1 / (1 + np.exp(-np.clip(float(presence.ravel()[0]), -100, 100)))),
    )
