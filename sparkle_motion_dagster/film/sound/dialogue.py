"""The dialogue: one take of every line, spoken or recorded, and what is written down of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import Artifact, EngineIdentity, StoredFile
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
from sparkle_motion_dagster.film.casting.cast import Cast, cast_of
from sparkle_motion_dagster.film.casting.chosen_takes import all_as_chosen
from sparkle_motion_dagster.film.casting.failover import DialogueTake, LineRequest, speak
from sparkle_motion_dagster.film.casting.speakers import Speakers
from sparkle_motion_dagster.film.hearing.listening import HeardLine, Listener
from sparkle_motion_dagster.film.hearing.respeaking import (
    LineTake,
    LineTakes,
    heard_takes,
    spoken_line,
)
from sparkle_motion_dagster.film.pinned_lines import PinnedTake, pinned_takes
from sparkle_motion_dagster.film.recordings import RECORDING, RecordedTake, recorded_takes
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS, KEPT_TAKE, line_id, timings_id
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.plan.timeline.measured import TimelineLine
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of

_PASSED_OVER = "instead_of"
"""Under what a take's metadata lists who was passed over for it, and why."""


@dataclass(frozen=True)
class Dialogue:
    """The lines of a film, in order, as they were spoken or recorded, and what was heard of each.

    ``heard`` is None where nobody listens.
    """

    result: StageResult
    takes: tuple[LineTake, ...]
    heard: tuple[HeardLine, ...] | None = None


def speak_lines(
    stage: Stage, speakers: Speakers, hearing: HearingEngine[Any] | None = None
) -> Dialogue:
    """Return a take of every line of a film: spoken, where its plan brings no recording.

    Where somebody listens, a take that says something else is spoken again (`heard_takes`), and one
    without timings gets them by what was heard.

    Raises:
        PinnedError: What a line is pinned to is gone.
        CastingError: A character cannot have the voice that it asks for.
        MediaError: A recording cannot be read.
        NobodySpeaksError, EngineError, EngineInputError, HaltedError: As `speak` says.
    """
    stage = replace(stage, hearing=hearing)
    cast, lines = cast_of(stage.plan, stage.frozen.files, speakers), planned_lines(stage.plan)
    pinned = pinned_takes(stage, cast, lines)
    others = [line for line in lines if line not in pinned]
    to_speak = [line for line in others if line.audio is None]
    spoken = speak(
        [_line_request(stage, cast, line) for line in to_speak], stage, _passed_over(stage)
    )
    by_line: dict[PlannedLine, LineTake] = {**pinned, **recorded_takes(stage, others)}
    by_line |= zip(to_speak, spoken, strict=True)
    takes = tuple(by_line[line] for line in lines)
    spoke = {take.provider for take in pinned.values()} | {take.provider for take in spoken}
    engine = speakers.identity(spoke)
    if hearing is not None:
        return _listened_to(Listener(stage, hearing), engine, lines, takes)
    artifacts = [
        artifact
        for line, take in zip(lines, takes, strict=True)
        for artifact in _artifacts(take.produced, _told(line, take))
    ]
    return Dialogue(StageResult.of(engine, [take.produced for take in takes], artifacts), takes)


def _line_request(stage: Stage, cast: Cast, line: PlannedLine) -> LineRequest:
    item = line_id(line)
    return LineRequest(item, all_as_chosen(stage.choices, item, cast.requests(line)))


def kept_take(stage: Stage, line: PlannedLine) -> Mapping[str, StoredFile]:
    """Return the files of a line's take that is in the film, its timings among them if known.

    Args:
        stage: A stage that has the dialogue as an input.
        line: The line.
    """
    first = line_id(line)
    told = stage.inputs[DIALOGUE_WAVS].artifact(first, "audio").metadata
    kept = str(told.get(KEPT_TAKE, first))
    return {**stage.files(DIALOGUE_WAVS, kept), **stage.files(DIALOGUE_WAVS, timings_id(kept))}


def language_of(stage: Stage, line: PlannedLine | TimelineLine) -> str:
    """Return the language tag that a line was spoken in.

    Args:
        stage: A stage that has the dialogue as an input.
        line: The line.
    """
    take = stage.inputs[DIALOGUE_WAVS].artifact(line_id(line), "audio")
    return str(take.metadata["language"])


def _listened_to(
    listener: Listener,
    engine: EngineIdentity,
    lines: Sequence[PlannedLine],
    takes: Sequence[LineTake],
) -> Dialogue:
    all_takes = heard_takes(listener, takes)
    kept = [line.kept for line in all_takes]
    untimed = [one for one in kept if "timings" not in one.take.produced.files]
    timings = listener.timings(
        [spoken_line(one.take) for one in untimed],
        {one.take.produced.item_id: one.heard for one in untimed if one.heard is not None},
    )
    produced: list[Produced] = []
    artifacts: list[Artifact] = []
    for line, spoken in zip(lines, all_takes, strict=True):
        for one in spoken.takes:
            told = _told(line, one.take) | _told_of_hearing(spoken, one.line)
            produced.append(one.take.produced)
            artifacts += _artifacts(one.take.produced, told)
            for further in (one.heard, timings.get(one.take.produced.item_id)):
                if further is not None:
                    produced.append(further)
                    artifacts += artifacts_of(further)
    return Dialogue(
        StageResult.of(engine, produced, artifacts),
        tuple(one.take for one in kept),
        tuple(one.line for one in kept),
    )


def _told_of_hearing(spoken: LineTakes, heard: HeardLine) -> dict[str, JsonValue]:
    """Return what is recorded of a take that was listened to, and of the line's other takes."""
    told: dict[str, JsonValue] = {}
    if heard.comparison is not None:
        told |= {"word_error_rate": round(heard.error_rate, 3), "words_not_heard": heard.unheard}
    if len(spoken.takes) > 1:
        told[KEPT_TAKE] = spoken.kept.take.produced.item_id
        told["spoken_again"] = [
            {
                "take": one.take.produced.item_id,
                "seed": one.take.chosen.request.seed,
                "word_error_rate": round(one.line.error_rate, 3),
            }
            for one in spoken.takes
            if isinstance(one.take, DialogueTake)
        ]
    return told


def _passed_over(stage: Stage) -> Mapping[str, Mapping[str, str]]:
    """Return, for each take that the film has, the providers that were passed over, and why."""
    manifest = stage.last_manifest()
    return {
        artifact.fingerprint: {name: str(why) for name, why in passed_over.items()}
        for artifact in (manifest.artifacts if manifest else ())
        if isinstance(passed_over := artifact.metadata.get(_PASSED_OVER), dict)
    }


def _artifacts(take: Produced, told: Mapping[str, JsonValue]) -> Iterator[Artifact]:
    """Yield a take's files, and with them who spoke it, and why.

    The reasons are the film's own: a take's record, which films share, does not hold them.
    """
    for artifact in artifacts_of(take):
        yield artifact.model_copy(update={"metadata": {**artifact.metadata, **told}})


def _told(line: PlannedLine, take: LineTake) -> dict[str, JsonValue]:
    if isinstance(take, PinnedTake):
        return {
            "character": line.character_id,
            "provider": take.provider,
            "engine": str(take.produced.record.engine),
            "voice": take.called,
            "language": take.language,
            "reason": "pinned",
            "cost_usd": 0.0,
        }
    if isinstance(take, RecordedTake):
        return {
            "character": line.character_id,
            "provider": RECORDING,
            "engine": str(take.produced.record.engine),
            "voice": RECORDING,
            "language": take.language,
            "reason": take.recording,
            "cost_usd": 0.0,
        }
    speaker, candidate = take.chosen.speaker, take.chosen.candidate
    told: dict[str, JsonValue] = {
        "character": line.character_id,
        "provider": speaker.name,
        "engine": str(speaker.engine.identity()),
        "voice": "imitated" if candidate.voice.reference else candidate.voice.provider_voice,
        "language": candidate.voice.language,
        "reason": _reason(take),
        "cost_usd": round(speaker.provider.cost_usd(len(take.chosen.said)), 4),
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
