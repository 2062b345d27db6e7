"""Recordings become takes: as loud as the cast's, without silence, clicks and clipping."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sounds import Sound, silence, speech, write_wav
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings, Made
from sparkle_motion_dagster.engines.builtin.recording_importer import (
    CAST_LUFS,
    ImportRequest,
    RecordingImporter,
)
from sparkle_motion_dagster.media.sound.loudness import loudness_of
from sparkle_motion_dagster.media.sound.signals import Signal


def imported(path: Path, folder: Path) -> tuple[Signal, Made]:
    stored = StoredFile(sha256=digest_file(path), path=path)
    (made,) = RecordingImporter(EngineSettings()).make([ImportRequest(recording=stored)], folder)
    audio = made.outputs["audio"].path
    assert soundfile.info(audio).samplerate == 48_000
    assert soundfile.info(audio).channels == 1
    return soundfile.read(audio)[0], made


def recorded(level: float, offset: float, before: float, after: float) -> Sound:
    sound = np.concatenate((silence(before), level * speech(1), silence(after)))
    return np.asarray(sound + offset, np.float32)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    level=st.floats(0.02, 1.8),
    offset=st.floats(-0.1, 0.1),
    before=st.floats(0, 1),
    after=st.floats(0, 1),
)
def test_any_recording_becomes_as_loud_as_the_cast(
    tmp_path: Path, level: float, offset: float, before: float, after: float
) -> None:
    path = write_wav(tmp_path / "line.wav", recorded(level, offset, before, after), subtype="FLOAT")
    take, _ = imported(path, tmp_path)
    loudness = loudness_of(take)
    assert loudness.integrated_lufs == pytest.approx(CAST_LUFS, abs=0.3)
    assert loudness.true_peak_dbtp is not None
    assert loudness.true_peak_dbtp <= -0.9
    assert 1 <= len(take) / 48_000 < 1.2
    assert abs(take[0]) < 1e-3
    assert abs(take[-1]) < 1e-3


def test_a_slap_stays_below_full_scale_and_is_softer_for_it(tmp_path: Path) -> None:
    sound = 0.02 * speech(1.5)
    sound[30_000:30_040] += np.hanning(40).astype(np.float32)
    take, _ = imported(write_wav(tmp_path / "line.wav", sound, subtype="FLOAT"), tmp_path)
    loudness = loudness_of(take)
    assert loudness.true_peak_dbtp == pytest.approx(-1, abs=0.2)
    assert (loudness.integrated_lufs or 0) < CAST_LUFS


def test_it_is_told_what_was_done(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "line.wav", np.clip(recorded(8, 0, 0.5, 0.2), -1, 1))
    _, made = imported(path, tmp_path)
    assert made.metadata["recorded"] == "48000 Hz, 1 channels"
    assert made.metadata["recorded_s"] == 1.7
    assert made.metadata["voice_starts_s"] == pytest.approx(0.47, abs=0.03)
    assert made.metadata["faults"] == ["clipped"]
