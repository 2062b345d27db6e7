"""The captions of a film: who speaks, as they name it, and what they say when."""

from collections.abc import Mapping

from sparkle_motion_dagster.film.casting.performers import DEFAULT_LANGUAGE
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.plan.captions.captioning import CaptionRoom
from sparkle_motion_dagster.plan.captions.cues import Cue, cues
from sparkle_motion_dagster.plan.captions.speaker_names import SpeakerName, told_apart
from sparkle_motion_dagster.plan.timeline.lines import planned_lines
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline


def speakers_of(stage: Stage, timeline: MeasuredTimeline) -> Mapping[str, SpeakerName]:
    """Return who speaks in a film, as captions name them, by character id."""
    return told_apart(
        {
            character.id: SpeakerName(
                character.name, character.voice_profile.language or DEFAULT_LANGUAGE
            )
            for character in stage.plan.characters
        },
        {line.character_id for line in timeline.lines},
    )


def cues_of(stage: Stage, timeline: MeasuredTimeline) -> tuple[Cue, ...]:
    """Return the captions of a film, in order."""
    off_screen = {line.index for line in planned_lines(stage.plan) if line.off_screen}
    room = CaptionRoom.of(stage.format.size)
    return cues(timeline, speakers_of(stage, timeline), room, off_screen)
