"""dialogue_wavs: every line is spoken once, and measured."""

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.assets.previews import table
from sparkle_motion_dagster.assets.speaking import (
    cast_of,
    spoken_by,
    spoken_lines,
    spoken_result,
)
from sparkle_motion_dagster.assets.speech_checks import (
    ALL_SPOKEN,
    TAKES_GOOD,
    VOICES_APART,
    VOICES_STAY,
    all_spoken,
    takes_good,
    voices_apart,
    voices_stay,
)
from sparkle_motion_dagster.assets.stage import film_asset, stage_of
from sparkle_motion_dagster.plan.lines import planned_lines
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.production.manifest import StageResult
from sparkle_motion_dagster.resources.engines import SpeechResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


@film_asset(
    kinds={"wav"},
    code_version="1",
    description="One take a spoken line: WAV, and the times of its words and phonemes.",
    check_specs=[
        promise.spec("dialogue_wavs")
        for promise in (ALL_SPOKEN, VOICES_APART, VOICES_STAY, TAKES_GOOD)
    ],
)
def dialogue_wavs(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    film: FilmResource,
    speech: SpeechResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Speak every line once."""
    with stage_of(context, film, gpu, movie_plan) as stage:
        cast = cast_of(stage.plan, stage.frozen.files, speech.answering(stage.facilities))
        takes = spoken_lines(stage, cast)
        yield all_spoken(takes)
        yield voices_apart(stage.plan, takes)
        yield voices_stay(stage.plan, takes)
        yield takes_good(takes)
        result = spoken_result(stage.plan, cast, takes)
        yield stage.output(
            spoken_by(cast, takes),
            result,
            {"movie_plan": movie_plan},
            {"takes": _takes_table(stage.plan, result)},
        )


def _takes_table(plan: MoviePlan, result: StageResult) -> dg.MetadataValue[str]:
    spoken = [artifact for artifact in result.artifacts if artifact.name == "audio"]
    return table(
        ["line", "who", "voice", "language", "provider", "because", "takes", "seconds", "says"],
        [
            (
                line.index + 1,
                line.character_id,
                *(str(take.metadata[told]) for told in ("voice", "language", "provider", "reason")),
                _takes_of(take),
                take.facts.duration_s,
                line.text,
            )
            for line, take in zip(planned_lines(plan), spoken, strict=True)
        ],
    )


def _takes_of(take: Artifact) -> int:
    """Return how many times a line was spoken for the take that was kept."""
    takes = take.metadata.get("takes")
    return len(takes) if isinstance(takes, list) else 1
