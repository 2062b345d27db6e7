"""Takes on the track: exact lengths and places, no click, no clipping, no word cut."""

from __future__ import annotations

import contextlib
import os
import resource
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

import forked
from clips import digest
from sounds import Sound, speech, write_wav
from sparkle_motion_dagster.media.errors import FfmpegError, MediaError
from sparkle_motion_dagster.media.sound.takes import (
    Placement,
    lay_track,
    line_samples,
    read_mono,
    stretch,
)

RATES = [8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000]


def chirp(samples: int, rate: int) -> Sound:
    """A swept burst around 0.5 s, below 3 kHz, the same at every rate."""
    time = np.arange(samples) / rate - 0.5
    return np.asarray(
        0.8 * np.exp(-((time * 12) ** 2)) * np.cos(2 * np.pi * (900 * time + 2500 * time**2)),
        np.float32,
    )


def read_track(path: Path) -> tuple[Sound, int]:
    samples, rate = soundfile.read(path, dtype="float32")
    return samples, rate


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("extra", [0, 1, 37])
def test_a_take_is_resampled_without_delay_to_the_exact_length(
    tmp_path: Path, rate: int, extra: int
) -> None:
    take = write_wav(tmp_path / "take.wav", chirp(rate + extra, rate), rate, "FLOAT")
    sound = read_mono(take)
    assert len(sound) == round((rate + extra) * 48_000 / rate) == line_samples(take)
    assert np.abs(sound - chirp(len(sound), 48_000)).max() < 1e-3


@pytest.mark.parametrize("rate", RATES)
def test_a_take_sounds_up_to_its_last_sample(tmp_path: Path, rate: int) -> None:
    take = write_wav(tmp_path / "take.wav", np.full(rate // 10, 0.5, np.float32), rate, "FLOAT")
    assert np.abs(read_mono(take) - 0.5).max() < 1e-3


@pytest.mark.parametrize("samples", [1, 2, 7])
def test_a_take_of_a_few_samples_has_its_length_too(tmp_path: Path, samples: int) -> None:
    take = write_wav(tmp_path / "take.wav", np.full(samples, 0.5, np.float32), 22_050)
    assert len(read_mono(take)) == line_samples(take) == round(samples * 48_000 / 22_050)


def test_several_channels_become_their_mean(tmp_path: Path) -> None:
    channels = np.stack((np.full(100, 0.5), np.full(100, -0.25)), axis=1).astype(np.float32)
    take = write_wav(tmp_path / "take.wav", channels, subtype="FLOAT")
    assert read_mono(take) == pytest.approx(np.full(100, 0.125))


@pytest.mark.parametrize("content", [b"", b"no sound at all"])
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    take = tmp_path / "take.wav"
    take.write_bytes(content)
    for read in (read_mono, line_samples):
        with pytest.raises(MediaError, match=r"take\.wav cannot be read as sound"):
            read(take)


def test_a_sound_without_a_sample_is_refused(tmp_path: Path) -> None:
    take = write_wav(tmp_path / "take.wav", np.zeros(0, np.float32))
    for read in (read_mono, line_samples):
        with pytest.raises(MediaError, match=r"take\.wav holds no sample"):
            read(take)


def test_takes_of_all_rates_lie_where_they_were_placed(tmp_path: Path) -> None:
    placements = []
    for number, rate in enumerate((22_050, 24_000, 48_000)):
        take = write_wav(tmp_path / f"{rate}.wav", speech(0.4, rate=rate, seed=number), rate)
        placements.append(Placement(take, 5_001 + number * 30_000))
    track = tmp_path / "track.wav"
    lay_track(placements[::-1], 96_077, track)

    info = soundfile.info(track)
    assert (info.samplerate, info.subtype, info.channels) == (48_000, "PCM_16", 2)
    assert info.frames == 96_077
    left, right = read_track(track)[0].T
    assert np.array_equal(left, right)
    elsewhere = np.ones(len(left), bool)
    for placement in placements:
        line = read_mono(placement.path)
        span = slice(placement.start_sample, placement.start_sample + len(line))
        elsewhere[span] = False
        assert np.abs(left[span][240:-240] - line[240:-240]).max() < 1 / 32_000
    assert not left[elsewhere].any()


def test_takes_may_touch_each_other_and_both_ends(tmp_path: Path) -> None:
    take = write_wav(tmp_path / "take.wav", speech(0.1))
    track = tmp_path / "track.wav"
    lay_track([Placement(take, 0), Placement(take, 4800)], 9600, track)
    left = read_track(track)[0][:, 0]
    assert np.array_equal(left[:4800], left[4800:])


@pytest.mark.parametrize("samples", [1, 3, 100, 4800])
def test_a_take_begins_and_ends_without_a_click(tmp_path: Path, samples: int) -> None:
    take = write_wav(tmp_path / "take.wav", np.full(samples, 0.5, np.float32))
    track = tmp_path / "track.wav"
    lay_track([Placement(take, 1000)], 10_000, track)
    left = read_track(track)[0][:, 0]
    steps = np.abs(np.diff(left))
    fade = min(240, max(samples // 2, 1))
    assert steps.max() <= 0.5 * np.pi / 2 / fade + 1e-4
    assert left.max() == pytest.approx(0.5, abs=0.2 if samples < 4 else 0.01)


def test_a_take_beyond_full_scale_is_scaled_down_and_never_clipped(tmp_path: Path) -> None:
    loud = 3.2 * speech(0.5)
    take = write_wav(tmp_path / "take.wav", loud, subtype="FLOAT")
    track = tmp_path / "track.wav"
    lay_track([Placement(take, 0)], len(loud), track)
    left = read_track(track)[0][:, 0]
    assert np.abs(left).max() == pytest.approx(1.0, abs=1e-4)
    inside = slice(240, -240)
    assert np.abs(left[inside] - (loud / np.abs(loud[inside]).max())[inside]).max() < 1e-3


@pytest.mark.parametrize(
    ("starts", "message"),
    [
        ([-1], r"does not fit: it would sound from sample -1 to 4799 of a track of 20000"),
        ([15_201], r"does not fit: it would sound from sample 15201 to 20001"),
        ([5000, 9799], r"begins at sample 9799, before .*take\.wav ends at 9800"),
    ],
)
def test_no_word_is_cut(tmp_path: Path, starts: list[int], message: str) -> None:
    take = write_wav(tmp_path / "take.wav", speech(0.1))
    track = tmp_path / "track.wav"
    with pytest.raises(MediaError, match=message):
        lay_track([Placement(take, start) for start in starts], 20_000, track)
    assert not track.exists()


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse to write more, as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 20_000, 190_000])
def test_a_track_that_does_not_fit_on_the_disk_is_refused(tmp_path: Path, room: int) -> None:
    take = write_wav(tmp_path / "take.wav", speech(0.1))
    track = tmp_path / "track.wav"
    with (
        pytest.raises(MediaError, match=r"track\.wav cannot be written: .*Is the disk full"),
        files_of_at_most(room),
    ):
        lay_track([Placement(take, 0)], 48_000, track)
    assert not track.exists()


def test_a_track_longer_than_a_wav_can_be_is_refused(tmp_path: Path) -> None:
    track = tmp_path / "track.wav"
    with (
        files_of_at_most(1_000_000),  # or this test would fill the disk
        pytest.raises(MediaError, match=r"6\.2 hours does not fit into a WAV, which holds 4 GiB"),
    ):
        lay_track([], 2**30 - 10, track)
    assert not track.exists()


def test_the_track_has_not_changed(tmp_path: Path) -> None:
    """Where this fails, raise the mixer's version: films are made again only then."""
    steps = (np.arange(9600) * 37 % 4001 - 2000).astype(np.int16)
    soundfile.write(tmp_path / "take.wav", steps, 48_000, subtype="PCM_16")
    track = tmp_path / "track.wav"
    lay_track([Placement(tmp_path / "take.wav", at) for at in (100, 12_000)], 30_000, track)
    assert digest(soundfile.read(track, dtype="int16")[0]) == "3bdadfddf19b654f"


def test_memory_does_not_grow_with_the_track(tmp_path: Path) -> None:
    take = write_wav(tmp_path / "take.wav", speech(1.0))
    placements = [Placement(take, minute * 60 * 48_000) for minute in range(10)]
    tracemalloc.start()
    lay_track(placements, 10 * 60 * 48_000, tmp_path / "track.wav")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / "track.wav").stat().st_size > 115_000_000
    assert peak < 8_000_000


def test_equal_takes_give_equal_bytes(tmp_path: Path) -> None:
    take = write_wav(tmp_path / "take.wav", speech(0.3, rate=22_050), 22_050)
    for name in ("one.wav", "other.wav"):
        lay_track([Placement(take, 100)], 20_000, tmp_path / name)
    assert (tmp_path / "one.wav").read_bytes() == (tmp_path / "other.wav").read_bytes()


def pitch(sound: Sound, rate: int) -> float:
    """The fundamental of a steady voice between 80 and 400 Hz, from its autocorrelation."""
    spectrum = np.fft.rfft(sound, 2 * len(sound))
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[: rate // 80]
    lag = rate // 400 + int(likeness[rate // 400 :].argmax())
    return rate / lag


@pytest.mark.parametrize("rate", [22_050, 24_000, 48_000])
@pytest.mark.parametrize("tempo", [0.8, 1.05, 1.2, 2.0])
def test_a_stretched_take_keeps_its_pitch_and_has_its_exact_length(
    tmp_path: Path, rate: int, tempo: float
) -> None:
    time = np.arange(rate + 11) / rate
    voice = np.asarray(sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 12)))
    take = write_wav(tmp_path / "take.wav", (0.2 * voice).astype(np.float32), rate)
    stretch(take, tmp_path / "fast.wav", tempo)
    sound, fast_rate = read_track(tmp_path / "fast.wav")
    assert fast_rate == rate
    assert sound.ndim == 1
    assert abs(len(sound) - len(time) / tempo) <= 1
    middle = sound[len(sound) // 4 : -len(sound) // 4]
    assert pitch(middle, rate) == pytest.approx(150, rel=0.01)


def test_words_stay_where_their_scaled_timings_say(tmp_path: Path) -> None:
    bursts = np.zeros(48_000 * 3, np.float32)
    starts = (0.2, 0.9, 1.4, 2.5)
    for start in starts:
        word = speech(0.2)
        bursts[round(start * 48_000) :][: len(word)] = word
    stretch(write_wav(tmp_path / "take.wav", bursts), tmp_path / "fast.wav", 1.2)
    sound = read_track(tmp_path / "fast.wav")[0]
    envelope = np.sqrt(np.convolve(sound**2, np.full(480, 1 / 480), "same"))
    loud = np.flatnonzero(envelope > 0.02)
    begins = loud[np.flatnonzero(np.diff(loud, prepend=-10_000) > 4800)] / 48_000
    assert begins == pytest.approx(np.array(starts) / 1.2, abs=0.015)


def test_a_stretched_take_does_not_clip(tmp_path: Path) -> None:
    loud = 3 * speech(0.5)
    take = write_wav(tmp_path / "take.wav", loud, subtype="FLOAT")
    stretch(take, tmp_path / "fast.wav", 1.1)
    sound = read_track(tmp_path / "fast.wav")[0]
    assert np.abs(sound).max() > 1.1
    level = np.sqrt(np.mean(sound**2)) / np.sqrt(np.mean(loud**2))
    assert level == pytest.approx(1.0, abs=0.1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_stretching_gives_the_same_bytes_on_a_single_core(tmp_path: Path) -> None:
    take = write_wav(tmp_path / "take.wav", speech(1.0, rate=22_050), 22_050)
    stretch(take, tmp_path / "here.wav", 1.15)
    program = (
        "import os, pathlib; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
        "from sparkle_motion_dagster.media.sound.takes import stretch; "
        f"stretch(pathlib.Path({str(take)!r}), pathlib.Path({str(tmp_path / 'there.wav')!r}), 1.15)"
    )
    forked.check(["python", "-c", program], tmp_path)
    assert (tmp_path / "here.wav").read_bytes() == (tmp_path / "there.wav").read_bytes()


def test_what_cannot_be_stretched_leaves_nothing(tmp_path: Path) -> None:
    take = tmp_path / "take.wav"
    take.write_bytes(b"no sound at all")
    with pytest.raises(FfmpegError, match=r"take\.wav"):
        stretch(take, tmp_path / "fast.wav", 1.2)
    assert not (tmp_path / "fast.wav").exists()


def test_what_rings_on_lies_under_what_follows_and_moves_nothing(tmp_path: Path) -> None:
    hall, line = chirp(48_000, 48_000), chirp(20_000, 24_000)
    takes = [
        write_wav(tmp_path / "hall.wav", 0.5 * hall, subtype="FLOAT"),
        write_wav(tmp_path / "line.wav", 0.4 * line, 24_000, "FLOAT"),
    ]
    placements = [Placement(takes[0], 1000, 20_000), Placement(takes[1], 25_000, 40_000)]
    lay_track(placements, 70_000, tmp_path / "track.wav")
    heard = read_track(tmp_path / "track.wav")[0][:, 0]
    expected = np.zeros(70_000, np.float32)
    expected[1000:49_000] += 0.5 * hall
    expected[25_000:65_000] += read_mono(takes[1])
    inner = np.ones(70_000, bool)
    for edge in (1000, 49_000, 25_000, 65_000):
        inner[edge - 240 : edge + 240] = False
    assert np.abs(heard - expected)[inner].max() < 1 / 32_000


def test_what_still_rings_when_the_film_ends_fades_out(tmp_path: Path) -> None:
    hall = write_wav(tmp_path / "hall.wav", np.full(48_000, 0.5, np.float32), subtype="FLOAT")
    lay_track([Placement(hall, 0, 10_000)], 30_000, tmp_path / "track.wav")
    heard = read_track(tmp_path / "track.wav")[0][:, 0]
    assert len(heard) == 30_000
    assert heard[240:25_000] == pytest.approx(0.5, abs=1e-4)
    assert heard[-1] == pytest.approx(0, abs=1e-3)
    assert np.abs(np.diff(heard[240:])).max() < 1e-3


def test_a_loud_line_over_what_rings_on_is_not_clipped(tmp_path: Path) -> None:
    loud = 1.2 * chirp(48_000, 48_000)
    hall = write_wav(tmp_path / "hall.wav", np.full(60_000, 0.4, np.float32), subtype="FLOAT")
    line = write_wav(tmp_path / "line.wav", loud, subtype="FLOAT")
    placements = [Placement(hall, 0, 10_000), Placement(line, 10_000, 48_000)]
    lay_track(placements, 60_000, tmp_path / "track.wav")
    heard = read_track(tmp_path / "track.wav")[0][:, 0]
    assert np.abs(heard).max() <= 1
    full = np.flatnonzero(np.abs(heard) > 0.9999)
    assert len(full) <= 2
    assert heard[241:10_000] == pytest.approx(0.4, abs=1e-4)
    scaled = (heard[10_000:58_000] - 0.4)[240:-240] / loud[240:-240]
    audible = np.abs(loud[240:-240]) > 0.1
    assert np.ptp(scaled[audible]) < 1e-2


def test_a_line_is_as_loud_as_ever_where_there_is_room_over_what_rings_on(tmp_path: Path) -> None:
    voice = 0.95 * chirp(40_000, 48_000)
    dying = np.linspace(0.5, 0, 40_000, dtype=np.float32)
    hall = write_wav(
        tmp_path / "hall.wav", np.concatenate((np.full(9_000, 0.5, np.float32), dying)), 48_000
    )
    line = write_wav(tmp_path / "line.wav", voice, subtype="FLOAT")
    placements = [Placement(hall, 0, 9_000), Placement(line, 9_000, 40_000)]
    lay_track(placements, 60_000, tmp_path / "track.wav")
    heard = read_track(tmp_path / "track.wav")[0][9_000:49_000, 0]
    assert np.abs(heard - dying - voice)[240:-240].max() < 1e-3


def test_lines_must_not_overlap_though_they_may_ring_on(tmp_path: Path) -> None:
    take = write_wav(tmp_path / "take.wav", chirp(20_000, 48_000))
    with pytest.raises(MediaError, match="lines must not overlap"):
        lay_track([Placement(take, 0, 9000), Placement(take, 8999)], 48_000, tmp_path / "track.wav")
    with pytest.raises(MediaError, match="a word is never cut"):
        lay_track([Placement(take, 0, 9000)], 8000, tmp_path / "track.wav")
