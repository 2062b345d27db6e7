"""Retakes: lines that come too late are spoken again, faster, by whoever spoke them."""

from collections.abc import Iterator, Mapping

from sparkle_motion_dagster.film.casting.cast import Cast, SpeakerRequest
from sparkle_motion_dagster.film.casting.choice import Candidate
from sparkle_motion_dagster.film.casting.chosen_takes import as_chosen
from sparkle_motion_dagster.film.casting.failover import LineRequest, speak
from sparkle_motion_dagster.film.casting.usage import Usage, said
from sparkle_motion_dagster.film.inputs import StaleStageError
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS, item_of_take, line_id
from sparkle_motion_dagster.film.takes.pins import PINNED
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine, spoken_lines
from sparkle_motion_dagster.production.loop import Produced


def retakes(
    stage: Stage, cast: Cast, late: Mapping[PlannedLine, float]
) -> Mapping[PlannedLine, Produced]:
    """Return the late lines that are spoken again by whoever spoke them.

    That is where the engine can speak faster, and the provider's caps allow for one more take. A
    line that is pinned is never spoken again; one of which a take was chosen is, in that take.

    Args:
        stage: The stage in which they are spoken; it has the takes that are too slow.
        cast: Who may speak.
        late: The late lines, and how many times as fast each has to be.

    Raises:
        StaleStageError: Whoever spoke one may not do so any more.
        EngineError, EngineInputError, HaltedError: As `speak` says.
    """
    again = dict(_requests(stage, cast, late))
    lines = [LineRequest(line_id(line), (request,)) for line, request in again.items()]
    spoken = speak(lines, stage, {})
    return {line: take.produced for line, take in zip(again, spoken, strict=True)}


def _requests(
    stage: Stage, cast: Cast, late: Mapping[PlannedLine, float]
) -> Iterator[tuple[PlannedLine, SpeakerRequest]]:
    usage = Usage()
    for line in spoken_lines(stage.plan):
        take = stage.inputs[DIALOGUE_WAVS].artifact(line_id(line), "audio")
        text = said(line.text, str(take.metadata["language"]))
        usage.add(_who_spoke(stage, line), [text] * _times_spoken(stage, line))
    for line, tempo in late.items():
        if _is_pinned(stage, line):
            continue
        request = as_chosen(
            stage.choices,
            line_id(line),
            cast.request(line, _candidate(stage, cast, line), tempo),
        )
        speaker = request.speaker
        objection = usage.objection(speaker.name, speaker.provider, [request.said])
        if speaker.engine.speaks_at_tempo and objection is None:
            usage.add(speaker.name, [request.said])
            yield line, request


def _candidate(stage: Stage, cast: Cast, line: PlannedLine) -> Candidate:
    """Return who spoke a line.

    Raises:
        StaleStageError: Whoever did may not do so any more.
    """
    spoke = _who_spoke(stage, line)
    for candidate in cast.candidates[line.character_id]:
        if candidate.provider == spoke:
            return candidate
    raise StaleStageError(
        f"{line_id(line)} of {stage.run_id} was spoken by {spoke}, which may not speak for "
        f"{line.character_id!r} any more. Materialize {DIALOGUE_WAVS} first, or render the whole "
        "film: what did not change is taken from the store."
    )


def _is_pinned(stage: Stage, line: PlannedLine) -> bool:
    """Tell whether a line stays as it was spoken: then it is stretched."""
    take = stage.inputs[DIALOGUE_WAVS].artifact(line_id(line), "audio")
    return take.metadata.get(PINNED) is True


def _who_spoke(stage: Stage, line: PlannedLine) -> str:
    """Return the provider that spoke a line."""
    take = stage.inputs[DIALOGUE_WAVS].artifact(line_id(line), "audio")
    return str(take.metadata["provider"])


def _times_spoken(stage: Stage, line: PlannedLine) -> int:
    """Return in how many takes a line was spoken, those included that a rule did not choose."""
    provenance, first = stage.inputs[DIALOGUE_WAVS].provenance, line_id(line)
    spoken = (*provenance.made, *provenance.taken)
    return sum(first in (item, item_of_take(item)) for item in spoken)
