"""Lines that are pinned: each stays as it was spoken, whoever would speak it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.engines.base import Engine
from sparkle_motion_dagster.film.casting.cast import Cast, SpeakerRequest
from sparkle_motion_dagster.film.casting.chosen_takes import all_as_chosen
from sparkle_motion_dagster.film.recordings import (
    IMPORTER,
    RECORDING,
    import_item,
    language_of_recording,
)
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import line_id
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine
from sparkle_motion_dagster.production.loop import Item, Produced


@dataclass(frozen=True)
class PinnedTake:
    """A line that stays as it was spoken, or recorded, once.

    Attributes:
        produced: What it is pinned to.
        text: The line as the plan has it now, which is what captions show.
        language: The language tag that it was spoken in.
        provider: Who spoke it then.
    """

    produced: Produced
    text: str
    language: str
    provider: str

    @property
    def voice(self) -> Mapping[str, JsonValue]:
        """The voice that it was spoken in, as it was asked for; empty: it was recorded."""
        voice = self.produced.record.request.get("voice")
        return voice if isinstance(voice, dict) else {}

    @property
    def called(self) -> str:
        """What that voice is called, as for lines that are spoken now."""
        if not self.voice:
            return RECORDING
        return "imitated" if self.voice.get("reference") else str(self.voice["provider_voice"])


def pinned_takes(
    stage: Stage, cast: Cast, lines: Sequence[PlannedLine]
) -> Mapping[PlannedLine, PinnedTake]:
    """Return the takes of those lines that are pinned.

    Args:
        stage: The stage in which lines are spoken.
        cast: Who may speak.
        lines: All lines.

    Raises:
        PinnedError: What one is pinned to is gone.
    """
    found = {}
    for line in lines:
        if (print_ := stage.pin_of(line_id(line))) is not None:
            produced = stage.pinned(*_otherwise(stage, cast, line, print_), print_)
            found[line] = _take(stage, cast, line, produced)
    return found


def _otherwise(
    stage: Stage, cast: Cast, line: PlannedLine, print_: str
) -> tuple[Engine[Any, Any], Item[Any]]:
    """Return who would speak a line if it were not pinned, and what they would be asked for."""
    item = line_id(line)
    if line.audio is not None:
        return IMPORTER, import_item(stage, line)
    may_speak = all_as_chosen(stage.choices, item, cast.requests(line))
    asked = _nearest(may_speak, print_, stage.workbench.actions.find(print_))
    return asked.speaker.engine, asked.item(item)


def _nearest(
    requests: Sequence[SpeakerRequest], print_: str, record: ActionRecord | None
) -> SpeakerRequest:
    """Return what comes nearest to a take: the very same, else its engine, else the first."""
    name = None if record is None else record.engine.name
    return min(
        requests, key=lambda one: (one.fingerprint != print_, one.speaker.engine.name != name)
    )


def _take(stage: Stage, cast: Cast, line: PlannedLine, produced: Produced) -> PinnedTake:
    record = produced.record
    voice = record.request.get("voice")
    if not isinstance(voice, dict):
        return PinnedTake(produced, line.text, language_of_recording(stage, line), RECORDING)
    engine = record.engine.name
    spoke = (one.name for one in cast.speakers.by_name.values() if one.engine.name == engine)
    return PinnedTake(produced, line.text, str(voice["language"]), next(spoke, engine))
