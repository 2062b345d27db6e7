"""Who speaks the lines of a film, and what is recorded of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import (
    Artifact,
    EngineIdentity,
    StageManifest,
    StoredFile,
)
from sparkle_motion_dagster.assets.stage import Stage, StaleStageError
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from sparkle_motion_dagster.engines.speech.performances import Role
from sparkle_motion_dagster.film.casting.choice import Candidate, Ledger
from sparkle_motion_dagster.film.casting.speakers import Speaker, Speakers
from sparkle_motion_dagster.film.casting.speaking import Bid, Booth, Line, Spoken, speak
from sparkle_motion_dagster.plan.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import CharacterSpec
from sparkle_motion_dagster.plan.seeds import line_seed
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of

STAGE = "dialogue_wavs"
"""The stage in which lines are spoken, each at its voice's own pace."""

_INSTEAD_OF = "instead_of"


@dataclass(frozen=True)
class Cast:
    """Who may speak for each character of a film, the first choice first."""

    speakers: Speakers
    candidates: Mapping[str, tuple[Candidate, ...]]

    def speaker(self, candidate: Candidate) -> Speaker:
        """Return who a candidate is."""
        return self.speakers.by_name[candidate.provider]


def cast_of(plan: MoviePlan, files: Mapping[str, StoredFile], speakers: Speakers) -> Cast:
    """Return the cast of a film.

    Args:
        plan: The film's plan.
        files: What it refers to, by its reference.
        speakers: Who may speak.

    Raises:
        CastingError: A character cannot have the voice that it asks for, or nobody whom the profile
            allows can speak for it.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for line in planned_lines(plan):
        texts[line.character_id].append(line.text)
    parts = [_part(character, files) for character in plan.characters if character.id in texts]
    return Cast(speakers, speakers.cast(parts, texts))


def _part(character: CharacterSpec, files: Mapping[str, StoredFile]) -> Role:
    voice = character.voice_profile
    look = look_of(character.id, character.description)
    return Role(
        character_id=character.id,
        voice_id=voice.voice_id,
        language=voice.language,
        pitch=voice.pitch,
        rate=voice.rate,
        feminine=look.feminine,  # a voice goes with the face that is drawn
        age=look.age,
        provider=voice.provider,
        reference=None if voice.reference_wav is None else files[voice.reference_wav],
        exaggeration=voice.exaggeration,
        cfg_weight=voice.cfg_weight,
        temperature=voice.temperature,
    )


def line_id(line: PlannedLine) -> str:
    """Return the item id of a line."""
    return f"line_{line.index + 1:04d}"


def spoken_lines(stage: Stage, cast: Cast) -> tuple[Spoken, ...]:
    """Return a take of every line of a film, at the voice's own pace.

    Raises:
        NobodySpeaksError, EngineError, EngineInputError, HaltedError: As `speak` says.
    """
    lines = [
        Line(
            line_id(line),
            tuple(
                Bid(cast.speaker(one), _request(stage.plan, line, one, tempo=1.0))
                for one in cast.candidates[line.character_id]
            ),
        )
        for line in planned_lines(stage.plan)
    ]
    return speak(lines, _booth(stage))


def spoken_faster(
    stage: Stage, cast: Cast, late: Mapping[PlannedLine, float], dialogue_wavs: StageManifest
) -> tuple[Produced, ...]:
    """Return lines spoken again at a tempo of their own, each by whoever spoke it first.

    Raises:
        EngineError, EngineInputError, HaltedError: As `speak` says.
    """
    lines = []
    for line, tempo in late.items():
        candidate = candidate_of(cast, line, dialogue_wavs)
        request = _request(stage.plan, line, candidate, tempo)
        lines.append(Line(line_id(line), (Bid(cast.speaker(candidate), request),)))
    return tuple(spoken.produced for spoken in speak(lines, _booth(stage)))


def faster_by_themselves(
    plan: MoviePlan, cast: Cast, late: Sequence[PlannedLine], dialogue_wavs: StageManifest
) -> tuple[PlannedLine, ...]:
    """Return which late lines are spoken again by whoever spoke them.

    That is where the engine can speak faster, and the provider's caps allow for one more take.

    Raises:
        StaleStageError: As `candidate_of` says.
    """
    ledger, again = Ledger(), []
    for line in planned_lines(plan):
        ledger.enter(_who_spoke(line, dialogue_wavs), [line.text])
    for line in late:
        speaker = cast.speaker(candidate_of(cast, line, dialogue_wavs))
        objection = ledger.objection(speaker.name, speaker.provider, [line.text])
        if speaker.engine.speaks_at_tempo and objection is None:
            ledger.enter(speaker.name, [line.text])
            again.append(line)
    return tuple(again)


def candidate_of(cast: Cast, line: PlannedLine, dialogue_wavs: StageManifest) -> Candidate:
    """Return who spoke a line.

    Raises:
        StaleStageError: Whoever did may not do so any more.
    """
    spoke = _who_spoke(line, dialogue_wavs)
    for candidate in cast.candidates[line.character_id]:
        if candidate.provider == spoke:
            return candidate
    raise StaleStageError(
        f"{line_id(line)} of {dialogue_wavs.run_id} was spoken by {spoke}, which may not speak for "
        f"{line.character_id!r} any more. Materialize dialogue_wavs first, or render the whole "
        "film: what did not change is taken from the store."
    )


def _who_spoke(line: PlannedLine, dialogue_wavs: StageManifest) -> str:
    return str(dialogue_wavs.artifact(line_id(line), "audio").metadata["provider"])


def _request(
    plan: MoviePlan, line: PlannedLine, candidate: Candidate, tempo: float
) -> SpeechRequest:
    return SpeechRequest(
        text=line.text,
        voice=candidate.voice,
        tempo=tempo,
        seed=line_seed(plan, plan.character(line.character_id), line.text),
    )


def _booth(stage: Stage) -> Booth:
    actions = stage.workbench.actions
    return Booth(
        produce=stage.produce,
        is_known=lambda print_: actions.path_of(print_).exists(),
        instead=_instead(stage.workbench.run_folder(stage.run_id).read(STAGE)),
        progress=stage.progress,
        heed=stage.control.obey,
    )


def _instead(manifest: StageManifest | None) -> Mapping[str, Mapping[str, str]]:
    """Return, for each take of a manifest, the providers that were passed over, and why."""
    return {
        artifact.fingerprint: {name: str(why) for name, why in passed_over.items()}
        for artifact in (manifest.artifacts if manifest else ())
        if isinstance(passed_over := artifact.metadata.get(_INSTEAD_OF), dict)
    }


def spoken_by(cast: Cast, takes: Sequence[Spoken]) -> EngineIdentity:
    """Return who spoke takes."""
    return cast.speakers.identity({take.bid.speaker.name for take in takes})


def spoken_result(plan: MoviePlan, cast: Cast, takes: Sequence[Spoken]) -> StageResult:
    """Return what there is to show of takes: who spoke each, and why, beside what was made.

    The reasons are the film's own: a take's record, which films share, does not hold them.
    """
    return StageResult.of([take.produced for take in takes], _artifacts(plan, cast, takes))


def _artifacts(plan: MoviePlan, cast: Cast, takes: Sequence[Spoken]) -> list[Artifact]:
    return [
        artifact.model_copy(update={"metadata": {**artifact.metadata, **_told(cast, line, take)}})
        for line, take in zip(planned_lines(plan), takes, strict=True)
        for artifact in artifacts_of(take.produced)
    ]


def _told(cast: Cast, line: PlannedLine, take: Spoken) -> dict[str, JsonValue]:
    speaker = take.bid.speaker
    candidate = next(
        one for one in cast.candidates[line.character_id] if one.provider == speaker.name
    )
    told: dict[str, JsonValue] = {
        "character": line.character_id,
        "provider": speaker.name,
        "engine": str(speaker.engine.identity()),
        "voice": "imitated" if candidate.voice.reference else candidate.voice.provider_voice,
        "language": candidate.voice.language,
        "reason": reason_of(candidate, take),
        "cost_usd": round(speaker.provider.cost_usd(len(line.text)), 4),
    }
    if candidate.score is not None:
        told["score"] = candidate.score.as_json()
    if take.passed_over:
        told[_INSTEAD_OF] = dict(take.passed_over)
    return told


def reason_of(candidate: Candidate, take: Spoken) -> str:
    """Return why a candidate spoke a take."""
    if take.passed_over:
        told = "; ".join(f"{name}: {why}" for name, why in take.passed_over.items())
        return f"{candidate.reason}, after {told}"
    return candidate.reason
