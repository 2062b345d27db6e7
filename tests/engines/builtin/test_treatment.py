"""Treatments: what is left of a voice, how loud it is, where its words are, and what rings on."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import forked
from sounds import Sound, silence, speech, write_wav
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.treatment.effects import ringing_samples
from sparkle_motion_dagster.engines.builtin.treatment.engine import TakeTreater, TreatRequest
from sparkle_motion_dagster.media.sound.loudness import loudness_of
from sparkle_motion_dagster.media.sound.takes import read_mono
from sparkle_motion_dagster.plan.voices import Effect

EFFECTS: tuple[Effect, ...] = get_args(Effect)
RATE = 48_000

_ELSEWHERE = """
import os, sys
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from pathlib import Path
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.treatment.engine import TakeTreater, TreatRequest
take, folder, effect = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
stored = StoredFile(sha256=digest_file(take), path=take)
request = TreatRequest(audio=stored, effect=effect)
(made,) = TakeTreater(EngineSettings()).make([request], folder)
print(digest_file(made.outputs["audio"].path))
"""


def treat(take: Path, effect: Effect, folder: Path) -> Path:
    stored = StoredFile(sha256=digest_file(take), path=take)
    request = TreatRequest(audio=stored, effect=effect)
    (made,) = TakeTreater(EngineSettings()).make([request], folder)
    return made.outputs["audio"].path


def heard(take: Path, effect: Effect, folder: Path) -> Sound:
    return read_mono(treat(take, effect, folder))


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A take with a pause in it."""
    sound = np.concatenate((speech(1), silence(0.5), speech(0.8, seed=2)))
    return write_wav(tmp_path_factory.mktemp("voice") / "voice.wav", sound)


def band_db(sound: Sound, low: float, high: float) -> float:
    """Return how much of a sound's power lies between two frequencies, in dB of all of it."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    inside = power[(hertz >= low) & (hertz < high)].sum()
    return float(10 * np.log10(inside / power.sum() + 1e-12))


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_treated_take_is_as_loud_and_its_words_are_where_they_were(
    tmp_path: Path, voice: Path, effect: Effect
) -> None:
    before, after = read_mono(voice), heard(voice, effect, tmp_path)
    assert len(after) == len(before) + ringing_samples(effect)
    loudness = [
        loudness_of(sound[: len(before)].astype(np.float64)).integrated_lufs or 0
        for sound in (before, after)
    ]
    assert loudness[1] == pytest.approx(loudness[0], abs=0.1)
    assert np.abs(after).max() <= 0.98 + 1e-4
    size = 2 * len(after)
    likeness = np.fft.irfft(np.fft.rfft(after, size) * np.conj(np.fft.rfft(before, size)), size)
    assert int(np.abs(likeness[:4800]).argmax()) <= 2


@pytest.mark.parametrize(
    ("effect", "low", "high"), [("telephone", 250, 3800), ("radio", 320, 3600)]
)
def test_a_narrow_band_is_left(
    tmp_path: Path, voice: Path, effect: Effect, low: float, high: float
) -> None:
    sound = heard(voice, effect, tmp_path)
    assert band_db(sound, low, high) > -1
    assert band_db(sound, 0, low / 2) < -20
    assert band_db(sound, high + 800, 24_000) < -40


def test_a_radio_hisses_while_the_voice_sounds_and_is_still_in_its_pauses(
    tmp_path: Path, voice: Path
) -> None:
    sound = heard(voice, "radio", tmp_path)
    pause, voiced = sound[56_000:64_000], sound[:40_000]
    assert np.abs(pause).max() < 1e-4
    clean = heard(voice, "telephone", tmp_path)[:40_000]
    assert band_db(voiced, 2400, 2700) > band_db(clean, 2400, 2700)


@pytest.mark.parametrize(("effect", "seconds"), [("far", 0.6), ("hall", 1.8), ("thought", 0.6)])
def test_a_room_rings_on_and_dies_away(
    tmp_path: Path, voice: Path, effect: Effect, seconds: float
) -> None:
    assert ringing_samples(effect) == round(seconds * RATE)
    sound = heard(voice, effect, tmp_path)
    tail = sound[len(read_mono(voice)) :]
    levels = [float(np.sqrt(np.mean(part**2))) for part in np.array_split(tail, 5)]
    assert levels == sorted(levels, reverse=True)
    assert levels[0] > 10 * levels[-1]
    assert levels[0] > 1e-3
    assert np.abs(tail[-48:]).max() < 1e-3
    edge = len(read_mono(voice))
    assert np.abs(np.diff(sound[edge - 100 : edge + 100])).max() < 0.1


def test_who_is_far_away_has_no_highs_and_who_is_near_has_lows(tmp_path: Path, voice: Path) -> None:
    before = read_mono(voice)
    assert band_db(heard(voice, "far", tmp_path), 5000, 24_000) < band_db(before, 5000, 24_000) - 9
    near = heard(voice, "thought", tmp_path)
    warmth = [band_db(sound, 100, 200) - band_db(sound, 1000, 4000) for sound in (before, near)]
    assert warmth[1] > warmth[0] + 3


@pytest.mark.parametrize("effect", EFFECTS)
def test_the_shortest_and_the_softest_take_can_be_treated(tmp_path: Path, effect: Effect) -> None:
    for number, sound in enumerate((speech(0.02), 1e-4 * speech(0.5), silence(0.3))):
        take = write_wav(tmp_path / f"{number}.wav", sound)
        treated = heard(take, effect, tmp_path)
        assert len(treated) == len(sound) + ringing_samples(effect)
        assert np.isfinite(treated).all()
        assert np.abs(treated).max() <= max(0.001, 4 * np.abs(sound).max())


def test_equal_takes_give_equal_bytes_on_one_core(tmp_path: Path, voice: Path) -> None:
    take = write_wav(tmp_path / "take.wav", speech(0.5, rate=24_000), 24_000)
    for effect in ("radio", "hall"):
        made = digest_file(treat(take, effect, tmp_path))
        again = forked.check(
            ["python", "-c", _ELSEWHERE, str(take), str(tmp_path), effect], tmp_path
        )
        assert again.strip() == made
