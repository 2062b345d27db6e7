"""Mastering: the decoded result keeps its promise, measured by another implementation."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pyloudnorm
import pytest
import soundfile
from pydantic import ValidationError

import forked
from measure import loudness, sound, true_peak
from sounds import peaky, silence, speech, write_track, write_wav
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.sound.loudness import (
    Loudness,
    integrated_lufs,
    measure_loudness,
)
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget, encode_track, master_track

TARGET = MasteringTarget()


def assert_on_target(master: Path) -> None:
    decoded = sound(master)
    assert loudness(decoded) == pytest.approx(-16, abs=0.55)  # pyloudnorm reads 0.04 LU lower
    assert true_peak(decoded) <= -1


def test_speech_gets_its_loudness_at_once(tmp_path: Path) -> None:
    track = write_track(tmp_path / "track.wav", silence(0.5), speech(1.5), silence(1))
    mastered = master_track(track, tmp_path / "sound.m4a", TARGET)
    assert_on_target(tmp_path / "sound.m4a")
    assert mastered.attempts == 1
    assert mastered.integrated_lufs == pytest.approx(
        loudness(sound(tmp_path / "sound.m4a")), abs=0.1
    )
    assert mastered.true_peak_dbtp == pytest.approx(
        true_peak(sound(tmp_path / "sound.m4a")), abs=0.2
    )


def test_speech_with_high_peaks_is_limited_until_it_is_loud_enough(tmp_path: Path) -> None:
    track = write_track(tmp_path / "track.wav", peaky(speech(1.5), 3.6))
    mastered = master_track(track, tmp_path / "sound.m4a", TARGET)
    assert_on_target(tmp_path / "sound.m4a")
    assert mastered.attempts > 1
    assert mastered.gain_db > 3


def test_even_speech_that_is_all_peaks_gets_there(tmp_path: Path) -> None:
    # Adding what is missing to the gain falls short here: the limiter takes half of it back.
    track = write_track(tmp_path / "track.wav", peaky(speech(1.5), 6.0))
    mastered = master_track(track, tmp_path / "sound.m4a", TARGET)
    assert_on_target(tmp_path / "sound.m4a")
    assert 1 < mastered.attempts <= 4


def test_the_limiter_holds_peaks_that_lie_between_samples(tmp_path: Path) -> None:
    # Bursts of a quarter of the sample rate, sampled 3 dB under their crests, far too short
    # for their loudness.
    time = np.arange(76_800)
    burst = np.sin(np.pi * np.minimum(time % 38_400, 768) / 768) ** 2
    tone = (0.6 * burst * np.sin(np.pi / 2 * time + np.pi / 4)).astype(np.float32)
    track = write_track(tmp_path / "track.wav", tone)
    mastered = master_track(track, tmp_path / "sound.m4a", TARGET)
    assert mastered.gain_db > 3
    assert true_peak(sound(tmp_path / "sound.m4a")) < -1.5


def test_quiet_speech_is_raised(tmp_path: Path) -> None:
    track = write_track(tmp_path / "track.wav", 0.005 * speech(1.5))
    mastered = master_track(track, tmp_path / "sound.m4a", TARGET)
    assert_on_target(tmp_path / "sound.m4a")
    assert mastered.gain_db > 30


def test_a_true_peak_that_aac_raised_is_lowered(tmp_path: Path) -> None:
    tight = MasteringTarget(limiter_ceiling_dbtp=-1.01)
    track = write_track(tmp_path / "track.wav", peaky(speech(3), 2.4))
    mastered = master_track(track, tmp_path / "sound.m4a", tight)
    assert_on_target(tmp_path / "sound.m4a")
    assert mastered.attempts > 1


def test_one_word_in_a_long_silence_is_as_loud_as_any(tmp_path: Path) -> None:
    track = write_track(tmp_path / "track.wav", silence(3), speech(0.3), silence(3))
    master_track(track, tmp_path / "sound.m4a", TARGET)
    assert_on_target(tmp_path / "sound.m4a")


def test_a_film_shorter_than_a_gating_block_has_a_loudness(tmp_path: Path) -> None:
    track = write_track(tmp_path / "track.wav", speech(0.2))
    mastered = master_track(track, tmp_path / "sound.m4a", TARGET)
    decoded = sound(tmp_path / "sound.m4a")
    padded = np.pad(decoded, ((0, 19_200 - len(decoded)), (0, 0)))
    assert loudness(padded) == pytest.approx(-16, abs=0.55)
    assert mastered.integrated_lufs == pytest.approx(loudness(padded), abs=0.1)


def test_a_silent_film_stays_digital_silence(tmp_path: Path) -> None:
    track = write_track(tmp_path / "track.wav", silence(2))
    mastered = master_track(track, tmp_path / "sound.m4a", TARGET)
    assert (mastered.integrated_lufs, mastered.true_peak_dbtp) == (None, None)
    assert (mastered.gain_db, mastered.attempts) == (0, 1)
    decoded = sound(tmp_path / "sound.m4a")
    assert len(decoded) >= 96_000
    assert not decoded.any()


def test_what_is_as_good_as_silence_is_not_raised_though_the_meter_hears_it(tmp_path: Path) -> None:
    hiss = 10 ** (-69 / 20) * np.sin(np.arange(96_000) * 2 * np.pi * 4000 / 48_000)
    track = write_track(tmp_path / "track.wav", np.asarray(hiss, np.float32))
    measured = measure_loudness(track)
    assert measured.silent
    assert measured.integrated_lufs is not None
    mastered = master_track(track, tmp_path / "sound.m4a", TARGET)
    assert (mastered.gain_db, mastered.attempts) == (0, 1)
    assert mastered.integrated_lufs == pytest.approx(measured.integrated_lufs, abs=0.3)


def test_clicks_cannot_be_mastered_and_the_error_says_how_far_they_come(tmp_path: Path) -> None:
    click = silence(1.5)
    click[48_000] = 0.9
    track = write_track(tmp_path / "track.wav", click)
    with pytest.raises(
        MediaError, match=r"track\.wav cannot be brought to -16 LUFS .* measures -\d"
    ):
        master_track(track, tmp_path / "sound.m4a", TARGET)
    assert not (tmp_path / "sound.m4a").exists()


def test_takes_too_quiet_to_be_heard_are_named_as_such(tmp_path: Path) -> None:
    track = write_track(tmp_path / "track.wav", 0.001 * speech(2))
    with pytest.raises(MediaError, match=r"below -70 LUFS \(true peak -6\d"):
        master_track(track, tmp_path / "sound.m4a", TARGET)
    assert list(tmp_path.iterdir()) == [track]


@pytest.mark.parametrize("samples", [5000, 20_000, 96_000, 96_001, 97_000])
def test_the_sound_keeps_its_place_and_its_length(tmp_path: Path, samples: int) -> None:
    voice = speech(samples / 48_000)
    track = write_track(tmp_path / "track.wav", voice)
    master_track(track, tmp_path / "sound.m4a", TARGET)
    with av.open(str(tmp_path / "sound.m4a")) as container:
        stream = container.streams.audio[0]
        codec = stream.codec_context
        assert (codec.name, codec.sample_rate, codec.layout.name) == ("aac", 48_000, "stereo")
        assert stream.duration == samples
        assert stream.start_time == 0
        assert stream.time_base == Fraction(1, 48_000)
    decoded = sound(tmp_path / "sound.m4a")[:, 0]
    assert samples <= len(decoded) <= samples + 1023
    size = 2 * len(decoded)
    likeness = np.fft.irfft(np.fft.rfft(decoded, size) * np.conj(np.fft.rfft(voice, size)), size)
    assert int(likeness.argmax()) == 0


def test_equal_tracks_give_equal_bytes_without_version_or_date(tmp_path: Path) -> None:
    track = write_track(tmp_path / "track.wav", speech(1.5))
    for name in ("one.m4a", "other.m4a"):
        master_track(track, tmp_path / name, TARGET)
    content = (tmp_path / "one.m4a").read_bytes()
    assert content == (tmp_path / "other.m4a").read_bytes()
    assert b"Lavf" not in content
    assert b"Lavc" not in content


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_bytes_are_the_same_on_a_single_core(tmp_path: Path) -> None:
    track, here, there = (tmp_path / name for name in ("track.wav", "here.m4a", "there.m4a"))
    write_track(track, speech(1.5))
    master_track(track, here, TARGET)
    program = (
        "import os, pathlib, sys; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
        "from sparkle_motion_dagster.media.sound import mastering; "
        "mastering.master_track(*map(pathlib.Path, sys.argv[1:]), mastering.MasteringTarget())"
    )
    forked.check(["python", "-c", program, str(track), str(there)], tmp_path)
    assert here.read_bytes() == there.read_bytes()


def test_loudness_agrees_with_an_independent_meter(tmp_path: Path) -> None:
    for gain, pause in ((0.05, 0.0), (0.5, 5.0), (1.0, 1.0)):
        track = write_track(
            tmp_path / "track.wav", silence(pause), gain * speech(2), silence(pause)
        )
        samples, rate = soundfile.read(track)
        expected = pyloudnorm.Meter(rate).integrated_loudness(samples)
        assert integrated_lufs(track) == pytest.approx(expected, abs=0.1)
        assert integrated_lufs(track) == measure_loudness(track).integrated_lufs


def test_a_true_peak_lies_between_the_samples(tmp_path: Path) -> None:
    # A sine of a quarter of the sample rate, sampled 45 degrees off its crests: each sample is
    # 3 dB lower than the crests (ITU-R BS.1770-4, annex 2).
    time = np.arange(48_000)
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 4800)
    tone = (0.5 * fade * np.sin(np.pi / 2 * time + np.pi / 4)).astype(np.float32)
    assert 20 * np.log10(np.abs(tone).max()) == pytest.approx(-9.03, abs=0.01)
    measured = measure_loudness(write_track(tmp_path / "track.wav", tone))
    assert measured.true_peak_dbtp == pytest.approx(-6.02, abs=0.2)


def test_the_last_samples_count(tmp_path: Path) -> None:
    track = write_track(tmp_path / "track.wav", silence(2.05), speech(0.04))
    measured = measure_loudness(track)
    assert measured.true_peak_dbtp == pytest.approx(-6.02, abs=0.5)
    assert measured.integrated_lufs is not None


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    measured = measure_loudness(write_track(tmp_path / "track.wav", silence(1)))
    assert measured == Loudness(integrated_lufs=None, true_peak_dbtp=None)
    assert measured.silent


def test_what_cannot_be_measured_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_bytes(b"no sound at all")
    with pytest.raises(MediaError, match=r"text\.wav cannot be measured"):
        measure_loudness(tmp_path / "text.wav")
    mono = write_wav(tmp_path / "mono.wav", speech(1))
    with pytest.raises(MediaError, match=r"missing\.wav cannot be measured"):
        measure_loudness(mono.with_name("missing.wav"))


def test_what_keeps_its_level_is_only_held_back_at_its_peaks(tmp_path: Path) -> None:
    quiet = write_track(tmp_path / "quiet.wav", 0.02 * speech(2))
    before = measure_loudness(quiet).integrated_lufs
    assert before is not None
    encoded = encode_track(quiet, tmp_path / "quiet.m4a", TARGET)
    assert (encoded.gain_db, encoded.attempts) == (0.0, 1)
    assert loudness(sound(tmp_path / "quiet.m4a")) == pytest.approx(before, abs=0.2)
    # Louder than full scale, as a mix of floats may be.
    loud = np.stack(2 * [4 * speech(2)], axis=1)
    write_wav(tmp_path / "loud.wav", loud, subtype="FLOAT")
    encode_track(tmp_path / "loud.wav", tmp_path / "loud.m4a", TARGET)
    assert true_peak(sound(tmp_path / "loud.m4a")) <= -1
    write_track(tmp_path / "none.wav", silence(1))
    assert encode_track(tmp_path / "none.wav", tmp_path / "none.m4a", TARGET).attempts == 1


def test_a_ceiling_above_the_true_peak_promised_is_refused() -> None:
    with pytest.raises(ValidationError, match="must be lower than the true peak allowed"):
        MasteringTarget(limiter_ceiling_dbtp=-0.5)
