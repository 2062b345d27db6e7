"""Chosen takes of lines: what speakers are asked for where a line differs from the plan's."""

from collections.abc import Sequence
from dataclasses import replace

from sparkle_motion_dagster.artifacts.choices import Choices, Recipe
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.film.casting.cast import SpeakerRequest
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS
from sparkle_motion_dagster.film.takes.recipes import varied
from sparkle_motion_dagster.production.loop import Item


def is_decided(choices: Choices, line: str) -> bool:
    """Tell whether somebody has chosen a take of a line, by its id, or has pinned it."""
    known = choices.of(DIALOGUE_WAVS, line)
    return known is not None and (known.chosen is not None or known.pinned is not None)


def as_chosen(choices: Choices, line: str, request: SpeakerRequest) -> SpeakerRequest:
    """Return what a speaker is asked for in the take of a line that is wanted.

    Args:
        choices: What was chosen of the film's takes.
        line: The line's id.
        request: What the speaker is asked for as the plan says.

    Raises:
        EngineInputError: The speaker's engine does not take the settings of that take.
    """
    known = choices.of(DIALOGUE_WAVS, line)
    if known is None or known.recipe == Recipe():
        return request
    item = Item(line, request.request)
    engine, asked = varied(request.speaker.engine, item, known.recipe)
    return replace(request, speaker=replace(request.speaker, engine=engine), request=asked.request)


def all_as_chosen(
    choices: Choices, line: str, requests: Sequence[SpeakerRequest]
) -> tuple[SpeakerRequest, ...]:
    """Return those who can speak the take of a line that is wanted, and what each is asked for.

    Who does not take the settings of that take, cannot.

    Raises:
        EngineInputError: Nobody can.
    """
    able, refused = [], None
    for request in requests:
        try:
            able.append(as_chosen(choices, line, request))
        except EngineInputError as error:
            refused = refused or error
    if not able and refused is not None:
        raise refused
    return tuple(able)
