"""What every speech engine promises. A new engine is one line in SUBJECTS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pydantic import JsonValue

from chatterboxes import stand_in_weights
from clips import child_processes
from sparkle_motion_dagster.engines.base import EngineSettings, Made
from sparkle_motion_dagster.engines.registry import engines_of_kind
from sparkle_motion_dagster.engines.speech.base import (
    NothingToSayError,
    SpeechEngine,
    SpeechRequest,
    Voice,
)
from speech_takes import SILENCE, Take, read_take, speech_engine, spoken, spoken_elsewhere

LINE = "Not tonight, mama."
"""It takes a model as long as it sounds."""


@dataclass(frozen=True)
class Subject:
    """An engine under test, and an English voice of its."""

    name: str
    voice: Voice
    settings: Mapping[str, JsonValue] = field(default_factory=dict)

    def engine(self) -> SpeechEngine[EngineSettings]:
        return self._engine

    @cached_property
    def _engine(self) -> SpeechEngine[EngineSettings]:
        return speech_engine(self.name, self.settings)  # one may have a model, loaded once

    def request(self, text: str = LINE, tempo: float = 1.0, seed: int = 1) -> SpeechRequest:
        return SpeechRequest(text=text, voice=self.voice, tempo=tempo, seed=seed)

    def make(self, request: SpeechRequest, folder: Path) -> Made:
        folder.mkdir(exist_ok=True)
        (made,) = self.engine().make([request], folder)
        return made

    def speak(self, request: SpeechRequest, folder: Path) -> Take:
        return read_take(self.make(request, folder))


class Memory:
    """Takes that are spoken once for all tests here: some models take seconds for each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str], Made] = {}

    def made(self, subject: Subject, request: SpeechRequest) -> Made:
        key = subject.name, request.model_dump_json()
        if key not in self._made:
            self._made[key] = subject.make(request, self._folder / str(len(self._made)))
        return self._made[key]

    def take(self, subject: Subject, request: SpeechRequest) -> Take:
        return read_take(self.made(subject, request))


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    return Memory(tmp_path_factory.mktemp("takes"))


SUBJECTS = [
    Subject("espeak", Voice(provider_voice="en-us+f3", language="en-US")),
    Subject("kokoro", Voice(provider_voice="af_heart", language="en-US")),
    Subject(
        "chatterbox",
        Voice(provider_voice="builtin", language="en-US"),
        {"weights": str(stand_in_weights())},
    ),
    Subject("openai_speech", Voice(provider_voice="nova", language="en-US"), {"model": "right"}),
]
assert {subject.name for subject in SUBJECTS} == set(engines_of_kind("speech"))


@pytest.fixture(params=SUBJECTS, ids=lambda subject: subject.name)
def subject(request: pytest.FixtureRequest) -> Subject:
    chosen: Subject = request.param
    if chosen.name == "openai_speech":
        address = request.getfixturevalue("openai_server").room().base_url
        return replace(chosen, settings={**chosen.settings, "base_url": address})
    return chosen


def test_a_take_is_a_mono_wav_with_sound_in_it(subject: Subject, memory: Memory) -> None:
    made = memory.made(subject, subject.request())
    assert made.outputs["audio"].media_type == "audio/wav"
    assert soundfile.info(made.outputs["audio"].path).format == "WAV"
    take = read_take(made)
    assert take.channels == 1
    assert 0.7 < take.duration_s < 4.0
    assert take.peak > 0.1


def test_a_take_is_not_clipped(subject: Subject, tmp_path: Path) -> None:
    take = subject.speak(subject.request("No! Mama, no! Stop right now!"), tmp_path)
    assert take.peak < 0.99


def test_a_take_begins_and_ends_with_sound(subject: Subject, tmp_path: Path) -> None:
    take = subject.speak(subject.request("Take care, papa — ?"), tmp_path)
    sounding = np.flatnonzero(np.abs(take.samples) > SILENCE)
    assert sounding[0] <= 0.02 * take.rate
    assert len(take.samples) - sounding[-1] <= 0.02 * take.rate


def test_timings_lie_in_order_inside_the_take(subject: Subject, memory: Memory) -> None:
    take = memory.take(subject, subject.request())
    if take.timings is None:
        pytest.skip("the engine gives no timings")
    words, phonemes = take.timings.words, take.timings.phonemes
    for times in (
        [time for word in words for time in (word.start_s, word.end_s)],
        [time for phoneme in phonemes for time in (phoneme.start_s, phoneme.end_s)],
    ):
        assert times
        assert times == sorted(times)
        assert times[-1] <= take.duration_s
    assert " ".join(take.words) == LINE


def test_one_result_a_request_in_order(subject: Subject, tmp_path: Path) -> None:
    texts = ["No.", "The harbour is quiet.", "Tonight."]
    requests = [subject.request(text) for text in texts]
    first, second, third = spoken(subject.engine(), requests, tmp_path)
    assert first.duration_s < third.duration_s < second.duration_s


def test_the_same_request_gives_the_same_bytes_in_another_process(
    subject: Subject, memory: Memory, tmp_path: Path
) -> None:
    request = subject.request(tempo=1.2)
    there = spoken_elsewhere(
        subject.name, subject.settings, [request], tmp_path / "a rather longer path" / "there"
    )
    assert [memory.take(subject, request).digests] == there


def test_fields_that_are_not_used_change_nothing(
    subject: Subject, memory: Memory, tmp_path: Path
) -> None:
    unused = subject.engine().unused_fields
    assert unused <= set(SpeechRequest.model_fields)
    if "seed" in unused:
        other = subject.speak(subject.request(seed=2), tmp_path)
        assert memory.take(subject, subject.request(seed=1)).digests == other.digests


def test_a_tempo_shortens_the_take_by_as_much(subject: Subject, memory: Memory) -> None:
    if not subject.engine().speaks_at_tempo:
        pytest.skip("the engine's takes are time-stretched")
    usual = memory.take(subject, subject.request())
    quicker = memory.take(subject, subject.request(tempo=1.2))
    assert quicker.duration_s == pytest.approx(usual.duration_s / 1.2, rel=0.01, abs=0.04)


def test_closing_midway_leaves_no_process_and_no_more_files(
    subject: Subject, tmp_path: Path
) -> None:
    before = child_processes()
    takes = subject.engine().make([subject.request("No."), subject.request("More.")], tmp_path)
    outputs = next(takes).outputs
    takes.close()
    assert child_processes() == before
    assert set(tmp_path.iterdir()) == {file.path for file in outputs.values()}


@pytest.mark.parametrize("text", ["...", "—", "?!", "🙂 🌧️", "\x07", "* * *"])
def test_a_line_without_anything_to_pronounce_is_named(
    subject: Subject, text: str, tmp_path: Path
) -> None:
    with pytest.raises(NothingToSayError) as error:
        next(subject.engine().make([subject.request(text)], tmp_path))
    assert repr(text) in str(error.value)
