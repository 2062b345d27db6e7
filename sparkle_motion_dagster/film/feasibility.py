"""Whether a profile's engines can make what a plan asks for, told before anything is made."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sparkle_motion_dagster.engines.lipsync.base import LipsyncEngine, TalkingShot
from sparkle_motion_dagster.engines.video.base import PlannedShot, VideoEngine
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.plan.film_format import FilmFormat
from sparkle_motion_dagster.plan.lines import InShot, Slot, planned_lines
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timing import shot_boundaries


def check_feasible(
    plan: MoviePlan,
    settings: FilmSettings,
    video: VideoEngine[Any, Any],
    lipsync: LipsyncEngine[Any],
) -> list[TalkingShot]:
    """Make sure that engines can make a plan's shots, and move the mouths that are seen talking.

    Returns:
        The shots in which mouths will be moved.

    Raises:
        EngineInputError: They cannot; the message names the shots and what to do instead.
    """
    film = settings.format_of(plan)
    video.rendering_with(plan.render_profile.video.model_id).check_shots(_planned_shots(plan, film))
    talking = talking_shots(plan, film)
    lipsync.check_talking(talking)
    return talking


def _planned_shots(plan: MoviePlan, film: FilmFormat) -> list[PlannedShot]:
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


def talking_shots(plan: MoviePlan, film: FilmFormat) -> list[TalkingShot]:
    """Return the shots in which somebody is to be seen speaking, if lines stay in their slots."""
    return list(_talking(plan, film))


def _talking(plan: MoviePlan, film: FilmFormat) -> Iterator[TalkingShot]:
    frames = shot_boundaries([shot.duration_sec for shot in plan.shots], film.frame_rate)
    cuts = pairwise(frame / film.frame_rate for frame in frames)
    half = 1 / film.frame_rate / 2  # so far cuts are rounded; see MeasuredTimeline.lines_during
    lines = planned_lines(plan)
    for number, (shot, (start, end)) in enumerate(zip(plan.shots, cuts, strict=True)):
        heard = [line for line in lines if _is_heard(line.place, number, start + half, end - half)]
        if shot.is_talking_closeup and heard:
            beginning = [line for line in heard if _begins(line.place, start - half)]
            yield TalkingShot(
                id=shot.id,
                heard=tuple(line.character_id for line in heard),
                beginning=tuple(line.character_id for line in beginning),
                faces=shot.metadata.faces,
            )


def _is_heard(place: Slot | InShot, shot: int, start: Fraction, end: Fraction) -> bool:
    if isinstance(place, InShot):
        return place.shot == shot
    return place.start_s < end and place.start_s + place.duration_s > start


def _begins(place: Slot | InShot, start: Fraction) -> bool:
    return isinstance(place, InShot) or place.start_s >= start
