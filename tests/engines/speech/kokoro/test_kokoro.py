"""Kokoro speaks: exact timings, long lines, pauses, pace; what it refuses."""

from __future__ import annotations

import gc
import platform
import weakref
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.heap import give_back_freed
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.kokoro.engine import KokoroEngine
from sparkle_motion_dagster.engines.speech.kokoro.model import KokoroModel
from sparkle_motion_dagster.engines.speech.kokoro.onnx_file import numbered
from sparkle_motion_dagster.engines.speech.kokoro.script import Script, script_of
from sparkle_motion_dagster.engines.speech.kokoro.settings import KokoroSettings
from sparkle_motion_dagster.engines.speech.kokoro.speaking import joined, speak
from sparkle_motion_dagster.engines.speech.kokoro.weights import graph_of
from sparkle_motion_dagster.engines.speech.phonemes.word_sounds import word_sounds
from speech_takes import Take, speech_engine, spoken

HEART = {"af_heart": 1.0}


@pytest.fixture(scope="module")
def model() -> KokoroModel:
    return KokoroModel(graph_of(KokoroSettings()), "cpu", threads=1)


@pytest.fixture(scope="module")
def engine() -> SpeechEngine[Any]:
    return speech_engine("kokoro", {})


def english(text: str, **voice: object) -> SpeechRequest:
    settings = {"provider_voice": "af_heart", "language": "en-US", **voice}
    return SpeechRequest(text=text, voice=Voice.model_validate(settings), seed=1)


def said(engine: SpeechEngine[Any], request: SpeechRequest, folder: Path) -> Take:
    return spoken(engine, [request], folder)[0]


QUESTION = english("Who is there?")


@pytest.fixture(scope="module")
def question(engine: SpeechEngine[Any], tmp_path_factory: pytest.TempPathFactory) -> Take:
    """The question as it is spoken first, alone."""
    return said(engine, QUESTION, tmp_path_factory.mktemp("question"))


def script(text: str) -> Script:
    return script_of(word_sounds(text, "en-US"), "en-US")


def level_db(samples: np.ndarray, rate: int, start_s: float, end_s: float) -> float:
    part = samples[round(start_s * rate) : round(end_s * rate)]
    return float(10 * np.log10(np.mean(part**2) + 1e-12))


def test_the_durations_are_those_of_the_sound(model: KokoroModel) -> None:
    text = script("The harbour is closed.")
    for speed in (0.8, 1.37):
        [passage] = speak(model, text, HEART, speed)  # refuses durations that are not the sound's
        assert [sound.ipa for sound in passage.sounds] == [*text.phonemes]
        for sound, following in pairwise(passage.sounds):
            assert sound.start < sound.end <= following.start


@pytest.mark.models
def test_a_line_that_is_too_long_is_spoken_in_passages(model: KokoroModel) -> None:
    text = script("The tide is coming in, and nobody is there. " * 16)
    passages = [*speak(model, text, HEART, 1.4)]
    assert len(passages) == 2
    assert passages[0].symbols[-1].text == "."
    samples, sounds = joined(passages)
    assert [sound.ipa for sound in sounds] == [*text.phonemes]
    assert sounds[-1].end <= len(samples)
    assert all(one.end <= other.start for one, other in pairwise(sounds))


def test_lines_are_the_same_one_by_one_and_at_the_same_time(
    engine: SpeechEngine[Any], question: Take, tmp_path: Path
) -> None:
    lines = [QUESTION, english("Nobody is.")]
    folders = [tmp_path / f"at_once_{number}" for number in range(len(lines))]
    for folder in folders:
        folder.mkdir()
    fresh = KokoroEngine(KokoroSettings(threads=1))
    assert fresh.at_once
    with ThreadPoolExecutor(len(lines)) as threads:
        at_once = [*threads.map(lambda line, folder: said(fresh, line, folder), lines, folders)]
    for alone, take in zip([question, said(engine, lines[1], tmp_path)], at_once, strict=True):
        assert np.array_equal(alone.samples, take.samples)
        assert alone.timings == take.timings


def test_a_graph_that_nobody_knows_is_made_simpler_where_it_can_be(
    model: KokoroModel, tmp_path: Path
) -> None:
    """The graph of 32 bits needs it; that of the packages was found to be as simple as it gets."""
    from onnxruntime import GraphOptimizationLevel

    unknown = numbered(100, 1)
    own = tmp_path / "own.onnx"
    own.write_bytes(graph_of(KokoroSettings()).read() + unknown)
    other = KokoroModel(graph_of(KokoroSettings(weights=own)), "cpu", threads=1)
    levels = [one._session.get_session_options().graph_optimization_level for one in (model, other)]
    assert levels == [GraphOptimizationLevel.ORT_DISABLE_ALL, GraphOptimizationLevel.ORT_ENABLE_ALL]


def test_what_was_loaded_is_freed_and_loaded_again(
    engine: SpeechEngine[Any], question: Take, tmp_path: Path
) -> None:
    assert isinstance(engine, KokoroEngine)
    graph = weakref.ref(engine._loaded_model)
    engine.unload()
    gc.collect()
    assert graph() is None
    engine.unload()
    again = said(engine, QUESTION, tmp_path)
    assert np.array_equal(question.samples, again.samples)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="its allocator alone is asked")
@pytest.mark.usefixtures("model")  # what all sessions share is there
def test_a_loaded_graph_takes_little_more_memory_than_its_file() -> None:
    """The session that runs it would keep the file beside what it made of it."""
    graph = graph_of(KokoroSettings())
    give_back_freed()
    before = psutil.Process().memory_info().rss
    another = KokoroModel(graph, "cpu", threads=1)
    give_back_freed()
    grown = psutil.Process().memory_info().rss - before
    assert another.speak([50], np.zeros(256, np.float32), 1.0).samples.size
    assert grown < 1.7 * len(graph.read())


def test_what_stands_between_sentences_is_silent_for_a_while(
    engine: SpeechEngine[Any], tmp_path: Path
) -> None:
    take = said(engine, english("Who is there? No! Mama, stop."), tmp_path)
    assert take.timings is not None
    words = {word.text: word for word in take.timings.words}
    for before, after, least_s in [("there?", "No!", 0.24), ("No!", "Mama,", 0.24)]:
        pause = (words[before].end_s, words[after].start_s)
        assert pause[1] - pause[0] >= least_s
        middle = (pause[0] + pause[1]) / 2
        spoken_db = level_db(take.samples, take.rate, words[after].start_s, words[after].end_s)
        assert level_db(take.samples, take.rate, middle - 0.03, middle + 0.03) < spoken_db - 20


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (english("Hello.", provider_voice="af_nobody"), "no voice 'af_nobody'"),
        (english("Hallo.", language="de-DE"), "does not speak de-DE"),
        (english("Привет."), "Cyrillic"),
        (english("Hello.", settings={"rate": 9}), "rate"),
    ],
)
def test_what_it_cannot_speak_is_said_beforehand(
    engine: SpeechEngine[Any], request_: SpeechRequest, says: str
) -> None:
    with pytest.raises(EngineInputError, match=says):
        engine.check(request_)


def test_the_voice_s_pace_is_the_model_s_own(engine: SpeechEngine[Any], tmp_path: Path) -> None:
    line = "The storm is over."
    slow = said(engine, english(line, settings={"rate": 0.8}), tmp_path / "slow")
    quick = said(engine, english(line, settings={"rate": 1.2}), tmp_path / "quick")
    assert quick.duration_s == pytest.approx(slow.duration_s * 0.8 / 1.2, rel=0.06)
