"""Takes that say something else: spoken again, the best one kept, timed, and foreseen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from listeners import whisper
from mumblers import Deaf, mumbler, spoken_by
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.base import EngineSettings, QuotaSpentError
from sparkle_motion_dagster.film.casting.providers import Caps
from sparkle_motion_dagster.film.checks.hearing import words_heard
from sparkle_motion_dagster.film.sound.dialogue import Dialogue
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.plan.seeds import derive_seed
from sparkle_motion_dagster.production.workbench import Workbench
from studio import Plan, short_film, write_plan
from theatre import FIRST, Theatre, states

LINE = "Nobody knows the way through the forest."


def one_line() -> Plan:
    plan = short_film()
    plan["dialogue_timeline"] = None
    for shot in plan["shots"]:
        shot["dialogue"] = []
    plan["shots"][0]["duration_sec"] = 6
    plan["shots"][0]["dialogue"] = [{"character_id": "mara", "text": LINE}]
    return plan


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    bench = Workbench(SparkleHome(tmp_path / "home"))
    return Theatre(bench, write_plan(one_line(), tmp_path / "film.yaml"), whisper())


@pytest.fixture
def deaf(theatre: Theatre) -> Theatre:
    return replace(theatre, hearing=Deaf(EngineSettings()))


def ids(manifest: StageManifest) -> list[str]:
    return [artifact.id for artifact in manifest.artifacts]


def error_rates(dialogue: Dialogue) -> list[float]:
    assert dialogue.heard is not None
    return [line.error_rate for line in dialogue.heard]


def test_a_take_that_says_something_else_is_spoken_again_and_the_film_knows_it(
    theatre: Theatre,
) -> None:
    before = states(theatre.foreseen(mumbler(FIRST, 1)), DIALOGUE_WAVS)
    assert before["line_0001"] is before["line_0001@heard"] is ItemState.MADE
    assert before["line_0001@take2"] is before["line_0001@take3"] is ItemState.MAYBE

    one = mumbler(FIRST, 1)
    dialogue, manifest = theatre.dialogue(one)
    first, second = spoken_by(one)
    assert second == first.model_copy(update={"seed": derive_seed(first.seed, 2)})
    assert ids(manifest) == [
        *("line_0001", "line_0001@heard"),
        *("line_0001@take2", "line_0001@take2@heard", "line_0001@take2@timings"),
    ]
    assert dialogue.takes[0].produced.item_id == "line_0001@take2"
    assert error_rates(dialogue)[0] < 0.3
    told = manifest.artifact("line_0001", "audio").metadata
    assert told["kept_take"] == "line_0001@take2"
    rates = [take["word_error_rate"] for take in cast(list[dict[str, Any]], told["spoken_again"])]
    assert rates[0] > 0.5 > rates[1]

    track = theatre.track(manifest, mumbler(FIRST, 1))
    (line,) = track.timeline.lines
    assert line.wav_digest == manifest.artifact("line_0001@take2", "audio").sha256
    assert " ".join(word.text for word in line.words) == LINE
    assert words_heard(dialogue.heard).kept

    assert set(states(theatre.foreseen(mumbler(FIRST, 1)), DIALOGUE_WAVS).values()) == {
        ItemState.CURRENT
    }
    again = mumbler(FIRST, 1)
    _, repeated = theatre.dialogue(again)
    assert spoken_by(again) == []
    assert repeated.artifacts == manifest.artifacts


def test_a_line_that_stays_wrong_is_spoken_three_times_and_warned_of(deaf: Theatre) -> None:
    one = mumbler(FIRST, 0)
    dialogue, manifest = deaf.dialogue(one)
    assert len({request.seed for request in spoken_by(one)}) == len(spoken_by(one)) == 3
    assert dialogue.takes[0].produced.item_id == "line_0001"
    found = words_heard(dialogue.heard)
    assert not found.kept
    assert found.measured["not_understood"] == f"line 1 (100% wrong: {LINE})"
    assert "line_0001@take3" in ids(manifest)


@pytest.mark.parametrize(
    ("varies", "caps"), [(False, Caps()), (True, Caps(characters_per_film=len(LINE)))]
)
def test_nobody_speaks_again_who_cannot_do_better_or_may_not(
    deaf: Theatre, *, varies: bool, caps: Caps
) -> None:
    one = mumbler(FIRST, 0, varies=varies, caps=caps)
    deaf.dialogue(one)
    assert len(spoken_by(one)) == 1


def test_of_a_provider_that_is_spent_by_then_the_first_take_is_kept(deaf: Theatre) -> None:
    one = mumbler(FIRST, 0, QuotaSpentError("0 left"), after=1)
    dialogue, manifest = deaf.dialogue(one)
    assert len(spoken_by(one)) == 1
    assert dialogue.takes[0].produced.item_id == "line_0001"
    assert ids(manifest) == ["line_0001", "line_0001@heard", "line_0001@timings"]


def test_a_line_that_is_spoken_faster_is_timed_again(deaf: Theatre) -> None:
    plan = one_line()
    plan["shots"][0]["duration_sec"] = 1.8
    del plan["shots"][1:], plan["base_images"][2:]
    write_plan(plan, deaf.plan)
    one = mumbler(FIRST, 0)
    _, manifest = deaf.dialogue(one)
    track = deaf.track(manifest, one)
    (faster,) = track.faster
    (line,) = track.timeline.lines
    assert faster.record.engine.name == "mumbler"
    assert line.tempo > 1
    assert " ".join(word.text for word in line.words) == LINE
    made = {artifact.id for artifact in track.result.artifacts}
    assert {"line_0001@heard", "line_0001@timings"} <= made


def test_who_begins_to_listen_speaks_nothing_again_that_is_understood(deaf: Theatre) -> None:
    nobody = replace(deaf, hearing=None)
    nobody.dialogue(mumbler(FIRST, 0))
    foreseen = states(deaf.foreseen(mumbler(FIRST, 0)), DIALOGUE_WAVS)
    assert foreseen["line_0001"] is ItemState.CURRENT
    assert foreseen["line_0001@heard"] is ItemState.MADE
    assert foreseen["line_0001@take2"] is ItemState.MAYBE


def test_a_language_that_nobody_knows_is_said_and_not_counted(deaf: Theatre) -> None:
    plan = one_line()
    plan["characters"][0]["voice_profile"] = {"language": "en-GB"}
    write_plan(plan, deaf.plan)
    dialogue, manifest = replace(deaf, hearing=Deaf(EngineSettings(), knows="fr")).dialogue(
        mumbler(FIRST, 0)
    )
    found = words_heard(dialogue.heard)
    assert found.kept
    assert found.measured["not_listened_to"] == "lines in en-GB"
    assert found.measured["words"] == 0
    assert ids(manifest) == ["line_0001"]
