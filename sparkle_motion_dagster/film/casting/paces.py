"""How fast the voices of a film's cast speak, so that a plan gives lines the time they take."""

import math
from collections.abc import Mapping
from types import MappingProxyType

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.film.casting.cast import cast_of
from sparkle_motion_dagster.film.casting.choice import Candidate
from sparkle_motion_dagster.film.casting.performers import language_of
from sparkle_motion_dagster.film.casting.speakers import Speakers
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.shotlist.pace import LETTERS_A_SECOND, Paces

_RATES = ("rate", "speed")
"""The settings of a voice by which its pace is multiplied, as engines call them."""

_NO_FILES: Mapping[str, StoredFile] = MappingProxyType({})


def paces_of(
    plan: MoviePlan, speakers: Speakers, files: Mapping[str, StoredFile] = _NO_FILES
) -> Paces:
    """Return how fast each character of a plan speaks who has a line, by name.

    That is what was measured of whoever is the first choice to speak for it, in its language, times
    the rate of its voice; `LETTERS_A_SECOND` where nobody measured that provider.

    Args:
        plan: The plan.
        speakers: Who may speak.
        files: What it refers to, by its reference; a recording of a voice that is not among them
            does not count in the choice.

    Raises:
        CastingError: As `cast_of` says.
    """
    candidates = cast_of(_without_others(plan, files), files, speakers).candidates
    return {
        plan.character(character).name: _pace(able[0], speakers)
        for character, able in candidates.items()
    }


def _without_others(plan: MoviePlan, files: Mapping[str, StoredFile]) -> MoviePlan:
    """Return a plan without the recordings of voices that are not there."""
    characters = tuple(
        one
        if one.voice_profile.reference_wav in (None, *files)
        else one.model_copy(
            update={"voice_profile": one.voice_profile.model_copy(update={"reference_wav": None})}
        )
        for one in plan.characters
    )
    return plan.model_copy(update={"characters": characters})


def _pace(candidate: Candidate, speakers: Speakers) -> float:
    provider = speakers.by_name[candidate.provider].provider
    pace = provider.paces.get(language_of(candidate.voice.language), LETTERS_A_SECOND)
    rates = [candidate.voice.settings.get(name) for name in _RATES]
    return math.prod((pace, *(rate for rate in rates if isinstance(rate, int | float))))
