"""Who gets louder opens the mouth wider."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from sparkle_motion_dagster.engines.lipsync.speaking.strength import Strength, strength_of

RATE = 24_000


def spoken(path: Path, *levels: float) -> Strength:
    """Return the strength of a hum that has each level for half a second."""
    hum = np.sin(np.arange(RATE // 2) * 2 * np.pi * 200 / RATE)
    soundfile.write(path, np.concatenate([level * hum for level in levels]), RATE)
    return strength_of(path)


def test_an_even_line_opens_mouths_as_its_sounds_ask(tmp_path: Path) -> None:
    even = spoken(tmp_path / "even.wav", 0.3, 0.3, 0.3)
    assert [round(even.at(seconds), 3) for seconds in (0.2, 0.7, 1.3)] == [1, 1, 1]


def test_shouted_words_open_mouths_wider(tmp_path: Path) -> None:
    line = spoken(tmp_path / "line.wav", 0.2, 0.6, 0.2, 0.05, 0.2)
    usual, shouted, again, low = (line.at(seconds) for seconds in (0.1, 0.75, 1.25, 1.75))
    assert low < usual < shouted
    assert abs(again - 1) < 0.1
    assert low >= 0.75
    assert shouted <= 1.25


def test_how_loud_a_line_is_recorded_says_nothing(tmp_path: Path) -> None:
    quiet, loud = (
        spoken(tmp_path / f"{gain}.wav", 0.2 * gain, 0.5 * gain, 0.2 * gain) for gain in (0.1, 1)
    )
    assert np.allclose(quiet.factors, loud.factors, atol=0.01)


def test_silence_moves_nothing(tmp_path: Path) -> None:
    assert spoken(tmp_path / "none.wav", 0.0).at(0.2) == 1
