"""Chatterbox: the real worker, launched as a run launches it, on a package of tones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from pydantic import JsonValue

from chatterboxes import (
    BUILTIN_PITCH,
    diary,
    line,
    recording,
    stand_in_environments,
    write_weights,
)
from clips import stored
from sparkle_motion_dagster.engines.base import EngineInputError, Made
from sparkle_motion_dagster.engines.machinery.environments import (
    Environments,
    MissingEnvironmentError,
)
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
from sparkle_motion_dagster.engines.machinery.workers import WorkerError
from sparkle_motion_dagster.engines.registry import declared, engine_of, needs_of
from sparkle_motion_dagster.engines.speech.base import NothingToSayError, SpeechRequest
from sparkle_motion_dagster.engines.speech.chatterbox.engine import ChatterboxEngine
from sparkle_motion_dagster.engines.speech.chatterbox.lines import said, spoken_text
from sparkle_motion_dagster.engines.speech.chatterbox.models import MODELS
from sparkle_motion_dagster.engines.speech.scripts import UnreadableTextError
from speech_takes import median_pitch, read_take
from worker_environments import with_workers


class Heard(Steps):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.done_so_far: list[tuple[int, int, str]] = []

    def done(self, step: int, of: int, doing: str) -> None:
        self.done_so_far.append((step, of, doing))


def chatterbox(
    weights: Path,
    steps: Steps | None = None,
    environments: Environments | None = None,
    **settings: JsonValue,
) -> ChatterboxEngine:
    facilities = with_workers(environments or stand_in_environments(), steps)
    engine = engine_of("speech", "chatterbox", {"weights": str(weights), **settings}, facilities)
    assert isinstance(engine, ChatterboxEngine)
    return engine


def made(
    engine: ChatterboxEngine, requests: Sequence[SpeechRequest], folder: Path
) -> list[dict[str, Any]]:
    """Return what is known of lines, and each one's samples as `samples`."""
    folder.mkdir(exist_ok=True)
    return [{**one.metadata, "samples": samples_of(one)} for one in engine.make(requests, folder)]


def samples_of(one: Made) -> npt.NDArray[np.float64]:
    return read_take(one).samples


def lines_spoken(weights: Path) -> list[dict[str, Any]]:
    return [entry for entry in diary(weights) if entry["what"] == "spoke"]


def test_voices_are_heard_once_and_told_apart(tmp_path: Path) -> None:
    weights, heard = write_weights(tmp_path / "weights"), Heard()
    low, high = recording(tmp_path / "low.wav", 90), recording(tmp_path / "high.wav", 260)
    requests = [
        line("The first of them.", reference=low, exaggeration=0.9, temperature=0.6),
        line("The second, who comes with the model.", cfg_weight=0.0),
        line("The third of them.", reference=high),
        line("And the first again.", reference=low, cfg_weight=0.3),
    ]
    takes = list(chatterbox(weights, heard).make(requests, tmp_path))
    pitches = [median_pitch(read_take(take)) for take in takes]
    assert pitches == pytest.approx([90, BUILTIN_PITCH, 260, 90], rel=0.03)
    assert [entry["what"] for entry in diary(weights)] == [
        *("loaded", "heard", "spoke", "spoke", "heard", "spoke", "spoke")
    ]
    delivered = [
        (entry["exaggeration"], entry["cfg"], entry["temperature"])
        for entry in lines_spoken(weights)
    ]
    assert delivered == [(0.9, 0.5, 0.6), (0.5, 1e-6, 0.8), (0.5, 0.5, 0.8), (0.5, 0.3, 0.8)]
    assert [(step, of) for step, of, _ in heard.done_so_far] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert heard.done_so_far[2][2] == "the line 'The third of them.', take 1"
    for take in takes:
        written = soundfile.info(take.outputs["audio"].path)
        assert (written.samplerate, written.channels, written.subtype) == (24000, 1, "PCM_16")
        assert take.metadata["sample_rate"] == 24000
        assert take.metadata["watermark"] == 1.0  # the tones have one, for whoever looks for it
        assert take.metadata["faults"] == []
        assert 0 < float(str(take.metadata["real_time_factor"])) < 10


def test_a_bad_take_is_spoken_again_with_the_next_seed(tmp_path: Path) -> None:
    weights, heard = write_weights(tmp_path / "weights"), Heard()
    texts = [
        "Good as it is.",
        "SILENT2 and then well.",
        "CLIPPED once, CUT2 off and CLIPPED1.",
        "Much too LONG3, until it is not.",
        "NOTHING1 but holes.",
        "MUTE1, as if there were nothing to say.",
        "CLIPPED for ever, and LONG2.",
    ]
    requests = [line(text, seed=2**32 - 1) for text in texts]
    lines = made(chatterbox(weights, heard), requests, tmp_path)
    faults = [[take["faults"] for take in one["takes"]] for one in lines]
    assert faults == [
        [[]],
        [["silent"], ["silent"], []],
        [["clipped", "cut short"]] * 2 + [["clipped"]] * 2,
        [["too long"]] * 3 + [[]],
        [["silent"], []],
        [["silent"], []],
        [["clipped", "too long"]] * 2 + [["clipped"]] * 2,
    ]
    assert [take["seed"] for take in lines[3]["takes"]] == [2**32 - 1, 0, 1, 2]
    assert [one["seed"] for one in lines] == [2**32 - 1, 1, 1, 2, 0, 0, 1]  # the first of the best
    assert [one["faults"] for one in lines] == [[], [], ["clipped"], [], [], [], ["clipped"]]
    assert lines[3]["takes"][0]["seconds"] > 4 * lines[3]["takes"][3]["seconds"]
    assert lines[2]["takes"][2]["peak"] > 0.99 >= np.max(np.abs(lines[2]["samples"]))
    assert len(heard.done_so_far) == 1 + 3 + 4 + 4 + 2 + 2 + 4
    assert heard.done_so_far[2] == (2, 7, "the line 'SILENT2 and then well.', take 2")


def test_the_seed_decides_and_nothing_else(tmp_path: Path) -> None:
    weights = write_weights(tmp_path / "weights")
    engine = chatterbox(weights)
    said = [line("The tide is out.", seed=seed) for seed in (5, 6)]
    first, second = made(engine, said, tmp_path / "one")
    _, _, again = made(engine, [line("Before."), said[1], said[0]], tmp_path / "two")
    assert np.array_equal(first["samples"], again["samples"])
    assert not np.array_equal(first["samples"], second["samples"])


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("SILENT for good.", "4 takes of it, with the seeds 1 to 4, are silent"),
        ("KILL the lights.", "was ended by SIGKILL"),
        ("RAISE the flag.", "RuntimeError: the model lost its voice"),
    ],
)
def test_a_line_that_fails_is_named_and_those_before_it_are_there(
    text: str, family: str, tmp_path: Path
) -> None:
    weights = write_weights(tmp_path / "weights")
    requests = [line("Said before."), line(text), line("Never said.")]
    takes = chatterbox(weights).make(requests, tmp_path)
    assert read_take(next(takes)).duration_s > 0.5
    with pytest.raises(WorkerError, match=re.escape(family)) as error:
        next(takes)
    assert f"the line {text!r}" in str(error.value)
    assert not list(tmp_path.glob("chatterbox-*"))


def test_the_multilingual_model_is_told_the_language(tmp_path: Path) -> None:
    weights = write_weights(tmp_path / "weights", "multilingual")
    engine = chatterbox(weights, model="multilingual", repetition_penalty=1.7)
    requests = [
        line("On part ce soir ?", language="fr-FR"),
        line("我们今晚走。", language="zh-CN"),
        line("Vi drar i kveld.", language="nb-NO"),
    ]
    takes = made(engine, requests, tmp_path)
    spoken = lines_spoken(weights)
    assert list(dict.fromkeys(entry["language"] for entry in spoken)) == ["fr", "zh", "no"]
    assert {entry["penalty"] for entry in spoken} == {1.7}
    assert {entry["watchers"] for entry in spoken} == {1}  # no line's watch the next ones
    assert [take["faults"] for take in takes[::2]] == [[], []]
    # Its Chinese table is looked for at the hub, and found in its folder without asking anybody.
    [looked_up] = [entry for entry in diary(weights) if entry["what"] == "looked up"]
    assert looked_up["table"] == str(BUILTIN_PITCH)


def test_turbo_acts_out_its_tags_and_knows_no_emotion(tmp_path: Path) -> None:
    weights = write_weights(tmp_path / "weights", "turbo")
    voice = recording(tmp_path / "voice.wav", 200)
    said = line(
        "[laugh] So *that* is\u00ad\x07it 🙂", reference=voice, exaggeration=0.9, temperature=0.7
    )
    [take] = made(chatterbox(weights, model="turbo", top_p=0.9), [said], tmp_path)
    [spoken] = lines_spoken(weights)
    assert spoken["text"] == "[laugh] So that is it"
    assert (spoken["temperature"], spoken["top_p"]) == (0.7, 0.9)
    assert take["unspoken"] == ["*", "🙂"]
    assert take["not_used"] == ["exaggeration"]


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        (line("Ça va.", language="fr-FR"), "does not speak fr-FR.*`model` to multilingual"),
        (line("Aloha.", language="haw"), "does not speak haw.*Let another engine speak it"),
        (line("Hello.", exaggeration=9.0), "'Hello.'.*exaggeration.*less than or equal to 2"),
        (line("Hello.", pitch=2.0), "'Hello.'.*pitch"),
        (line("Hello.", voice="amy"), "no voice 'amy'.*'Hello.'.*reference_wav"),
    ],
)
def test_what_cannot_be_spoken_is_refused_before_anything_is_loaded(
    request_: SpeechRequest, complaint: str, tmp_path: Path
) -> None:
    weights = write_weights(tmp_path / "weights")
    with pytest.raises(EngineInputError, match=complaint):
        next(chatterbox(weights).make([line("Fine."), request_], tmp_path))
    assert diary(weights) == []


def test_text_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    engine = chatterbox(write_weights(tmp_path / "weights"))
    with pytest.raises(UnreadableTextError, match="Привет"):
        engine.check(line("Привет, mama."))
    with pytest.raises(NothingToSayError, match="pronounced"):
        engine.check(line("[...] *"))


def test_a_bracket_that_is_not_closed_takes_no_tag_with_it() -> None:
    turbo = MODELS["turbo"]
    assert spoken_text(line("[laugh] He [said so."), turbo) == "[laugh] He said so."
    assert spoken_text(line("[Laugh] fine] ok"), turbo) == "fine ok"
    assert spoken_text(line("[laugh] Yes."), MODELS["english"]) == "Yes."


def test_what_is_written_short_is_given_in_words() -> None:
    turbo, english = MODELS["turbo"], MODELS["english"]
    paid = "Dr. Bell (softly) paid $5.50 at 10:30 [laugh] today."
    assert spoken_text(line(paid), english) == (
        "Doctor Bell, paid five dollars fifty at ten thirty, today."
    )
    assert "ten thirty [laugh] today." in spoken_text(line(paid), turbo)
    assert said(line(paid), english).directions == ("(softly)", "[laugh]")
    assert said(line(paid), turbo).directions == ("(softly)",)


def test_a_recording_that_cannot_be_imitated_is_refused(tmp_path: Path) -> None:
    english = chatterbox(write_weights(tmp_path / "english"))
    turbo = chatterbox(write_weights(tmp_path / "turbo", "turbo"), model="turbo")
    short = line("Hello.", reference=recording(tmp_path / "short.wav", seconds=4.0))
    english.check(short)
    with pytest.raises(EngineInputError, match=r"'Hello\.'.*lasts 4\.0 s.*needs more than 5 s"):
        turbo.check(short)
    with pytest.raises(EngineInputError, match="needs more than 2 s"):
        english.check(line("Hello.", reference=recording(tmp_path / "b.wav", seconds=1.5)))
    with pytest.raises(EngineInputError, match="holds no sound"):
        english.check(line("Hello.", reference=recording(tmp_path / "quiet.wav", level=0.001)))
    late = np.concatenate([np.zeros(10 * 8000), np.ones(8000)])
    soundfile.write(tmp_path / "late.wav", late, 8000)
    with pytest.raises(EngineInputError, match="first 10 s are nowhere louder"):
        english.check(line("Hello.", reference=stored(tmp_path / "late.wav")))
    soundfile.write(tmp_path / "holes.wav", np.full(30000, np.nan), 8000, subtype="FLOAT")
    with pytest.raises(EngineInputError, match="is damaged"):
        english.check(line("Hello.", reference=stored(tmp_path / "holes.wav")))
    noise = recording(tmp_path / "noise.wav")
    noise.path.write_bytes(b"RIFF and nothing more")
    with pytest.raises(EngineInputError, match=r"'Hello\.'.*cannot be read.*Bring it as WAV"):
        english.check(line("Hello.", reference=noise))


def test_weights_that_are_not_whole_are_named(tmp_path: Path) -> None:
    weights = write_weights(tmp_path / "weights")
    engine = chatterbox(weights)
    (weights / "conds.pt").unlink()
    reference = recording(tmp_path / "voice.wav")
    with pytest.raises(MissingWeightsError, match=r"'Hello\.'.*conds.pt is not there.*reference"):
        next(engine.make([line("Imitated.", reference=reference), line("Hello.")], tmp_path))
    assert read_take(next(engine.make([line("Imitated.", reference=reference)], tmp_path))).peak
    (weights / "s3gen.safetensors").unlink()
    with pytest.raises(MissingWeightsError, match=r"english model: s3gen\.safetensors is not"):
        next(engine.make([line("Hello.", reference=reference)], tmp_path))


def test_an_environment_that_is_not_there_is_named(tmp_path: Path) -> None:
    nowhere = Environments(tmp_path / "environments")
    engine = chatterbox(write_weights(tmp_path / "weights"), environments=nowhere)
    with pytest.raises(MissingEnvironmentError, match="sparkle engines install chatterbox"):
        next(engine.make([line("Hello.")], tmp_path))


def test_the_identity_holds_what_decides_how_lines_sound(tmp_path: Path) -> None:
    one = write_weights(tmp_path / "one")
    other = write_weights(tmp_path / "other", pitch=99)
    identity = chatterbox(one).identity()
    assert identity.model_id == "ResembleAI/chatterbox"
    assert chatterbox(one).identity() == identity
    assert chatterbox(other).identity().revision != identity.revision
    assert chatterbox(one, min_p=0.1).identity() != identity
    assert str(tmp_path) not in identity.model_dump_json()
    with pytest.raises(EngineInputError, match="turbo does not know min_p: leave it out"):
        chatterbox(one, model="turbo", min_p=0.1)


@pytest.mark.parametrize("model", ["english", "multilingual", "turbo"])
def test_each_model_has_weights_to_fetch(model: str) -> None:
    [need] = needs_of(declared("chatterbox"), {"model": model})
    assert need.choice.name == model
    assert need.folder is None
    assert set(need.choice.weights.restricted_pickles) <= set(need.choice.weights.files)
