"""dialogue_wavs: every line is spoken once, and measured."""

from collections.abc import Mapping

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.stage import film_asset, stage_of
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.voices import Part, VoiceCatalogue
from sparkle_motion_dagster.plan.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.plan.models import CharacterSpec, MoviePlan
from sparkle_motion_dagster.plan.seeds import line_seed
from sparkle_motion_dagster.production.loop import Item
from sparkle_motion_dagster.production.stage import StageResult
from sparkle_motion_dagster.resources.engines import SpeechResource
from sparkle_motion_dagster.resources.film import FilmResource


def line_id(line: PlannedLine) -> str:
    """Return the item id of a line."""
    return f"line_{line.index + 1:04d}"


def cast_voices(plan: MoviePlan, catalogue: VoiceCatalogue, provider: str) -> Mapping[str, Voice]:
    """Return the voice of every character who speaks in a film."""
    speakers = {line.character_id for line in planned_lines(plan)}
    parts = [_part(character) for character in plan.characters if character.id in speakers]
    return catalogue.cast(parts, provider)


def _part(character: CharacterSpec) -> Part:
    voice = character.voice_profile
    return Part(
        character_id=character.id,
        voice_id=voice.voice_id,
        language=voice.language,
        pitch=voice.pitch or 1.0,
        rate=voice.rate or 1.0,
    )


def line_items(plan: MoviePlan, voices: Mapping[str, Voice]) -> list[Item[SpeechRequest]]:
    """Return a take of every line of a plan, at the voice's own pace."""
    return [
        Item(line_id(line), speech_request(plan, line, voices[line.character_id], tempo=1.0))
        for line in planned_lines(plan)
    ]


def speech_request(plan: MoviePlan, line: PlannedLine, voice: Voice, tempo: float) -> SpeechRequest:
    """Return the request for one take of a line."""
    return SpeechRequest(
        text=line.text,
        voice=voice,
        tempo=tempo,
        seed=line_seed(plan, plan.character(line.character_id), line.text),
    )


@film_asset(
    kinds={"wav"},
    code_version="1",
    description="One take a spoken line: WAV, and the times of its words and phonemes.",
)
def dialogue_wavs(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    film: FilmResource,
    speech: SpeechResource,
) -> dg.Output[StageManifest]:
    """Speak every line once."""
    with stage_of(context, film, movie_plan) as stage:
        engine = speech.answering()
        voices = cast_voices(stage.plan, speech.catalogue(), engine.name)
        takes = stage.produce(engine, line_items(stage.plan, voices))
        return stage.output(engine.identity(), StageResult.of(takes), {"movie_plan": movie_plan})
