"""Listening with the real Whisper: words and times, always the same, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import forked
from listeners import a_whisper, whisper
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineError, EngineInputError
from sparkle_motion_dagster.engines.hearing.base import (
    HearingEngine,
    HearingRequest,
    Passage,
    Transcript,
    language_code,
)
from sparkle_motion_dagster.engines.hearing.whisper.passages import joined
from sparkle_motion_dagster.engines.hearing.whisper.weights import WEIGHTS
from sparkle_motion_dagster.engines.machinery.weights_errors import (
    DamagedWeightsError,
    MissingWeightsError,
)
from sparkle_motion_dagster.engines.registry import declared, needs_of
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from speech_takes import speech_engine
from waiting import PATIENCE_S

LINES = ("The letter arrived on Tuesday.", "Nobody knows the way through the forest.")


def stored(path: Path) -> StoredFile:
    return StoredFile(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), path=path)


def heard(
    engine: HearingEngine[Any], requests: Sequence[HearingRequest], folder: Path
) -> list[bytes]:
    folder.mkdir(exist_ok=True)
    return [made.outputs["heard"].path.read_bytes() for made in engine.make(requests, folder)]


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lines by espeak-ng on one track, far apart: at 1 s, and at 31 s."""
    folder = tmp_path_factory.mktemp("track")
    voice = Voice(provider_voice="en-us+f3", language="en-US")
    requests = [SpeechRequest(text=line, voice=voice, seed=1) for line in LINES]
    takes = [
        soundfile.read(made.outputs["audio"].path, dtype="float32")
        for made in speech_engine("espeak", {}).make(requests, folder)
    ]
    rate = takes[0][1]
    sound = np.zeros(35 * rate, np.float32)
    for start, (samples, _) in zip((1, 31), takes, strict=True):
        sound[start * rate : start * rate + len(samples)] = samples
    path = folder / "track.wav"
    soundfile.write(path, np.stack([sound, sound], axis=1), rate)
    return path


def passages_of(track: Path) -> HearingRequest:
    spans = (Passage(start_s=1, end_s=3), Passage(start_s=31, end_s=34))
    return HearingRequest(audio=stored(track), language="en", passages=spans)


_ELSEWHERE = """
import sys
from pathlib import Path
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.hearing.base import HearingRequest
from listeners import whisper
from test_whisper import heard, passages_of
sys.stdout.buffer.write(heard(whisper(), [passages_of(Path(sys.argv[1]))], Path(sys.argv[2]))[0])
"""


def test_words_are_heard_when_they_sound_and_the_same_in_another_process(
    track: Path, tmp_path: Path
) -> None:
    (here,) = heard(whisper(), [passages_of(track)], tmp_path / "here")
    words = Transcript.model_validate_json(here).words
    text = " ".join(word.text for word in words).casefold()
    assert "the letter arrived on tuesday" in text
    assert "the way through the forest" in text
    assert all(0 <= word.probability <= 1 for word in words)
    times = [time for word in words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert all(1 <= time <= 3 or 31 <= time <= 34 for time in times)

    program = ["python", "-c", _ELSEWHERE, str(track), str(tmp_path / "there")]
    environment = {"OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"}
    there = forked.run(program, environment, tmp_path, PATIENCE_S)
    assert there.returncode == 0, there.stderr
    assert there.stdout.encode() == here


def test_another_language_is_heard_by_a_model_that_comes_in_two_packages(tmp_path: Path) -> None:
    voice = Voice(provider_voice="es+m3", language="es")
    request = SpeechRequest(
        text="El tren sale mañana por la mañana, a las nueve y media.", voice=voice, seed=1
    )
    (made,) = speech_engine("espeak", {}).make([request], tmp_path)
    sound = HearingRequest(audio=stored(made.outputs["audio"].path), language="es")
    (found,) = heard(whisper("base"), [sound], tmp_path / "heard")
    assert "tren sale" in Transcript.model_validate_json(found).text


def test_what_holds_no_words_is_a_short_transcript(tmp_path: Path) -> None:
    nothing, silence = tmp_path / "nothing.wav", tmp_path / "silence.wav"
    soundfile.write(nothing, np.zeros(0, np.float32), 16_000)
    soundfile.write(silence, np.zeros(16_000, np.float32), 16_000)
    empty, silent = heard(
        whisper(),
        [HearingRequest(audio=stored(path), language="en") for path in (nothing, silence)],
        tmp_path / "heard",
    )
    assert Transcript.model_validate_json(empty).words == ()
    assert len(Transcript.model_validate_json(silent).words) < 10


def test_a_file_without_sound_is_named(tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound at all, but text that is long enough to be probed" * 20)
    with pytest.raises(EngineError, match=r"text\.wav holds no sound"):
        heard(whisper(), [HearingRequest(audio=stored(text), language="en")], tmp_path / "heard")


def test_a_language_that_the_model_does_not_know_is_refused(track: Path, tmp_path: Path) -> None:
    request = HearingRequest(audio=stored(track), language="de")
    with pytest.raises(EngineInputError, match="does not understand 'de'"):
        whisper().check(request)
    a_whisper(model="small").check(request)
    assert [code for code in ("en", "de", "yue", "xx") if a_whisper(model="tiny").knows(code)] == [
        "en",
        "de",
    ]
    assert a_whisper(model="large-v3").knows("yue")
    assert [language_code(tag) for tag in ("en-GB", "pt_BR", "nb", "cmn-Hans", "IW")] == [
        *("en", "pt", "no", "zh", "he")
    ]


def test_missing_and_damaged_weights_name_the_command(track: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    request = HearingRequest(audio=stored(track), language="en")
    with pytest.raises(MissingWeightsError, match=r"holds no config\.json.*engines install"):
        heard(a_whisper(weights=str(own)), [request], tmp_path / "heard")
    (need,) = needs_of(declared("whisper"), {})
    for file in need.located("whisper").iterdir():
        shutil.copy(file, own)
    with (own / "model.bin").open("r+b") as model:
        model.truncate(50_000_000)
    with pytest.raises(DamagedWeightsError, match=r"cannot be loaded.*engines install"):
        heard(a_whisper(weights=str(own)), [request], tmp_path / "heard")


def test_models_on_the_hub_are_pinned_and_asked_for_by_name() -> None:
    assert [choice.name for choice in WEIGHTS.choices if choice.usual] == ["tiny.en"]
    assert len({choice.weights.revision for choice in WEIGHTS.choices}) == len(WEIGHTS.choices)
    (need,) = needs_of(declared("whisper"), {"model": "small"})
    assert need.choice.weights.repository == "Systran/faster-whisper-small"
    identities = {json.dumps(a_whisper(model=m).identity().model_dump()) for m in ("tiny", "base")}
    assert len(identities) == 2


def test_times_in_joined_passages_are_those_of_the_sound() -> None:
    sound = np.arange(100, dtype=np.float32)
    spans = [Passage(start_s=2, end_s=4), Passage(start_s=7, end_s=7), Passage(start_s=8, end_s=20)]
    both = joined(sound, 10, spans)
    assert both is not None
    assert [both.own_time(time) for time in (-1, 0, 1, 2.2, 2.3, 3.3, 99)] == pytest.approx(
        [2, 2, 3, 4, 8, 9, 10]
    )
    assert joined(sound, 10, [Passage(start_s=50, end_s=60)]) is None
