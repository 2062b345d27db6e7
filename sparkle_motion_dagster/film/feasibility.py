"""Whether a profile's engines can make what a plan asks for, told before anything is made."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any, ParamSpec

from sparkle_motion_dagster.engines.ambience.base import AmbienceRequest
from sparkle_motion_dagster.engines.video.base import PlannedShot, VideoEngine
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.casting.cast import cast_of
from sparkle_motion_dagster.film.casting.speakers import Speakers
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.own_clips import length_problems
from sparkle_motion_dagster.film.pipeline import Engines
from sparkle_motion_dagster.film.portraits import portrait_problems
from sparkle_motion_dagster.film.screen_texts import unwritable
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.sound.soundtrack import moods_of
from sparkle_motion_dagster.plan.cards import author_field, card_of
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.film_format import FilmFormat
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.lines import InShot, Slot, planned_lines, spoken_lines
from sparkle_motion_dagster.plan.timing import ShotTooShortError, shot_boundaries
from sparkle_motion_dagster.plan.transitions import clip_handles
from sparkle_motion_dagster.production.known import look_up
from sparkle_motion_dagster.production.workbench import Workbench

P = ParamSpec("P")


def check_feasible(frozen: FrozenPlan, settings: FilmSettings, engines: Engines) -> list[str]:
    """Make sure that engines can make a plan's shots, and speak its lines.

    This is the one answer to that question, whoever asks it: what can be known beforehand of a
    plan whose files have been opened is found here.

    Returns:
        The shots in which mouths will be moved, by id.

    Raises:
        PlanError: They cannot; it holds all that is in the way, and says what to do instead.
    """
    film = settings.format_of(frozen.plan)
    if problems := list(_obstacles(frozen, settings, engines)):
        raise frozen.error(problems)
    return talking_shots(frozen.plan, film)


def check_speakers_ready(frozen: FrozenPlan, speech: Speakers, workbench: Workbench) -> None:
    """Make sure that whoever is to speak lines that nobody has spoken yet has what it runs on.

    Raises:
        NotReadyError: It has not; the message says what to do.
    """
    cast = cast_of(frozen.plan, frozen.files, speech)
    ready = set()
    for line in spoken_lines(frozen.plan):
        first = cast.requests(line)[0]
        speaker = first.speaker
        if speaker.name not in ready and look_up(first.fingerprint, workbench).record is None:
            speaker.engine.check_ready()
            ready.add(speaker.name)


def check_video_ready(frozen: FrozenPlan, video: VideoEngine[Any, Any]) -> None:
    """Make sure that whoever films shots has what it runs on; own clips need nobody.

    Raises:
        NotReadyError: It has not; the message says what to do.
    """
    plan = frozen.plan
    if any(shot.clip is None for shot in plan.shots):
        video.rendering_with(plan.render_profile.video.model_id).check_ready()


def _obstacles(
    frozen: FrozenPlan, settings: FilmSettings, engines: Engines
) -> Iterator[PlanProblem]:
    film = settings.format_of(frozen.plan)
    try:
        shots = _planned_shots(frozen.rendered, film)
    except ShotTooShortError as error:
        yield PlanProblem(error.reason, author_field(frozen.plan, error.shot))
        return
    yield from unwritable(frozen.plan, settings)
    yield from length_problems(frozen, film)
    yield from portrait_problems(frozen.plan, engines.images)
    model_id = frozen.plan.render_profile.video.model_id
    try:
        video = engines.video.rendering_with(model_id)
    except InputError as error:
        yield PlanProblem(str(error), "render_profile.video.model_id")
    else:
        filmed = [
            planned
            for planned, shot in zip(shots, frozen.plan.shots, strict=True)
            if shot.clip is None
        ]
        yield from _refused("shots", video.check_shots, filmed)
    yield from _unspeakable(frozen, engines.speech)
    for field, mood in moods_of(frozen.plan.soundtrack):
        yield from _refused(field, engines.ambience.check, AmbienceRequest(mood=mood, seed=0))


def _unspeakable(frozen: FrozenPlan, speech: Speakers) -> Iterator[PlanProblem]:
    """Yield which characters nobody can speak for, else which lines their voices cannot speak."""
    try:
        cast = cast_of(frozen.plan, frozen.files, speech)
    except InputError as error:
        yield PlanProblem(str(error), "characters")
        return
    for line in spoken_lines(frozen.plan):
        first = cast.requests(line)[0]
        yield from _refused(line.field, first.speaker.engine.check, first.request)


def _refused(
    field: str, check: Callable[P, object], *asked: P.args, **options: P.kwargs
) -> Iterator[PlanProblem]:
    """Yield why an engine's check refuses what a field asks for, if it does."""
    try:
        check(*asked, **options)
    except InputError as error:
        yield PlanProblem(str(error), field)


def _planned_shots(plan: MoviePlan, film: FilmFormat) -> list[PlannedShot]:
    """Return the shots of a plan as it is rendered, as long as they are before a word is spoken.

    What a transition needs of a clip beyond its shot counts.
    """
    boundaries = shot_boundaries([shot.duration_sec for shot in plan.shots], film.frame_rate)
    return [
        PlannedShot(
            id=shot.id,
            frames=handles.head + end - start + handles.tail,
            frame_rate=film.frame_rate,
            size=film.size,
            ends_on_keyframe=shot.transition != "match" or shot is plan.shots[-1],
            from_start_alone=shot.transition != "hold" and shot.end_base_image_id is None,
            is_held=shot.transition == "hold",
        )
        for shot, (start, end), handles in zip(
            plan.shots, pairwise(boundaries), clip_handles(plan, film.frame_rate), strict=True
        )
        if card_of(plan, shot.id) is None
    ]


def talking_shots(plan: MoviePlan, film: FilmFormat) -> list[str]:
    """Return the shots in which somebody is to be seen speaking, if lines stay in their slots."""
    frames = shot_boundaries([shot.duration_sec for shot in plan.shots], film.frame_rate)
    cuts = pairwise(frame / film.frame_rate for frame in frames)
    half = 1 / film.frame_rate / 2  # so far cuts are rounded; see MeasuredTimeline.lines_during
    places = [line.place for line in planned_lines(plan) if not line.off_screen]
    return [
        shot.id
        for number, (shot, (start, end)) in enumerate(zip(plan.shots, cuts, strict=True))
        if shot.is_talking_closeup
        and any(_is_heard(place, number, start + half, end - half) for place in places)
    ]


def _is_heard(place: Slot | InShot, shot: int, start: Fraction, end: Fraction) -> bool:
    if isinstance(place, InShot):
        return place.shot == shot
    return place.start_s < end and place.start_s + place.duration_s > start
