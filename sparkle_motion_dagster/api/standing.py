"""How films stand: what became of them, what is going on, stage by stage, and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import AwareDatetime, Field

from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.film_state import (
    FilmState,
    Holder,
    ProgressReport,
    Review,
    State,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import FILM, PLAN_DRAFT, STAGES, VIDEO_FINAL
from sparkle_motion_dagster.units import Record


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


class FilmStanding(Record):
    """How a film stands."""

    run_id: str
    profile: str | None = Field(description="None: nothing of it has been made yet")
    now: Now
    message: str = Field(default="", description="why it stands so, and what to do")
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


def standing(home: SparkleHome, run_id: str, queue: Queue) -> FilmStanding:
    """Return how a film stands.

    Args:
        home: Where it lies.
        run_id: Its name; it need not be there yet, if it waits in the queue.
        queue: What waits.

    Raises:
        UnreadableRecordError: Its state is damaged.
        RenamedRunError: It is another run's folder.
    """
    folder = RunFolder(home, run_id)
    manifests = {stage: folder.readable(stage) for stage in (PLAN_DRAFT, *STAGES)}
    state = folder.state.read()
    held = folder.is_held()
    place = queue.films.index(run_id) if run_id in queue.films else None
    now = _now(state, held=held, queued=place is not None)
    progress = state.progress if now is Now.RENDERING else None
    some = next((one for one in manifests.values() if one is not None), None)
    film = manifests[VIDEO_FINAL]
    return FilmStanding(
        run_id=run_id,
        profile=None if some is None else some.profile,
        now=now,
        message=_message(run_id, now, state),
        since=state.status.since if state.status else None,
        waits_for=state.status.waits_for if state.status else None,
        holder=state.holder if held else None,
        progress=progress,
        remaining_s=None if progress is None else progress.remaining_s(),
        fraction=_fraction(now, state, manifests.values()),
        queue_place=place,
        stages=tuple(
            _stage(stage, manifest)
            for stage, manifest in manifests.items()
            if manifest is not None or stage != PLAN_DRAFT
        ),
        reviews=state.reviews,
        film_s=None if film is None else film.artifact(FILM, "film").facts.duration_s,
    )


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
    if now is Now.INTERRUPTED:
        return (
            "Its run ended without saying why: it was killed, or the disk was full. Everything "
            f"finished is kept: `sparkle resume {run_id}` goes on from there."
        )
    return state.status.message if state.status else ""


def _fraction(now: Now, state: FilmState, manifests: Iterable[StageManifest | None]) -> float:
    if now is Now.RENDERED:
        return 1.0
    report = state.progress
    if report is not None and report.stage in STAGES:
        within = report.done / report.total if report.total else 0.0
        return (STAGES.index(report.stage) + min(1.0, within)) / len(STAGES)
    made = sum(one is not None and one.stage in STAGES for one in manifests)
    return 0.0 if now is Now.RENDERING else made / len(STAGES)


def _stage(stage: str, manifest: StageManifest | None) -> StageStanding:
    if manifest is None:
        return StageStanding(stage=stage, made=False)
    provenance = manifest.provenance
    return StageStanding(
        stage=stage,
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
