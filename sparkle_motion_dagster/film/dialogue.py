"""The dialogue: one take of every line, at its voice's own pace, and what is recorded of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.film.casting.cast import cast_of
from sparkle_motion_dagster.film.casting.failover import DialogueTake, LineRequest, speak
from sparkle_motion_dagster.film.casting.speakers import Speakers
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import line_id
from sparkle_motion_dagster.plan.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of

_PASSED_OVER = "instead_of"
"""Under what a take's metadata lists who was passed over for it, and why."""


@dataclass(frozen=True)
class Dialogue:
    """The lines of a film, in order, as they were spoken."""

    result: StageResult
    takes: tuple[DialogueTake, ...]


def speak_lines(stage: Stage, speakers: Speakers) -> Dialogue:
    """Return a take of every line of a film.

    Raises:
        CastingError: A character cannot have the voice that it asks for.
        NobodySpeaksError, EngineError, EngineInputError, HaltedError: As `speak` says.
    """
    cast, lines = cast_of(stage.plan, stage.frozen.files, speakers), planned_lines(stage.plan)
    takes = speak(
        [LineRequest(line_id(line), cast.requests(line)) for line in lines],
        stage,
        _passed_over(stage),
    )
    engine = speakers.identity({take.chosen.speaker.name for take in takes})
    artifacts = [
        artifact
        for line, take in zip(lines, takes, strict=True)
        for artifact in _artifacts(line, take)
    ]
    return Dialogue(StageResult.of(engine, [take.produced for take in takes], artifacts), takes)


def _passed_over(stage: Stage) -> Mapping[str, Mapping[str, str]]:
    """Return, for each take that the film has, the providers that were passed over, and why."""
    manifest = stage.last_manifest()
    return {
        artifact.fingerprint: {name: str(why) for name, why in passed_over.items()}
        for artifact in (manifest.artifacts if manifest else ())
        if isinstance(passed_over := artifact.metadata.get(_PASSED_OVER), dict)
    }


def _artifacts(line: PlannedLine, take: DialogueTake) -> Iterator[Artifact]:
    """Yield a take's files, and with them who spoke it, and why.

    The reasons are the film's own: a take's record, which films share, does not hold them.
    """
    told = _told(line, take)
    for artifact in artifacts_of(take.produced):
        yield artifact.model_copy(update={"metadata": {**artifact.metadata, **told}})


def _told(line: PlannedLine, take: DialogueTake) -> dict[str, JsonValue]:
    speaker, candidate = take.chosen.speaker, take.chosen.candidate
    told: dict[str, JsonValue] = {
        "character": line.character_id,
        "provider": speaker.name,
        "engine": str(speaker.engine.identity()),
        "voice": "imitated" if candidate.voice.reference else candidate.voice.provider_voice,
        "language": candidate.voice.language,
        "reason": _reason(take),
        "cost_usd": round(speaker.provider.cost_usd(len(line.text)), 4),
    }
    if candidate.score is not None:
        told["score"] = candidate.score.as_json()
    if take.passed_over:
        told[_PASSED_OVER] = dict(take.passed_over)
    return told


def _reason(take: DialogueTake) -> str:
    """Return why a take was spoken by whoever spoke it."""
    reason = take.chosen.candidate.reason
    if take.passed_over:
        told = "; ".join(f"{name}: {why}" for name, why in take.passed_over.items())
        return f"{reason}, after {told}"
    return reason
