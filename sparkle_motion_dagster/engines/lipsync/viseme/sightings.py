"""Where a speaker's face is in the frames of a clip."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import ValidationError

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.images.storyboard.scene import (
    ClipScene,
    Expression,
    Face,
    Light,
    SeenFace,
)
from sparkle_motion_dagster.engines.lipsync.base import SpokenRequest

Pose: TypeAlias = tuple[str, float, Expression, Light]
"""What of a face stays the same while the camera moves: whose, its turn, expression and light."""


@dataclass(frozen=True)
class Sightings:
    """The faces of a clip, frame by frame."""

    frames: tuple[tuple[SeenFace, ...], ...]

    def of(self, character_id: str, frame: int) -> Iterator[SeenFace]:
        """Yield where a character's face is in a frame: in a dissolve there may be two."""
        return (seen for seen in self.frames[frame] if seen.face.character_id == character_id)

    def share(self, character_id: str, frame: int) -> float:
        """Return how much of a character's face shows in a frame, 0 to 1."""
        return min(1.0, sum(seen.share for seen in self.of(character_id, frame)))

    def leaning(self) -> float:
        """Return on which side faces are: below 0 is left, above 0 right, 0 is none or both."""
        shares = [(seen.share, seen.face.x - 0.5) for frame in self.frames for seen in frame]
        total = sum(share for share, _ in shares)
        return sum(share * x for share, x in shares) / total if total else 0.0

    def largest(self) -> dict[Pose, Face]:
        """Return the faces as they were drawn, each as large as it gets."""
        faces: dict[Pose, Face] = {}
        for seen in (seen for frame in self.frames for seen in frame):
            pose = pose_of(seen.face)
            if pose not in faces or seen.face.size > faces[pose].size:
                faces[pose] = seen.face
        return faces


def pose_of(face: Face) -> Pose:
    """Return what of a face stays the same while the camera moves."""
    return face.character_id, face.turn, face.expression, face.light


def read_sightings(request: SpokenRequest) -> Sightings:
    """Return where the faces of a clip are; none where its engine does not know.

    Raises:
        EngineError: The scene is none, or of a clip of another length.
    """
    if request.scene is None:
        return Sightings(((),) * request.frames)
    try:
        scene = ClipScene.model_validate_json(request.scene.path.read_bytes())
    except ValidationError as error:
        raise EngineError(
            f"the scene {request.scene.sha256} is no clip's scene: {error}"
        ) from error
    if len(scene.faces) != request.frames:
        raise EngineError(
            f"the scene {request.scene.sha256} tells of {len(scene.faces)} frames, but its shot "
            f"has {request.frames}: it cannot be lip-synced"
        )
    return Sightings(scene.faces)
