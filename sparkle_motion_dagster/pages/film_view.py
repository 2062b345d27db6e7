"""What a film's page shows, as data: one record, of the film's manifests and what they name."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from sparkle_motion_dagster.artifacts.choices import UnreadableChoicesError
from sparkle_motion_dagster.artifacts.film_state import Comment
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import BASE_IMAGES, FILM, VIDEO_FINAL
from sparkle_motion_dagster.film.takes.listing import ItemTakes, item_takes
from sparkle_motion_dagster.pages.film_records import FilmRecords, ShownFile
from sparkle_motion_dagster.pages.picture_views import (
    KeyframeView,
    ShotView,
    keyframe_views,
    shot_views,
)
from sparkle_motion_dagster.pages.sound_views import (
    CharacterView,
    CueView,
    LineView,
    character_views,
    cue_views,
    line_views,
)
from sparkle_motion_dagster.pages.stage_views import (
    CheckView,
    ReviewView,
    StageView,
    check_views,
    review_views,
    stage_views,
)
from sparkle_motion_dagster.units import FrameRate, Record


class ChapterView(Record):
    """A chapter of the film; times are seconds from its start."""

    title: str
    start_s: float
    end_s: float


class FilmView(Record):
    """What a film's page shows; what is not known, or not there yet, is None."""

    run_id: str
    title: str
    profile: str | None
    duration_s: float | None
    frame_rate: FrameRate | None
    width: int | None = Field(description="of the film, else of its keyframes, in pixels")
    height: int | None
    film: ShownFile | None
    poster: ShownFile | None
    captions: ShownFile | None = Field(description="as WebVTT; None: nobody speaks")
    chapters: tuple[ChapterView, ...]
    characters: tuple[CharacterView, ...]
    keyframes: tuple[KeyframeView, ...]
    shots: tuple[ShotView, ...]
    lines: tuple[LineView, ...]
    cues: tuple[CueView, ...]
    takes: tuple[ItemTakes, ...] = Field(description="of the items of which there are further ones")
    stages: tuple[StageView, ...]
    work: str | None = Field(
        description="what the last render that made something was estimated to take, and took"
    )
    checks: tuple[CheckView, ...]
    waits_for: str | None = Field(description="the stage that a person decides on")
    reviews: tuple[ReviewView, ...]
    comments: tuple[Comment, ...] = Field(description="in the order of their moments")


def film_view(home: SparkleHome, folder: RunFolder) -> FilmView:
    """Return what the page of a film shows, as far as it has been made.

    Raises:
        CorruptFileError: The plan, or the timeline, is damaged in the store.
        UnreadableRecordError: One of them is of another version.
        UnreadableStateError: The film's state is damaged.
        RenamedRunError: It is another run's folder.
    """
    records = FilmRecords(home, folder)
    state = folder.state.read()
    film = records.artifact(VIDEO_FINAL, FILM, "film")
    timeline = records.timeline
    manifest = next(iter(records.manifests.values()), None)
    width, height = _size(records, film)
    return FilmView(
        run_id=records.run_id,
        title=records.run_id if records.plan is None else records.plan.title,
        profile=None if manifest is None else manifest.profile,
        duration_s=None if film is None else film.facts.duration_s,
        frame_rate=None if timeline is None else timeline.fps,
        width=width,
        height=height,
        film=records.file(VIDEO_FINAL, film),
        poster=records.file(VIDEO_FINAL, records.artifact(VIDEO_FINAL, FILM, "poster")),
        captions=records.file(VIDEO_FINAL, records.artifact(VIDEO_FINAL, FILM, "vtt")),
        chapters=tuple(_chapters(records, film)),
        characters=character_views(records.plan),
        keyframes=keyframe_views(records),
        shots=shot_views(records),
        lines=line_views(records),
        cues=cue_views(records),
        takes=_takes(home, folder),
        stages=stage_views(records),
        work=None if (price := folder.price.read()) is None else str(price),
        checks=check_views(film),
        waits_for=None if state.status is None else state.status.waits_for,
        reviews=tuple(review_views(state, records.manifests)),
        comments=state.comments,
    )


def _takes(home: SparkleHome, folder: RunFolder) -> tuple[ItemTakes, ...]:
    try:
        return item_takes(home, folder)
    except UnreadableChoicesError:
        return ()  # whoever needs them says so; the page shows the film without them


def _size(records: FilmRecords, film: Artifact | None) -> tuple[int | None, int | None]:
    shown = film or next(records.artifacts(BASE_IMAGES, "image"), None)
    return (None, None) if shown is None else (shown.facts.width, shown.facts.height)


def _chapters(records: FilmRecords, film: Artifact | None) -> Iterator[ChapterView]:
    """Yield the chapters that were written into the film."""
    record = None if film is None else records.action(film)
    written = None if record is None else record.request.get("chapters")
    if film is None or film.facts.frame_rate is None or not isinstance(written, list):
        return
    rate = film.facts.frame_rate
    for chapter in written:
        match chapter:
            case {"title": str(title), "start_frame": int(start), "end_frame": int(end)}:
                start_s, end_s = float(start / rate), float(end / rate)
                yield ChapterView(title=title, start_s=start_s, end_s=end_s)
