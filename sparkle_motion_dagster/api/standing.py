"""How films stand: what became of them, what is going on, stage by stage, and what waits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from pydantic import AwareDatetime, Field

from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import (
    CorruptFileError,
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
from sparkle_motion_dagster.artifacts.manifests import MANIFEST
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DRAFT,
    FILM,
    MOVIE_PLAN,
    PLAN,
    PLAN_DRAFT,
    STAGES,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.units import Record

T = TypeVar("T")

_KEPT_SUMMARIES = 20_000
"""Manifests of which what is told here stays in memory, at a kilobyte each."""


class Now(StrEnum):
    """What is going on with a film, in a word."""

    NEW = "new"
    QUEUED = "queued"
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


class StageStanding(Record):
    """A stage of a film: what it left behind, or nothing yet."""

    stage: str
    made: bool
    items: int = 0
    items_made: int = 0
    items_taken: int = 0
    seconds: float = Field(default=0.0, description="wall time that making its items took")
    engine: str | None = None
    created_at: AwareDatetime | None = None
    content_digest: Sha256 | None = None
    warnings: tuple[str, ...] = ()
    damage: str = Field(default="", description="why its manifest cannot be read, and what to do")


class Poster(Record):
    """The artifact that shows what a film looks like."""

    stage: str
    item: str
    name: str


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
    fraction: float = Field(ge=0, le=1, description="how far its last run is, counted in stages")
    queue_place: int | None = Field(default=None, description="0: it is the next one")
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
        stages = {stage: _summary(home, run_id, stage) for stage in (PLAN_DRAFT, *STAGES)}
    except RenamedRunError as error:
        return _unreadable(run_id, Now.RENAMED, error, {})
    try:
        state = folder.state.read()
    except UnreadableRecordError as error:
        return _unreadable(run_id, Now.DAMAGED, error, stages)
    held = folder.is_held()
    now = _now(state, held=held, queued=place is not None)
    progress = state.progress if now is Now.RENDERING else None
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
        fraction=_fraction(now, state, stages.values()),
        queue_place=place,
        stages=tuple(_shown(stages)),
        reviews=state.reviews,
        film_s=stages[VIDEO_FINAL].film_s,
    )


class _Summary(Record):
    """What is told of a manifest: of its stage, and of the film that it belongs to."""

    told: StageStanding
    profile: str | None = None
    film_s: float | None = None
    title: str | None = None
    poster: Poster | None = None


def _summary(home: SparkleHome, run_id: str, stage: str) -> _Summary:
    """Return what is told of a stage; a manifest that has not changed since is not read again.

    Raises:
        RenamedRunError: It is another run's folder.
    """
    nothing = _Summary(told=StageStanding(stage=stage, made=False))
    try:
        status = (RunFolder(home, run_id).stage(stage) / MANIFEST).stat()
        return _read(home, run_id, stage, (status.st_mtime_ns, status.st_size, status.st_ino))
    except (FileNotFoundError, NotADirectoryError):
        return nothing
    except RenamedRunError:
        raise
    except (UnreadableRecordError, CorruptFileError) as error:
        return _Summary(told=StageStanding(stage=stage, made=False, damage=str(error)))


@lru_cache(_KEPT_SUMMARIES)
def _read(home: SparkleHome, run_id: str, stage: str, _: tuple[int, int, int]) -> _Summary:
    """Return what is told of a manifest, which is known by when it was written, size and inode.

    Raises:
        FileNotFoundError: It was removed meanwhile.
        RenamedRunError, UnreadableRecordError: As `RunFolder.read` says.
        CorruptFileError: The plan that it lists is damaged in the store.
    """
    manifest = RunFolder(home, run_id).read(stage)
    if manifest is None:
        raise FileNotFoundError(stage)
    film = manifest.find(FILM, "film") if stage == VIDEO_FINAL else None
    return _Summary(
        told=_stage(manifest),
        profile=manifest.profile,
        film_s=None if film is None else film.facts.duration_s,
        title=_title(home, manifest),
        poster=_poster(manifest),
    )


def _title(home: SparkleHome, manifest: StageManifest) -> str | None:
    """Return the title of the plan that a stage left behind, if that is what it does.

    What is damaged in the store is told of where it is used, and by `sparkle verify`: a film is
    listed without its title until then.
    """
    try:
        return _title_in(Store(home.store), manifest)
    except SparkleError:
        return None


def _title_in(store: Store, manifest: StageManifest) -> str | None:
    """Return the title of a plan, or of a draft.

    Raises:
        CorruptFileError, PlanError: It is damaged in the store.
    """
    if manifest.stage == MOVIE_PLAN and (plan := manifest.find(PLAN, "plan")) is not None:
        frozen = store.file(plan.sha256).path.read_bytes()
        return str(json.loads(frozen)["title"])
    draft = manifest.find(DRAFT, "plan") if manifest.stage == PLAN_DRAFT else None
    if draft is None:
        return None
    return plan_in(store.file(draft.sha256).path.read_text(encoding="utf-8"))[1].title


def _poster(manifest: StageManifest) -> Poster | None:
    named = {VIDEO_FINAL: "poster", BASE_IMAGES: "image"}.get(manifest.stage)
    shown = next((one for one in manifest.artifacts if one.name == named), None)
    if shown is None:
        return None
    return Poster(stage=manifest.stage, item=shown.id, name=shown.name)


def _stage(manifest: StageManifest) -> StageStanding:
    provenance = manifest.provenance
    return StageStanding(
        stage=manifest.stage,
        made=True,
        items=len({artifact.id for artifact in manifest.artifacts}),
        items_made=len(provenance.made),
        items_taken=len(provenance.taken),
        seconds=provenance.seconds,
        engine=str(manifest.engine),
        created_at=provenance.created_at,
        content_digest=manifest.content_digest,
        warnings=manifest.warnings,
    )


def _unreadable(
    run_id: str, now: Now, error: UnreadableRecordError, stages: Mapping[str, _Summary]
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


def _profile(stages: Mapping[str, _Summary]) -> str | None:
    """Return the profile that a film belongs to; a draft may be left from another one."""
    return _first(stages[stage].profile for stage in (*STAGES, PLAN_DRAFT) if stage in stages)


def _shown(stages: Mapping[str, _Summary]) -> Iterator[StageStanding]:
    """Yield the stages that every film has, after a draft, where one was written."""
    for stage, summary in stages.items():
        if stage != PLAN_DRAFT or summary.told.made or summary.told.damage:
            yield summary.told


def _now(state: FilmState, *, held: bool, queued: bool) -> Now:
    settled = state.status is not None and not state.standing(State.RENDERING)
    if held and not settled:
        return Now.RENDERING
    if queued:
        return Now.QUEUED
    if state.status is None:
        return Now.NEW
    return Now.INTERRUPTED if state.standing(State.RENDERING) else Now(str(state.status.state))


def _message(run_id: str, now: Now, state: FilmState) -> str:
    if state.standing(State.RENDERING) and now is not Now.RENDERING:
        return (
            "Its run ended without saying why. It was killed, or the disk was full. Everything "
            f"finished is kept: `sparkle resume {run_id}` goes on from there."
        )
    return state.status.message if state.status else ""


def _fraction(now: Now, state: FilmState, stages: Iterable[_Summary]) -> float:
    if now is Now.RENDERED:
        return 1.0
    report = state.progress
    if report is not None and report.stage in STAGES:
        within = report.done / report.total if report.total else 0.0
        return (STAGES.index(report.stage) + min(1.0, within)) / len(STAGES)
    made = sum(one.told.made and one.told.stage in STAGES for one in stages)
    return 0.0 if now is Now.RENDERING else made / len(STAGES)
