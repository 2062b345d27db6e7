"""Lines that their author recorded: each becomes a take that nobody has to speak."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.recording_importer import (
    ImportRequest,
    RecordingImporter,
)
from sparkle_motion_dagster.film.casting.performers import DEFAULT_LANGUAGE
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import line_id
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine
from sparkle_motion_dagster.production.loop import Item, Produced

RECORDING = "recording"
"""What stands where others name the provider that spoke a line."""

IMPORTER: Final = RecordingImporter(EngineSettings())
"""Who imports them."""


@dataclass(frozen=True)
class RecordedTake:
    """A line as it was recorded: its file as the plan names it, its text and language tag."""

    produced: Produced
    recording: str
    text: str
    language: str


def recorded_takes(
    stage: Stage, lines: Sequence[PlannedLine]
) -> Mapping[PlannedLine, RecordedTake]:
    """Return the takes of those lines that are recordings.

    Raises:
        MediaError: A recording cannot be read.
        HaltedError: A person asked the run to pause or to stop.
    """
    recordings = {line: line.audio for line in lines if line.audio is not None}
    made = stage.produce(IMPORTER, [import_item(stage, line) for line in recordings])
    return {
        line: RecordedTake(take, name, line.text, language_of_recording(stage, line))
        for (line, name), take in zip(recordings.items(), made, strict=True)
    }


def import_item(stage: Stage, line: PlannedLine) -> Item[ImportRequest]:
    """Return what imports the recording of a line that has one."""
    if line.audio is None:
        raise ValueError(f"{line_id(line)} is no recording")
    return Item(line_id(line), ImportRequest(recording=stage.frozen.files[line.audio]))


def language_of_recording(stage: Stage, line: PlannedLine) -> str:
    """Return the language tag of a line that nobody casts: its character's."""
    return stage.plan.character(line.character_id).voice_profile.language or DEFAULT_LANGUAGE
