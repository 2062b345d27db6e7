"""video_final: the film, verified after it was written."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import error
from sparkle_motion_dagster.assets.previews import poster, shortened, table
from sparkle_motion_dagster.assets.stage import TIMELINE, Stage, film_asset, stage_of
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.film_assembler import (
    FilmAssembler,
    FilmCaption,
    FilmChapter,
    FilmLine,
    FilmRejectedError,
    FilmRequest,
)
from sparkle_motion_dagster.film.casting.performers import DEFAULT_LANGUAGE
from sparkle_motion_dagster.media.film_check import PROMISES, FilmReport
from sparkle_motion_dagster.plan.captions import Speaker, cues
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource

FILM = "film"
"""Item id of the film."""

_CHAPTER_TITLE = 80
"""Characters that players have room for in a list of chapters."""


@film_asset(
    kinds={"mp4"},
    code_version="1",
    description="The film: one MP4 with sound, captions and chapters, measured before it counts.",
    check_specs=[error(*promise).spec("video_final") for promise in PROMISES.items()],
)
def video_final(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    lipsync_clips: StageManifest,
    timeline_track: StageManifest,
    film: FilmResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Assemble the film, and let it count only if it passes every check."""
    with stage_of(context, film, gpu, movie_plan, lipsync_clips, timeline_track) as stage:
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
            _facts(stage, films[0], request),
        )


def film_request(
    stage: Stage,
    lipsync_clips: StageManifest,
    timeline: MeasuredTimeline,
    timeline_track: StageManifest,
) -> FilmRequest:
    """Return the film that a plan and its stages ask for."""
    speakers = {
        character.id: Speaker(character.name, character.voice_profile.language or DEFAULT_LANGUAGE)
        for character in stage.plan.characters
    }
    return FilmRequest(
        title=stage.plan.title,
        clips=tuple(stage.file(lipsync_clips, shot.id, "clip") for shot in timeline.shots),
        track=stage.file(timeline_track, TIMELINE, "audio"),
        frames=timeline.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        lines=tuple(
            FilmLine(
                start=line.start_sample,
                end=line.end_sample,
                speaker=speakers[line.character_id].shown,
                text=line.text,
            )
            for line in timeline.lines
        ),
        captions=tuple(
            FilmCaption(start_s=cue.start_s, end_s=cue.end_s, text=cue.text)
            for cue in cues(timeline, speakers)
        ),
        chapters=tuple(
            FilmChapter(
                title=shortened(shot.visual_description, _CHAPTER_TITLE),
                start_frame=place.start_frame,
                end_frame=place.start_frame + place.frames,
            )
            for shot, place in zip(stage.plan.shots, timeline.shots, strict=True)
        ),
        target=stage.settings.mastering,
    )


def _check_results(report: FilmReport) -> Iterator[dg.AssetCheckResult]:
    for check in report.checks:
        promise = error(check.name, check.description)
        yield promise.result(check.measured, kept=check.passed)


def _facts(stage: Stage, film: Produced, request: FilmRequest) -> dict[str, Any]:
    facts = film.record.outputs["film"].facts
    path = stage.workbench.run_folder(stage.run_id).stage(stage.name) / f"{stage.run_id}.mp4"
    return {
        "poster": poster(film.files["poster"].path),
        "path": dg.MetadataValue.path(path),
        "title": request.title,
        "seconds": facts.duration_s or 0.0,
        "frames": facts.frames or 0,
        "size": f"{facts.width}x{facts.height}",
        "frames_per_second": str(facts.frame_rate),
        "captions": table(
            ["from s", "to s", "caption"],
            [(cue.start_s, cue.end_s, cue.text) for cue in request.captions],
        ),
    }
