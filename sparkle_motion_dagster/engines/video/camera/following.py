"""Following faces: where each lies in every frame of a clip, as the camera sees it."""

import math
from collections.abc import Callable, Iterator

from sparkle_motion_dagster.engines.images.storyboard.scene import Face, KeyframeScene, SeenFace
from sparkle_motion_dagster.engines.video.camera.views import Likeness, Spot, View

_DECIMALS = 5


def spot_of(face: Face, strip: float) -> Spot:
    """Return where a face lies in what a camera can move, below a strip of a share of the frame."""
    return Spot(face.x, (face.y - strip) / (1 - strip), face.size)


def shared_faces(start: KeyframeScene, end: KeyframeScene, height: int) -> list[Likeness]:
    """Return the faces that are in both keyframes, the nearest first.

    Args:
        start: The start keyframe's scene.
        end: The end keyframe's scene; its strip must be as high.
        height: Height of the frame in pixels.
    """
    if start.strip_rows != end.strip_rows:
        return []
    strip = start.strip_rows / height
    others = {face.character_id: face for face in end.faces}
    shared = [
        (face, others[face.character_id]) for face in start.faces if face.character_id in others
    ]
    shared.sort(key=lambda pair: -min(face.size for face in pair))
    return [
        Likeness(spot_of(one, strip), spot_of(other, strip), one.character_id)
        for one, other in shared
    ]


def in_frame(x: float, y: float, view: View, aspect: float) -> tuple[float, float]:
    """Return where a view shows a place, in shares of what moves; outside of 0 to 1 it does not.

    Args:
        x: Where it lies in the picture.
        y: Where it lies in the picture.
        view: How the picture is viewed.
        aspect: Width over height of the picture.
    """
    right, down = (x - view.x) * aspect / view.scale, (y - view.y) / view.scale
    cosine, sine = math.cos(math.radians(view.angle)), math.sin(math.radians(view.angle))
    return 0.5 + (cosine * right + sine * down) / aspect, 0.5 + cosine * down - sine * right


def seen_face(face: Face, view: View, strip: float, aspect: float) -> Face | None:
    """Return a face as a view shows it, in shares of the frame; None where it is outside.

    Args:
        face: The face in its keyframe.
        view: How the keyframe is viewed.
        strip: Share of the frame's height that does not move, at its upper edge.
        aspect: Width over height of what moves.
    """
    spot = spot_of(face, strip)
    x, y = in_frame(spot.x, spot.y, view, aspect)
    if not (0 < x < 1 and 0 < y < 1):
        return None
    return face.model_copy(
        update={
            "x": round(x, _DECIMALS),
            "y": round(strip + y * (1 - strip), _DECIMALS),
            "size": round(face.size / view.scale, _DECIMALS),
            "tilt": round(max(min(face.tilt - view.angle, 45.0), -45.0), _DECIMALS),
        }
    )


def seen_together(
    start: list[Face], end: list[Face], share_at: Callable[[Face], float]
) -> Iterator[SeenFace]:
    """Give the faces of a frame in which one keyframe may shine through the other.

    A character who is in both is given twice, even where the two lie at one place: each was drawn
    in its own way, and shows as much as its keyframe does.

    Args:
        start: Where the start keyframe's faces lie in the frame.
        end: Where the end keyframe's faces lie in the frame.
        share_at: Tells how much of the end keyframe shows where a face is.
    """
    for face in start:
        share = round(1 - share_at(face), _DECIMALS)
        if share > 0:
            yield SeenFace(face=face, share=share)
    for face in end:
        share = round(share_at(face), _DECIMALS)
        if share > 0:
            yield SeenFace(face=face, share=share)
