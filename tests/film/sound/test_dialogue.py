"""Lines spoken by several providers: what is recorded, foreseen, taken again, and made faster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from crooners import Crooner, Hurrying, crooner_of, speaker
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.base import QuotaSpentError
from sparkle_motion_dagster.engines.builtin.take_stretcher import StretchRequest
from sparkle_motion_dagster.film.casting.failover import DialogueTake
from sparkle_motion_dagster.film.casting.providers import Caps
from sparkle_motion_dagster.film.checks.dialogue import takes_good, voices_apart, voices_stay
from sparkle_motion_dagster.film.inputs import StaleStageError
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS, TIMELINE_TRACK
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm, dry_runs
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.history import History
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench
from sparkle_motion_dagster.production.workbench import Workbench
from studio import write_plan
from theatre import FIRST, SECOND, SETTINGS, Theatre, states, three_lines


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    bench = Workbench(SparkleHome(tmp_path / "home"))
    return Theatre(bench, write_plan(three_lines(), tmp_path / "film.yaml"))


def providers(manifest: StageManifest) -> list[object]:
    return [artifact.metadata["provider"] for artifact in manifest.artifacts]


def test_the_manifest_says_who_spoke_and_why_and_the_record_does_not(theatre: Theatre) -> None:
    takes, manifest = theatre.speak(speaker(SECOND), speaker(FIRST))
    assert providers(manifest) == [FIRST] * 3
    assert manifest.engine.settings == {"who": FIRST}
    told = manifest.artifacts[1].metadata
    assert told["engine"] == "crooner v1"
    assert told["reason"] == "weighted"
    assert told["score"] == {
        "total": pytest.approx(0.45 + 0.25 / 2 + 0.25 / 3, abs=1e-4),
        "quality": 0.45,
        "latency": 0.125,
        "cost": 0.0833,
    }
    assert (told["character"], told["voice"], told["language"]) == ("mara", "builtin", "en-US")
    assert told["cost_usd"] == round(len("No.") * 2 / 1000, 4)
    assert takes[1].produced.record.metadata == {"faults": []}


def test_a_film_after_a_spent_quota_is_foreseen_and_stays_as_it_is(theatre: Theatre) -> None:
    spent = speaker(FIRST, QuotaSpentError("0 left"), after=1)
    _, manifest = theatre.speak(spent, speaker(SECOND))
    assert providers(manifest) == [FIRST, SECOND, SECOND]
    assert manifest.engine.name == "casting"
    assert set(manifest.engine.settings) == {FIRST, SECOND}
    reason = manifest.artifacts[1].metadata["reason"]
    assert reason == "weighted, after first: its quota is spent (line_0002: 0 left)"

    foreseen = theatre.foreseen(speaker(FIRST), speaker(SECOND))
    assert set(states(foreseen, DIALOGUE_WAVS).values()) == {ItemState.CURRENT}
    first, second = speaker(FIRST), speaker(SECOND)
    again, repeated = theatre.speak(first, second)
    assert (crooner_of(first).spoken, crooner_of(second).spoken) == ([], [])
    assert repeated.artifacts == manifest.artifacts
    assert [one.produced.made for one in again] == [False] * 3


def test_a_profile_that_prefers_another_one_has_its_way(theatre: Theatre) -> None:
    theatre.speak(speaker(SECOND))
    foreseen = theatre.foreseen(speaker(FIRST), speaker(SECOND))
    assert set(states(foreseen, DIALOGUE_WAVS).values()) == {ItemState.MADE}
    first = speaker(FIRST)
    theatre.speak(first, speaker(SECOND))
    assert len(crooner_of(first).spoken) == 3


def test_takes_without_timings_are_foreseen_without_them(theatre: Theatre) -> None:
    frozen = theatre.stage(DIALOGUE_WAVS).frozen
    bench = DryWorkbench(theatre.bench.home)
    engines = theatre.engines(speaker(FIRST))
    history = History(bench)
    unheard = PlannedFilm("film", "animatic", SETTINGS, frozen, engines, bench, history)
    stretched = [
        call.item.request
        for run in dry_runs(unheard)
        for call in run.calls[TIMELINE_TRACK]
        if isinstance(call.item.request, StretchRequest)
    ]
    assert stretched
    assert {request.timings for request in stretched} == {None}


@pytest.mark.parametrize(
    ("crooner", "by", "spoken"), [(Hurrying, "crooner", 4), (Crooner, "stretcher", 3)]
)
def test_who_can_speak_faster_does_and_the_others_are_stretched(
    theatre: Theatre, crooner: type[Crooner], by: str, spoken: int
) -> None:
    one = speaker(FIRST, crooner=crooner)
    _, manifest = theatre.speak(one)
    track = theatre.track(manifest, one)
    (late,) = track.faster
    assert (late.item_id, late.record.engine.name) == ("line_0003", by)
    assert len(crooner_of(one).spoken) == spoken
    assert track.timeline.lines[2].tempo > 1.1


@pytest.mark.parametrize(("takes", "by"), [(2, "crooner"), (1, "stretcher")])
def test_a_line_is_not_spoken_faster_beyond_a_cap(theatre: Theatre, takes: int, by: str) -> None:
    texts = [line["text"] for shot in three_lines()["shots"] for line in shot["dialogue"]]
    caps = Caps(characters_per_film=len("".join(texts)) + (takes - 1) * len(texts[-1]))
    one = speaker(FIRST, crooner=Hurrying, caps=caps)
    _, manifest = theatre.speak(one)
    (late,) = theatre.track(manifest, one).faster
    assert late.record.engine.name == by


def test_a_line_is_spoken_faster_by_who_spoke_it(theatre: Theatre) -> None:
    spent = speaker(FIRST, QuotaSpentError("0 left"), after=2)
    second = speaker(SECOND, crooner=Hurrying)
    _, manifest = theatre.speak(spent, second)
    (late,) = theatre.track(manifest, spent, second).faster
    assert late.record.engine.settings == {"who": SECOND}
    assert len(crooner_of(second).spoken) == 2


def test_a_speaker_who_may_not_speak_any_more_is_named(theatre: Theatre) -> None:
    _, manifest = theatre.speak(speaker(SECOND))
    with pytest.raises(StaleStageError, match=r"line_0003 of film was spoken by second.*'mara'"):
        theatre.track(manifest, speaker(FIRST))


# Checks


def test_two_who_speak_alike_and_one_who_changes_are_named(theatre: Theatre) -> None:
    takes, _ = theatre.speak(speaker(FIRST))
    plan = theatre.stage(DIALOGUE_WAVS).plan
    alike = voices_apart(plan, takes)
    assert not alike.kept
    assert alike.measured["the_same"] == "tom and mara"
    assert "reference_wav" in alike.check.description
    assert voices_stay(plan, takes).kept
    assert takes_good(takes).kept


def test_a_pitch_tells_characters_apart_and_a_manner_does_not(theatre: Theatre) -> None:
    takes, _ = theatre.speak(speaker(FIRST))
    plan = theatre.stage(DIALOGUE_WAVS).plan
    assert voices_apart(plan, [with_setting(takes[0], "pitch", 1.2), *takes[1:]]).kept
    assert voices_apart(plan, [with_setting(takes[0], "effect", "robot"), *takes[1:]]).kept
    assert not voices_apart(plan, [with_setting(takes[0], "exaggeration", 1.2), *takes[1:]]).kept


def with_setting(take: DialogueTake, name: str, value: float | str) -> DialogueTake:
    voice = take.chosen.request.voice.model_copy(update={"settings": {name: value}})
    request = take.chosen.request.model_copy(update={"voice": voice})
    return replace(take, chosen=replace(take.chosen, request=request))


def test_who_changes_voices_is_named(theatre: Theatre) -> None:
    spent = speaker(FIRST, QuotaSpentError("0 left"), after=2)
    takes, _ = theatre.speak(spent, speaker(SECOND))
    changing = voices_stay(theatre.stage(DIALOGUE_WAVS).plan, takes)
    assert not changing.kept
    assert changing.measured["changing"] == "mara: first and second"


def test_takes_that_stayed_faulty_are_named(theatre: Theatre) -> None:
    faulty = speaker(FIRST)
    crooner_of(faulty).faults = {"No.": ["cut short", "clipped"]}
    takes, _ = theatre.speak(faulty)
    found = takes_good(takes)
    assert not found.kept
    assert found.measured["faulty"] == "line 2: cut short, clipped"


def test_a_recording_of_ones_own_tells_characters_apart(theatre: Theatre) -> None:
    plan = three_lines()
    soundfile.write(theatre.plan.parent / "tom.wav", np.ones(8000), 8000)
    plan["characters"][1]["voice_profile"] = {"reference_wav": "tom.wav"}
    write_plan(plan, theatre.plan)
    takes, _ = theatre.speak(speaker(FIRST))
    (toms,) = [one for one in takes if one.chosen.request.text == "Go."]
    assert toms.chosen.request.voice.reference is not None
    assert voices_apart(theatre.stage(DIALOGUE_WAVS).plan, takes).kept
