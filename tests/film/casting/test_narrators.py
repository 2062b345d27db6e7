"""Who is never seen has a voice as its description says that it sounds."""

from __future__ import annotations

import pytest

from devices import on_cpu
from sparkle_motion_dagster.film.casting.cast import cast_of
from sparkle_motion_dagster.film.casting.speakers import speakers_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.resources.engines import voice_catalogue
from studio import short_film


def voice_of(description: str | None, *, off_screen: bool | None) -> str:
    """Return the description of the voice that a narrator is given."""
    plan = short_film()
    narrator = {"id": "narrator", "name": "Narrator", "off_screen": off_screen}
    plan["characters"].append(narrator | ({"description": description} if description else {}))
    plan["dialogue_timeline"] = None
    plan["shots"][0]["dialogue"] = [{"character_id": "narrator", "text": "It was night."}]
    catalogue = voice_catalogue()
    cast = cast_of(
        MoviePlan.model_validate(plan), {}, speakers_of("espeak", {}, catalogue, on_cpu())
    )
    voice = cast.candidates["narrator"][0].voice
    found = {
        known.description
        for known in catalogue.voices.values()
        if (performance := known.providers.get("espeak")) is not None
        and known.language == voice.language
        and performance.voice == voice.provider_voice
        and performance.model_dump(exclude={"voice"}, exclude_defaults=True) == voice.settings
    }
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize(
    ("description", "heard"),
    [
        ("an old man with a deep, calm voice", "man, deep and slow"),
        ("a husky woman's voice", "woman, husky"),
        ("an old woman, gentle", "old woman, gentle and slow"),
        ("a girl's voice, high", "girl, high and quick"),
        (None, "man, gruff"),
    ],
)
def test_a_narrator_sounds_as_described(description: str | None, heard: str) -> None:
    assert voice_of(description, off_screen=True) == heard


def test_who_says_nothing_of_being_off_screen_has_the_voice_that_it_ever_had() -> None:
    old_man = "an old man with a deep, calm voice"
    assert voice_of(old_man, off_screen=None) == "old man, slow and frail"
