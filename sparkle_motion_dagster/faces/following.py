"""The faces of a clip, followed from frame to frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.boxes import are_around_one_face
from sparkle_motion_dagster.faces.finding import can_speak, meshes_in
from sparkle_motion_dagster.faces.looks import difference, looks_of, usual_looks
from sparkle_motion_dagster.faces.mesh import FaceMesh, read_mesh
from sparkle_motion_dagster.faces.people import Sight, people_of
from sparkle_motion_dagster.faces.records import ClipFaces, Looks, Mesh, Track
from sparkle_motion_dagster.faces.smoothing import bridged, places_and_form
from sparkle_motion_dagster.faces.square import Picture, Points

_LOOK_S = Fraction(1, 2)
"""How often faces are looked for in the whole picture."""

_SEARCH_S = Fraction(1, 8)
"""How often they are while one is missing."""

_GAP_S = Fraction(3, 10)
"""How long a face may be hidden and still be followed."""

_SHORTEST_S = Fraction(1, 4)
"""What is seen for a shorter time is no face that anybody could see speaking."""

_PRESENT = 0.5
"""A presence from which on the mesh follows a face that it knows."""

_LEAP = 0.35
"""How far a face moves from one frame to the next at most, in its heights."""

_CUT = 28.0
"""Mean change of a picture's colours, in levels, that is another shot."""

_GLANCE = (32, 18)
"""Columns and rows of the small picture in which cuts are seen."""

_SPARSE = 4
"""Every so many pixels of a frame are enough for it."""


def follow(pictures: Iterable[Picture], rate: Fraction) -> ClipFaces:
    """Return the faces of a clip whose mouths can be moved, each for as long as it is seen.

    No more pictures are held than half a second has: those in which a face was there, but had not
    been looked for.

    Args:
        pictures: The clip's frames, all of one size.
        rate: Frames a second.

    Raises:
        ValueError: There are no pictures.
    """
    walk = _Walk(rate)
    for picture in pictures:
        walk.take(picture)
    return walk.faces()


class _Path:
    """A face on its way through the frames."""

    def __init__(self, end: int, seen: Sequence[FaceMesh], shot: int) -> None:
        """Begin with a face as it was seen in the frames before ``end``."""
        self.start = end - len(seen)
        self.shot = shot
        self.face = seen[-1]
        self.points: list[Points | None] = [face.points for face in seen]
        self.looks: list[Looks] = []

    @property
    def missing(self) -> int:
        """For how many frames it was not seen."""
        return next(n for n, points in enumerate(reversed(self.points)) if points is not None)

    @property
    def seen(self) -> list[Points | None]:
        """Its meshes from the first frame in which it was seen to the last one."""
        return self.points[: len(self.points) - self.missing]

    def is_at(self, face: FaceMesh, frame: int) -> bool:
        """Tell whether it is the face that was seen in a frame."""
        inside = self.start <= frame < self.start + len(self.points)
        points = self.points[frame - self.start] if inside else None
        return points is not None and _is_one(face.points, points)

    def strangeness(self, picture: Picture) -> float:
        """Return how different what is followed in a frame looks from what was seen before."""
        return difference(looks_of(picture, self.face.points), usual_looks(self.looks))

    def go_on(self, face: FaceMesh | None) -> None:
        """Take where it is in the next frame; None: not seen."""
        self.points.append(None if face is None else face.points)
        self.face = face or self.face

    def lose(self) -> None:
        """Take that in the last frame it was not where it was taken to be."""
        self.points[-1] = None

    def found(self, face: FaceMesh) -> None:
        """Take where it was found in the frame in which it had been missed."""
        self.points[-1] = face.points
        self.face = face


class _Walk:
    def __init__(self, rate: Fraction) -> None:
        self._rate = rate
        self._frame = 0
        self._shot = 0
        self._size = (0, 0)
        self._glance: NDArray[np.int16] | None = None
        self._looked = 0
        self._before: deque[Picture] = deque(maxlen=int(_LOOK_S * rate))
        self._going: list[_Path] = []
        self._ended: list[_Path] = []

    def take(self, picture: Picture) -> None:
        """Look at the next frame."""
        self._size = picture.shape[1], picture.shape[0]
        is_cut = self._is_cut(picture)
        if is_cut:
            self._shot += 1
            self._before.clear()
            self._end(self._going)
        for path in self._going:
            path.go_on(_followed(path.face, picture))
        doubles = _doubles(self._going, picture)
        for path in doubles:
            path.lose()
        self._end(doubles)
        is_missed = any(path.missing for path in self._going)
        pause = (_SEARCH_S if is_missed else _LOOK_S) * self._rate
        if self._frame == 0 or is_cut or self._frame - self._looked >= pause:
            self._look(picture)
        self._end([path for path in self._going if path.missing > _GAP_S * self._rate])
        self._before.append(picture)
        self._frame += 1

    def faces(self) -> ClipFaces:
        """Return what was followed until now."""
        self._end(self._going)
        if not self._frame:
            raise ValueError("a clip without frames has no faces")
        shortest = min(_SHORTEST_S * self._rate, Fraction(self._frame, 2))
        kept = [path for path in self._ended if len(path.seen) >= shortest]
        kept.sort(key=lambda path: path.start)
        sights = [
            Sight(path.start, path.start + len(path.seen), path.shot, usual_looks(path.looks))
            for path in kept
        ]
        people = people_of(sights)
        tracks = [
            self._track(path, sight.looks, person)
            for path, sight, person in zip(kept, sights, people, strict=True)
        ]
        width, height = self._size
        return ClipFaces(
            frames=self._frame,
            width=width,
            height=height,
            tracks=tuple(sorted(tracks, key=lambda track: -track.height)),
        )

    def _track(self, path: _Path, looks: Looks, person: int) -> Track:
        motion = bridged(path.seen)
        places, form = places_and_form(motion, self._rate)
        if len(form) == 1:
            meshes, kept = [form[0]], tuple(places)
        else:
            meshes, kept = [place.of(one) for place, one in zip(places, form, strict=True)], ()
        return Track(
            person=person,
            looks=looks,
            start=path.start,
            meshes=tuple(Mesh.of(mesh) for mesh in meshes),
            places=kept,
        )

    def _look(self, picture: Picture) -> None:
        """Look for faces in the whole picture: for those that are missed, and for new ones."""
        self._looked = self._frame
        for face in meshes_in(picture):
            near = [path for path in self._going if _is_one(path.face.points, face.points)]
            if not near:
                self._going.append(_Path(self._frame + 1, self._since(face), self._shot))
            elif all(path.missing for path in near):
                near[0].found(face)
        for path in self._going:
            if path.missing == 0:
                path.looks.append(looks_of(picture, path.face.points))

    def _since(self, face: FaceMesh) -> list[FaceMesh]:
        """Return a new face in the frames since the last look in which it was there already."""
        seen = [face]
        for ago, picture in enumerate(reversed(self._before), 1):
            earlier = _followed(seen[-1], picture)
            paths = [*self._going, *self._ended]
            if earlier is None or any(path.is_at(earlier, self._frame - ago) for path in paths):
                break
            seen.append(earlier)
        return seen[::-1]

    def _end(self, paths: Iterable[_Path]) -> None:
        ended = list(paths)
        self._ended += ended
        self._going = [path for path in self._going if path not in ended]

    def _is_cut(self, picture: Picture) -> bool:
        import cv2

        sparse = np.ascontiguousarray(picture[::_SPARSE, ::_SPARSE])
        small = cv2.resize(sparse, _GLANCE, interpolation=cv2.INTER_AREA).astype(np.int16)
        before, self._glance = self._glance, small
        return before is not None and float(np.abs(small - before).mean()) > _CUT


def _followed(face: FaceMesh, picture: Picture) -> FaceMesh | None:
    """Return where a face of the frame before is now; None: not to be seen any more."""
    now = read_mesh(picture, face.square)
    way = np.hypot(*(now.points.mean(axis=0) - face.points.mean(axis=0)))
    is_there = now.presence >= _PRESENT and way < _LEAP * face.height
    return now if is_there and can_speak(now, picture) else None


def _doubles(paths: Iterable[_Path], picture: Picture) -> list[_Path]:
    """Return which paths have come to follow a face that is another one's, by what it looks like.

    Whoever passes behind somebody else is hidden, and the mesh sees the face in front instead.
    """
    ended: list[_Path] = []
    for earlier, later in combinations([path for path in paths if not path.missing], 2):
        if not {earlier, later}.isdisjoint(ended):
            continue
        if _is_one(earlier.face.points, later.face.points):
            ended.append(max(later, earlier, key=lambda path: path.strangeness(picture)))
    return ended


def _is_one(face: Points, other: Points) -> bool:
    boxes = ([*one.min(axis=0), *one.max(axis=0)] for one in (face, other))
    return are_around_one_face(*boxes)
