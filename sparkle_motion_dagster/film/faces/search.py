"""The faces of a film that nobody drew: found in its keyframes, followed through its clips."""

from collections.abc import Iterable

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.face_finder import FaceFinder, FindRequest
from sparkle_motion_dagster.engines.builtin.face_follower import FaceFollower, FollowRequest
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import BASE_IMAGES, SHOT_CLIPS, faces_id
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace
from sparkle_motion_dagster.production.loop import Item, Produced


def find_faces(stage: Stage, keyframes: Iterable[Produced]) -> tuple[Produced, ...]:
    """Return what is found of faces in keyframes whose makers do not say where they are."""
    return stage.produce(
        FaceFinder(EngineSettings()),
        [
            Item(faces_id(keyframe.item_id), FindRequest(image=keyframe.files["image"]))
            for keyframe in keyframes
        ],
    )


def scene_of(stage: Stage, keyframe: str) -> StoredFile | None:
    """Return the scene of a keyframe: as it was drawn, else as it was found; None: nobody is there.

    Args:
        stage: A stage that is made from keyframes.
        keyframe: The keyframe's id.
    """
    drawn = stage.optional_file(BASE_IMAGES, keyframe, "scene")
    return drawn or _found_scene(stage, keyframe)


def follow_faces(stage: Stage, shots: Iterable[tuple[ShotSpec, ClipPlace]]) -> tuple[Produced, ...]:
    """Return what is found of faces in clips: of shots whose keyframes show some that nobody drew.

    In clips of the plan's own, anybody may be.

    Args:
        stage: The stage that moves mouths.
        shots: The shots, and where their clips lie.
    """
    return stage.produce(
        FaceFollower(EngineSettings()),
        [
            Item(
                faces_id(shot.id),
                FollowRequest(
                    clip=stage.file(SHOT_CLIPS, shot.id, "clip"),
                    frames=place.frames,
                    frame_rate=stage.format.frame_rate,
                ),
            )
            for shot, place in shots
            if _may_show_faces(stage, shot)
        ],
    )


def _may_show_faces(stage: Stage, shot: ShotSpec) -> bool:
    return shot.clip is not None or any(_found_scene(stage, name) for name in shot.keyframes)


def _found_scene(stage: Stage, keyframe: str) -> StoredFile | None:
    return stage.optional_file(BASE_IMAGES, faces_id(keyframe), "scene")
