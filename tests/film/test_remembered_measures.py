"""What a memo remembers was measured by this version: another measure gives other values here.

Whoever changes how likeness, stems or speech over music are measured raises the version, so that
films that were checked before are measured anew.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sounds import write_track
from sparkle_motion_dagster.film.checks import shots, track
from sparkle_motion_dagster.media.picture_review import edge, ssim
from sparkle_motion_dagster.media.sound.track_check import largest_difference, levels_over

RATE = 48_000


def test_likeness_is_measured_as_its_version_says() -> None:
    rows, columns = np.mgrid[0:180, 0:320]
    one = ((rows * 3 + columns * 2) % 256).astype(np.uint8)
    other = ((rows * 3 + columns * 2 + 9 * (columns % 40 < 20)) % 256).astype(np.uint8)
    assert shots.LIKENESS_BY == 1
    assert ssim(edge(one), edge(other)) == pytest.approx(0.892442, abs=1e-6)


def test_sound_is_measured_as_its_version_says(tmp_path: Path) -> None:
    seconds = np.arange(RATE) / RATE
    spoken, played = (
        (level * (1 + fade * seconds) * np.sin(2 * np.pi * pitch * seconds)).astype(np.float32)
        for level, fade, pitch in ((0.4, -0.5, 220), (0.05, 1, 1760))
    )
    speech = write_track(tmp_path / "speech.wav", spoken)
    music = write_track(tmp_path / "music.wav", played)
    mix = write_track(tmp_path / "mix.wav", spoken + played + np.float32(0.01))
    assert track.MEASURED_BY == 1
    assert levels_over(speech, [(0, RATE // 2), (RATE // 2, RATE)], music) == (12.07, 6.28)
    assert largest_difference(mix, [speech, music]) == pytest.approx(0.01004, abs=1e-5)
