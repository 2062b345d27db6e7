"""Stems: a cue is as loud as its kind and its plan say, whatever its file was mastered to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clips import stored
from sounds import silence, speech, write_track, write_wav
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.stem_mixer import (
    PlayedCue,
    StemCue,
    StemMixer,
    StemReport,
    StemRequest,
)
from sparkle_motion_dagster.media.sound.ducking import Ducking
from sparkle_motion_dagster.media.sound.loudness import measure_loudness
from sparkle_motion_dagster.media.sound.track_check import levels_over
from sparkle_motion_dagster.units import SAMPLE_RATE

LINE = (2 * SAMPLE_RATE, 3 * SAMPLE_RATE)
SAMPLES = 4 * SAMPLE_RATE


def cue(path: Path, gain_db: float = 0.0, start: int = 0, **fields: float) -> StemCue:
    return StemCue(
        audio=stored(path),
        start_sample=start,
        end_sample=SAMPLES,
        level_lu=-6,
        gain_db=gain_db,
        **{"fade_in_sec": 0, "fade_out_sec": 0, **fields},
    )


def mixed(folder: Path, request: StemRequest) -> tuple[Path, tuple[PlayedCue, ...]]:
    folder.mkdir(parents=True, exist_ok=True)
    (made,) = StemMixer(EngineSettings()).make([request], folder)
    assert [path.name for path in folder.iterdir()] == ["stem-0.wav"]
    report = StemReport.model_validate(made.metadata)
    return made.outputs["audio"].path, report.cues


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of steady noise at 44.1 kHz."""
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, 4 * 44_100).astype(np.float32)
    return write_wav(tmp_path_factory.mktemp("music") / "music.wav", noise, rate=44_100)


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film's track, on which one line is spoken."""
    path = tmp_path_factory.mktemp("track") / "track.wav"
    return write_track(path, silence(2), speech(1), silence(1))


@pytest.mark.parametrize("mastered_db", [-24.0, 0.0])
@pytest.mark.parametrize("gain_db", [-9.0, 0.0, 6.0])
def test_a_cue_is_as_loud_as_asked_against_speech(
    music: Path, track: Path, tmp_path: Path, mastered_db: float, gain_db: float
) -> None:
    import soundfile

    noise, rate = soundfile.read(music, dtype="float32")
    file = write_wav(tmp_path / "file.wav", noise * 10 ** (mastered_db / 20), rate, "FLOAT")
    spoken = measure_loudness(track).integrated_lufs
    assert spoken is not None
    request = StemRequest(
        cues=(cue(file, gain_db),), samples=SAMPLES, speech=stored(track), reference_lufs=-16
    )
    stem, _ = mixed(tmp_path / "stem", request)
    assert measure_loudness(stem).integrated_lufs == pytest.approx(spoken - 6 + gain_db, abs=0.2)
    # Where nobody speaks, the reference stands for speech.
    alone = request.model_copy(update={"speech": None, "reference_lufs": -20.0})
    stem, _ = mixed(tmp_path / "alone", alone)
    assert measure_loudness(stem).integrated_lufs == pytest.approx(-26 + gain_db, abs=0.2)


def test_music_makes_room_before_a_line_begins(music: Path, track: Path, tmp_path: Path) -> None:
    request = StemRequest(
        cues=(cue(music),),
        samples=SAMPLES,
        speech=stored(track),
        reference_lufs=-16,
        ducking=Ducking(),
        lines=(LINE,),
    )
    stem, (played,) = mixed(tmp_path / "stem", request)
    assert (played.start_sample, played.end_sample) == (0, SAMPLES)
    lines = [(LINE[0], LINE[0] + 4800), LINE, (0, SAMPLE_RATE)]
    first_words, whole, before = levels_over(stem, lines, stem)
    assert first_words == whole == before == 0  # a stem against itself: no other music is needed
    (margin,) = levels_over(track, [LINE], stem)
    assert margin == pytest.approx(18, abs=3)
    undisturbed, _ = mixed(tmp_path / "free", request.model_copy(update={"ducking": None}))
    free, ducked = levels_over(undisturbed, [lines[2], lines[0]], stem)
    assert free == pytest.approx(0, abs=0.01)
    assert ducked == pytest.approx(12, abs=0.01)


def test_a_short_loop_is_as_loud_as_a_long_sound(music: Path, tmp_path: Path) -> None:
    noise = np.random.default_rng(3).uniform(-0.3, 0.3, 2400).astype(np.float32)
    short = write_wav(tmp_path / "short.wav", noise)
    request = StemRequest(
        cues=(cue(short, crossfade_sec=0.02),), samples=SAMPLES, speech=None, reference_lufs=-20
    )
    stem, _ = mixed(tmp_path / "stem", request)
    assert measure_loudness(stem).integrated_lufs == pytest.approx(-26, abs=1)


def test_cues_of_one_file_are_told_one_by_one(music: Path, tmp_path: Path) -> None:
    request = StemRequest(
        cues=(cue(music), cue(music, start=-SAMPLE_RATE), cue(music, start=2 * SAMPLES)),
        samples=SAMPLES,
        speech=None,
        reference_lufs=-20,
    )
    _, played = mixed(tmp_path / "stem", request)
    spans = [(one.asked_sample, one.start_sample, one.end_sample) for one in played]
    assert spans == [
        (0, 0, SAMPLES),
        (-SAMPLE_RATE, 0, SAMPLES - SAMPLE_RATE),
        (2 * SAMPLES, 2 * SAMPLES, 2 * SAMPLES),
    ]
