"""dialogue_wavs: every line is spoken once, and measured."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import warning
from sparkle_motion_dagster.assets.previews import table
from sparkle_motion_dagster.assets.stage import film_asset, stage_of
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.images.looks import look_of
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.voices import Part, VoiceCatalogue
from sparkle_motion_dagster.plan.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.plan.models import CharacterSpec, MoviePlan
from sparkle_motion_dagster.plan.seeds import line_seed
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.stage import StageResult
from sparkle_motion_dagster.resources.engines import SpeechResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource

ALL_SPOKEN = warning(
    "all_spoken", "All that is written is spoken: no line holds emoji or marks of markup."
)


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
    look = look_of(Appearance(id=character.id, description=character.description))
    return Part(
        character_id=character.id,
        voice_id=voice.voice_id,
        language=voice.language,
        pitch=voice.pitch,
        rate=voice.rate,
        feminine=look.feminine,  # a voice goes with the face that is drawn
        age=look.age,
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
    check_specs=[ALL_SPOKEN.spec("dialogue_wavs")],
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
        engine = speech.answering(stage.facilities)
        voices = cast_voices(stage.plan, speech.catalogue(), engine.name)
        takes = stage.produce(engine, line_items(stage.plan, voices))
        yield _all_spoken(stage.plan, takes)
        yield stage.output(
            engine.identity(),
            StageResult.of(takes),
            {"movie_plan": movie_plan},
            {"takes": _takes_table(stage.plan, voices, takes)},
        )


def _all_spoken(plan: MoviePlan, takes: Sequence[Produced]) -> dg.AssetCheckResult:
    passed_over = [
        f"line {line.index + 1}: {' '.join(unspoken)}"
        for line, take in zip(planned_lines(plan), takes, strict=True)
        if (unspoken := _unspoken(take))
    ]
    measured = {"lines": len(takes), "passed_over": "; ".join(passed_over) or "nothing"}
    return ALL_SPOKEN.result(measured, kept=not passed_over)


def _unspoken(take: Produced) -> list[str]:
    unspoken = take.record.metadata.get("unspoken")
    return [str(mark) for mark in unspoken] if isinstance(unspoken, list) else []


def _takes_table(
    plan: MoviePlan, voices: Mapping[str, Voice], takes: Sequence[Produced]
) -> dg.MetadataValue[str]:
    return table(
        ["line", "who", "voice", "language", "seconds", "says"],
        [
            (
                line.index + 1,
                line.character_id,
                voices[line.character_id].provider_voice,
                voices[line.character_id].language,
                take.record.outputs["audio"].facts.duration_s,
                line.text,
            )
            for line, take in zip(planned_lines(plan), takes, strict=True)
        ],
    )
