"""Listening to a film: windows by time, levels, and where a piece of sound is found."""

from __future__ import annotations

import subprocess
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest

from measure import sound
from sounds import silence, speech, write_track
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.media.sound.listening import Listener, find, level_dbfs


def encode(folder: Path, *arguments: str) -> Path:
    """Encode folder/track.wav as AAC."""
    output = folder / "sound.m4a"
    subprocess.run(
        [ffmpeg_path(), "-nostdin", "-y", *arguments, "-i", folder / "track.wav", output],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return output


def test_windows_hold_what_a_player_sounds(tmp_path: Path) -> None:
    write_track(tmp_path / "track.wav", speech(2))
    encoded = encode(tmp_path)
    whole = sound(encoded).mean(axis=1)
    listener = Listener(encoded)
    for start, end in ((0, 100), (50, 5000), (60, 61), (30_000, 47_000), (46_000, 96_000)):
        assert np.array_equal(listener.window(start, end), whole[start:end])


def test_outside_the_film_is_silence(tmp_path: Path) -> None:
    write_track(tmp_path / "track.wav", speech(0.5))
    encoded = encode(tmp_path)
    whole = sound(encoded).mean(axis=1)
    window = Listener(encoded).window(-1000, 40_000)
    assert not window[:1000].any()
    assert np.array_equal(window[1000:][: len(whole)], whole)
    assert not window[1000 + len(whole) :].any()


def test_sound_that_begins_late_is_preceded_by_silence(tmp_path: Path) -> None:
    write_track(tmp_path / "track.wav", speech(1))
    late = encode(tmp_path, "-itsoffset", "0.25")
    window = Listener(late).window(0, 60_000)
    assert not window[: 12_000 - 1024].any()
    place, likeness = find(speech(1), window)
    assert place == pytest.approx(12_000, abs=2)
    assert likeness > 0.9


def test_only_a_windows_worth_is_in_memory(tmp_path: Path) -> None:
    write_track(tmp_path / "track.wav", silence(100))
    encoded = encode(tmp_path)
    tracemalloc.start()
    listener = Listener(encoded)
    levels = {level_dbfs(listener.window(start, start + 2400)) for start in (0, 10, 4_700_000)}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert levels == {-120.0}
    assert peak < 500_000  # as floats the sound has 19 MB


def test_a_file_without_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film at all")
    with pytest.raises(av.FFmpegError):
        Listener(tmp_path / "text.mp4").window(0, 1)
    picture = tmp_path / "mute.mp4"
    mute = ("-f", "lavfi", "-i", "color=s=64x64:d=0.1", picture)
    subprocess.run([ffmpeg_path(), *mute], check=True, capture_output=True, timeout=60)
    with pytest.raises(MediaError, match=r"mute\.mp4 holds no sound stream"):
        Listener(picture).window(0, 1)


def test_levels_are_rms_below_full_scale() -> None:
    sine = np.sin(np.arange(48_000) * 2 * np.pi * 1000 / 48_000).astype(np.float32)
    assert level_dbfs(sine) == pytest.approx(-3.01, abs=0.01)
    assert level_dbfs(0.001 * sine) == pytest.approx(-63.01, abs=0.01)
    assert level_dbfs(np.zeros(10, np.float32)) == -120


@pytest.mark.parametrize("place", [0, 1, 4000, 24_000])
def test_a_piece_is_found_at_any_loudness(place: int) -> None:
    piece = speech(0.5)
    window = np.concatenate((silence(0.5), piece, speech(0.25, seed=5), silence(0.25)))
    found, likeness = find(piece, 0.01 * window[24_000 - place :][: len(piece) + 24_000])
    assert found == place
    assert likeness == pytest.approx(1, abs=1e-3)


def test_what_is_not_there_is_not_alike() -> None:
    assert find(speech(0.5), speech(1.5, pitch=190, seed=4))[1] < 0.5
    assert abs(find(speech(0.5), silence(1))[1]) < 1e-3
