"""How mouths follow phonemes, and loudness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from sparkle_motion_dagster.engines.lipsync.speaking.mouth_tracks import (
    MouthTrack,
    follow_loudness,
    follow_phonemes,
)
from sparkle_motion_dagster.plan.timeline.speech_timings import SpokenPhoneme


def spoken(*sounds: tuple[str, float, float]) -> MouthTrack:
    return follow_phonemes([SpokenPhoneme(ipa=ipa, start_s=a, end_s=b) for ipa, a, b in sounds])


def evenly(*ipas: str, each_s: float = 0.1) -> MouthTrack:
    """Speak sounds of equal length."""
    return spoken(*((ipa, each_s * k, each_s * (k + 1)) for k, ipa in enumerate(ipas)))


@pytest.mark.parametrize("lips", ["m", "b", "p"])
@pytest.mark.parametrize("each_s", [0.03, 0.06, 0.15])
def test_lips_meet_fully_for_a_frame_at_least(lips: str, each_s: float) -> None:
    """Between the widest vowels, and however short the sound is."""
    track = spoken(("ɑː", 0.0, 0.3), (lips, 0.3, 0.3 + each_s), ("ɑː", 0.3 + each_s, 0.7))
    middle = 0.3 + each_s / 2
    for seconds in (middle - 0.02, middle, middle + 0.02):
        assert track.at(seconds).opening == pytest.approx(0, abs=1e-9)
        assert track.at(seconds).press > 0.5
    assert track.at(0.15).opening > 0.7


@pytest.mark.parametrize("ipa", ["f", "v"])
def test_the_lower_lip_goes_under_the_teeth(ipa: str) -> None:
    shape = evenly("ɑː", ipa, "ɑː").at(0.15)
    assert shape.tuck > 0.9
    assert shape.opening < 0.2


def test_vowels_open_as_far_as_they_are_open() -> None:
    openings = {
        ipa: evenly("t", ipa, "t", each_s=0.15).at(0.225).opening for ipa in ("ɑ", "ɛ", "i", "u")
    }
    assert openings["ɑ"] > openings["ɛ"] > openings["i"] >= openings["u"] > 0


def test_lips_spread_and_round() -> None:
    assert evenly("t", "iː", "t", each_s=0.15).at(0.225).width > 0.5
    assert evenly("t", "uː", "t", each_s=0.15).at(0.225).width < -0.6


def test_rounding_is_anticipated() -> None:
    """The same s is round before oo, and spread before ee."""
    round_s, spread_s = evenly("s", "uː").at(0.05), evenly("s", "iː").at(0.05)
    assert round_s.width < -0.1 < 0.3 < spread_s.width


def test_sounds_at_the_back_take_the_mouth_of_their_neighbours() -> None:
    assert evenly("uː", "k", "uː").at(0.15).width < -0.5
    assert evenly("iː", "k", "iː").at(0.15).width > 0.4


def test_a_mouth_passes_through_what_lies_between_two_shapes() -> None:
    track = evenly("iː", "ɑː", each_s=0.2)
    path = [track.at(0.1 + 0.02 * step).opening for step in range(11)]
    assert path == sorted(path)
    assert max(np.diff(path)) < 0.35


def test_the_mouth_rests_in_pauses_and_only_there() -> None:
    def pause(seconds: float) -> float:
        track = spoken(("ɑː", 0.0, 0.3), ("ɑː", 0.3 + seconds, 0.8 + seconds))
        return track.at(0.3 + seconds / 2).opening

    assert pause(0.05) > 0.6
    assert pause(0.2) == 0


def test_it_rests_before_and_after_the_line() -> None:
    track = evenly("ɑː")
    rest = track.at(-0.5)
    assert rest == track.at(0.5)
    assert (rest.opening, rest.width, rest.press, rest.tuck, rest.tongue) == (0, 0, 0, 0, 0)


def test_it_opens_a_little_before_the_sound() -> None:
    assert 0 < evenly("ɑː").at(-0.03).opening < evenly("ɑː").at(0.05).opening


def test_the_tongue_shows_where_it_touches_the_teeth() -> None:
    assert evenly("ɑ", "θ", "ɑ").at(0.15).tongue > 0.6
    assert evenly("ɑ", "k", "ɑ").at(0.15).tongue < 0.1


def test_a_diphthong_goes_from_its_first_to_its_last_vowel() -> None:
    track = spoken(("aɪ", 0.0, 0.4))
    assert track.at(0.08).opening > track.at(0.32).opening + 0.3
    assert track.at(0.08).width < track.at(0.32).width


def test_unknown_sounds_move_the_lips_a_little_and_marks_of_silence_do_not() -> None:
    openings = [spoken((ipa, 0.0, 0.2)).at(0.1).opening for ipa in ("ʘ", "_", "")]
    assert 0.1 < openings[0] < 0.5
    assert openings[1:] == [0, 0]


def write_sound(path: Path, *loudness: float) -> None:
    """Write tenths of a second of a tone, each as loud as it is said."""
    tone = np.sin(np.arange(2205) * 2 * np.pi * 300 / 22_050)
    samples = np.concatenate([tone * level for level in loudness])
    soundfile.write(path, samples, 22_050, subtype="FLOAT")


def test_a_mouth_opens_as_far_as_the_sound_is_loud(tmp_path: Path) -> None:
    write_sound(tmp_path / "s.wav", 0, 0.8, 0.2, 0.001, 0.8)
    opened = [follow_loudness(tmp_path / "s.wav").at(0.05 + k / 10).opening for k in range(5)]
    assert opened[1] == pytest.approx(1, abs=0.02)
    assert opened[2] == pytest.approx(0.6, abs=0.05)  # 12 dB below the loudest, of 30
    assert opened[0] == opened[3] == 0
    assert opened[4] == opened[1]


def test_silence_keeps_the_mouth_closed(tmp_path: Path) -> None:
    write_sound(tmp_path / "s.wav", 0, 0)
    track = follow_loudness(tmp_path / "s.wav")
    assert [track.at(seconds).opening for seconds in (0.0, 0.1, 0.2)] == [0, 0, 0]
