"""Cues on a stem: where they sound, to the sample, without clicks, and what stems add up to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from sounds import write_wav
from sparkle_motion_dagster.media.sound.cues import LaidCue, write_stem, write_sum
from sparkle_motion_dagster.media.sound.track_check import largest_difference, levels_over
from sparkle_motion_dagster.units import SAMPLE_RATE

STEP = 2**-20


def tone(seconds: float, hertz: float = 440.0, level: float = 0.5) -> NDArray[np.float32]:
    """A steady tone on both channels: whatever steps or gaps it gets show in its derivative."""
    wave = level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)
    return np.stack((wave, wave), axis=1).astype(np.float32)


def off(samples: NDArray[np.float32], expected: NDArray[np.floating]) -> float:
    """Return by how much a sample is off, at most."""
    assert samples.shape == expected.shape
    return float(np.abs(samples - expected).max())


def stem(tmp_path: Path, *cues: LaidCue, seconds: float = 2.0) -> NDArray[np.float32]:
    path = tmp_path / "stem.wav"
    write_stem(cues, round(seconds * SAMPLE_RATE), path)
    samples, rate = soundfile.read(path, dtype="float32")
    assert (rate, soundfile.info(path).subtype) == (SAMPLE_RATE, "FLOAT")
    assert samples.shape == (round(seconds * SAMPLE_RATE), 2)
    return np.asarray(samples)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "tone.wav", tone(0.5), subtype="FLOAT")


def test_a_cue_sounds_where_it_lies_and_nowhere_else(tmp_path: Path, sound: Path) -> None:
    samples = stem(tmp_path, LaidCue(sound, 30_001, 96_000, gain=2.0))
    assert not samples[:30_001].any()
    assert not samples[54_001:].any()
    assert off(samples[30_001 + 240 : 54_001 - 240], 2 * tone(0.5)[240:-240]) < STEP
    assert np.abs(samples[30_001]).max() < 0.01
    assert np.abs(samples[54_000]).max() < 0.02


def test_a_cue_that_begins_before_the_film_has_begun(tmp_path: Path, sound: Path) -> None:
    samples = stem(tmp_path, LaidCue(sound, -1000, 96_000), LaidCue(sound, 5000, 4000))
    assert off(samples[240 : 23_000 - 240], tone(0.5)[1240 : 24_000 - 240]) < STEP
    assert not samples[23_000:].any()


@pytest.mark.parametrize("crossfade", [0, 480, 6000])
def test_a_loop_has_no_seam(tmp_path: Path, sound: Path, crossfade: int) -> None:
    """A tone that fits its file a whole number of times goes on for ever, however it is joined."""
    samples = stem(tmp_path, LaidCue(sound, 100, 90_000, crossfade=crossfade))
    middle = samples[400:89_700, 0]
    steepest = 2 * np.pi * 440 / SAMPLE_RATE * np.abs(middle).max()
    assert np.abs(np.diff(middle)).max() <= 1.01 * steepest
    blocks = np.abs(middle[: len(middle) // 1000 * 1000].reshape(-1, 1000)).max(axis=1)
    assert blocks.min() > 0.49
    assert not samples[90_000:].any()


def test_a_very_short_file_loops_for_a_minute(tmp_path: Path) -> None:
    short = write_wav(tmp_path / "short.wav", tone(0.05), subtype="FLOAT")
    samples = stem(tmp_path, LaidCue(short, 0, 60 * SAMPLE_RATE, crossfade=600), seconds=60)
    levels = np.abs(samples.reshape(-1, SAMPLE_RATE // 2, 2)).max(axis=(1, 2))
    assert levels.min() > 0.4
    assert levels.max() < 0.75


def test_fades_are_of_equal_power_and_longer_ones_are_shortened(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (SAMPLE_RATE, 2)).astype(np.float32)
    path = write_wav(tmp_path / "noise.wav", noise, subtype="FLOAT")
    faded = stem(tmp_path, LaidCue(path, 0, 48_000, fade_in=24_000, fade_out=24_000))[:48_000]
    share = (np.arange(24_000) + 0.5) / 24_000
    expected = np.concatenate((np.sin(np.pi / 2 * share), np.cos(np.pi / 2 * share)))
    assert off(faded, noise * expected[:, np.newaxis]) < STEP
    # Thirty seconds up and ten down, on one second: three quarters of it and one.
    longer = stem(tmp_path, LaidCue(path, 0, 48_000, fade_in=30 * 48_000, fade_out=10 * 48_000))
    loudest = np.abs(longer[:48_000].reshape(48, -1)).mean(axis=1).argmax()
    assert loudest in range(34, 38)


def test_nothing_clips_and_stems_add_up_to_the_last_bit(tmp_path: Path) -> None:
    dice = np.random.default_rng(2)
    paths = []
    for number in range(3):
        sound = dice.uniform(-1, 1, (SAMPLE_RATE, 2)).astype(np.float32)
        path = write_wav(tmp_path / f"sound_{number}.wav", sound, subtype="FLOAT")
        paths.append(tmp_path / f"stem_{number}.wav")
        write_stem([LaidCue(path, 0, 48_000, gain=1.5)], 60_000, paths[-1])
    track = dice.integers(-(2**15), 2**15, (60_000, 2)).astype(np.int16)
    soundfile.write(tmp_path / "track.wav", track, SAMPLE_RATE)
    parts = [tmp_path / "track.wav", *paths]
    write_sum(parts, 60_000, tmp_path / "sum.wav")
    assert np.abs(soundfile.read(tmp_path / "sum.wav")[0]).max() > 3
    assert largest_difference(tmp_path / "sum.wav", parts) == 0.0
    assert largest_difference(tmp_path / "sum.wav", parts[1:]) > 0.9
    write_sum(parts, 60_000, tmp_path / "again.wav")
    assert (tmp_path / "sum.wav").read_bytes() == (tmp_path / "again.wav").read_bytes()


def test_how_much_louder_speech_is_than_music_is_weighted_as_ears_hear(tmp_path: Path) -> None:
    """A low note and a high one of one level: the low one masks less, and music may be absent."""
    speech = write_wav(tmp_path / "speech.wav", np.concatenate((tone(3, 1000), tone(1, 1000))))
    music = np.concatenate((tone(1, 1000, 0.05), tone(1, 40, 0.05), 0 * tone(1), tone(1, 1000)))
    write_wav(tmp_path / "music.wav", music, subtype="FLOAT")
    lines = [(number * SAMPLE_RATE, (number + 1) * SAMPLE_RATE) for number in range(4)]
    high, low, none, same = levels_over(speech, lines, tmp_path / "music.wav")
    assert high == pytest.approx(20, abs=0.1)
    assert low == pytest.approx(20 + 5.7, abs=1.5)  # BS.1770's high-pass, at 40 Hz
    assert none is None
    assert same == pytest.approx(0, abs=0.1)
