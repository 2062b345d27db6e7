"""video_final: the film, verified after it was written."""

import textwrap
from collections.abc import Iterator
from typing import Any

import dagster as dg
from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.stage import TIMELINE, Stage, film_asset, stage_of
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.film.assembler import (
    CaptionLine,
    FilmAssembler,
    FilmChapter,
    FilmRejectedError,
    FilmRequest,
)
from sparkle_motion_dagster.media.film_check import PROMISES, FilmReport
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.stage import StageResult, artifacts_of
from sparkle_motion_dagster.resources.film import FilmResource

FILM = "film"
"""Item id of the film."""

_CHAPTER_TITLE = 80
"""Characters that players have room for in a list of chapters."""


@film_asset(
    kinds={"mp4"},
    code_version="1",
    description="The film: one MP4 with sound, captions and chapters, measured before it counts.",
    check_specs=[
        dg.AssetCheckSpec(
            name,
            asset="video_final",
            description=promise,
            blocking=True,
            partitions_def=film_partitions,
        )
        for name, promise in PROMISES.items()
    ],
)
def video_final(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    lipsync_clips: StageManifest,
    timeline_track: StageManifest,
    film: FilmResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Assemble the film, and let it count only if it passes every check."""
    with stage_of(context, film, movie_plan, lipsync_clips, timeline_track) as stage:
        engine = FilmAssembler(EngineSettings())
        request = film_request(stage, lipsync_clips, stage.timeline(timeline_track), timeline_track)
        try:
            films = stage.produce(engine, [Item(FILM, request)])
        except FilmRejectedError as rejected:
            yield from _check_results(rejected.report)
            raise
        report = FilmReport.model_validate(films[0].record.metadata["report"])
        yield from _check_results(report)
        result = StageResult.of(films, artifacts_of(films[0], stem=stage.run_id))
        yield stage.output(
            engine.identity(),
            result,
            {
                "movie_plan": movie_plan,
                "lipsync_clips": lipsync_clips,
                "timeline_track": timeline_track,
            },
            _facts(stage, films[0]),
        )


def film_request(
    stage: Stage,
    lipsync_clips: StageManifest,
    timeline: MeasuredTimeline,
    timeline_track: StageManifest,
) -> FilmRequest:
    """Return the film that a plan and its stages ask for."""
    return FilmRequest(
        title=stage.plan.title,
        clips=tuple(stage.file(lipsync_clips, shot.id, "clip") for shot in timeline.shots),
        track=stage.file(timeline_track, TIMELINE, "audio"),
        frames=timeline.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        lines=tuple((line.start_sample, line.end_sample) for line in timeline.lines),
        captions=tuple(
            CaptionLine(
                start_s=line.start_sample / timeline.sample_rate,
                end_s=line.end_sample / timeline.sample_rate,
                speaker=stage.plan.character(line.character_id).name,
                text=line.text,
            )
            for line in timeline.lines
        ),
        chapters=tuple(
            FilmChapter(
                title=textwrap.shorten(shot.visual_description, _CHAPTER_TITLE, placeholder=" …"),
                start_frame=place.start_frame,
                end_frame=place.start_frame + place.frames,
            )
            for shot, place in zip(stage.plan.shots, timeline.shots, strict=True)
        ),
        target=stage.settings.mastering,
    )


def _check_results(report: FilmReport) -> Iterator[dg.AssetCheckResult]:
    for check in report.checks:
        yield dg.AssetCheckResult(
            check_name=check.name,
            passed=check.passed,
            description=check.description,
            metadata={name: _shown(value) for name, value in check.measured.items()},
        )


def _shown(value: JsonValue) -> dg.MetadataValue[Any]:
    match value:
        case bool():
            return dg.MetadataValue.bool(value)
        case int():
            return dg.MetadataValue.int(value)
        case float():
            return dg.MetadataValue.float(value)
        case list() | dict():
            return dg.MetadataValue.json(value)
        case _:
            return dg.MetadataValue.text(str(value))


def _facts(stage: Stage, film: Produced) -> dict[str, dg.MetadataValue]:
    facts = film.record.outputs["film"].facts
    path = stage.workbench.run_folder(stage.run_id).stage(stage.name) / f"{stage.run_id}.mp4"
    return {
        "path": dg.MetadataValue.path(path),
        "seconds": dg.MetadataValue.float(facts.duration_s or 0.0),
        "frames": dg.MetadataValue.int(facts.frames or 0),
        "size": dg.MetadataValue.text(f"{facts.width}x{facts.height}"),
    }
