"""Kokoro's voices: their files, blends of them, and what pitch, size and effects do."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import JsonValue, ValidationError

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.weights_errors import (
    DamagedWeightsError,
    MissingWeightsError,
)
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.kokoro.collect_voices import NAMES, collect
from sparkle_motion_dagster.engines.speech.kokoro.upstream import DIGESTS
from sparkle_motion_dagster.engines.speech.kokoro.voice import KokoroVoice, mix_of
from sparkle_motion_dagster.engines.speech.kokoro.voice_files import (
    SHIPPED,
    voice_content,
)
from sparkle_motion_dagster.engines.speech.performances import Role
from sparkle_motion_dagster.film.casting.performers import CastingError
from sparkle_motion_dagster.resources.engines import voice_catalogue
from speech_takes import Take, level_db, median_pitch, speech_engine, spoken

LINE = "Harbours are calm."

DELIVERIES: dict[str, Mapping[str, JsonValue]] = {
    "plain": {},
    "high": {"pitch": 1.2},
    "high again": {"pitch": 1.2},
    "low": {"pitch": 0.8},
    "small": {"size": 0.8},
    "robot": {"effect": "robot"},
    "high robot": {"effect": "robot", "pitch": 1.25},
    "tremor": {"effect": "tremor"},
}

BLENDS = {"other": {"am_onyx": 1}, "blend": {"af_heart": 1, "am_onyx": 1}}

IN_EVERY_SUITE = {"high", "small", "robot", "tremor"}
"""One delivery of each kind; the others are more of the same."""


def deliveries(*names: str) -> list[object]:
    """Return deliveries to test, of which further ones of a kind are left to the long suite."""
    return [
        pytest.param(name, marks=() if name in IN_EVERY_SUITE else pytest.mark.service)
        for name in names
    ]


class Takes:
    """A line as one voice delivers it in several ways, and as two and their blend do.

    Each is spoken when it is first asked for: it takes seconds.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engine = speech_engine("kokoro", {})
        self._takes: dict[str, Take] = {}

    def __getitem__(self, name: str) -> Take:
        if name not in self._takes:
            request = SpeechRequest(text=LINE, voice=self._voice(name), seed=1)
            [self._takes[name]] = spoken(self._engine, [request], self._folder / name)
        return self._takes[name]

    def _voice(self, name: str) -> Voice:
        if name in BLENDS:
            blend = KokoroVoice.model_validate({"mix": BLENDS[name]})
            return Voice(provider_voice=blend.voice, language="en-US")
        settings = dict(DELIVERIES[name])
        return Voice(provider_voice="af_heart", language="en-US", settings=settings)


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> Takes:
    return Takes(tmp_path_factory.mktemp("takes"))


# Files


def test_the_folder_holds_the_voices_that_are_collected_and_their_notice() -> None:
    assert {file.name for file in SHIPPED.iterdir()} == {"NOTICE", *(f"{one}.bin" for one in NAMES)}
    assert all(len(voice_content(name)) == 510 * 256 * 4 for name in NAMES)


def test_the_folder_can_be_made_from_upstreams_files(tmp_path: Path) -> None:
    folder = tmp_path / "voices"
    folder.mkdir()
    collect(SHIPPED, folder)
    assert sorted(file.stem for file in folder.iterdir()) == sorted(NAMES)
    assert voice_content("am_puck", folder) == voice_content("am_puck")


def test_nothing_is_collected_of_a_folder_in_which_a_file_is_another(tmp_path: Path) -> None:
    upstream, folder = tmp_path / "upstream", tmp_path / "voices"
    shutil.copytree(SHIPPED, upstream)
    folder.mkdir()
    (upstream / "bf_emma.bin").write_bytes(b"\0" * 522240)
    (upstream / "bm_fable.bin").unlink()
    with pytest.raises(SystemExit, match=r"not upstream's: bf_emma\.bin, bm_fable\.bin"):
        collect(upstream, folder)
    assert not list(folder.iterdir())


def test_a_damaged_voice_is_named_and_what_to_type(tmp_path: Path) -> None:
    (tmp_path / "af_heart.bin").write_bytes((SHIPPED / "af_heart.bin").read_bytes()[:-1])
    with pytest.raises(DamagedWeightsError) as error:
        voice_content("af_heart", tmp_path)
    assert str(tmp_path / "af_heart.bin") in str(error.value)
    assert "Remove the file, and fetch it again: sparkle engines install kokoro" in str(error.value)


def test_a_damaged_voice_of_the_hub_s_cache_is_named_by_the_file_itself(tmp_path: Path) -> None:
    # Without its link alone, the hub's client would find the damaged file, and link it again.
    (tmp_path / "blob").write_bytes(b"damaged")
    (tmp_path / "jf_alpha.bin").symlink_to("blob")
    with pytest.raises(DamagedWeightsError) as error:
        voice_content("jf_alpha", tmp_path)
    assert f"{tmp_path / 'blob'}, is damaged" in str(error.value)


def test_a_voice_that_is_still_to_be_fetched_says_what_to_type() -> None:
    assert "jf_alpha" in DIGESTS
    with pytest.raises(MissingWeightsError, match="sparkle engines install kokoro --model voices"):
        voice_content("jf_alpha")


@pytest.mark.parametrize("voice", ["af_hart", "af_heart*0.5+bf_ema*0.5"])
def test_a_voice_that_there_is_not_is_refused_before_anything_is_spoken(voice: str) -> None:
    request = SpeechRequest(
        text=LINE, voice=Voice(provider_voice=voice, language="en-US"), tempo=1, seed=1
    )
    with pytest.raises(EngineInputError, match=r"no voice '(af_hart|bf_ema)'\. Did you mean '"):
        speech_engine("kokoro", {}).check(request)


# Blends


@pytest.mark.parametrize(
    ("written", "voice"),
    [
        ({"voice": "af_heart"}, "af_heart"),
        ({"mix": {"bf_emma": 2, "af_heart": 3}}, "af_heart*0.6+bf_emma*0.4"),
        ({"voice": None, "mix": {"af_heart": 1, "bf_emma": 2}}, "af_heart*0.3333+bf_emma*0.6667"),
        ({"mix": {"af_heart": 7}}, "af_heart"),
    ],
)
def test_a_mix_is_a_voice(written: Mapping[str, Any], voice: str) -> None:
    performance = KokoroVoice.model_validate(written)
    assert performance.voice == voice
    assert sum(mix_of(voice).values()) == pytest.approx(1)
    assert KokoroVoice.model_validate(performance.model_dump()) == performance


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"voice": "af_heart", "mix": {"bf_emma": 1}}, "either voice or mix"),
        ({}, "voice"),
        ({"mix": {}}, "how much each voice counts"),
        ({"mix": ["af_heart"]}, "how much each voice counts"),
        ({"mix": {"af_heart": 1, "bf_emma": 0}}, "bf_emma must count more than 0"),
        ({"mix": {"af_heart": float("nan"), "bf_emma": 1}}, "af_heart must count more than 0"),
        ({"mix": {"af_heart": True}}, "af_heart must count more than 0"),
        ({"mix": {"af_heart": 1, "bf_emma": 1e-6}}, "at least a thousandth"),
        ({"mix": {"af_heart": float("inf"), "bf_emma": 1}}, "af_heart must count more than 0"),
        ({"mix": {"../af_heart": 1}}, "pattern"),
        ({"voice": "af_heart*0.0+bf_emma*0.0"}, "pattern"),
        ({"voice": "af_heart", "pitch": 1.5}, "pitch"),
        ({"voice": "af_heart", "size": 0.5}, "size"),
        ({"voice": "af_heart", "effect": "choir"}, "effect"),
    ],
)
def test_what_is_no_voice_is_refused(written: Mapping[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        KokoroVoice.model_validate(written)


def test_a_blend_lies_between_its_voices(takes: Takes) -> None:
    lower, between, higher = (median_pitch(takes[name]) for name in ("other", "blend", "plain"))
    assert 1.1 * lower < between < higher / 1.1


def test_a_catalogue_of_ones_own_has_a_blend_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "voices.yaml"
    own.write_text(
        "voices: {emma: {providers: {kokoro: {voice: null, mix: {af_kore: 1, bf_emma: 1}}}}}"
    )
    monkeypatch.setenv("SPARKLE_VOICES", str(own))
    role = Role(character_id="mara", voice_id="emma")
    assert (
        voice_catalogue().cast([role], "kokoro")["mara"].provider_voice == "af_kore*0.5+bf_emma*0.5"
    )


def test_a_pitch_that_would_not_sound_natural_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARKLE_VOICES")
    role = Role(character_id="mara", voice_id="emma", pitch=1.5)
    with pytest.raises(CastingError, match=r"'mara'.*kokoro.*'emma'.*pitch.*1\.5.*1\.3"):
        voice_catalogue().cast([role], "kokoro")


# How they are delivered


@pytest.mark.service
def test_the_same_delivery_gives_the_same_bytes(takes: Takes) -> None:
    assert takes["high again"].digests == takes["high"].digests


PITCHES = {"high": 1.2, "low": 0.8, "small": 1.25, "tremor": 1.0}


@pytest.mark.parametrize("name", deliveries(*PITCHES))
def test_a_voice_is_as_high_as_is_asked_for(takes: Takes, name: str) -> None:
    assert median_pitch(takes[name]) / median_pitch(takes["plain"]) == pytest.approx(
        PITCHES[name], rel=0.06
    )


def test_a_robot_speaks_in_one_pitch(takes: Takes) -> None:
    assert median_pitch(takes["robot"]) == pytest.approx(100, rel=0.01)


@pytest.mark.service
def test_a_robot_with_a_higher_voice_speaks_in_one_higher_pitch(takes: Takes) -> None:
    assert median_pitch(takes["high robot"]) == pytest.approx(125, rel=0.02)


@pytest.mark.parametrize("name", deliveries(*(name for name in DELIVERIES if name != "plain")))
def test_what_is_said_stays_where_it_was_and_as_loud(takes: Takes, name: str) -> None:
    plain, take = takes["plain"], takes[name]
    assert take.duration_s == pytest.approx(plain.duration_s, rel=0.02, abs=0.05)
    assert level_db(take) == pytest.approx(level_db(plain), abs=1.5)
    assert take.timings is not None
    assert plain.timings is not None
    for word, before in zip(take.timings.words, plain.timings.words, strict=True):
        assert word.text == before.text
        assert word.start_s == pytest.approx(before.start_s, abs=0.06)
    if name != "small":  # which is spoken more slowly, and played faster
        # Of a low voice the processor's rounding decides by some milliseconds.
        assert abs(_lag_s(plain, take)) <= 0.02


def _lag_s(one: Take, other: Take) -> float:
    """Return how much later the other take gets loud and soft, in seconds."""
    block = round(0.005 * one.rate)

    def strengths(take: Take) -> np.ndarray[Any, np.dtype[np.float64]]:
        count = min(len(one.samples), len(other.samples)) // block
        blocks = take.samples[: count * block].reshape(count, block)
        strength = np.sqrt(np.mean(blocks**2, axis=1))
        return np.asarray(strength - strength.mean(), np.float64)

    likeness = np.correlate(strengths(other), strengths(one), "full")
    return float((np.argmax(likeness) - len(likeness) // 2) * 0.005)
