"""dialogue_wavs: every line is spoken once, and measured."""

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.previews import heard_cells, heard_headings, table
from sparkle_motion_dagster.assets.stage import output_of, stage_of
from sparkle_motion_dagster.film.checks import dialogue as checks
from sparkle_motion_dagster.film.sound.dialogue import Dialogue, speak_lines
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.lines import planned_lines
from sparkle_motion_dagster.resources.engine_resources import HearingResource, SpeechResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


def dialogue_wavs(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    speech: SpeechResource,
    hearing: HearingResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Speak every line once, and listen to it where the profile has somebody who does."""
    with stage_of(context, film, gpu, inputs) as stage:
        dialogue = speak_lines(
            stage, speech.answering(stage.facilities), hearing.answering(stage.facilities)
        )
        warnings = yield from reported(stage.name, checks.verdicts(stage, dialogue))
        takes = _takes_table(stage.plan, dialogue)
        yield output_of(stage, dialogue.result, {"takes": takes}, warnings)


def _takes_table(plan: MoviePlan, dialogue: Dialogue) -> dg.MetadataValue[str]:
    spoken = {
        artifact.id: artifact for artifact in dialogue.result.artifacts if artifact.name == "audio"
    }
    rows = [
        (
            line.index + 1,
            line.character_id,
            *(str(take.metadata[told]) for told in ("voice", "language", "provider", "reason")),
            _takes_of(take),
            take.facts.duration_s,
            *heard_cells(dialogue.heard, line.index),
            line.text,
        )
        for line, one in zip(planned_lines(plan), dialogue.takes, strict=True)
        for take in [spoken[one.produced.item_id]]
    ]
    told = ["line", "who", "voice", "language", "provider", "because", "takes", "seconds"]
    return table([*told, *heard_headings(dialogue.heard), "says"], rows)


def _takes_of(take: Artifact) -> int:
    """Return how many times a line was spoken for the take that was kept."""
    lists = (take.metadata.get(name) for name in ("takes", "spoken_again"))
    return max(len(takes) if isinstance(takes, list) else 1 for takes in lists)
