"""The real Wav2Lip script, from a checkout that ``$SPARKLE_WAV2LIP`` names, on random weights."""

from __future__ import annotations

import os
import re
import resource
import shlex
import shutil
import subprocess
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from clips import luma_psnr, measure_clip, stored, write_keyframe
from picture_films import shot_of
from picture_wheels import pictures
from sounds import speech
from sparkle_motion_dagster.engines.base import EngineInputError, NotReadyError
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine, LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.owned_faces import owned_faces
from sparkle_motion_dagster.engines.lipsync.wav2lip import PROGRAM
from sparkle_motion_dagster.engines.lipsync.wav2lip.checkout import changes_of
from sparkle_motion_dagster.engines.lipsync.wav2lip.engine import Wav2LipEngine
from sparkle_motion_dagster.engines.lipsync.wav2lip.settings import Wav2LipSettings
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.installing import install
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import load_keyframe, read_frames
from sparkle_motion_dagster.plan.shot import FaceBox
from sparkle_motion_dagster.units import FrameSize
from speaking_pictures import RATE, request_of
from worker_environments import with_workers

CHECKOUT = os.environ.get("SPARKLE_WAV2LIP")
pytestmark = [
    pytest.mark.engines,
    pytest.mark.skipif(CHECKOUT is None, reason="$SPARKLE_WAV2LIP names no checkout of Wav2Lip"),
]

SIZE = FrameSize(width=320, height=240)
FACE = FaceBox(left=0.3, top=0.25, width=0.4, height=0.5)
FRAMES = 24
LEAVES = ("templates-portrait_light_migration-1",)
"""Clips in which the face is not seen for a while, between two times in which it is."""
REAL_CLIPS = ("video_wan_vace_outpainting-1", "video_wan2_2_14B_t2v-1", *LEAVES)


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Environments:
    """The real environment: made once, where $SPARKLE_TEST_ENVIRONMENTS says."""
    kept = os.environ.get("SPARKLE_TEST_ENVIRONMENTS")
    environments = Environments(Path(kept) if kept else tmp_path_factory.mktemp("environments"))
    environment = environments.of(PROGRAM)
    record = environment.record()
    if record is None or record.digest != environment.digest():
        started = time.monotonic()
        record = install(environment)
        print(f"made in {time.monotonic() - started:.0f} s")
    print(record.versions)
    return environments


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's checkout, copied as it is."""
    folder = tmp_path_factory.mktemp("wav2lip") / "checkout"
    shutil.copytree(str(CHECKOUT), folder, ignore=shutil.ignore_patterns(".git"))
    return folder


@pytest.fixture(scope="module")
def changed(checkout: Path) -> Path:
    """A copy of it in which the lines are changed that a message asks to change."""
    folder = checkout.with_name("changed")
    shutil.copytree(checkout, folder)
    for change in changes_of(folder / "audio.py"):
        source = (folder / "audio.py").read_text(encoding="utf-8")
        (folder / "audio.py").write_text(source.replace(change.old, change.new), encoding="utf-8")
    return folder


def write_weights(environments: Environments, checkout: Path, kind: str, path: Path) -> Path:
    program = Path(__file__).parents[3] / "support" / "real_wav2lip.py"
    python = environments.of(PROGRAM).python
    subprocess.run([python, program, checkout, kind, path], check=True)
    return path


@pytest.fixture(scope="module")
def weights(environments: Environments, changed: Path) -> Path:
    return write_weights(environments, changed, "weights", changed.with_name("weights.pth"))


def engine_of(environments: Environments, checkout: Path, weights: Path) -> Wav2LipEngine:
    settings = Wav2LipSettings(checkout=checkout, checkpoint=weights)
    return Wav2LipEngine(settings, with_workers(environments))


def talking(folder: Path) -> LipsyncRequest:
    write_keyframe(folder / "picture.png", 3, SIZE.width, SIZE.height)
    picture = load_keyframe(folder / "picture.png", SIZE)
    fine = ClipEncoding(crf=1, preset="ultrafast")
    write_clip(
        folder / "clip.mp4", [picture] * FRAMES, size=SIZE, frame_rate=Fraction(24), encoding=fine
    )
    soundfile.write(folder / "line.wav", speech(0.5), 48_000)
    line = LipsyncLine(
        speaker=Appearance(id="mara"),
        audio=stored(folder / "line.wav"),
        timings=None,
        offset_samples=12_000,
    )
    return LipsyncRequest(
        clip=stored(folder / "clip.mp4"),
        lines=(line,),
        faces={"mara": FACE},
        frames=FRAMES,
        frame_rate=Fraction(24),
        size=SIZE,
        encoding=fine,
    )


def test_the_script_moves_a_mouth(
    environments: Environments, changed: Path, weights: Path, tmp_path: Path
) -> None:
    engine, request = engine_of(environments, changed, weights), talking(tmp_path)
    clips = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        started = time.monotonic()
        [made] = engine.make([request], tmp_path / name)
        print(f"{time.monotonic() - started:.1f} s for {made.metadata}")
        clips.append(made.outputs["clip"].path)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"at most {largest:.2f} GiB in a process")
    assert clips[0].read_bytes() == clips[1].read_bytes()
    assert measure_clip(clips[0]).times == [Fraction(k, 24) for k in range(FRAMES)]
    before, after = (list(read_frames(path)) for path in (request.clip.path, clips[0]))
    mouth = np.s_[130:170, 110:210]
    pairs = list(zip(before, after, strict=True))
    differences = [luma_psnr(one.y[mouth], two.y[mouth]) for one, two in pairs]
    speaks = [k for k, likeness in enumerate(differences) if likeness < 30]
    assert speaks == list(range(speaks[0], speaks[-1] + 1))
    assert 4 <= speaks[0] <= 6
    assert 17 <= speaks[-1] <= 19
    outside = np.ones((240, 320), bool)
    outside[60:180, 96:224] = False
    assert all(luma_psnr(one.y[outside], two.y[outside]) > 45 for one, two in pairs)
    if folder := os.environ.get("SPARKLE_TEST_PICTURES"):
        shutil.copy(clips[0], folder)


@pytest.mark.parametrize("name", REAL_CLIPS)
def test_mouths_of_filmed_faces_move_where_they_were_followed(
    name: str, environments: Environments, changed: Path, weights: Path, tmp_path: Path
) -> None:
    """Where nobody is seen, and outside of the face, clips that models made stay as they are."""
    shot = shot_of(pictures()[name], 48, tmp_path / "shot")
    soundfile.write(tmp_path / "line.wav", speech(float(shot.frames / RATE) - 0.2), 48_000)
    line = LipsyncLine(
        speaker=Appearance(id="mara"),
        audio=stored(tmp_path / "line.wav"),
        timings=None,
        offset_samples=4_800,
    )
    request = request_of(shot.clip, shot.frames, shot.size, [line], [])
    [made] = engine_of(environments, changed, weights).make([request], tmp_path)
    assert made.metadata["without_face"] == []
    tracks = owned_faces(request)["mara"].tracks
    seen = {frame for track in tracks for frame in range(track.start, track.end)}
    assert (len(seen) < shot.frames) == (name in LEAVES)
    clips = request.clip.path, made.outputs["clip"].path
    moved = set()
    for frame, (before, after) in enumerate(zip(*map(read_frames, clips), strict=True)):
        boxes = [points for track in tracks if (points := track.points_at(frame)) is not None]
        around = np.ones(before.y.shape, bool)
        for points in boxes:
            left, top = np.maximum(points.min(axis=0).astype(int) - 4, 0)
            right, bottom = points.max(axis=0).astype(int) + 16
            around[top:bottom, left:right] = False
            if luma_psnr(before.y[top:bottom, left:right], after.y[top:bottom, left:right]) < 30:
                moved.add(frame)
        assert luma_psnr(before.y[around], after.y[around]) > 40
    assert moved <= seen
    assert len(moved) > len(seen) / 2


def test_upstream_as_it_is_needs_one_line_changed(
    environments: Environments, checkout: Path, weights: Path, tmp_path: Path
) -> None:
    engine = engine_of(environments, checkout, weights)
    with pytest.raises(NotReadyError) as raised:
        list(engine.make([talking(tmp_path)], tmp_path))
    print(raised.value)
    assert "mel(sr=hp.sample_rate, n_fft=hp.n_fft, n_mels=hp.num_mels," in str(raised.value)


def test_a_script_archive_is_made_into_weights_as_the_message_says(
    environments: Environments,
    changed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SPARKLE_ENVIRONMENTS", str(environments.root))
    archive = write_weights(environments, changed, "script", tmp_path / "wav2lip.pth")
    with pytest.raises(NotReadyError) as raised:
        engine_of(environments, changed, archive).check_ready()
    found = re.search(r"use (?P<plain>\S+): (?P<command>.*)$", str(raised.value))
    assert found is not None
    subprocess.run(shlex.split(found["command"]), check=True)
    engine, request = engine_of(environments, changed, Path(found["plain"])), talking(tmp_path)
    (tmp_path / "made").mkdir()
    [made] = engine.make([request], tmp_path / "made")
    assert made.metadata["without_face"] == []


def test_a_checkpoint_that_could_run_a_program_is_refused(
    environments: Environments, changed: Path, tmp_path: Path
) -> None:
    program = write_weights(environments, changed, "program", tmp_path / "program.pth")
    engine, request = engine_of(environments, changed, program), talking(tmp_path)
    (tmp_path / "made").mkdir()
    with pytest.raises(EngineInputError, match=r"program.pth does not hold weights alone"):
        list(engine.make([request], tmp_path / "made"))


def test_the_checkout_stays_as_it_is(checkout: Path, changed: Path) -> None:
    """It runs last: nothing was written into what belongs to the user."""
    for folder in (checkout, changed):
        files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
        source = Path(str(CHECKOUT))
        own = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
        assert files == {path for path in own if path.parts[0] != ".git"}
