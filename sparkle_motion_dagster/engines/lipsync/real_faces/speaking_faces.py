"""Real faces that speak and blink, frame by frame."""

from __future__ import annotations

from pydantic import JsonValue

from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.base import SpokenRequest
from sparkle_motion_dagster.engines.lipsync.owned_faces import frames_from_ends, owned_faces, told
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Axes
from sparkle_motion_dagster.engines.lipsync.real_faces.real_eyes import RealEyes
from sparkle_motion_dagster.engines.lipsync.real_faces.real_mouth import RealMouth
from sparkle_motion_dagster.engines.machinery.easing import smoothstep
from sparkle_motion_dagster.faces.records import Track
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.faces.whose import Own
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameRate

_FROM_END_S = 0.15
"""A face that comes or goes within a clip begins to speak this long after it came, and is silent
this long before it goes."""


class SpeakingFace:
    """Somebody's face in a clip, which can be made to speak and to blink.

    Args:
        own: The face, as it was followed.
        frame_rate: The clip's.
    """

    def __init__(self, own: Own, frame_rate: FrameRate) -> None:
        self._own = own
        self._from_end = float(_FROM_END_S * frame_rate)
        self._steady: dict[int, tuple[RealMouth, RealEyes]] = {}

    @property
    def told(self) -> dict[str, JsonValue]:
        """What an engine tells of it."""
        return told(self._own)

    def is_seen(self, frame: int) -> bool:
        """Tell whether it is seen in a frame."""
        return self._own.at(frame) is not None

    def shown(
        self, frame: YuvFrame, count: int, mouth: Mouth, presence: float, closed: float = 0.0
    ) -> YuvFrame:
        """Return a frame in which it speaks and blinks.

        Args:
            frame: The frame.
            count: Which frame of the clip it is.
            mouth: What the sounds ask for.
            presence: How far it speaks: 0 or less is not at all, 1 or more is all.
            closed: How far a blink has closed its eyes, 0 to 1; who was filmed blinks unasked.
        """
        track = self._own.at(count)
        points = None if track is None else track.points_at(count)
        if track is None or points is None:
            return frame
        from_end = frames_from_ends(self._own, count) / self._from_end
        share = smoothstep(min(presence, from_end))
        blink = closed * smoothstep(from_end) if track.is_rigid else 0.0
        if share <= 0 and blink <= 0:
            return frame
        axes = Axes.of(points)
        places = axes.of_face(points)
        if not track.is_rigid:
            return RealMouth(places).shown(frame, axes, mouth, share)
        moving, eyes = self._still(track, places)
        return eyes.shown(moving.shown(frame, axes, mouth, share), axes, blink)

    def _still(self, track: Track, places: Points) -> tuple[RealMouth, RealEyes]:
        """Return mouth and eyes of a face that only the camera moves: the same in all frames."""
        if track.start not in self._steady:
            self._steady[track.start] = RealMouth(places), RealEyes(places)
        return self._steady[track.start]


def speaking_faces(request: SpokenRequest) -> dict[str, SpeakingFace]:
    """Return the faces of a clip's speakers, by who they are; of whom is not found, none.

    Raises:
        EngineError: What was followed is nothing, or another clip.
    """
    owned = owned_faces(request)
    return {speaker: SpeakingFace(own, request.frame_rate) for speaker, own in owned.items()}
