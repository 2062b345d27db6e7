"""Recordings that people bring: of any kind, read to their end, or refused with a reason."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from sounds import Sound, silence, speech, write_wav
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.media.sound.recordings import read_recording
from sparkle_motion_dagster.units import SAMPLE_RATE

PICTURE = ("-f", "lavfi", "-i", "testsrc=s=64x64:d=1")
COVER = ("-f", "lavfi", "-i", "color=s=64x64:r=1:d=1", "-map", "0:a", "-map", "1:v", "-c:v", "png")


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a second of silence, a second of speech, another half second of silence."""
    sound = np.concatenate((silence(0.5), speech(1), silence(0.5)))
    return write_wav(tmp_path_factory.mktemp("voice") / "voice.wav", sound)


def through_ffmpeg(voice: Path, output: Path, *arguments: str) -> Path:
    command = [ffmpeg_path(), "-nostdin", "-y", "-i", voice, *arguments, output]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)
    return output


@pytest.mark.parametrize(
    ("name", "arguments", "media_type", "rate", "channels"),
    [
        ("phone.mp3", ("-ar", "8000"), "audio/mpeg", 8000, 1),
        ("studio.flac", ("-ar", "96000", "-ac", "2"), "audio/flac", 96_000, 2),
        ("studio.wav", ("-c:a", "pcm_s24le"), "audio/wav", 48_000, 1),
        ("floats.wav", ("-c:a", "pcm_f32le", "-ar", "44100"), "audio/wav", 44_100, 1),
        ("cinema.wav", ("-af", "pan=5.1|FC=c0"), "audio/wav", 48_000, 6),
        ("memo.m4a", ("-c:a", "aac", "-ac", "2"), "audio/mp4", 48_000, 2),
        ("note.ogg", ("-c:a", "libopus"), "audio/ogg", 48_000, 1),
        ("song.ogg", ("-c:a", "libvorbis", "-ac", "2"), "audio/ogg", 48_000, 2),
        ("covered.mp3", (*COVER, "-disposition:v", "attached_pic"), "audio/mpeg", 48_000, 1),
        ("wrong_cable.wav", ("-af", "pan=stereo|c0=c0|c1=-1*c0"), "audio/wav", 48_000, 2),
    ],
)
def test_the_voice_is_found_in_whatever_it_was_recorded(  # noqa: PLR0913, PLR0917, RUF100
    tmp_path: Path,
    voice: Path,
    name: str,
    arguments: tuple[str, ...],
    media_type: str,
    rate: int,
    channels: int,
) -> None:
    recording = read_recording(through_ffmpeg(voice, tmp_path / name, *arguments))
    assert recording.file.media_type == media_type
    assert (recording.file.sample_rate, recording.file.channels) == (rate, channels)
    assert recording.file.duration_s == pytest.approx(2, abs=0.08)
    assert recording.first / SAMPLE_RATE == pytest.approx(0.46, abs=0.04)
    assert recording.end / SAMPLE_RATE == pytest.approx(1.57, abs=0.06)
    heard = recording.signal[24_000:72_000]
    said = speech(1)
    assert float(heard @ said) / np.linalg.norm(heard) / np.linalg.norm(said) > 0.9
    assert not recording.clipped


def with_room(noise: float, offset: float = 0.0) -> Sound:
    dice = np.random.default_rng(3)
    sound = np.concatenate((silence(0.7), 0.4 * speech(1), silence(0.4)))
    return np.asarray(sound + noise * dice.standard_normal(len(sound)) + offset, np.float32)


@pytest.mark.parametrize(("noise", "offset"), [(0.0, 0.4), (0.002, 0.0), (0.01, -0.2)])
def test_rooms_hum_and_devices_have_an_offset(tmp_path: Path, noise: float, offset: float) -> None:
    path = write_wav(tmp_path / "line.wav", with_room(noise, offset), subtype="FLOAT")
    recording = read_recording(path)
    assert recording.first / SAMPLE_RATE == pytest.approx(0.67, abs=0.04)
    assert recording.end / SAMPLE_RATE == pytest.approx(1.75, abs=0.08)
    assert abs(recording.signal.mean()) < 1e-4


def test_what_was_recorded_too_loud_is_known(tmp_path: Path) -> None:
    loud = write_wav(tmp_path / "loud.wav", np.clip(8 * speech(1), -1, 1))
    assert read_recording(loud).clipped


def test_a_short_word_is_a_word(tmp_path: Path) -> None:
    recording = read_recording(write_wav(tmp_path / "no.wav", speech(0.2)))
    assert (recording.first, recording.end) == (0, 9600)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("film.mp4", (*PICTURE, "-shortest"), "film.mp4 is a video: a recording is sound alone"),
        ("mute.mp4", (*PICTURE, "-an"), "is a video without sound"),
        ("silent.wav", ("-af", "volume=0"), "is silent: nothing in it is louder than -60 dBFS"),
        ("faint.flac", ("-af", "volume=-70dB"), "is silent"),
        ("short.wav", ("-t", "0.52"), "holds no more than a click"),
        ("empty.wav", ("-t", "0"), "holds 0 samples"),
        ("long.flac", ("-af", "aloop=200:96000", "-ar", "8000"), "is longer than 300 s"),
        ("film.mkv", (), "is no sound file"),
    ],
)
def test_what_is_no_recording_of_a_line_is_refused(
    tmp_path: Path, voice: Path, name: str, arguments: tuple[str, ...], message: str
) -> None:
    path = through_ffmpeg(voice, tmp_path / name, *arguments)
    with pytest.raises(MediaError) as refused:
        read_recording(path)
    assert message in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("cut.wav", ()), ("cut.flac", ()), ("cut.m4a", ("-c:a", "aac", "-movflags", "+faststart"))],
)
def test_what_is_cut_off_is_refused(
    tmp_path: Path, voice: Path, name: str, arguments: tuple[str, ...]
) -> None:
    path = through_ffmpeg(voice, tmp_path / name, *arguments)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaError, match="cut off"):
        read_recording(path)
