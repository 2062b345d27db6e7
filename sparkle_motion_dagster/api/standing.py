"""How films stand: what became of them, what is going on, stage by stage, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from statistics import fmean
from typing import TypeVar

from pydantic import AwareDatetime, Field

from sparkle_motion_dagster.api.stage_summaries import (
    Poster,
    StageStanding,
    StageSummary,
    summary_of_stage,
)
from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.errors import (
    RenamedRunError,
    UnreadableRecordError,
)
from sparkle_motion_dagster.artifacts.film_state import (
    FilmState,
    Holder,
    ProgressReport,
    Review,
    State,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    INPUTS,
    MOVIE_PLAN,
    PLAN_DRAFT,
    STAGES,
    TAKES,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.units import Record

T = TypeVar("T")


class Now(StrEnum):
    """What is going on with a film, in a word."""

    NEW = "new"
    QUEUED = "queued"
    BEGINNING = "beginning"
    RENDERING = "rendering"
    INTERRUPTED = "interrupted"
    RENDERED = "rendered"
    PARTLY = "made in part"
    PAUSED = "paused"
    STOPPED = "stopped"
    WAITING = "waiting for review"
    REJECTED = "rejected"
    FAILED = "failed"
    DAMAGED = "damaged"
    RENAMED = "renamed"


class FilmStanding(Record):
    """How a film stands."""

    run_id: str
    title: str | None = Field(
        default=None, description="as its plan has it, or its draft; null: it has neither yet"
    )
    poster: Poster | None = Field(
        default=None, description="the film's poster, before there is one its first keyframe"
    )
    profile: str | None = Field(description="null: nothing of it has been made yet")
    now: Now
    left_as: State | None = Field(default=None, description="how its last run left it")
    message: str = Field(default="", description="why it stands so, and what to do")
    damage: str = Field(default="", description="what of it cannot be read, and what to do")
    since: AwareDatetime | None = None
    waits_for: str | None = Field(default=None, description="the stage that a person decides on")
    holder: Holder | None = Field(default=None, description="who works on it")
    progress: ProgressReport | None = Field(default=None, description="where its run is")
    remaining_s: float | None = Field(
        default=None, description="seconds that the stage at work still takes at its pace"
    )
    fraction: float = Field(
        ge=0, le=1, description="how far it is, counted in stages; of the run, while one works"
    )
    queue_place: int | None = Field(default=None, description="0: it is the next one")
    in_queue: str = Field(default="", description="where it waits, and whether in vain, in words")
    stages: tuple[StageStanding, ...]
    reviews: dict[str, Review] = Field(default_factory=dict)
    film_s: float | None = Field(default=None, description="how long the film is, if there is one")

    @property
    def stages_made(self) -> int:
        """How many of a film's stages have been made; a draft is none of them."""
        return sum(one.made and one.stage in STAGES for one in self.stages)


def last_touched(home: SparkleHome, run_id: str) -> int:
    """Return when a film's folder changed last, in nanoseconds since 1970; 0: it is gone."""
    try:
        return RunFolder(home, run_id).path.stat().st_mtime_ns
    except FileNotFoundError:
        # Somebody removes it at this moment.
        return 0


def standing(home: SparkleHome, run_id: str, queue: Queue) -> FilmStanding:
    """Return how a film stands; what of it cannot be read is told as its damage.

    Args:
        home: Where it lies.
        run_id: Its name; it need not be there yet, if it waits in the queue.
        queue: What waits.
    """
    folder = RunFolder(home, run_id)
    place = queue.films.index(run_id) if run_id in queue.films else None
    try:
        stages = {stage: summary_of_stage(home, run_id, stage) for stage in (PLAN_DRAFT, *STAGES)}
    except RenamedRunError as error:
        return _unreadable(run_id, Now.RENAMED, error, {})
    try:
        state = folder.state.read()
    except UnreadableRecordError as error:
        return _unreadable(run_id, Now.DAMAGED, error, stages)
    held = folder.is_held()
    now = _now(state, held=held, queued=place is not None, begun=queue.begun.get(run_id))
    progress = state.progress if now is Now.RENDERING else None
    told = tuple(
        one.model_copy(update={"share": _share(one, state, now)}) for one in _shown(stages)
    )
    return FilmStanding(
        run_id=run_id,
        title=_first(stages[stage].title for stage in (MOVIE_PLAN, PLAN_DRAFT)),
        poster=_first(stages[stage].poster for stage in (VIDEO_FINAL, BASE_IMAGES)),
        profile=_profile(stages),
        now=now,
        left_as=state.status.state if state.status else None,
        message=_message(run_id, now, state),
        damage=" ".join(one.told.damage for one in stages.values() if one.told.damage),
        since=state.status.since if state.status else None,
        waits_for=state.status.waits_for if state.status else None,
        holder=state.holder if held else None,
        progress=progress,
        remaining_s=None if progress is None else progress.remaining_s(),
        fraction=fmean(one.share for one in told if one.stage in STAGES),
        queue_place=place,
        in_queue="" if place is None else queue.place_of(run_id),
        stages=told,
        reviews=state.reviews,
        film_s=stages[VIDEO_FINAL].film_s,
    )


def _unreadable(
    run_id: str, now: Now, error: UnreadableRecordError, stages: Mapping[str, StageSummary]
) -> FilmStanding:
    """Return how a film stands of which nobody knows that: its state or its name is damaged."""
    return FilmStanding(
        run_id=run_id,
        profile=_profile(stages),
        now=now,
        message=str(error),
        damage=str(error),
        fraction=0.0,
        stages=tuple(_shown(stages)),
    )


def _first(found: Iterable[T | None]) -> T | None:
    return next((one for one in found if one is not None), None)


def _profile(stages: Mapping[str, StageSummary]) -> str | None:
    """Return the profile that a film belongs to; a draft may be left from another one."""
    return _first(stages[stage].profile for stage in (*STAGES, PLAN_DRAFT) if stage in stages)


def _shown(stages: Mapping[str, StageSummary]) -> Iterator[StageStanding]:
    """Yield the stages that every film has, after a draft, where one was written."""
    for stage, summary in stages.items():
        if stage != PLAN_DRAFT or summary.told.made or summary.told.damage:
            yield summary.told


def _now(state: FilmState, *, held: bool, queued: bool, begun: str | None) -> Now:
    settled = state.status is not None and not state.standing(State.RENDERING)
    working = None if state.holder is None else state.holder.dagster_run
    left_by = None if state.status is None else state.status.dagster_run
    # Who makes further takes leaves the film as it stands.
    if held and (not settled or working not in (None, left_by)):
        return Now.RENDERING
    if queued:
        return Now.QUEUED
    status = state.status
    # A run that has settled the film is about to end; one that says it renders, and does not, died.
    if begun is not None and (status is None or (settled and status.dagster_run != begun)):
        return Now.BEGINNING
    if status is None:
        return Now.NEW
    return Now.INTERRUPTED if state.standing(State.RENDERING) else Now(str(status.state))


def _message(run_id: str, now: Now, state: FilmState) -> str:
    if now is Now.BEGINNING:
        return ""  # what is kept is of the run before
    if state.standing(State.RENDERING) and now is not Now.RENDERING:
        return (
            "Its run ended without saying why. It was killed, or the disk was full. Everything "
            f"finished is kept: `sparkle resume {run_id}` goes on from there."
        )
    return state.status.message if state.status else ""


def _share(told: StageStanding, state: FilmState, now: Now) -> float:
    """Return how much of a stage is there; while a run works on the film, of what that run makes.

    What the stage at work is made from is as the run wants it, whenever it was made.
    """
    run, report = state.holder, state.progress
    if now is not Now.RENDERING or run is None:
        return float(told.made)
    if told.created_at is not None and told.created_at >= run.since:
        return 1.0
    if report is not None and report.stage == TAKES:
        return float(told.made)
    if report is None or report.stage not in STAGES:
        return 0.0
    if report.stage == told.stage:
        return min(1.0, report.done / report.total) if report.total else 0.0
    return float(told.made and told.stage in _needed_by(report.stage))


def _needed_by(stage: str) -> frozenset[str]:
    """Return the stages that a stage is made from, directly or by others."""
    return frozenset(INPUTS[stage]).union(*map(_needed_by, INPUTS[stage]))
