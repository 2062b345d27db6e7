"""How shots are made: as clips at once, or as footage that is conformed to the film."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sparkle_motion_dagster.assets.stage import Stage
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.builtin.conform.engine import Conformer, ConformRequest
from sparkle_motion_dagster.engines.video.base import (
    FootageEngine,
    FootageRequest,
    PlannedShot,
    VideoEngine,
    VideoRequest,
)
from sparkle_motion_dagster.plan.film_format import FilmFormat
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timing import shot_boundaries
from sparkle_motion_dagster.production.loop import Item, Produced


def planned_shots(plan: MoviePlan, film: FilmFormat) -> list[PlannedShot]:
    """Return the shots of a plan with the lengths that they have before anything is spoken."""
    boundaries = shot_boundaries([shot.duration_sec for shot in plan.shots], film.frame_rate)
    return [
        PlannedShot(
            id=shot.id,
            frames=end - start,
            frame_rate=film.frame_rate,
            size=film.size,
            ends_on_keyframe=shot is plan.shots[-1],
        )
        for shot, (start, end) in zip(plan.shots, pairwise(boundaries), strict=True)
    ]


def footage_id(shot_id: str) -> str:
    """Return the item id of a shot's footage; no shot can be called that."""
    return f"{shot_id}@footage"


def shoot(
    stage: Stage, engine: VideoEngine[Any, Any], shots: Sequence[Item[VideoRequest]]
) -> tuple[Produced, ...]:
    """Return everything that is made of shots: footage, where the engine makes that, and clips."""
    if not isinstance(engine, FootageEngine):
        return stage.produce(engine, shots)
    footage = stage.produce(engine, [_footage_of(stage, engine, shot) for shot in shots])
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
