"""A plan gives lines the time that whoever speaks them takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from devices import on_cpu
from sparkle_motion_dagster.film.casting.cast import cast_of
from sparkle_motion_dagster.film.casting.paces import paces_of
from sparkle_motion_dagster.film.casting.speakers import Speakers, speakers_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.lines import spoken_lines
from sparkle_motion_dagster.resources.engines import voice_catalogue
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.models import (
    ListedCharacter,
    ListedLine,
    ListedScene,
    ListedShot,
    ShotList,
)
from sparkle_motion_dagster.shotlist.pace import LETTERS_A_SECOND, spoken_seconds
from speech_takes import spoken

LINES = {
    "en-US": "The last boat from Port Sorrel leaves at eleven. It has never waited for anybody.",
    "de-DE": "Ich habe diese Lampe dreißig Jahre lang gehütet, und nie kam jemand vorbei.",
    "fr-FR": "Le dernier bateau part à onze heures. Il n'a jamais attendu personne.",
    "pl-PL": "Ostatnia łódź odpływa o jedenastej. Nigdy na nikogo nie czekała.",
}
WHO = ("old woman, slow", "boy of eight", "man of forty")


def speaking(language: str) -> ShotList:
    """Return a film in which an old woman, a boy and a man say the same."""
    people = [ListedCharacter(name=who.title(), description=who) for who in WHO]
    shots = [
        ListedShot(
            size="close-up",
            shows="Somebody speaks",
            characters=(one.name,),
            lines=(ListedLine(speaker=one.name, text=f"[softly] {LINES[language]}"),),
        )
        for one in people
    ]
    return ShotList(
        title="Paces",
        language=language,
        characters=tuple(people),
        scenes=(ListedScene(place="the pier", shots=tuple(shots)),),
    )


def espeak() -> Speakers:
    return speakers_of("espeak", {}, voice_catalogue(), on_cpu())


@pytest.mark.parametrize("language", LINES)
def test_a_line_takes_about_as_long_as_it_was_planned_to(language: str, tmp_path: Path) -> None:
    speakers, listed = espeak(), speaking(language)
    plan = MoviePlan.model_validate(plan_of(listed))
    paces = paces_of(plan, speakers)
    cast = cast_of(plan, {}, speakers)
    chosen = [cast.requests(line)[0] for line in spoken_lines(plan)]
    takes = spoken(chosen[0].speaker.engine, [one.request for one in chosen], tmp_path)
    for line, take in zip(spoken_lines(plan), takes, strict=True):
        name = plan.character(line.character_id).name
        planned_s = spoken_seconds(line.text, paces[name])
        assert planned_s == pytest.approx(take.duration_s, rel=0.25), name
    # And the film is about as long as what is said in it.
    said_s = sum(take.duration_s for take in takes)
    timed = MoviePlan.model_validate(plan_of(listed, paces))
    assert timed.planned_seconds - 3 * 0.75 == pytest.approx(said_s, rel=0.15)


def pace(speakers: Speakers, **voice: Any) -> float:
    """Return how fast somebody with a voice speaks."""
    made = plan_of(speaking("en-US"))
    made["characters"][0]["voice_profile"] = voice
    return paces_of(MoviePlan.model_validate(made), speakers)[WHO[0].title()]


def test_a_character_speaks_as_fast_as_its_voice_is_to() -> None:
    speakers = espeak()
    usual = pace(speakers, voice_id="james", language="en-US")
    assert usual == speakers.by_name["espeak"].provider.paces["en"]
    assert pace(speakers, voice_id="james", language="en-US", rate=1.5) == pytest.approx(
        1.5 * usual
    )
    assert pace(speakers, voice_id="rose") < usual  # an old woman's
    assert pace(speakers, voice_id="ramon") == pytest.approx(
        speakers.by_name["espeak"].provider.paces["es"] * 0.85
    )


def test_who_was_not_measured_speaks_as_people_do() -> None:
    openai = speakers_of("openai_speech", {}, voice_catalogue(), on_cpu())
    assert pace(openai, voice_id="james") == LETTERS_A_SECOND
    assert pace(openai, voice_id="james", rate=1.5) == LETTERS_A_SECOND * 1.5


def test_a_recording_to_imitate_need_not_be_there() -> None:
    assert pace(espeak(), reference_wav="mara.wav") > 0


def test_a_chinese_letter_takes_as_long_as_a_syllable() -> None:
    assert spoken_seconds("我们不能让灯熄灭。") == pytest.approx(9 / 5.2, rel=0.05)
