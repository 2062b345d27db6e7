"""The check of a mastered sound: a good one passes, each fault turns the right check red."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from sounds import Sound, silence, speech, write_track
from sparkle_motion_dagster.media.report import Report
from sparkle_motion_dagster.media.sound.loudness import measure_loudness
from sparkle_motion_dagster.media.sound.master_check import (
    ExpectedSound,
    LaidLine,
    check_master,
    listen,
)
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget, encode_track, master_track

RATE = Fraction(24000, 1001)
SAMPLES = 144_144
LINES = ((6_000, 42_000), (60_000, 85_000), (115_000, 140_000))
TARGET = MasteringTarget()


def takes() -> list[Sound]:
    return [
        speech((end - start) / 48_000, pitch=110 + 30 * number, seed=number)
        for number, (start, end) in enumerate(LINES)
    ]


def lay(lines: list[Sound], shift: int = 0) -> Sound:
    track = silence(SAMPLES / 48_000)
    for line, (start, _) in zip(lines, LINES, strict=False):
        track[start + shift :][: len(line)] = line
    return track


@dataclasses.dataclass(frozen=True)
class Studio:
    """What a sound must be, and the means to make another one."""

    folder: Path
    expected: ExpectedSound

    def master(self, track: Sound, target: MasteringTarget = TARGET) -> Path:
        sound = self.folder / "sound.m4a"
        master_track(write_track(self.folder / "mastered.wav", track), sound, target)
        return sound

    def report(self, sound: Path, **expected: object) -> Report:
        promised = dataclasses.replace(self.expected, **expected)  # type: ignore[arg-type]
        return check_master(listen(sound, promised), measure_loudness(sound))

    def failed(self, sound: Path, **expected: object) -> set[str]:
        checks = self.report(sound, **expected).checks
        return {check.name for check in checks if not check.passed}


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    track = write_track(tmp_path / "track.wav", lay(takes()))
    lines = tuple(LaidLine(*line) for line in LINES)
    return Studio(tmp_path, ExpectedSound(track, SAMPLES, RATE, lines, TARGET))


def test_a_good_sound_passes_and_its_report_says_what_was_measured(studio: Studio) -> None:
    report = studio.report(studio.master(lay(takes())))
    assert report.passed, report
    assert [check.name for check in report.checks] == ["sync", "speech", "loudness"]
    sync, speech_, loudness = (check.measured for check in report.checks)
    assert sync["worst_ms"] == pytest.approx(0, abs=0.1)
    assert sync["compared"] == 3
    assert speech_["lines"] == 3
    assert loudness["integrated_lufs"] == pytest.approx(-16, abs=0.5)
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize("frames", [-2, 2])
def test_sound_two_frames_off_is_noticed_and_measured(studio: Studio, frames: int) -> None:
    shift = round(frames / RATE * 48_000)
    report = studio.report(studio.master(lay(takes(), shift)))
    assert [check.name for check in report.checks if not check.passed] == ["sync"]
    assert report.find("sync").measured["worst_ms"] == pytest.approx(frames * 1001 / 24, abs=0.1)


def test_sound_less_than_a_frame_off_is_let_pass(studio: Studio) -> None:
    assert studio.failed(studio.master(lay(takes(), 1800))) == set()


def test_sound_that_drifts_is_noticed_at_its_end(studio: Studio) -> None:
    """Each line sounds later than the one before, and only the last by more than a frame."""
    track = silence(SAMPLES / 48_000)
    for number, (line, (start, _)) in enumerate(zip(takes(), LINES, strict=True)):
        track[start + 1200 * number :][: len(line)] = line
    report = studio.report(studio.master(track))
    assert [check.name for check in report.checks if not check.passed] == ["sync"]
    measured = report.find("sync").measured
    offsets = [measured[f"{where}_ms"] for where in ("start", "middle", "end")]
    assert offsets == pytest.approx([0, 25, 50], abs=0.1)


def test_sound_that_is_slower_than_it_should_be_is_noticed(studio: Studio) -> None:
    slow = np.interp(np.arange(SAMPLES) / 1.03, np.arange(SAMPLES), lay(takes()))
    assert "sync" in studio.failed(studio.master(slow.astype(np.float32)))


def test_a_missing_line_is_noticed(studio: Studio) -> None:
    lines = takes()
    lines[1][:] = 0
    assert studio.failed(studio.master(lay(lines))) == {"sync", "speech"}


def test_a_line_that_breaks_off_is_noticed(studio: Studio) -> None:
    lines = takes()
    lines[0][len(lines[0]) // 3 :] = 0
    assert studio.failed(studio.master(lay(lines))) == {"sync"}


def test_a_line_in_another_take_is_noticed(studio: Studio) -> None:
    lines = takes()
    lines[2] = speech(len(lines[2]) / 48_000, pitch=200, seed=9)
    assert studio.failed(studio.master(lay(lines))) == {"sync"}


def test_a_line_too_quiet_to_hear_is_noticed(studio: Studio) -> None:
    lines = takes()
    lines[1] *= 0.01
    assert studio.failed(studio.master(lay(lines))) == {"speech"}


def test_noise_between_the_lines_is_noticed(studio: Studio) -> None:
    track = lay(takes())
    track[44_000:58_000] += 0.01 * speech(14_000 / 48_000)
    assert studio.failed(studio.master(track)) == {"speech"}


def test_what_is_mixed_under_the_lines_may_be_heard_and_nothing_else(studio: Studio) -> None:
    """Where the track is silent the film is; where a cue is on it, that is heard."""
    track = lay(takes())
    track[46_000:56_000] += 0.1 * speech(10_000 / 48_000)
    mixed = write_track(studio.folder / "mixed.wav", track)
    sound = studio.master(track)
    assert studio.failed(sound, track=mixed) == {"speech"}
    assert studio.failed(sound, track=mixed, is_mixed=True) == set()
    noisy = studio.master(track + lay([]) + 0.02 * np.roll(track, 30_000))
    assert "speech" in studio.failed(noisy, track=mixed, is_mixed=True)


def test_a_film_of_ambience_alone_keeps_its_level(studio: Studio) -> None:
    track = write_track(studio.folder / "rain.wav", 0.03 * speech(SAMPLES / 48_000))
    sound = studio.folder / "rain.m4a"
    mastered = encode_track(track, sound, TARGET)
    assert mastered.loudness == measure_loudness(sound)
    assert studio.failed(sound, track=track, lines=(), is_mixed=True, is_levelled=False) == set()
    assert studio.failed(sound, track=track, lines=(), is_mixed=True) == {"loudness"}
    assert studio.failed(sound, track=track, lines=()) == {"speech", "loudness"}


@pytest.mark.parametrize("lufs", [-18.0, -14.0])
def test_another_loudness_is_noticed(studio: Studio, lufs: float) -> None:
    sound = studio.master(lay(takes()), MasteringTarget(integrated_lufs=lufs))
    assert studio.failed(sound) == {"loudness"}


def test_a_peak_that_clips_is_noticed(studio: Studio) -> None:
    louder = MasteringTarget(true_peak_dbtp=0, limiter_ceiling_dbtp=-0.3)
    lines = [np.asarray(8 * np.sign(line) * np.abs(line) ** 3.2, np.float32) for line in takes()]
    sound = studio.master(lay(lines), louder)
    assert studio.failed(sound, track=studio.folder / "mastered.wav") == {"loudness"}


def test_a_film_in_which_nobody_speaks_is_silent(studio: Studio) -> None:
    assert studio.failed(studio.master(lay([])), lines=()) == set()
    assert studio.failed(studio.master(lay(takes())), lines=()) == {"speech", "loudness"}


def test_what_rings_on_after_a_line_breaks_no_silence(studio: Studio) -> None:
    track = lay(takes())
    (_, end), rings = LINES[0], 16_800
    track[end : end + rings] += 0.1 * speech(rings / 48_000)
    sound, mastered = studio.master(track), studio.folder / "mastered.wav"
    assert studio.failed(sound, track=mastered) == {"speech"}
    first, *others = studio.expected.lines
    ringing = (dataclasses.replace(first, rings=rings), *others)
    assert studio.failed(sound, track=mastered, lines=ringing) == set()
