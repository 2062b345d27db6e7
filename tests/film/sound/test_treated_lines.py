"""Lines that are heard through something: what is made, where it goes, what an edit touches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile
from ruamel.yaml import YAML

from crooners import Crooner, Hurrying, crooner_of, speaker
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.film.checks.track import verdicts
from sparkle_motion_dagster.film.sound.track import Track
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS, TIMELINE_TRACK
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm, dry_runs
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.history import History
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench
from sparkle_motion_dagster.production.workbench import Workbench
from studio import write_plan
from theatre import FIRST, SETTINGS, Theatre, states, three_lines


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    bench = Workbench(SparkleHome(tmp_path / "home"))
    theatre = Theatre(bench, write_plan(three_lines(), tmp_path / "film.yaml"))
    treat(theatre, {0: "hall", 2: "telephone"})
    return theatre


def treat(theatre: Theatre, treatments: Mapping[int, str]) -> None:
    """Have the film's lines heard through these treatments, by their number."""
    plan = YAML(typ="safe", pure=True).load(theatre.plan.read_text())
    lines = [line for shot in plan["shots"] for line in shot.get("dialogue", ())]
    for number, line in enumerate(lines):
        line.pop("treatment", None)
        if number in treatments:
            line["treatment"] = treatments[number]
    write_plan(plan, theatre.plan)


def laid(theatre: Theatre, crooner: type[Crooner] = Crooner) -> tuple[Track, StageManifest]:
    one = speaker(FIRST, crooner=crooner)
    _, dialogue = theatre.speak(one)
    track = theatre.track(dialogue, one)
    stage = theatre.stage(TIMELINE_TRACK, dialogue)
    manifest = stage.manifest(track.result)
    theatre.bench.run_folder("film").publish(manifest, theatre.bench.store)
    return track, manifest


def planned(theatre: Theatre) -> PlannedFilm:
    """Return the film as it is before it is rendered again."""
    frozen, bench = theatre.stage(DIALOGUE_WAVS).frozen, DryWorkbench(theatre.bench.home)
    engines = theatre.engines(speaker(FIRST))
    return PlannedFilm("film", "animatic", SETTINGS, frozen, engines, bench, History(bench))


def broken(theatre: Theatre, track: Track) -> list[str]:
    """Return the promises that a track breaks and that stop the film, looked at twice."""
    stage = theatre.stage(TIMELINE_TRACK)
    first, again = (list(verdicts(stage, track)) for _ in range(2))
    assert first == again
    return [str(verdict) for verdict in first if verdict.check.blocking and not verdict.kept]


@pytest.mark.parametrize("crooner", [Hurrying, Crooner])
def test_takes_are_treated_at_their_final_pace(theatre: Theatre, crooner: type[Crooner]) -> None:
    track, manifest = laid(theatre, crooner)
    late = manifest.artifact("line_0003", "audio")
    treated = manifest.artifact("line_0003@treated", "audio")
    record = theatre.bench.actions.find(treated.fingerprint)
    assert record is not None
    assert record.request == {"audio": {"sha256": late.sha256}, "effect": "telephone"}
    assert track.timeline.lines[2].wav_digest == late.sha256
    assert {"line_0001@treated", "line_0003@treated"} <= set(manifest.provenance.made)


def test_a_hall_rings_on_under_what_follows_and_nothing_moves(theatre: Theatre) -> None:
    treat(theatre, {0: "hall"})
    track, _ = laid(theatre)
    assert track.rings == (86_400, 0, 0)
    assert not broken(theatre, track)
    sound = soundfile.read(track.audio.path)[0][:, 0]
    line = track.timeline.lines[0]
    after = sound[line.end_sample : line.end_sample + 4800]
    assert np.abs(after).max() > 1e-3

    treat(theatre, {})
    plain, _ = laid(theatre)
    assert plain.timeline == track.timeline
    assert not soundfile.read(plain.audio.path)[0][line.end_sample : line.end_sample + 480].any()


def test_the_stems_of_speakers_hold_what_is_heard_of_them(theatre: Theatre) -> None:
    plan = YAML(typ="safe", pure=True).load(theatre.plan.read_text())
    write_plan(plan | {"soundtrack": {}}, theatre.plan)
    treat(theatre, dict.fromkeys(range(3), "hall"))
    track, _ = laid(theatre)
    assert track.mix is not None
    assert not broken(theatre, track)
    stems = [soundfile.read(stem.files["audio"].path)[0] for stem in track.mix.dialogue.values()]
    heard = soundfile.read(track.speech.path)[0]
    assert np.abs(sum(stems) - heard).max() <= 2**-15 * len(stems)
    rings = track.timeline.lines[0].end_sample
    assert np.abs(stems[0][rings : rings + 4800]).max() > 1e-3


def test_another_treatment_speaks_nothing_and_moves_nothing(theatre: Theatre) -> None:
    _, before = laid(theatre)
    treat(theatre, {0: "thought", 2: "telephone"})
    one = speaker(FIRST)
    foreseen = theatre.foreseen(one)
    assert set(states(foreseen, DIALOGUE_WAVS).values()) == {ItemState.CURRENT}
    of_track = states(foreseen, TIMELINE_TRACK)
    assert {item for item, state in of_track.items() if state is not ItemState.CURRENT} == {
        "line_0001@treated",
        "timeline",
    }
    assert of_track["line_0001@treated"] is ItemState.MADE
    assert len(dry_runs(planned(theatre))) == 1  # nothing is left open: all lengths are known
    _, after = laid(theatre)
    assert set(after.provenance.made) == {"line_0001@treated", "timeline"}
    assert after.artifact("timeline", "timeline").sha256 == (
        before.artifact("timeline", "timeline").sha256
    )
    assert crooner_of(one).spoken == []


def test_what_nobody_has_spoken_yet_is_foreseen(theatre: Theatre) -> None:
    foreseen = theatre.foreseen(speaker(FIRST))
    of_track = states(foreseen, TIMELINE_TRACK)
    assert of_track["line_0001@treated"] is ItemState.MADE
    (stage,) = [one for one in foreseen.stages if one.stage == TIMELINE_TRACK]
    waiting = {name for item in stage.items for name in item.waits_for}
    assert not any("@" in name for name in waiting)
