"""movie_plan: the validated plan, frozen for this run."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from sparkle_motion_dagster.artifacts.choices import NOTHING_CHOSEN
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.config import IntakeConfig
from sparkle_motion_dagster.assets.previews import table
from sparkle_motion_dagster.assets.review_gates import made_in_this_run, shown_for_review
from sparkle_motion_dagster.assets.stage import (
    manifest_output,
    readable_failures,
    run_id_of,
)
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.film.admission import admit
from sparkle_motion_dagster.film.checks import intake as checks
from sparkle_motion_dagster.film.feasibility import check_feasible, check_speakers_ready
from sparkle_motion_dagster.film.intake import check_free, freeze_plan, is_taken, thaw_plan
from sparkle_motion_dagster.film.pipeline import Engines
from sparkle_motion_dagster.film.stages import (
    DIALOGUE_WAVS,
    LIPSYNC_CLIPS,
    SHOT_CLIPS,
    STAGES,
)
from sparkle_motion_dagster.forecast.filming import check_filming_ready
from sparkle_motion_dagster.forecast.price.afterwards import begun
from sparkle_motion_dagster.operations.drafts import plan_to_render
from sparkle_motion_dagster.operations.reviews import reviews_asked
from sparkle_motion_dagster.operations.taking_over import part_with_choices
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.lines import planned_lines
from sparkle_motion_dagster.plan.timing import shot_boundaries
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engine_resources import (
    AmbienceResource,
    HearingResource,
    ImagesResource,
    LipsyncResource,
    SpeechResource,
    VideoResource,
)
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


def movie_plan(
    context: dg.AssetExecutionContext,
    config: IntakeConfig,
    film: FilmResource,
    images: ImagesResource,
    video: VideoResource,
    speech: SpeechResource,
    lipsync: LipsyncResource,
    ambience: AmbienceResource,
    hearing: HearingResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Validate the plan of a run and freeze it, with the files that it refers to."""
    with readable_failures(context, film):
        run_id, workbench, settings = run_id_of(context), film.workbench(), film.film_settings()
        profile = film.profile_name
        folder = workbench.run_folder(run_id)
        path = Path(config.plan_path) if config.plan_path else plan_to_render(folder)
        is_taken_over = config.replace and is_taken(run_id, profile, path, workbench)
        if not config.replace:
            check_free(run_id, profile, path, workbench)
        manifest = freeze_plan(run_id, profile, path, workbench)
        frozen = thaw_plan(manifest, workbench)
        plan = frozen.plan
        film_is = settings.format_of(plan)
        facilities = Facilities(gpu.for_stage(run_id, manifest.stage))
        engines = Engines(
            images=images.answering(facilities),
            video=video.answering(facilities),
            speech=speech.answering(facilities),
            lipsync=lipsync.answering(facilities),
            ambience=ambience.answering(facilities),
            hearing=hearing.answering(facilities),
        )
        talking = check_feasible(frozen, settings, engines)
        admit(frozen, engines, AuditLog(workbench.home, "run", run_id))
        film.check_limits(plan)
        if made_in_this_run(context, SHOT_CLIPS) and not _is_made(SHOT_CLIPS, workbench, manifest):
            choices = NOTHING_CHOSEN if is_taken_over else folder.choices.read()
            check_filming_ready(run_id, profile, settings, frozen, engines, workbench.home, choices)
        if (
            talking
            and made_in_this_run(context, LIPSYNC_CLIPS)
            and not _is_made(LIPSYNC_CLIPS, workbench, manifest)
        ):
            engines.lipsync.check_ready()
        if made_in_this_run(context, DIALOGUE_WAVS) and not _is_made(
            DIALOGUE_WAVS, workbench, manifest
        ):
            check_speakers_ready(frozen, engines.speech, workbench)
        # A film that is not taken over after all keeps what was chosen of it.
        told = part_with_choices(folder) if is_taken_over else ()
        making = [stage for stage in STAGES if made_in_this_run(context, stage)]
        unknown = begun(
            context.run.run_id, run_id, profile, settings, frozen, engines, making, workbench
        )
        if unknown is not None:
            context.log.warning(unknown)
        warnings = yield from reported(
            manifest.stage, checks.verdicts(plan, film_is.size, engines.video)
        )
        durations = [shot.duration_sec for shot in plan.shots]
        frames = shot_boundaries(durations, film_is.frame_rate)[-1]
        output = manifest_output(
            manifest.model_copy(update={"warnings": (*told, *warnings)}),
            {
                "title": plan.title,
                "shot_list": _shots_table(plan),
                "cast": _cast_table(plan),
                "shots": len(plan.shots),
                "lines": len(planned_lines(plan)),
                "planned_seconds": float(frames / film_is.frame_rate),
                "format": f"{film_is.size}, {film_is.frame_rate} fps",
                "plan_digest": manifest.plan_digest,
            },
            workbench.home,
        )
        yield shown_for_review(context, film, output, reviews_asked(plan, settings))


def _is_made(stage: str, workbench: Workbench, plan: StageManifest) -> bool:
    """Tell whether a stage was made for this very plan: then nothing has to be there."""
    made = workbench.run_folder(plan.run_id).read(stage)
    return made is not None and made.plan_digest == plan.plan_digest


def _shots_table(plan: MoviePlan) -> dg.MetadataValue[str]:
    return table(
        ["shot", "seconds", "lines", "camera", "what happens"],
        [
            (
                shot.id,
                shot.duration_sec,
                len(shot.dialogue),
                shot.motion_prompt,
                shot.visual_description,
            )
            for shot in plan.shots
        ],
    )


def _cast_table(plan: MoviePlan) -> dg.MetadataValue[str]:
    return table(
        ["character", "name", "description"],
        [(one.id, one.name, one.description) for one in plan.characters],
    )
