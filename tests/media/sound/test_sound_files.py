"""Sound files of people's own: what they are, what cannot be used, and one form for all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sounds import speech, write_wav
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.media.sound.sound_files import check_sound, conform_sound

SECONDS = 1.5


def convert(source: Path, target: Path, *options: str) -> Path:
    command = [str(ffmpeg_path()), "-loglevel", "error", "-y", "-i", str(source)]
    subprocess.run([*command, *options, str(target)], check=True, capture_output=True)
    return target


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("sounds") / "voice.wav", speech(SECONDS))


@pytest.mark.parametrize(
    ("name", "options", "media_type", "rate", "channels"),
    [
        ("a.mp3", ("-ar", "8000"), "audio/mpeg", 8000, 1),
        ("b.wav", ("-ar", "96000", "-ac", "2", "-c:a", "pcm_s24le"), "audio/wav", 96_000, 2),
        ("c.flac", ("-af", "pan=5.1|FL=c0|FR=c0|FC=c0|BL=c0|BR=c0"), "audio/flac", 48_000, 6),
        ("d.ogg", ("-c:a", "libvorbis"), "audio/ogg", 48_000, 1),
        ("e.ogg", ("-c:a", "libopus"), "audio/ogg", 48_000, 1),
        ("f.m4a", (), "audio/mp4", 48_000, 1),
        ("g.wav", ("-c:a", "pcm_u8"), "audio/wav", 48_000, 1),
        ("h.wav", ("-c:a", "pcm_f32le", "-af", "volume=20dB"), "audio/wav", 48_000, 1),
    ],
)
def test_what_people_have_becomes_one_form(
    voice: Path,
    tmp_path: Path,
    name: str,
    options: tuple[str, ...],
    media_type: str,
    rate: int,
    channels: int,
) -> None:
    file = convert(voice, tmp_path / name, *options)
    found = check_sound(file)
    assert (found.media_type, found.sample_rate, found.channels) == (media_type, rate, channels)
    assert found.duration_s == pytest.approx(SECONDS, abs=0.05)
    conform_sound(file, tmp_path / "conformed.wav")
    samples, conformed_rate = soundfile.read(tmp_path / "conformed.wav")
    assert (conformed_rate, samples.shape[1]) == (48_000, 2)
    assert len(samples) == pytest.approx(SECONDS * 48_000, abs=0.05 * 48_000)
    if channels == 1:
        assert np.array_equal(samples[:, 0], samples[:, 1])
    # It is the same voice, and nothing of it comes later: syllables lie where they lay.
    original = np.abs(soundfile.read(voice)[0])
    heard = np.abs(samples.mean(axis=1))
    count = min(len(original), len(heard)) // 480 * 480
    envelopes = [one[:count].reshape(-1, 480).mean(axis=1) for one in (original, heard)]
    assert np.corrcoef(*envelopes)[0, 1] > 0.9


def test_a_cover_picture_does_not_count(voice: Path, tmp_path: Path) -> None:
    cover = ("-f", "lavfi", "-i", "color=red:s=64x64:d=0.04", "-map", "0", "-map", "1")
    file = convert(voice, tmp_path / "a.mp3", *cover, "-disposition:v", "attached_pic")
    assert check_sound(file).duration_s == pytest.approx(SECONDS, abs=0.05)
    conform_sound(file, tmp_path / "conformed.wav")


def _damaged(path: Path, *, cut: bool) -> None:
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : len(data) if cut else middle + 3000] = b"" if cut else bytes(3000)
    path.write_bytes(data)


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "m4a"])
def test_a_file_that_is_cut_off_is_refused(voice: Path, tmp_path: Path, suffix: str) -> None:
    file = convert(voice, tmp_path / f"a.{suffix}")
    _damaged(file, cut=True)
    with pytest.raises(MediaError, match="cut off"):
        check_sound(file)


@pytest.mark.parametrize("suffix", ["flac", "mp3"])
def test_a_file_with_a_hole_is_refused(voice: Path, tmp_path: Path, suffix: str) -> None:
    file = convert(voice, tmp_path / f"a.{suffix}")
    _damaged(file, cut=False)
    with pytest.raises(MediaError, match="is damaged"):
        check_sound(file)


def test_what_is_no_sound_is_refused_with_a_reason(voice: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.mp3").write_text("I am no sound. " * 99)
    write_wav(tmp_path / "silence.wav", np.zeros(48_000, np.float32))
    write_wav(tmp_path / "click.wav", np.full(100, 0.5, np.float32))
    broken = speech(0.2)
    broken[100] = np.nan
    write_wav(tmp_path / "nan.wav", broken, subtype="FLOAT")
    convert(voice, tmp_path / "voice.aiff")
    mute = ("-f", "lavfi", "-i", "testsrc=s=64x64:d=0.2", "-map", "1")
    convert(voice, tmp_path / "mute.mp4", *mute)
    # Of a FLAC, packets hold thousands of samples, and of a WAV a tenth of a second.
    soundfile.write(tmp_path / "long.flac", np.tile(speech(1, rate=1000), 3700), 1000)
    for name, reason in {
        "empty.wav": "is empty",
        "text.mp3": "is no sound file",
        "silence.wav": "is silent: there is nothing to be heard in it",
        "click.wav": "holds 100 samples, less than 10 ms of sound",
        "nan.wav": "holds samples that are no numbers",
        "voice.aiff": "is no sound file .*: bring a WAV, FLAC, MP3, OGG or M4A",
        "mute.mp4": "is a video without sound",
        "long.flac": "is longer than 3600 s: cut it",
    }.items():
        with pytest.raises(MediaError, match=reason):
            check_sound(tmp_path / name)


@pytest.mark.parametrize(
    "content", [b"no sound", b"ffconcat version 1.0\nfile voice.wav\n", b"#EXTM3U\nvoice.wav\n"]
)
def test_what_is_no_sound_names_no_other_file(tmp_path: Path, content: bytes) -> None:
    write_wav(tmp_path / "voice.wav", speech(1))
    path = tmp_path / "line.wav"
    path.write_bytes(content)
    with pytest.raises(MediaError, match="is no sound file"):
        check_sound(path)


@pytest.mark.parametrize("container", [("-rf64", "always"), ("-f", "w64")])
def test_long_forms_of_wav_are_read(
    voice: Path, tmp_path: Path, container: tuple[str, ...]
) -> None:
    assert check_sound(convert(voice, tmp_path / "a.wav", *container)).media_type == "audio/wav"
