"""The silent clips of the shots: made at once, or as footage that is conformed to the film."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.builtin.conform.engine import Conformer, ConformRequest
from sparkle_motion_dagster.engines.lipsync.base import LipsyncEngine
from sparkle_motion_dagster.engines.video.base import (
    FootageEngine,
    FootageRequest,
    VideoEngine,
    VideoRequest,
)
from sparkle_motion_dagster.film.cards import card_clips
from sparkle_motion_dagster.film.clip_coding import clip_coding
from sparkle_motion_dagster.film.mouths import reworked_shots, talking_shots
from sparkle_motion_dagster.film.moves import move_request
from sparkle_motion_dagster.film.one_pass import OnePass, is_for_one_pass
from sparkle_motion_dagster.film.own_clips import conform_clips
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import footage_id
from sparkle_motion_dagster.film.takes.fit import footage_misfit
from sparkle_motion_dagster.plan.cards import card_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.clip_places import clip_places
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult


@dataclass(frozen=True)
class ShotClips:
    """The clip of every shot, in order, as long as the timeline and its transitions say.

    Of those that are made in one pass with their mouths, it is the move that they will show.
    """

    result: StageResult
    timeline: MeasuredTimeline

    @property
    def clips(self) -> tuple[Artifact, ...]:
        """The clips that are there."""
        return tuple(artifact for artifact in self.shown if artifact.name == "clip")

    @property
    def shown(self) -> tuple[Artifact, ...]:
        """The clips, and the moves in their places."""
        names = ("clip", "move")
        return tuple(artifact for artifact in self.result.artifacts if artifact.name in names)


def make_shots(
    stage: Stage, video: VideoEngine[Any, Any], lipsync: LipsyncEngine[Any]
) -> ShotClips:
    """Return the clip of every shot: the way from its keyframe to where it ends.

    Of a talking close-up that is made in one pass, it is the move that its clip will show.

    Args:
        stage: The stage that makes them.
        video: Who makes clips, or footage.
        lipsync: Who moves mouths later: with whom a clip can be made in one pass.

    Raises:
        EngineInputError: The engine does not have the model that the plan asks for, or a shot has
            become longer than it can make.
    """
    video = video.rendering_with(stage.plan.render_profile.video.model_id)
    timeline = stage.timeline()
    reworked = reworked_shots(stage, timeline)
    talking = {shot.id for shot, _ in talking_shots(stage.plan, timeline)}
    one_pass = OnePass.of(video, lipsync)
    planned, shots = [], []
    for shot, place in zip(stage.plan.shots, clip_places(stage.plan, timeline), strict=True):
        if shot.start_base_image_id is None or card_of(stage.plan, shot.id) is not None:
            continue
        move = move_request(stage, shot, place)
        if one_pass is not None and shot.id in talking and is_for_one_pass(stage, shot):
            planned.append(Item(shot.id, move))
        else:
            coding = clip_coding(stage, place, is_final=shot.id not in reworked)
            shots.append(Item(shot.id, VideoRequest.of(move, coding.encoding, coding.splices)))
    made = (
        *_made(stage, video, shots),
        *(() if one_pass is None else stage.produce(one_pass.planner, planned)),
        *conform_clips(stage, timeline, reworked),
        *card_clips(stage, timeline),
    )
    # Who has nothing to make need not have a model.
    identity = video.identity() if shots or planned else video.introduction()
    result = StageResult.of(identity, _in_film_order(stage.plan, made))
    return ShotClips(result, timeline)


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
