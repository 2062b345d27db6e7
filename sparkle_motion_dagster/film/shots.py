"""The silent clips of the shots: made at once, or as footage that is conformed to the film."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.builtin.conform.engine import Conformer, ConformRequest
from sparkle_motion_dagster.engines.video.base import (
    Described,
    FootageEngine,
    FootageRequest,
    VideoEngine,
    VideoRequest,
)
from sparkle_motion_dagster.film.cards import card_clips
from sparkle_motion_dagster.film.clip_coding import clip_coding
from sparkle_motion_dagster.film.faces.search import scene_of
from sparkle_motion_dagster.film.mouths import reworked_shots
from sparkle_motion_dagster.film.own_clips import conform_clips
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import BASE_IMAGES, footage_id
from sparkle_motion_dagster.film.takes.fit import footage_misfit
from sparkle_motion_dagster.plan.cards import card_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.seeds import shot_seed
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace, clip_places
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult


@dataclass(frozen=True)
class ShotClips:
    """The clip of every shot, in order, as long as the timeline and its transitions say."""

    result: StageResult
    clips: tuple[Artifact, ...]
    timeline: MeasuredTimeline


def make_shots(stage: Stage, engine: VideoEngine[Any, Any]) -> ShotClips:
    """Return the clip of every shot: the way from its keyframe to where it ends.

    Raises:
        EngineInputError: The engine does not have the model that the plan asks for, or a shot has
            become longer than it can make.
    """
    engine = engine.rendering_with(stage.plan.render_profile.video.model_id)
    timeline = stage.timeline()
    reworked = reworked_shots(stage, timeline)
    shots = [
        Item(shot.id, _video_request(stage, shot, start, place, reworked))
        for shot, place in zip(stage.plan.shots, clip_places(stage.plan, timeline), strict=True)
        if (start := shot.start_base_image_id) is not None and card_of(stage.plan, shot.id) is None
    ]
    made = (
        *_made(stage, engine, shots),
        *conform_clips(stage, timeline, reworked),
        *card_clips(stage, timeline),
    )
    # Who has nothing to make need not have a model.
    identity = engine.identity() if shots else engine.introduction()
    result = StageResult.of(identity, _in_film_order(stage.plan, made))
    clips = tuple(artifact for artifact in result.artifacts if artifact.name == "clip")
    return ShotClips(result, clips, timeline)


def _video_request(
    stage: Stage, shot: ShotSpec, start: str, place: ClipPlace, reworked: Collection[str]
) -> VideoRequest:
    end = start if shot.transition == "hold" else shot.end_base_image_id
    becomes_another = end not in {None, start}
    all_drawn = len(stage.scenes([shot])) == len(shot.keyframes)
    # Where the next shot begins with the same keyframe, that one shows it.
    ends_on_keyframe = shot.transition != "match" or shot.id == stage.plan.shots[-1].id
    coding = clip_coding(stage, place, is_final=shot.id not in reworked)
    return VideoRequest(
        start=stage.file(BASE_IMAGES, start, "image"),
        start_scene=scene_of(stage, start),
        end=None if end is None else stage.file(BASE_IMAGES, end, "image"),
        end_scene=None if end is None else scene_of(stage, end),
        frames=place.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        ends_on_keyframe=ends_on_keyframe,
        strip_changes=ends_on_keyframe and becomes_another and all_drawn,
        end_rests=shot.transition != "match" and becomes_another,
        splices=coding.splices,
        visual_description=shot.visual_description,
        characters=tuple(_described(stage.plan, shot)),
        setting=shot.setting,
        motion_prompt=shot.motion_prompt,
        negative_prompt=shot.negative_prompt,
        seed=shot_seed(stage.plan, shot),
        again=_again(stage.plan, shot),
        encoding=coding.encoding,
    )


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


def _made(
    stage: Stage, engine: VideoEngine[Any, Any], shots: Sequence[Item[VideoRequest]]
) -> tuple[Produced, ...]:
    """Return everything that is made of shots: footage, where the engine makes that, and clips."""
    if not isinstance(engine, FootageEngine):
        return stage.produce(engine, shots)
    footage = stage.produce(
        engine,
        [_footage_of(stage, engine, shot) for shot in shots],
        footage_misfit(engine, {footage_id(shot.id): shot.request for shot in shots}),
    )
    clips = stage.produce(
        Conformer(engine.conforming()),
        [
            Item(shot.id, ConformRequest.of(shot.request, made.files["footage"]))
            for shot, made in zip(shots, footage, strict=True)
        ],
    )
    return (*footage, *clips)


def _footage_of(
    stage: Stage, engine: FootageEngine[Any], shot: Item[VideoRequest]
) -> Item[FootageRequest]:
    """Return the footage of a shot, whose planned length was checked before anything was spoken.

    Raises:
        EngineInputError: With what is said in it, the shot is longer than the engine can make it.
    """
    try:
        return Item(footage_id(shot.id), stage.footage(engine, shot.request))
    except EngineInputError as error:
        raise EngineInputError(
            f"{shot.id} became too long, to hold what is said in it. {error}"
        ) from error


def _in_film_order(plan: MoviePlan, made: Sequence[Produced]) -> tuple[Produced, ...]:
    """Return the clips of shots in the order of the plan, behind what they were made of."""
    numbers = {shot.id: number for number, shot in enumerate(plan.shots)}
    return tuple(sorted(made, key=lambda item: numbers.get(item.item_id, -1)))
