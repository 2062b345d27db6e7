"""What every ambience engine promises, and how the procedural one's moods sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from devices import on_cpu
from sparkle_motion_dagster.engines.ambience.base import (
    AmbienceEngine,
    AmbienceRequest,
    mood_name,
)
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.registry import engine_of, engines_of_kind
from sparkle_motion_dagster.units import SAMPLE_RATE

Sound = NDArray[np.float64]

SECONDS = 10
SETTINGS = {"procedural": {"seconds": SECONDS}}


def engine_named(name: str) -> AmbienceEngine[object]:  # type: ignore[type-var]
    return engine_of("ambience", name, SETTINGS.get(name, {}), on_cpu())  # type: ignore[return-value]


def made(engine: AmbienceEngine[object], mood: str, folder: Path, seed: int = 1) -> Path:  # type: ignore[type-var]
    folder.mkdir(parents=True, exist_ok=True)
    (one,) = engine.make([AmbienceRequest(mood=mood, seed=seed)], folder)
    assert set(one.outputs) == {"audio"}
    assert one.outputs["audio"].media_type == "audio/wav"
    return one.outputs["audio"].path


@pytest.fixture(scope="module", params=engines_of_kind("ambience"))
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def moods(name: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of all moods of an engine, by name."""
    folder, engine = tmp_path_factory.mktemp("moods"), engine_named(name)
    return {mood: made(engine, mood, folder / mood.replace(" ", "_")) for mood in engine.moods()}


def test_moods_are_stereo_and_loop_without_a_seam(moods: dict[str, Path]) -> None:
    for mood, path in moods.items():
        sound, rate = soundfile.read(path)
        assert (rate, sound.shape[1]) == (SAMPLE_RATE, 2), mood
        assert len(sound) >= 10 * SAMPLE_RATE, mood
        assert np.abs(sound).max() < 1, mood
        assert not np.array_equal(sound[:, 0], sound[:, 1]), mood
        # A seam is a step: around it nothing is steeper than somewhere else.
        steps = np.abs(np.diff(sound, n=3, axis=0))
        joined = np.abs(np.diff(np.concatenate((sound[-10:], sound[:10])), n=3, axis=0))
        assert joined.max() <= steps.max(), mood


def test_a_seed_decides_which_bytes_a_mood_has(
    name: str, moods: dict[str, Path], tmp_path: Path
) -> None:
    engine, mood = engine_named(name), min(moods)
    first = moods[mood].read_bytes()
    assert first == made(engine, mood, tmp_path / "again").read_bytes()
    assert first != made(engine, mood, tmp_path / "other", seed=2).read_bytes()


def test_an_unknown_mood_is_refused(name: str) -> None:
    with pytest.raises(EngineInputError, match="does not know the mood 'rane'"):
        engine_named(name).check(AmbienceRequest(mood="rane", seed=0))
    assert mood_name("  Room_Tone ") == "room tone"


def levels(sound: Sound, seconds: float) -> Sound:
    """Return the level of a sound, in dB, window after window."""
    size = round(seconds * SAMPLE_RATE)
    windows = sound[: len(sound) // size * size].reshape(-1, size)
    decibels: Sound = 10 * np.log10(np.mean(np.square(windows), axis=1))
    return decibels


def share(sound: Sound, low: float, high: float) -> float:
    """Return which share of a sound's power lies between two frequencies."""
    power = np.square(np.abs(np.fft.rfft(sound)))
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    return float(power[(hertz >= low) & (hertz < high)].sum() / power.sum())


@pytest.mark.parametrize("name", ["procedural"], scope="module")
def test_each_mood_sounds_like_what_it_is(moods: dict[str, Path]) -> None:
    left = {mood: soundfile.read(path)[0][:, 0] for mood, path in moods.items()}
    wind, rain, sea = left["wind"], left["rain"], left["sea"]
    # Wind comes in gusts, the sea in swells; rain is steady.
    assert np.ptp(levels(wind, 0.5)) > 5
    assert np.ptp(levels(sea, 0.5)) > 6
    assert np.ptp(levels(rain, 0.5)) < 3
    # Rain is dry: next to nothing below 300 Hz. Room tone is brown, and steady.
    assert share(rain, 0, 300) < 0.02
    assert share(rain, 1000, 12_000) > 0.8
    assert share(left["room tone"], 0, 250) > 0.7
    assert np.ptp(levels(left["room tone"], 0.5)) < 3
    # A hum is tones: nearly all of it within a hertz of the mains' harmonics.
    lines = sum(share(left["hum"], 50 * k - 1, 50 * k + 1) for k in range(1, 17))
    assert lines > 0.9
    # A crowd is voices, in the rhythm of syllables: two to eight a second.
    murmur = left["crowd murmur"]
    assert share(murmur, 150, 3000) > 0.85
    rhythm = np.abs(np.fft.rfft(10 ** (levels(murmur, 0.02) / 20)))[1:]
    hertz = (np.arange(len(rhythm)) + 1) / SECONDS
    assert rhythm[(hertz >= 2) & (hertz < 8)].mean() > 1.6 * rhythm[hertz > 15].mean()
