"""dialogue_wavs: every line is spoken once, and measured."""

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.previews import table
from sparkle_motion_dagster.assets.stage import film_asset, output_of, stage_of
from sparkle_motion_dagster.film.checks import dialogue as checks
from sparkle_motion_dagster.film.dialogue import Dialogue, speak_lines
from sparkle_motion_dagster.plan.lines import planned_lines
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.resources.engines import SpeechResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


@film_asset(
    {"wav"}, "One take a spoken line: WAV, and the times of its words and phonemes.", checks.CHECKS
)
def dialogue_wavs(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    speech: SpeechResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Speak every line once."""
    with stage_of(context, film, gpu, inputs) as stage:
        dialogue = speak_lines(stage, speech.answering(stage.facilities))
        warnings = yield from reported(stage.name, checks.verdicts(stage, dialogue))
        takes = _takes_table(stage.plan, dialogue)
        yield output_of(stage, dialogue.result, {"takes": takes}, warnings)


def _takes_table(plan: MoviePlan, dialogue: Dialogue) -> dg.MetadataValue[str]:
    spoken = [artifact for artifact in dialogue.result.artifacts if artifact.name == "audio"]
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
