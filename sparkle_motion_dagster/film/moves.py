"""What the shots of a film show: what a video engine is asked for, however it is encoded."""

from collections.abc import Iterator
from itertools import chain

from sparkle_motion_dagster.engines.video.base import Described, MoveRequest
from sparkle_motion_dagster.film.faces.search import scene_of
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.seeds import shot_seed
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace


def move_request(stage: Stage, shot: ShotSpec, place: ClipPlace) -> MoveRequest:
    """Return what a shot shows that starts on a keyframe.

    Args:
        stage: A stage that is made from keyframes.
        shot: The shot.
        place: Where its clip lies.
    """
    start = shot.keyframes[0]
    end = start if shot.transition == "hold" else shot.end_base_image_id
    becomes_another = end not in {None, start}
    # Where the next shot begins with the same keyframe, that one shows it.
    ends_on_keyframe = shot.transition != "match" or shot.id == stage.plan.shots[-1].id
    return MoveRequest(
        start=stage.file(BASE_IMAGES, start, "image"),
        start_scene=scene_of(stage, start),
        end=None if end is None else stage.file(BASE_IMAGES, end, "image"),
        end_scene=None if end is None else scene_of(stage, end),
        frames=place.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        ends_on_keyframe=ends_on_keyframe,
        strip_changes=ends_on_keyframe and becomes_another and is_drawn(stage, shot),
        end_rests=shot.transition != "match" and becomes_another,
        visual_description=shot.visual_description,
        characters=tuple(_described(stage.plan, shot)),
        setting=shot.setting,
        motion_prompt=shot.motion_prompt,
        negative_prompt=shot.negative_prompt,
        seed=shot_seed(stage.plan, shot),
        again=_again(stage.plan, shot),
    )


def is_drawn(stage: Stage, shot: ShotSpec) -> bool:
    """Tell whether all keyframes of a shot were drawn by somebody who knows what is in them."""
    return len(stage.scenes([shot])) == len(shot.keyframes)


def _described(plan: MoviePlan, shot: ShotSpec) -> Iterator[Described]:
    """Yield who is in a shot's keyframes, each of them once, and how the plan says that they look.

    Where nothing is said of somebody, their keyframe has to do.
    """
    images = {image.id: image for image in plan.base_images}
    shown = chain.from_iterable(images[keyframe].characters for keyframe in shot.keyframes)
    for character in map(plan.character, dict.fromkeys(shown)):
        if character.description and (description := character.description.strip()):
            yield Described(name=character.name, description=description)


def _again(plan: MoviePlan, shot: ShotSpec) -> int | None:
    """Return what lets a shot move differently from the one before it on the same keyframe."""
    keyframe = shot.start_base_image_id
    first = next(each for each in plan.shots if each.start_base_image_id == keyframe)
    return None if shot is first else shot_seed(plan, shot)
