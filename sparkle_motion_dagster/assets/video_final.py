"""video_final: the film, verified after it was written."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import reported, shown
from sparkle_motion_dagster.assets.previews import (
    filmstrip,
    heard_cells,
    heard_headings,
    poster,
    table,
)
from sparkle_motion_dagster.assets.stage import output_of, stage_of
from sparkle_motion_dagster.engines.builtin.film_assembler import FilmRejectedError
from sparkle_motion_dagster.film.assembly import AssembledFilm, assemble
from sparkle_motion_dagster.film.checks import assembly as checks
from sparkle_motion_dagster.film.checks.hearing import words_heard
from sparkle_motion_dagster.film.checks.screen_texts import text_is_safe
from sparkle_motion_dagster.film.hearing.listening import HeardLine
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.stages import shot_of_finished, shot_of_transition
from sparkle_motion_dagster.forecast.price.afterwards import ended
from sparkle_motion_dagster.resources.engine_resources import HearingResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


def video_final(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    hearing: HearingResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Assemble the film, let it count only if it is as promised, and listen to it."""
    with stage_of(context, film, gpu, inputs) as stage:
        try:
            assembled = assemble(stage, hearing.answering(stage.facilities))
        except FilmRejectedError as rejected:
            yield from shown(stage.name, checks.verdicts(rejected.report))
            raise
        yield from shown(stage.name, checks.verdicts(assembled.report))
        if not assembled.report.passed:  # an older film, by a check that came after it
            raise FilmRejectedError(assembled.report)
        heard = None if assembled.heard is None else assembled.heard.lines()
        written = text_is_safe(assembled.finished, stage.format.size)
        warnings = yield from reported(stage.name, [words_heard(heard), written])
        facts = _facts(stage, assembled) | ({} if heard is None else {"heard": _heard_table(heard)})
        if price := ended(stage.run_id, context.run.run_id, stage.workbench):
            facts["price"] = str(price)
        yield output_of(stage, assembled.result, facts, warnings)


def _facts(stage: MakingStage, assembled: AssembledFilm) -> dict[str, Any]:
    facts = assembled.film.record.outputs["film"].facts
    path = stage.workbench.run_folder(stage.run_id).stage(stage.name) / f"{stage.run_id}.mp4"
    clips = [artifact for artifact in assembled.result.artifacts if artifact.name == "clip"]
    return {
        "poster": poster(stage, assembled.film.files["poster"]),
        "finished clips": filmstrip(
            stage, [clip for clip in clips if shot_of_finished(clip.id)], "finished clips"
        ),
        "transitions": filmstrip(
            stage, [clip for clip in clips if shot_of_transition(clip.id)], "transitions"
        ),
        "path": dg.MetadataValue.path(path),
        "title": assembled.request.title,
        "seconds": facts.duration_s or 0.0,
        "frames": facts.frames or 0,
        "size": f"{facts.width}x{facts.height}",
        "frames_per_second": str(facts.frame_rate),
        "captions": table(
            ["from s", "to s", "caption"],
            [(cue.start_s, cue.end_s, cue.text) for cue in assembled.request.captions],
        ),
    }


def _heard_table(heard: Sequence[HeardLine]) -> dg.MetadataValue[str]:
    return table(
        ["line", *heard_headings(heard), "says"],
        [
            (number, *heard_cells(heard, number - 1), line.text)
            for number, line in enumerate(heard, start=1)
        ],
    )
