"""The shots that are clips of the plan's own: conformed to the film, and held against the plan."""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.own_clip_conformer import (
    OwnClipConformer,
    OwnClipRequest,
)
from sparkle_motion_dagster.film.clip_coding import clip_coding
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.media.own_clips import sees_through, survey_clip
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import shown
from sparkle_motion_dagster.plan.film_format import FilmFormat
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.own_clip import OwnClip
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace, clip_places
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.production.loop import Item, Produced


def conform_clips(
    stage: Stage, timeline: MeasuredTimeline, reworked: Collection[str]
) -> tuple[Produced, ...]:
    """Return the clips of the shots that are clips of the plan's own, as the film shows them.

    Args:
        stage: The stage that makes clips.
        timeline: Where shots lie.
        reworked: The shots whose clips a later step encodes again.
    """
    places = clip_places(stage.plan, timeline)
    items = [
        Item(shot.id, _request(stage, shot, shot.clip, place, reworked))
        for shot, place in zip(stage.plan.shots, places, strict=True)
        if shot.clip is not None
    ]
    return stage.produce(OwnClipConformer(EngineSettings()), items)


def _request(
    stage: Stage, shot: ShotSpec, clip: OwnClip, place: ClipPlace, reworked: Collection[str]
) -> OwnClipRequest:
    file = stage.frozen.files[clip.file]
    coding = clip_coding(stage, place, is_final=shot.id not in reworked)
    return OwnClipRequest(
        clip=file,
        in_sec=clip.in_sec,
        out_sec=clip.out_sec,
        frames=place.frames,
        head=place.handles.head,
        tail=place.handles.tail,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        background=stage.settings.background if sees_through(file.path) else None,
        splices=coding.splices,
        encoding=coding.encoding,
    )


def length_problems(frozen: FrozenPlan, film: FilmFormat) -> Iterator[PlanProblem]:
    """Yield which shots ask for more of their clips than there is.

    A clip that is a frame of the film too short counts as long enough.
    """
    for number, shot in enumerate(frozen.plan.shots):
        if shot.clip is not None:
            seconds = survey_clip(frozen.files[shot.clip.file].path).seconds
            for field, how in _wanting(shot, shot.clip, seconds, 1 / film.frame_rate):
                yield PlanProblem(
                    f"{shown(shot.clip.file)} is {float(seconds):.4g} s long{how}",
                    f"shots[{number}].{field}",
                )


def _wanting(
    shot: ShotSpec, clip: OwnClip, seconds: Fraction, frame: Fraction
) -> Iterator[tuple[str, str]]:
    """Yield which field asks for more than a clip's seconds, and how."""
    begin = exact_seconds(clip.in_sec)
    left = seconds - begin
    if left <= 0:
        yield "clip.in", f", and so has nothing at {clip.in_sec:g} s"
    elif clip.out_sec is not None and exact_seconds(clip.out_sec) > seconds + frame:
        yield "clip.out", f": it ends before {clip.out_sec:g} s"
    elif exact_seconds(shot.duration_sec) > left + frame:
        rest = f", which leaves {float(left):.4g} s of it" if begin else ""
        yield (
            "duration_sec",
            f"{rest}, but the shot lasts {shot.duration_sec:g} s: make the shot shorter, or bring "
            "a longer clip",
        )


def clip_remarks(plan: MoviePlan, files: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    """Yield what people should know of a plan's own clips before it is rendered.

    Args:
        plan: The plan.
        files: The files that it refers to, by their reference.

    Yields:
        The field of the plan, such as ``shots[0].clip``, and a sentence.

    Raises:
        MediaError: One of them is no clip.
    """
    cues = [] if plan.soundtrack is None else plan.soundtrack.cues()
    played = {cue.file for _, cue in cues}
    for number, shot in enumerate(plan.shots):
        if shot.clip is not None and shot.clip.file not in played:
            facts = survey_clip(files[shot.clip.file])
            if facts.has_sound:
                yield f"shots[{number}].clip", f"{shot.clip.file} has sound, which is left out"
