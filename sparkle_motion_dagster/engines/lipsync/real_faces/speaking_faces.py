"""Real faces that speak: whose is where in a clip, and its mouth frame by frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from pydantic import JsonValue, ValidationError

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.images.base import OwnPicture
from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync import base
from sparkle_motion_dagster.engines.lipsync.base import LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Axes
from sparkle_motion_dagster.engines.lipsync.real_faces.real_mouth import RealMouth
from sparkle_motion_dagster.engines.machinery.easing import smoothstep
from sparkle_motion_dagster.faces.finding import faces_in
from sparkle_motion_dagster.faces.records import ClipFaces, Looks, Track
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.faces.whose import Own, Pictured, whose
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.pictures import WHITE, viewed_picture
from sparkle_motion_dagster.units import FrameRate

_FROM_END_S = 0.15
"""A face that comes or goes within a clip begins to speak this long after it came, and is silent
this long before it goes."""


class SpeakingFace:
    """Somebody's face in a clip, which can be made to speak.

    Args:
        own: The face, as it was followed.
        frame_rate: The clip's.
    """

    def __init__(self, own: Own, frame_rate: FrameRate) -> None:
        self._own = own
        self._from_end = float(_FROM_END_S * frame_rate)
        self._steady: dict[int, RealMouth] = {}

    @property
    def told(self) -> dict[str, JsonValue]:
        """Which person it is, as tracks count people, and how it is known whose face that is."""
        return {"person": self._own.tracks[0].person, "known_by": str(self._own.known_by)}

    def is_seen(self, frame: int) -> bool:
        """Tell whether it is seen in a frame."""
        return self._own.at(frame) is not None

    def shown(self, frame: YuvFrame, count: int, mouth: Mouth, presence: float) -> YuvFrame:
        """Return a frame in which it speaks.

        Args:
            frame: The frame.
            count: Which frame of the clip it is.
            mouth: What the sounds ask for.
            presence: How far it speaks: 0 or less is not at all, 1 or more is all.
        """
        track = self._own.at(count)
        points = None if track is None else track.points_at(count)
        if track is None or points is None:
            return frame
        from_end = min(count - track.start, track.end - 1 - count) / self._from_end
        share = smoothstep(min(presence, from_end))
        if share <= 0:
            return frame
        axes = Axes.of(points)
        return self._mouth(track, axes.of_face(points)).shown(frame, axes, mouth, share)

    def _mouth(self, track: Track, places: Points) -> RealMouth:
        """Return the mouth of a mesh: one for all frames in which only the camera moves."""
        if not track.is_rigid:
            return RealMouth(places)
        if track.start not in self._steady:
            self._steady[track.start] = RealMouth(places)
        return self._steady[track.start]


def read_faces(request: LipsyncRequest) -> ClipFaces | None:
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
            f"the faces {request.followed.sha256} of the clip {request.clip.sha256} are none: "
            f"{error}"
        ) from error
    if faces.frames != request.frames:
        raise EngineError(
            f"the faces {request.followed.sha256} were followed through {faces.frames} frames, but "
            f"their shot has {request.frames}: it cannot be lip-synced"
        )
    return faces


def speaking_faces(request: LipsyncRequest) -> dict[str, SpeakingFace]:
    """Return the faces of a clip's speakers, by who they are; of whom is not found, none.

    Raises:
        EngineError: As `read_faces` says.
    """
    faces = read_faces(request)
    found = {} if faces is None else _owned(request, faces)
    return {speaker: SpeakingFace(own, request.frame_rate) for speaker, own in found.items()}


def leaning(request: LipsyncRequest) -> float:
    """Return on which side real faces are: below 0 is left, above 0 right, 0 is none or both."""
    faces = read_faces(request)
    if faces is None:
        return 0.0
    middles = np.concatenate([track.points[..., 0].mean(axis=1) for track in faces.tracks])
    return float(middles.mean()) / faces.width - 0.5


def _owned(request: LipsyncRequest, faces: ClipFaces) -> dict[str, Own]:
    """Return whose face is whose: each keyframe's people are seen at its end of the clip.

    A face that goes on from the first keyframe is of nobody who is in the second one alone.
    """
    people = [tuple(map(_as_seen, pictured)) for pictured in request.pictured]
    if request.faces is not None or len(people) < 2:
        return _known(whose(faces, request.seen, people[0] if people else (), request.faces))
    owned: dict[str, Own] = {}
    for frame, there in zip((0, request.frames - 1), people, strict=True):
        names = {person.id for person in there}
        speakers = [speaker for speaker in request.seen if speaker in names]
        others = {own.tracks[0].person for name, own in owned.items() if name not in names}
        owned = _known(whose(_seen_at(frame, faces, others), speakers, there)) | owned
    return owned


def _seen_at(frame: int, faces: ClipFaces, others: Collection[int]) -> ClipFaces:
    """Return the faces of those who are seen in a frame, without those of others."""
    seen = (track for track in faces.tracks if track.start <= frame < track.end)
    people = {track.person for track in seen}.difference(others)
    tracks = tuple(track for track in faces.tracks if track.person in people)
    return faces.model_copy(update={"tracks": tracks})


def _known(owned: Mapping[str, Own | None]) -> dict[str, Own]:
    return {speaker: own for speaker, own in owned.items() if own is not None}


def _as_seen(person: base.Pictured) -> Pictured:
    return Pictured(person.id, None if person.reference is None else _looks(person.reference))


def _looks(reference: OwnPicture) -> Looks | None:
    """Return what somebody looks like in a picture of theirs; None: no face is found in it."""
    picture = viewed_picture(reference.path, reference.background or WHITE)
    found = faces_in(np.asarray(picture, np.uint8)).faces
    return found[0].looks if found else None
