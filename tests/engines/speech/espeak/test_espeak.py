"""The espeak engine: what it pronounces, when, how fast, and how it fails."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import espeakng_loader
import numpy as np
import psutil
import pytest
import soundfile

import forked
from clips import child_processes
from sparkle_motion_dagster.engines.base import EngineError, EngineInputError
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.scripts import UnreadableTextError
from speech_takes import (
    REPOSITORY,
    Take,
    english,
    median_pitch,
    speech_engine,
    spoken,
    spoken_on_one_core,
)

PATIENCE_S = 30.0
LONG = "The harbour was quiet before the storm. " * 50
HARBOUR = "The harbour was quiet before the storm."

GOLDEN = {
    "audio": "c4a0f7959d6e7d2d9e3d747901acfc235b7fe9141f7851074abcf520a8822719",
    "timings": "54e60f1f35177b6ad234b90807da7de70290182203efb4a79c10b3b1ecf220e4",
}

Speak = Callable[..., Take]


@pytest.fixture
def speak(tmp_path: Path) -> Speak:
    def take(text: str, tempo: float = 1.0, **settings: float) -> Take:
        request = english(text, tempo=tempo, **settings)
        return spoken(speech_engine("espeak", {}), [request], tmp_path)[0]

    return take


def in_voice(text: str, provider_voice: str, language: str, folder: Path) -> Take:
    voice = Voice(provider_voice=provider_voice, language=language)
    request = SpeechRequest(text=text, voice=voice, seed=1)
    return spoken(speech_engine("espeak", {}), [request], folder)[0]


# What is pronounced


def test_words_are_timed_as_they_are_written(speak: Speak) -> None:
    take = speak("— Well -- don't say 42, O'Brien & Co (please) …")
    assert take.words == [
        *("— Well --", "don't", "say", "42,", "O'Brien", "&", "Co", "(please) …"),
    ]


def test_mama_closes_and_opens_the_mouth(speak: Speak) -> None:
    take = speak("mama")
    assert take.timings is not None
    shapes = [one.ipa.strip("ˈˌː") for one in take.timings.phonemes]
    assert shapes == ["m", "ɑ", "m", "ɐ"]


@pytest.mark.parametrize("voice", ["en-us+f3", "en-us+m3", "en-us+m8"])
def test_a_stop_holds_its_closure(voice: str, tmp_path: Path) -> None:
    take = in_voice("Two happy people.", voice, "en-US", tmp_path)
    assert take.timings is not None
    stops = [one for one in take.timings.phonemes if one.ipa == "p"]
    assert len(stops) == 3
    levels = np.abs(take.samples) / take.peak
    for stop in stops:
        start = round(stop.start_s * take.rate)
        assert levels[start - 1] > 0.05  # the vowel's last sample
        assert np.max(levels[start : start + round(0.03 * take.rate)]) < 0.06
        assert 0.06 < stop.end_s - stop.start_s < 0.12


@pytest.mark.parametrize(
    ("voice", "language", "text", "words", "sounds"),
    [
        ("fr+f3", "fr-FR", "Où êtes-vous allé, garçon ?", 3, "ɔ̃"),
        ("de+m3", "de-DE", "Fünf Mädchen lächeln über die Straße.", 6, "ç"),
        ("ru+m3", "ru-RU", "Привет, друг! Как дела?", 4, "dʲˈeɭa"),
        ("el+f3", "el-GR", "Γεια σου, φίλε!", 3, "f"),
        ("ru+f3", "ru-RU", "Это Harry из New York.", 5, "ɹ"),
        ("uk+f3", "uk-UA", "Це м'ята, м’ята і мʼята.", 4, "mj"),
    ],
)
def test_other_languages(
    voice: str, language: str, text: str, words: int, sounds: str, tmp_path: Path
) -> None:
    take = in_voice(text, voice, language, tmp_path)
    assert " ".join(take.words) == text
    assert len(take.words) >= words
    assert sounds in take.phonemes
    assert "(" not in take.phonemes


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Hello\x01400S there.", "Hello 400S there."),
        ("Hello\x00 there.", "Hello there."),
        ("Wait <break time='3s'/> here.", "Wait here."),
        ("Say [[maI]] now.", "Say, now."),
        ("*Not* __tonight__ 🙂.", "Not tonight ."),
        ("Co\u00adop zero\u200bwidth.", "Coop zerowidth."),
        ("Cafe\u0301.", "Café."),
        ("Line\none.\r\n\tTwo.", "Line one. Two."),
    ],
)
def test_text_is_text(speak: Speak, written: str, plain: str) -> None:
    assert speak(written).digests["audio"] == speak(plain).digests["audio"]


def test_entities_are_not_decoded(speak: Speak) -> None:
    assert "æmp" in speak("Tom &amp; Ann").phonemes


def test_a_line_of_2000_characters(speak: Speak) -> None:
    take = speak(LONG.strip()[:2000])
    assert len(take.words) == 350
    assert take.duration_s > 90


@pytest.mark.parametrize("digits", [60, pytest.param(2000, marks=pytest.mark.service)])
def test_every_digit_of_a_long_number_is_spoken(speak: Speak, digits: int) -> None:
    take = speak("So: " + "9" * digits + ", well.")
    assert take.phonemes.replace("ˈ", "").replace("ˌ", "").count("naɪn") == digits
    assert take.words == ["So:", "9" * digits + ",", "well."]


@pytest.mark.parametrize(
    ("text", "sound", "times"), [("ba" * 100, "b", 100), ("w" * 200, "dʌbəljuː", 200)]
)
def test_every_letter_of_a_long_word_is_spoken(
    speak: Speak, text: str, sound: str, times: int
) -> None:
    spoken = speak(text).phonemes.replace("ˈ", "").replace("ˌ", "")
    assert spoken.count(sound) == times


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Привет, друг!", r"'Привет,', written in Cyrillic.*'П'.*ru-RU or uk-UA"),
        ("He said Γεια to me.", r"'Γεια', written in Greek.*el-GR"),
        ("你好", r"'你好', written in Cjk.*of en-US cannot read\. Write it in"),
        ("𝐇𝐞", r"written in Mathematical"),
    ],
)
def test_a_line_that_the_voice_cannot_read_is_refused(speak: Speak, text: str, named: str) -> None:
    with pytest.raises(UnreadableTextError, match=named) as error:
        speak(text)
    assert repr(text) in str(error.value)


# The same bytes


@pytest.mark.skipif(
    (version("espeakng-loader"), platform.system(), platform.machine())
    != ("0.2.4", "Linux", "x86_64"),
    reason="another build of espeak-ng",
)
def test_bytes_change_only_with_a_new_version(speak: Speak) -> None:
    assert speech_engine("espeak", {}).version == 3
    take = speak("Not tonight, mama.", tempo=1.1, pitch=1.1, rate=0.9, volume=0.8)
    assert take.digests == GOLDEN


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_one_core(speak: Speak, tmp_path: Path) -> None:
    request = english(HARBOUR, tempo=1.15)
    there = spoken_on_one_core("espeak", {}, [request], tmp_path / "one")
    assert speak(HARBOUR, tempo=1.15).digests == there[0]


def test_breath_is_the_same_at_another_time(speak: Speak) -> None:
    first, began = speak(HARBOUR), int(time.time())
    while int(time.time()) == began:  # espeak-ng seeds its noise with the second it starts in
        again = speak(HARBOUR)
    assert speak(HARBOUR).digests == again.digests == first.digests


def test_lines_in_sequence_are_the_lines_alone(tmp_path: Path) -> None:
    requests = [english(text) for text in ("Not tonight.", HARBOUR, "Mama?", "Not tonight.")]
    engine = speech_engine("espeak", {})
    together = spoken(engine, requests, tmp_path / "together")
    alone = [
        spoken(engine, [request], tmp_path / str(index))[0]
        for index, request in enumerate(requests)
    ]
    assert [take.digests for take in together] == [take.digests for take in alone]


# How it is delivered


@pytest.mark.parametrize("text", ["No.", "Why did you come back?", HARBOUR])
def test_tempo(speak: Speak, text: str) -> None:
    usual_s = speak(text).duration_s
    for tempo in (0.9, 1.05, 1.1, 1.2, 1.3):
        wanted = usual_s / tempo
        # One frame of film: espeak-ng shortens short lines in steps.
        assert abs(speak(text, tempo=tempo).duration_s - wanted) <= max(0.01 * wanted, 1 / 24)


def test_rate_is_a_factor(speak: Speak) -> None:
    assert speak(HARBOUR).duration_s / speak(HARBOUR, rate=1.5).duration_s == pytest.approx(
        1.5, rel=0.08
    )


@pytest.mark.parametrize("pitch", [0.8, 1.25, 1.5])
def test_pitch_is_a_factor(speak: Speak, pitch: float) -> None:
    assert median_pitch(speak(HARBOUR, pitch=pitch)) == pytest.approx(
        pitch * median_pitch(speak(HARBOUR)), rel=0.04
    )


def test_volume_is_a_factor(speak: Speak) -> None:
    assert speak(HARBOUR, volume=0.5).peak == pytest.approx(speak(HARBOUR).peak / 2, rel=0.05)


# How it fails


@pytest.mark.parametrize("voice", ["en-gb", "atlantean", "en-us+nobody", "en-us+../f3"])
def test_an_unknown_voice_is_refused(voice: str, tmp_path: Path) -> None:
    with pytest.raises(EngineInputError) as error:
        in_voice("Hello.", voice, "en", tmp_path)
    assert voice.split("+")[-1] in str(error.value)
    assert "Hello." in str(error.value)


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"pich": 1.0}, "pich"), ({"pitch": 3.0}, "pitch"), ({"rate": 0}, "rate")],
)
def test_a_wrong_setting_of_a_voice_is_named(
    speak: Speak, settings: dict[str, float], named: str
) -> None:
    with pytest.raises(EngineInputError, match=named):
        speak("Hello.", **settings)


def test_a_rate_that_espeak_would_quietly_bound_is_refused(speak: Speak) -> None:
    with pytest.raises(EngineInputError, match="660 words a minute"):
        speak("Hello.", rate=2.0, tempo=2.0)


def test_a_process_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    engine = speech_engine("espeak", {"timeout_s": 0.001})
    with pytest.raises(EngineError, match=r"within 0\.001 s"):
        spoken(engine, [english("Hello.")], tmp_path)
    assert child_processes() == []


def test_a_crash_says_how_it_ended(speak: Speak) -> None:
    def crash() -> None:
        espeak_process(psutil.Process()).send_signal(signal.SIGSEGV)

    assassin = threading.Thread(target=crash)
    assassin.start()
    with pytest.raises(EngineError, match="SIGSEGV"):
        speak(LONG)
    assassin.join()


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a process as Linux has them")
def test_a_full_disk_says_so(tmp_path: Path) -> None:
    program = (
        "import resource; from pathlib import Path; from speech_takes import *\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        f"spoken(speech_engine('espeak', {{}}), [english('Hello.')], Path({str(tmp_path)!r}))"
    )
    ended = forked.run(["python", "-c", program], os.environ, tmp_path, PATIENCE_S)
    assert "EngineError: espeak-ng failed at 'Hello.': ended with status 1" in ended.stderr
    assert "File too large" in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a line is spoken to its end")
def test_espeak_dies_with_its_parent(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; from speech_takes import *\n"
        f"requests = [english({LONG!r})] * 100\n"
        f"spoken(speech_engine('espeak', {{}}), requests, Path({str(tmp_path)!r}))"
    )
    parent = forked.Piped(["python", "-c", program], os.environ, tmp_path)
    try:
        espeak = espeak_process(psutil.Process(parent.pid))
        espeak.suspend()  # it cannot end by itself any more
    finally:
        parent.kill()
        parent.read(PATIENCE_S)
    deadline = time.monotonic() + PATIENCE_S
    while espeak.is_running() and espeak.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "espeak outlived its parent"


def test_the_program_stands_alone(tmp_path: Path) -> None:
    program = (
        REPOSITORY / "sparkle_motion_dagster" / "engines" / "speech" / "phonemes" / "program.py"
    )
    order = {
        "library": espeakng_loader.get_library_path(),
        "data": espeakng_loader.get_data_path(),
        "wav": str(tmp_path / "spoken.wav"),
        "text": "Mama.",
        "voice": "en-us",
        "rate": 165,
        "pitch": 50,
        "pitch_range": 50,
        "volume": 100,
    }
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(shutil.copy(program, tmp_path))],
        input=json.dumps(order),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert soundfile.info(tmp_path / "spoken.wav").frames > 5000
    phonemes = json.loads(ended.stdout)["phonemes"]
    assert [one["ipa"] for one in phonemes if one["ipa"]] == ["m", "ˈɑː", "m", "ɐ"]
    assert phonemes[0]["position"] == 0


def espeak_process(parent: psutil.Process) -> psutil.Process:
    """Return the espeak process of `parent` once espeak-ng is loaded into it."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for child in parent.children(recursive=True):
            # A child that has spoken may be gone before it is looked at.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if "libespeak-ng" in Path(f"/proc/{child.pid}/maps").read_text():
                    return child
    raise AssertionError("no espeak process was seen")
