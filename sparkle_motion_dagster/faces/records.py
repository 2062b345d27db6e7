"""What was found in pictures and clips, as it is written down."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sparkle_motion_dagster.faces.similarity import Similarity
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.faces.topology import face_height
from sparkle_motion_dagster.units import Record

_PARTS = 16
"""Places are written in whole sixteenths of a pixel."""


class Mesh(Record):
    """The 468 points of a face (``topology`` says which is which), in sixteenths of a pixel.

    They count from the upper left corner of the picture's first pixel, and may lie outside of it.
    """

    x: tuple[int, ...] = Field(min_length=468, max_length=468)
    y: tuple[int, ...] = Field(min_length=468, max_length=468)

    @classmethod
    def of(cls, points: Points) -> Self:
        """Return points, (468, 2) in pixels, as they are written."""
        x, y = np.rint(points.T * _PARTS).astype(int).tolist()
        return cls(x=tuple(x), y=tuple(y))

    @property
    def points(self) -> Points:
        """In pixels, (468, 2)."""
        return np.array([self.x, self.y], np.float64).T / _PARTS

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the face, in pixels."""
        return (
            min(self.x) / _PARTS,
            min(self.y) / _PARTS,
            max(self.x) / _PARTS,
            max(self.y) / _PARTS,
        )

    @property
    def height(self) -> float:
        """From the top of the forehead to the chin, in pixels."""
        return face_height(self.points)


class Looks(Record):
    """What tells one person from another, apart from where they are (``looks`` measures it).

    Colours are CIELAB: lightness, and how red and how yellow. ``clothes`` is None where they are
    outside of the picture. ``build`` is how high and how wide the face's parts are.
    """

    skin: tuple[int, ...]
    hair: tuple[int, ...]
    clothes: tuple[int, ...] | None = None
    build: tuple[int, ...]


class PictureFace(Record):
    """A face in a picture."""

    mesh: Mesh
    looks: Looks


class PictureFaces(Record):
    """The faces of a picture, the largest first; its sides are in pixels."""

    width: int = Field(ge=1)
    height: int = Field(ge=1)
    faces: tuple[PictureFace, ...] = ()

    @property
    def meshes(self) -> tuple[Mesh, ...]:
        """Where they are."""
        return tuple(face.mesh for face in self.faces)


class Track(Record):
    """A face, followed through a clip for as long as it is seen.

    Where only the camera moves, the face itself stays as it is: then ``meshes`` is one alone, and
    ``places`` says for each frame where it lies there. Else ``meshes`` has one for each frame.
    ``person`` is whose face it is: somebody who is lost and found again has two tracks, one person.
    """

    person: int = Field(ge=0, description="people are counted in the order in which they appear")
    looks: Looks
    start: int = Field(ge=0, description="the first frame in which it is seen")
    meshes: tuple[Mesh, ...] = Field(min_length=1)
    places: tuple[Similarity, ...] = ()

    @property
    def is_rigid(self) -> bool:
        """Whether every mesh is the same, moved, turned and enlarged."""
        return bool(self.places)

    @property
    def end(self) -> int:
        """The frame after the last one in which it is seen."""
        return self.start + (len(self.places) or len(self.meshes))

    def points_at(self, frame: int) -> Points | None:
        """Return the face's points in a frame of the clip, (468, 2) in pixels; None: not seen."""
        return self._points(frame - self.start) if self.start <= frame < self.end else None

    @property
    def points(self) -> NDArray[np.float64]:
        """The face's points from its first frame to its last one, (frames, 468, 2) in pixels."""
        return np.stack([self._points(index) for index in range(self.end - self.start)])

    @property
    def height(self) -> float:
        """How high the face is in the middle of its track, from forehead to chin, in pixels."""
        return face_height(self._points((self.end - self.start) // 2))

    def _points(self, index: int) -> Points:
        if self.is_rigid:
            return self.places[index].of(self.meshes[0].points)
        return self.meshes[index].points


class ClipFaces(Record):
    """The faces of a clip, followed, the largest first; its sides are in pixels."""

    frames: int = Field(ge=0)
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    tracks: tuple[Track, ...] = ()
