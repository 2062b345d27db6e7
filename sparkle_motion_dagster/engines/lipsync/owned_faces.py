"""Whose face is whose in a clip: what was followed through it, and what its plan says of people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from pydantic import JsonValue, ValidationError

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.lipsync import base
from sparkle_motion_dagster.engines.lipsync.base import SpokenRequest
from sparkle_motion_dagster.faces.finding import looks_in
from sparkle_motion_dagster.faces.records import ClipFaces, Looks
from sparkle_motion_dagster.faces.whose import Own, Pictured, whose
from sparkle_motion_dagster.media.pictures import WHITE, viewed_picture

_LARGEST = 1280
"""Longer side of a picture, in pixels, in which whoever it is of is large enough to be known."""


def read_faces(request: SpokenRequest) -> ClipFaces | None:
    """Return what was followed in a clip; None: nothing.

    Raises:
        EngineError: The file holds something else, or the faces of a clip of another length.
    """
    if request.followed is None:
        return None
    try:
        faces = ClipFaces.model_validate_json(request.followed.path.read_bytes())
    except ValidationError as error:
        raise EngineError(
            f"the faces {request.followed.sha256} are none of a clip's: {error}"
        ) from error
    if faces.frames != request.frames:
        raise EngineError(
            f"the faces {request.followed.sha256} were followed through {faces.frames} frames, but "
            f"their shot has {request.frames}: it cannot be lip-synced"
        )
    return faces


def owned_faces(request: SpokenRequest) -> dict[str, Own]:
    """Return the faces of a clip's speakers, by who they are; of whom is not found, none.

    Where a clip goes from one keyframe to another, and the plan says who is in them, the people of
    each are seen at its end of the clip, and a face that goes on from the first one is of nobody
    who is in the second one alone.

    Raises:
        EngineError: As `read_faces` says.
    """
    faces = read_faces(request)
    if faces is None:
        return {}
    people = [tuple(map(_as_seen, pictured)) for pictured in request.pictured]
    # Who has no box in the plan is found as in a plan that says nothing of boxes.
    is_placed = any((request.faces or {}).values())
    if is_placed or len(people) < 2 or not any(people):
        pictured, known = people[0] if people else (), tuple(map(_as_seen, request.known))
        return _found(whose(faces, request.seen, pictured, request.faces, known))
    owned: dict[str, Own] = {}
    for frame, there in zip((0, request.frames - 1), people, strict=True):
        names = [person.id for person in there]
        speakers = [name for name in names if name in request.seen] or names
        others = {own.tracks[0].person for name, own in owned.items() if name not in names}
        owned = _found(whose(_seen_at(frame, faces, others), speakers, there)) | owned
    return {speaker: own for speaker, own in owned.items() if speaker in request.seen}


def told(own: Own) -> dict[str, JsonValue]:
    """Return which person a face is, as tracks count people, and how it is known whose it is."""
    return {"person": own.tracks[0].person, "known_by": str(own.known_by)}


def frames_from_ends(own: Own, frame: int) -> int:
    """Return for how many frames a face has been seen, or still is, whichever are fewer.

    Where it is not seen, that is less than 0.
    """
    track = own.at(frame)
    return -1 if track is None else min(frame - track.start, track.end - 1 - frame)


def leaning(request: SpokenRequest) -> float:
    """Return on which side followed faces are: below 0 is left, above 0 right, 0 none or both."""
    faces = read_faces(request)
    if faces is None:
        return 0.0
    middles = np.concatenate([track.points[..., 0].mean(axis=1) for track in faces.tracks])
    return float(middles.mean()) / faces.width - 0.5


def _seen_at(frame: int, faces: ClipFaces, others: Collection[int]) -> ClipFaces:
    """Return the faces of those who are seen in a frame, without those of others."""
    seen = (track for track in faces.tracks if track.start <= frame < track.end)
    people = {track.person for track in seen}.difference(others)
    tracks = tuple(track for track in faces.tracks if track.person in people)
    return faces.model_copy(update={"tracks": tracks})


def _found(owned: Mapping[str, Own | None]) -> dict[str, Own]:
    return {speaker: own for speaker, own in owned.items() if own is not None}


def _as_seen(person: base.Pictured) -> Pictured:
    own = person.reference
    return Pictured(person.id, None if own is None else looks_by(own.path, own.background or WHITE))


def looks_by(path: Path, background: str) -> Looks | None:
    """Return what somebody looks like in a picture of theirs; None: no face is found in it.

    Args:
        path: The picture.
        background: What shows where it is transparent.
    """
    picture = viewed_picture(path, background)
    picture.thumbnail((_LARGEST, _LARGEST))
    return looks_in(np.asarray(picture, np.uint8))
