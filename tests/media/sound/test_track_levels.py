"""Levels on a track: lines where they are, and silence where neither a line nor a cue is."""

from __future__ import annotations

from pathlib import Path

from sounds import silence, speech, write_track
from sparkle_motion_dagster.media.sound.track_check import measure_levels
from sparkle_motion_dagster.units import SAMPLE_RATE

LINE, CUE = (SAMPLE_RATE, 2 * SAMPLE_RATE), (3 * SAMPLE_RATE, 4 * SAMPLE_RATE)


def test_cues_are_no_noise_and_hide_no_missing_line(tmp_path: Path) -> None:
    spoken, rest = speech(1), silence(3)
    track = write_track(tmp_path / "speech.wav", silence(1), spoken, rest)
    mix = write_track(tmp_path / "mix.wav", silence(1), spoken, silence(1), speech(1), silence(1))
    assert measure_levels(track, [LINE], track).as_promised
    assert not measure_levels(track, [LINE], mix).as_promised
    assert measure_levels(track, [LINE], mix, [CUE]).as_promised
    # A line that is not on the speech track is missed, whatever sounds over its place.
    assert not measure_levels(track, [LINE, CUE], mix, [CUE]).as_promised


def test_cues_that_are_not_heard_lie_anywhere(tmp_path: Path) -> None:
    track = write_track(tmp_path / "speech.wav", silence(1), speech(1), silence(0.25))
    nowhere = [(0, 0), (LINE[0], LINE[0]), (10 * SAMPLE_RATE, 10 * SAMPLE_RATE)]
    levels = measure_levels(track, [LINE], track, nowhere)
    assert levels == measure_levels(track, [LINE], track)
    assert levels.silences == (-120.0, -120.0, -120.0)
