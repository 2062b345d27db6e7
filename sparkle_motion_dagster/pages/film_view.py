"""What a film's page shows, as data: one record, of the film's manifests and what they name."""

from __future__ import annotations

from pydantic import Field

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import (
    FILM,
    MOVIE_PLAN,
    PLAN,
    TIMELINE,
    TIMELINE_TRACK,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.units import Record


class ShownFile(Record):
    """A file that the page shows: where it lies in the run folder, and what it is."""

    path: str = Field(description="in the run folder, such as video_final/film.mp4")
    artifact: str = Field(description="its address on the server, below /artifacts/")
    media_type: str
    sha256: Sha256


class ShotView(Record):
    """A shot of the film; times are seconds from the film's start."""

    id: str
    start_s: float
    end_s: float
    description: str


class LineView(Record):
    """A spoken line; times are seconds from the film's start."""

    id: str
    character: str
    text: str
    start_s: float
    end_s: float


class FilmView(Record):
    """What a film's page shows."""

    run_id: str
    title: str
    duration_s: float | None
    film: ShownFile | None
    poster: ShownFile | None
    captions: ShownFile | None
    shots: tuple[ShotView, ...] = ()
    lines: tuple[LineView, ...] = ()


def film_view(home: SparkleHome, folder: RunFolder) -> FilmView:
    """Return what the page of a film shows, as far as it has been made.

    Raises:
        CorruptFileError: The plan, or the timeline, is damaged in the store.
    """
    manifests, store = folder.manifests(), Store(home.store)
    plan = _plan(manifests.get(MOVIE_PLAN), store)
    timeline = _timeline(manifests.get(TIMELINE_TRACK), store)
    film = manifests.get(VIDEO_FINAL)
    return FilmView(
        run_id=folder.run_id,
        title=folder.run_id if plan is None else plan.title,
        duration_s=None if film is None else film.artifact(FILM, "film").facts.duration_s,
        film=_shown(film, FILM, "film"),
        poster=_shown(film, FILM, "poster"),
        captions=_shown(film, FILM, "vtt"),
        shots=() if timeline is None or plan is None else _shots(plan, timeline),
        lines=() if timeline is None else _lines(timeline),
    )


def _plan(manifest: StageManifest | None, store: Store) -> MoviePlan | None:
    if manifest is None:
        return None
    stored = store.file(manifest.artifact(PLAN, "plan").sha256)
    return MoviePlan.model_validate_json(stored.path.read_bytes())


def _timeline(manifest: StageManifest | None, store: Store) -> MeasuredTimeline | None:
    if manifest is None:
        return None
    stored = store.file(manifest.artifact(TIMELINE, "timeline").sha256)
    return MeasuredTimeline.model_validate_json(stored.path.read_bytes())


def _shown(manifest: StageManifest | None, item: str, name: str) -> ShownFile | None:
    found = None if manifest is None else manifest.find(item, name)
    if manifest is None or found is None:
        return None
    return ShownFile(
        path=f"{manifest.stage}/{found.file}",
        artifact=f"{manifest.run_id}/{manifest.stage}/{item}/{name}",
        media_type=found.media_type,
        sha256=found.sha256,
    )


def _shots(plan: MoviePlan, timeline: MeasuredTimeline) -> tuple[ShotView, ...]:
    described = {shot.id: shot.visual_description for shot in plan.shots}
    return tuple(
        ShotView(
            id=shot.id,
            start_s=float(shot.start_frame / timeline.fps),
            end_s=float((shot.start_frame + shot.frames) / timeline.fps),
            description=described.get(shot.id, ""),
        )
        for shot in timeline.shots
    )


def _lines(timeline: MeasuredTimeline) -> tuple[LineView, ...]:
    return tuple(
        LineView(
            id=f"line_{line.index + 1:04d}",
            character=line.character_id,
            text=line.text,
            start_s=line.start_sample / timeline.sample_rate,
            end_s=line.end_sample / timeline.sample_rate,
        )
        for line in timeline.lines
    )
