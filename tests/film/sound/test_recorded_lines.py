"""Lines that their author recorded: nobody speaks them, and all else treats them as takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from ruamel.yaml import YAML

from crooners import crooner_of, speaker
from listeners import whisper
from sounds import speech, write_wav
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.film.casting.failover import DialogueTake
from sparkle_motion_dagster.film.checks.dialogue import verdicts
from sparkle_motion_dagster.film.recordings import RecordedTake
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.production.workbench import Workbench
from studio import Plan, write_plan
from theatre import FIRST, Theatre, states, three_lines


def recorded() -> Plan:
    """Return the film of three lines, in which Mara's two are the same recording."""
    plan = three_lines()
    for line in plan["shots"][1]["dialogue"]:
        line["audio"] = "takes/mara.wav"
    return plan


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    (tmp_path / "takes").mkdir()
    write_wav(tmp_path / "takes" / "mara.wav", speech(1))
    bench = Workbench(SparkleHome(tmp_path / "home"))
    return Theatre(bench, write_plan(recorded(), tmp_path / "film.yaml"))


def edited(theatre: Theatre, number: int, **fields: object) -> None:
    """Change one of Mara's lines in the plan's file."""
    plan = YAML(typ="safe", pure=True).load(theatre.plan.read_text())
    plan["shots"][1]["dialogue"][number].update(fields)
    write_plan(plan, theatre.plan)


def made(manifest: StageManifest) -> set[str]:
    return set(manifest.provenance.made)


def test_a_recording_is_the_take_and_nobody_speaks_it(theatre: Theatre) -> None:
    one = speaker(FIRST)
    dialogue, manifest = theatre.dialogue(one)
    assert crooner_of(one).spoken == ["Go."]
    assert [type(take) for take in dialogue.takes] == [DialogueTake, RecordedTake, RecordedTake]
    assert made(manifest) == {"line_0001", "line_0002"}  # the third one is the same
    told = manifest.artifact("line_0002", "audio")
    assert told.facts.sample_rate == 48_000
    assert told.metadata["provider"] == told.metadata["voice"] == "recording"
    assert told.metadata["reason"] == "takes/mara.wav"
    assert told.metadata["language"] == "en-US"
    stage = theatre.stage(DIALOGUE_WAVS)
    assert all(verdict.kept for verdict in verdicts(stage, dialogue))


def test_who_only_has_recordings_needs_no_voice(theatre: Theatre, tmp_path: Path) -> None:
    plan = recorded()
    mara = next(one for one in plan["characters"] if one["id"] == "mara")
    mara["voice_profile"] = {"voice_id": "nobody", "provider": "nowhere", "language": "tlh"}
    plan["shots"][1]["dialogue"][0]["text"] = "♪♪ 嗯 ♪♪"
    write_plan(plan, tmp_path / "film.yaml")
    one = speaker(FIRST)
    foreseen = theatre.foreseen(one)
    assert states(foreseen, DIALOGUE_WAVS)["line_0002"] is ItemState.MADE
    _, manifest = theatre.dialogue(one)
    assert manifest.artifact("line_0002", "audio").metadata["language"] == "tlh"


def test_another_text_imports_nothing_and_another_file_does(theatre: Theatre) -> None:
    one = speaker(FIRST)
    theatre.dialogue(one)
    edited(theatre, 0, text="Yes, yes!")
    foreseen = states(theatre.foreseen(one), DIALOGUE_WAVS)
    assert set(foreseen.values()) == {ItemState.CURRENT}
    dialogue, manifest = theatre.dialogue(one)
    assert made(manifest) == set()
    assert dialogue.takes[1].text == "Yes, yes!"

    write_wav(theatre.plan.parent / "takes" / "mara.wav", speech(1.5, seed=3))
    foreseen = states(theatre.foreseen(one), DIALOGUE_WAVS)
    assert [foreseen[line] for line in sorted(foreseen)] == [
        ItemState.CURRENT,
        ItemState.MADE,
        ItemState.TAKEN,
    ]
    _, manifest = theatre.dialogue(one)
    assert made(manifest) == {"line_0002"}
    assert len(crooner_of(one).spoken) == 1


def test_one_that_is_too_long_is_stretched_then_lengthens_its_shot(theatre: Theatre) -> None:
    write_wav(theatre.plan.parent / "takes" / "mara.wav", speech(6))
    one = speaker(FIRST)
    _, manifest = theatre.dialogue(one)
    track = theatre.track(manifest, one)
    assert {item.record.engine.name for item in track.faster} == {"stretcher"}
    late = track.timeline.lines[2]
    assert late.tempo == pytest.approx(1.2)
    assert late.end_sample - late.start_sample == pytest.approx(6 * 48_000 / 1.2, rel=0.02)
    grown = track.timeline.shots[1]
    assert grown.frames > grown.planned_frames


def test_who_listens_times_a_recording(theatre: Theatre) -> None:
    """Nothing is understood in the babble; the words share its time."""
    listening = replace(theatre, hearing=whisper())
    one = speaker(FIRST)
    dialogue, manifest = listening.dialogue(one)
    timings = manifest.artifact("line_0002@timings", "timings")
    assert "line_0002@heard" in {artifact.id for artifact in manifest.artifacts}
    track = listening.track(manifest, one)
    line = track.timeline.lines[1]
    assert [word.text for word in line.words] == ["No."]
    assert line.timings_digest == timings.sha256
    assert dialogue.heard is not None
    # What was recorded is never spoken again.
    assert crooner_of(one).calls == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no file 'takes/mara.wav'"),
        (b"no sound", "takes/mara.wav is no sound file"),
    ],
)
def test_a_recording_that_is_none_is_refused_by_line(
    theatre: Theatre, content: bytes | None, message: str
) -> None:
    path = theatre.plan.parent / "takes" / "mara.wav"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PlanError) as refused:
        theatre.foreseen(speaker(FIRST))
    problem = refused.value.problems[0]
    assert message in problem.message
    assert problem.field == "shots[1].dialogue[0].audio"
    assert problem.line is not None
    with pytest.raises(PlanError, match=r"shots\[1\]\.dialogue\[0\]\.audio"):
        theatre.intake()


def test_the_recording_is_frozen_with_the_plan(theatre: Theatre) -> None:
    manifest = theatre.intake()
    frozen = manifest.artifact("takes/mara.wav", "file")
    assert (frozen.media_type, frozen.facts.duration_s) == ("audio/wav", 1.0)
    (theatre.plan.parent / "takes" / "mara.wav").unlink()
    assert soundfile.info(theatre.bench.store.file(frozen.sha256).path).frames == 48_000
