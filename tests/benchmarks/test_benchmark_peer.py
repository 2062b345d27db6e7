"""The script of ffmpeg that films are held against, and what is measured of what it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from benchmarks.checkout import HERE
from benchmarks.films import film, with_music, write_music
from benchmarks.peer.comparison import cut, prepare
from benchmarks.peer.findings import Findings, findings
from benchmarks.peer.script import FILM, Materials, make_film
from sounds import speech, write_wav
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DIALOGUE_WAVS,
    LIPSYNC_CLIPS,
    SHOT_CLIPS,
    TIMELINE_TRACK,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.frames import read_frames
from sparkle_motion_dagster.plan.film_format import film_format
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.units import SAMPLE_RATE, FrameSize

_SHOTS, _SHOT_FRAMES, _RATE = 5, 24, 24
_DISSOLVED = 3
"""The shot that dissolves into the next one, in 0.8 s: 9 frames before the cut, and 10 after it."""

_GREYS = (60, 110, 200, 80, 160)
_LINE_STARTS_S = (0.5, 3.2)
_LINE_S = 0.6


def _timeline() -> MeasuredTimeline:
    shots = [
        {
            "id": f"shot_{number:03d}",
            "planned_start_frame": number * _SHOT_FRAMES,
            "planned_frames": _SHOT_FRAMES,
            "start_frame": number * _SHOT_FRAMES,
            "frames": _SHOT_FRAMES,
        }
        for number in range(_SHOTS)
    ]
    lines = [_line(index, start) for index, start in enumerate(_LINE_STARTS_S)]
    frames = _SHOTS * _SHOT_FRAMES
    return MeasuredTimeline.model_validate(
        {
            "fps": f"{_RATE}/1",
            "sample_rate": SAMPLE_RATE,
            "frames": frames,
            "samples": frames * SAMPLE_RATE // _RATE,
            "shots": shots,
            "lines": lines,
        }
    )


def _line(index: int, start_s: float) -> dict[str, Any]:
    return {
        "index": index,
        "character_id": "ada",
        "text": "Now.",
        "wav_digest": "0" * 64,
        "timings_digest": None,
        "tempo": 1.0,
        "start_sample": round(start_s * SAMPLE_RATE),
        "end_sample": round((start_s + _LINE_S) * SAMPLE_RATE),
        "words": [],
        "phonemes": [],
        "planned_start_s": start_s,
        "planned_duration_s": None,
        "action": "as_planned",
    }


def _picture(path: Path, grey: int) -> Path:
    """Write blots about a grey."""
    noise = np.random.default_rng(grey).uniform(-40, 40, (24, 40)).astype(np.float32)
    luma = np.clip(grey + cv2.resize(noise, (320, 180), interpolation=cv2.INTER_CUBIC), 0, 255)
    Image.fromarray(luma.astype(np.uint8)).convert("RGB").save(path)
    return path


@pytest.fixture(scope="module")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Materials:
    """Five pictures, two lines and music."""
    folder = tmp_path_factory.mktemp("materials")
    plan = MoviePlan.model_validate(cut(film(_SHOTS, 1.0, "320x180")))
    return Materials(
        plan=plan,
        timeline=_timeline(),
        form=film_format(plan, Fraction(_RATE), FrameSize(width=320, height=180)),
        pictures=[_picture(folder / f"{grey}.png", grey) for grey in _GREYS],
        takes=[
            write_wav(folder / f"{seed}.wav", speech(_LINE_S, rate=24_000, seed=seed), 24_000)
            for seed in range(len(_LINE_STARTS_S))
        ],
        music=write_music(folder),
    )


@pytest.fixture(scope="module")
def made(materials: Materials, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script's film of them."""
    folder = tmp_path_factory.mktemp("script") / "film"
    make_film(materials, folder)
    return folder / FILM


def _lumas(path: Path, frames: Sequence[int]) -> list[NDArray[np.uint8]]:
    wanted = set(frames)
    decoded = enumerate(islice(read_frames(path), max(frames) + 1))
    return [frame.y for number, frame in decoded if number in wanted]


def test_shots_are_in_order_and_dissolve_where_ours_do(made: Path) -> None:
    middles = [number * _SHOT_FRAMES + 6 for number in range(_SHOTS - 1)]
    cut_at = (_DISSOLVED + 1) * _SHOT_FRAMES
    shown = _lumas(made, [*middles, cut_at - 10, cut_at, cut_at + 10])
    means = [float(luma.mean()) for luma in shown]
    expected = [_limited(grey) for grey in _GREYS]
    before, middle, after = means[_SHOTS - 1 :]
    assert means[: _SHOTS - 1] == pytest.approx(expected[: _SHOTS - 1], abs=6)
    assert (before, after) == pytest.approx((expected[3], expected[4]), abs=6)
    assert middle == pytest.approx((expected[3] + expected[4]) / 2, abs=6)


def _limited(grey: int) -> float:
    return 16 + grey * 219 / 255


def test_the_script_s_film_is_as_long_as_planned_and_its_lines_in_place(
    made: Path, materials: Materials
) -> None:
    found = findings(made, materials)
    assert found.frames == _SHOTS * _SHOT_FRAMES
    assert abs(found.sync_ms) < 1
    assert 0.02 < found.jitter_px < 2


def test_what_a_film_lacks_is_measured_on_its_file(
    made: Path, materials: Materials, tmp_path: Path
) -> None:
    as_made = findings(made, materials)
    worse = _changed(made, tmp_path / "worse.mp4", "volume=-6dB,adelay=100:all=1")
    late_and_quiet = findings(worse, materials)
    assert late_and_quiet.sync_ms == pytest.approx(as_made.sync_ms + 100, abs=1)
    assert late_and_quiet.loudness_error_lu == pytest.approx(as_made.loudness_error_lu - 6, abs=0.3)
    assert late_and_quiet.true_peak_dbtp < as_made.true_peak_dbtp - 5
    assert _pictures(late_and_quiet) == _pictures(as_made)


def _pictures(found: Findings) -> tuple[int, float]:
    return found.frames, found.jitter_px


def _changed(made: Path, path: Path, sound: str) -> Path:
    """Write a film with its sound filtered and its pictures as they were."""
    run_ffmpeg(
        ["-i", str(made), "-c:v", "copy", "-c:a", "aac", "-af", sound, str(path)], timeout_s=60
    )
    return path


def test_a_script_that_fails_says_where(materials: Materials, tmp_path: Path) -> None:
    broken = materials.takes[0].with_name("broken.wav")
    broken.write_bytes(b"no sound")
    told = replace(materials, takes=[broken, materials.takes[1]])
    with pytest.raises(RuntimeError, match=r"broken\.wav"):
        make_film(told, tmp_path / "film")


@pytest.mark.service
def test_of_what_is_compared_nothing_is_there_before_it_is_measured(tmp_path: Path) -> None:
    plan = with_music(cut(film(3, 1.0, "128x72")), 0.0)
    prepared = prepare(plan, tmp_path / "prepared", HERE)
    manifests = prepared.copy(tmp_path / "ours").render(plan).manifests
    made = {stage: set(manifest.provenance.made) for stage, manifest in manifests.items()}
    assert made[DIALOGUE_WAVS] == made[BASE_IMAGES] == set()
    assert made[TIMELINE_TRACK] == {"timeline", "ada@dialogue", "music@stem", "mix"}
    assert made[SHOT_CLIPS] == {"shot_000", "shot_001", "shot_002"}
    assert made[LIPSYNC_CLIPS] == {"shot_002"}
    assert made[VIDEO_FINAL] == {"sound", "film"}
