"""What is read of faces whose mouths were moved: how far they open, and what else has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sparkle_motion_dagster.faces.mesh import read_mesh, square_of
from sparkle_motion_dagster.faces.openings import Openings, opening
from sparkle_motion_dagster.faces.records import ClipFaces, Track
from sparkle_motion_dagster.faces.square import Picture, Points
from sparkle_motion_dagster.faces.topology import LEFT_EYE, OVAL, RIGHT_EYE, face_height
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.picture_review import psnr
from sparkle_motion_dagster.units import Record

_STILL = [10, 168, 195, 1, 98, 327, 33, 133, 362, 263, 234, 454]
"""Points that neither mouths nor blinks move: forehead, nose, the eyes' corners, ears."""

_LOWER_HALF = OVAL[8:29]
"""The face's outline from ear to ear, by the chin."""

_NEAR = (1.0, 0.8)
"""From how near a face is read: the sides of two squares, as parts of what the mesh asks for.

Each look errs in its own way. Of ten mouths that speak, what one look read went with the sounds by
0.32 to 0.98, and what both read on an average by 0.50 to 0.98, eight of them by 0.8 and more.
"""

_WITH_MOUTH = 1.3
"""What goes with a mouth: the lower half of the face, so much larger."""

_WITH_EYES = 0.35
"""How far blinks reach from an eye's outer corner, of the way from one to the other."""

_AROUND = 1.5
"""What is looked at around a face: its box, so much larger."""


class FaceReading(Record):
    """A face in a clip before and after mouths were moved.

    ``before`` and ``after`` are the mouth's openings (``openings`` tells what that is), frame by
    frame from ``start``. ``strayed`` is how far points that no mouth moves lie from where they lay,
    in the face's heights: the median of all frames. ``around_db`` is the least PSNR of a frame's
    luma around the face, without what goes with a mouth and with blinks; None where a face leaves
    nothing around it in the picture.
    """

    person: int = Field(ge=0, description="as in a track")
    start: int = Field(ge=0, description="the first frame in which it is seen")
    before: tuple[float, ...]
    after: tuple[float, ...]
    strayed: float
    around_db: float | None


class MouthReadings(Record):
    """The faces of a clip, in the order of their tracks."""

    faces: tuple[FaceReading, ...] = ()

    @property
    def people(self) -> frozenset[int]:
        """Whose faces there are."""
        return frozenset(face.person for face in self.faces)

    def openings(self, person: int, frames: int) -> Openings:
        """Return the openings of a person's mouth in each frame of the finished clip."""
        return self._through(frames, person, lambda face: np.array(face.after))

    def added(self, person: int, frames: int) -> Openings:
        """Return in each frame by how much more a person's mouth is open than it was before."""
        return self._through(
            frames, person, lambda face: np.array(face.after) - np.array(face.before)
        )

    def _through(
        self, frames: int, person: int, of_face: Callable[[FaceReading], Openings]
    ) -> Openings:
        values = np.full(frames, np.nan)
        for face in self.faces:
            if face.person == person:
                values[face.start : face.start + len(face.after)] = of_face(face)
        return values


def read_mouths(
    before: Iterable[YuvFrame], after: Iterable[YuvFrame], faces: ClipFaces
) -> MouthReadings:
    """Read all faces of a clip.

    Args:
        before: The frames in which the faces were followed.
        after: The frames of the finished clip, as many.
        faces: The faces.
    """
    notes = [_Notes(track) for track in faces.tracks]
    for number, (own, moved) in enumerate(zip(before, after, strict=True)):
        picture = moved.to_rgb()
        for note in notes:
            points = note.track.points_at(number)
            if points is None:
                continue
            # What was followed is smoothed; a face that stands still is what it is.
            unmoved = points if note.track.is_rigid else _read(own.to_rgb(), points)
            note.take(points, unmoved, _read(picture, points), _around_db(own, moved, points))
    return MouthReadings(faces=tuple(note.reading() for note in notes))


class _Notes:
    """What is noted of a face while the frames pass by."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self._before: list[float] = []
        self._after: list[float] = []
        self._strayed: list[float] = []
        self._around_db: list[float] = []

    def take(self, points: Points, before: Points, after: Points, around_db: float | None) -> None:
        """Take what the next frame in which the face is seen shows of it.

        Args:
            points: The face as it was followed.
            before: As it is read in the frame before its mouth was moved.
            after: As it is read in the finished frame.
            around_db: How alike the frames are around it, in dB; None: nothing is around it.
        """
        height = face_height(points)
        away = np.linalg.norm((after - before)[_STILL], axis=1)
        self._before.append(opening(before, height))
        self._after.append(opening(after, height))
        self._strayed.append(float(np.median(away)) / height)
        self._around_db += [] if around_db is None else [around_db]

    def reading(self) -> FaceReading:
        """Return what was seen; no frame follows."""
        return FaceReading(
            person=self.track.person,
            start=self.track.start,
            before=_rounded(self._before),
            after=_rounded(self._after),
            strayed=round(float(np.median(self._strayed)), 4),
            around_db=min(self._around_db, default=None),
        )


def _read(picture: Picture, points: Points) -> Points:
    """Return the mesh of a face that was followed to where it is."""
    square = square_of(points)
    looks = [read_mesh(picture, replace(square, side=near * square.side)) for near in _NEAR]
    return np.asarray(np.mean([look.points for look in looks], axis=0))


def _around_db(before: YuvFrame, after: YuvFrame, points: Points) -> float | None:
    """Return how alike two frames are around a face, in dB; None: there is nothing around it."""
    part = _part_around(points, before.shape)
    kept = _kept(points - (part[1].start, part[0].start), before.y[part].shape)
    return psnr(after.y[part][kept], before.y[part][kept]) if kept.any() else None


def _part_around(points: Points, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Return the rows and columns of a frame around a face."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = (_AROUND - 1) / 2 * (high - low).max()
    first = np.clip(np.floor(low - margin), 0, None).astype(int)
    last = np.minimum(np.ceil(high + margin).astype(int), shape[::-1])
    return slice(int(first[1]), int(last[1])), slice(int(first[0]), int(last[0]))


def _kept(points: Points, shape: Sequence[int]) -> NDArray[np.bool_]:
    """Tell which pixels around a face have nothing to do with its mouth, nor with its eyes."""
    import cv2

    kept = np.ones(tuple(shape), np.uint8)
    middle = points[list(OVAL)].mean(axis=0)
    lower = middle + _WITH_MOUTH * (points[list(_LOWER_HALF)] - middle)
    cv2.fillPoly(kept, [np.rint(lower).astype(np.int32)], 0)
    eyes = points[[LEFT_EYE, RIGHT_EYE]]
    reach = round(_WITH_EYES * float(np.hypot(*(eyes[1] - eyes[0]))))
    for x, y in np.rint(eyes).astype(int).tolist():
        cv2.circle(kept, (x, y), reach, 0, thickness=-1)
    return kept.astype(bool)


def _rounded(openings: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(one, 4) for one in openings)
