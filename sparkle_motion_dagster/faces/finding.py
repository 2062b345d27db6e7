"""The faces of one picture."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.boxes import are_around_one_face
from sparkle_motion_dagster.faces.detector import Find, detect
from sparkle_motion_dagster.faces.looks import looks_of
from sparkle_motion_dagster.faces.mesh import FaceMesh, read_mesh
from sparkle_motion_dagster.faces.records import Looks, Mesh, PictureFace, PictureFaces
from sparkle_motion_dagster.faces.square import Picture
from sparkle_motion_dagster.faces.topology import (
    CHIN,
    FOREHEAD,
    LEFT_CORNER,
    LEFT_EAR,
    LEFT_EYE,
    LOWER_OUTER,
    NOSE_TIP,
    RIGHT_CORNER,
    RIGHT_EAR,
    RIGHT_EYE,
    UPPER_OUTER,
)

SMALLEST = 64
"""From which height on, forehead to chin in pixels, a face's mouth can be moved."""

SURE = 0.9
"""A presence that only faces have: the mesh gives flower pots and potions up to 0.86."""

_LOOKS = 4
"""How often the mesh looks at a find, each time where it saw the face last."""

_STEADY = 0.04
"""How far the points of a face move between two looks at most, in heights of the face.

Where there is none, the mesh drifts from look to look.
"""

_NARROWEST_MOUTH = 0.15
"""How wide a mouth is seen at least, in heights of the face: in a full profile it has no far side.

Seen from the front, mouths take 0.25 to 0.45.
"""

_BEYOND_EAR = 0.19
"""How far the tip of a nose lies beyond the farther ear at most, as a part of the way from ear to
ear: beyond it is a profile, whose far half of the mouth the mesh makes up.

Of generated faces, those at 0.12 and 0.14 spoke well; those at 0.21 to 0.55 did not, or what is
beside the face moved with its lips.
"""


def faces_in(picture: Picture) -> PictureFaces:
    """Return the faces of a picture whose mouths can be moved, with what they look like."""
    height, width = picture.shape[:2]
    return PictureFaces(
        width=width,
        height=height,
        faces=tuple(
            PictureFace(mesh=Mesh.of(found.points), looks=looks_of(picture, found.points))
            for found in meshes_in(picture)
        ),
    )


def meshes_in(picture: Picture) -> list[FaceMesh]:
    """Return the meshes of all faces of a picture whose mouths can be moved, the largest first."""
    settled = (settle(picture, find) for find in detect(picture))
    return distinct(found for found in settled if found is not None)


def settle(picture: Picture, find: Find) -> FaceMesh | None:
    """Return the mesh of what may be a face; None where it is none, or none that can speak."""
    before, now = None, read_mesh(picture, find.square)
    for _ in range(_LOOKS - 1):
        before, now = now, read_mesh(picture, now.square)
    if before is None or min(before.presence, now.presence) < SURE:
        return None
    drift = np.hypot(*(now.points - before.points).T).mean() / now.height
    return now if drift < _STEADY and can_speak(now, picture) else None


def can_speak(face: FaceMesh, picture: Picture) -> bool:
    """Tell whether a face is large enough, near enough to the front, and its mouth in the picture.

    What stands on its head, or has its mouth beside the eyes, is no face.
    """
    points, (height, width) = face.points, picture.shape[:2]
    if face.height < SMALLEST:
        return False
    down = (points[CHIN] - points[FOREHEAD]) / face.height
    across = np.array([down[1], -down[0]])
    eyes, mouth = points[[LEFT_EYE, RIGHT_EYE]], points[[LEFT_CORNER, RIGHT_CORNER]]
    below = (mouth.mean(axis=0) - eyes.mean(axis=0)) @ down
    lips = points[[*UPPER_OUTER, *LOWER_OUTER]]
    inside = ((lips >= 0) & (lips < (width, height))).all()
    narrow = (mouth[1] - mouth[0]) @ across < _NARROWEST_MOUTH * face.height
    return bool(inside and below > 0 and not narrow and not _in_profile(points @ across))


def _in_profile(across: NDArray[np.float64]) -> bool:
    """Tell whether a face is seen from the side, by how far aside its points lie, (468,)."""
    left, nose, right = across[[LEFT_EAR, NOSE_TIP, RIGHT_EAR]]
    return bool(min(nose - left, right - nose) < -_BEYOND_EAR * abs(right - left))


def distinct(faces: Iterable[FaceMesh]) -> list[FaceMesh]:
    """Return one mesh for each face, the surest that there is of it; the largest first."""
    kept: list[FaceMesh] = []
    for face in sorted(faces, key=lambda face: (-face.presence, *face.box)):
        if not any(are_around_one_face(face.box, other.box) for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda face: (-face.height, *face.box))


def looks_in(picture: Picture) -> Looks | None:
    """Return what whoever is largest in a picture looks like; None where there is no face."""
    found = meshes_in(picture)
    return looks_of(picture, found[0].points) if found else None
