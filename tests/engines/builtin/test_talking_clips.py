"""Talking clips in one pass: the same pictures as in two, encoded once; and moves, by which they
are known before."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clips import stored
from sounds import speech, write_wav
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineError, EngineInputError
from sparkle_motion_dagster.engines.builtin.move_planner import MovePlanner
from sparkle_motion_dagster.engines.builtin.talking_clips import TalkingClipRequest, TalkingClips
from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest
from sparkle_motion_dagster.engines.images.storyboard.engine import (
    StoryboardEngine,
    StoryboardSettings,
)
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine, LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.viseme.engine import VisemeEngine, VisemeSettings
from sparkle_motion_dagster.engines.video.base import MoveRequest, VideoRequest
from sparkle_motion_dagster.engines.video.camera.engine import CameraEngine, CameraSettings
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.media.picture_review import psnr
from sparkle_motion_dagster.media.pictures import open_picture
from sparkle_motion_dagster.production.loop import fingerprint
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=320, height=180)
RATE = Fraction(24)
FRAMES = 36
DELIVERY = ClipEncoding(crf=18, preset="veryfast")
INTERMEDIATE = ClipEncoding(crf=4, preset="ultrafast")
NELL = Appearance(id="nell", description="train conductor, thirty-five, blue uniform")
CAMERA = CameraEngine(CameraSettings())
VISEME = VisemeEngine(VisemeSettings())


@dataclass(frozen=True)
class Shot:
    """A close-up in which Nell speaks: what it shows, and what is heard in it."""

    move: MoveRequest
    line: LipsyncLine

    def planned(self, folder: Path) -> dict[str, StoredFile]:
        folder.mkdir()
        [made] = MovePlanner(CAMERA).make([self.move], folder)
        return {name: stored(file.path) for name, file in made.outputs.items()}

    def asked(self, planned: dict[str, StoredFile]) -> TalkingClipRequest:
        return TalkingClipRequest(
            move=planned["move"],
            shot=self.move,
            scene=planned["scene"],
            lines=(self.line,),
            frames=FRAMES,
            frame_rate=RATE,
            size=SIZE,
            encoding=DELIVERY,
        )


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Shot:
    folder = tmp_path_factory.mktemp("shot")
    picture = ImageRequest(
        shot="shot",
        prompt="close-up of a conductor's face on a railway platform, bright morning",
        characters=(NELL,),
        size=SIZE,
        seed=3,
    )
    [made] = StoryboardEngine(StoryboardSettings()).make([picture], folder)
    image, scene = (stored(made.outputs[name].path) for name in ("image", "scene"))
    wav = folder / "line.wav"
    write_wav(wav, speech(1))
    line = LipsyncLine(speaker=NELL, audio=stored(wav), timings=None, offset_samples=12_000)
    move = MoveRequest(
        start=image,
        start_scene=scene,
        end=None,
        frames=FRAMES,
        frame_rate=RATE,
        size=SIZE,
        ends_on_keyframe=True,
        visual_description="she speaks",
        motion_prompt="gentle push in",
        seed=1,
    )
    return Shot(move, line)


@pytest.fixture(scope="module")
def planned(shot: Shot, tmp_path_factory: pytest.TempPathFactory) -> dict[str, StoredFile]:
    return shot.planned(tmp_path_factory.mktemp("planned") / "move")


def one_pass(shot: Shot, planned: dict[str, StoredFile], folder: Path) -> Path:
    engine, request = TalkingClips(CAMERA, VISEME), shot.asked(planned)
    engine.check(request)
    folder.mkdir()
    [made] = engine.make([request], folder)
    assert made.metadata == {"driven_by": "loudness", "portraits": []}
    return made.outputs["clip"].path


def two_passes(shot: Shot, folder: Path) -> tuple[Path, Path]:
    """Return the clip without mouths, and the one that is made of it."""
    folder.mkdir()
    [filmed] = CAMERA.make([VideoRequest.of(shot.move, INTERMEDIATE, ())], folder)
    spoken = folder / "spoken"
    spoken.mkdir()
    request = LipsyncRequest(
        clip=stored(filmed.outputs["clip"].path),
        scene=stored(filmed.outputs["scene"].path),
        lines=(shot.line,),
        frames=FRAMES,
        frame_rate=RATE,
        size=SIZE,
        encoding=DELIVERY,
    )
    [made] = VISEME.make([request], spoken)
    return filmed.outputs["clip"].path, made.outputs["clip"].path


def luma_db(frames: Sequence[YuvFrame], others: Sequence[YuvFrame]) -> list[float]:
    return [psnr(one.y, other.y) for one, other in zip(frames, others, strict=True)]


def test_one_pass_shows_what_two_passes_show_and_no_worse(
    shot: Shot, planned: dict[str, StoredFile], tmp_path: Path
) -> None:
    once = list(read_frames(one_pass(shot, planned, tmp_path / "once")))
    silent, twice = (list(read_frames(clip)) for clip in two_passes(shot, tmp_path / "twice"))
    wanted = list(VISEME.spoken(shot.asked(planned), CAMERA.frames(shot.move)).frames)
    assert min(luma_db(once, twice)) > 38
    assert np.mean(luma_db(once, wanted)) > np.mean(luma_db(twice, wanted)) - 0.1
    # The mouth moves while it speaks; at both ends is what the camera saw.
    changed = [
        int((abs(one.y.astype(int) - two.y) > 40).sum())
        for one, two in zip(once, silent, strict=True)
    ]
    assert max(changed) > 20
    assert changed[0] == changed[-1] == 0


def test_equal_requests_give_equal_bytes(
    shot: Shot, planned: dict[str, StoredFile], tmp_path: Path
) -> None:
    one, other = (one_pass(shot, planned, tmp_path / name) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_a_move_is_known_by_what_decides_its_frames(shot: Shot, tmp_path: Path) -> None:
    def move(**changes: object) -> bytes:
        changed = Shot(shot.move.model_copy(update=changes), shot.line)
        return changed.planned(tmp_path / str(len(list(tmp_path.iterdir()))))[
            "move"
        ].path.read_bytes()

    plain = move()
    assert move(seed=2, visual_description="he speaks") == plain
    assert move(motion_prompt="slow pan left") != plain
    assert json.loads(plain)["video"]["name"] == "camera"
    assert str(shot.move.start.path) not in plain.decode()

    planner, other = MovePlanner(CAMERA), MovePlanner(CameraEngine(CameraSettings(travel=0.05)))
    print_ = fingerprint(planner, shot.move)
    assert fingerprint(planner, shot.move.model_copy(update={"seed": 2})) == print_
    assert fingerprint(other, shot.move) != print_
    assert fingerprint(CAMERA, VideoRequest.of(shot.move, DELIVERY, ())) != print_


def test_a_move_is_shown_by_five_of_its_frames(
    shot: Shot, planned: dict[str, StoredFile], tmp_path: Path
) -> None:
    (tmp_path / "seen").mkdir()
    strip = tmp_path / "strip.jpg"
    strip.write_bytes(planned["strip"].path.read_bytes())
    with open_picture(strip) as picture:
        luma = np.asarray(picture.convert("L"), float)
    frames = list(CAMERA.frames(shot.move))
    assert luma.shape == (112, 1000)
    for k, number in enumerate((0, 9, 18, 26, 35)):
        small = luma[:, 200 * k : 200 * (k + 1)]
        rgb = frames[number].to_rgb().astype(float)
        whole = rgb @ np.array([0.299, 0.587, 0.114])
        assert abs(whole.mean() - small.mean()) < 2, number
    first, last = luma[:, :200], luma[:, 800:]
    assert abs(first - last).mean() > 3  # it has moved


def test_faces_are_where_the_clip_would_have_them(
    shot: Shot, planned: dict[str, StoredFile], tmp_path: Path
) -> None:
    [filmed] = CAMERA.make([VideoRequest.of(shot.move, INTERMEDIATE, ())], tmp_path)
    assert planned["scene"].path.read_bytes() == filmed.outputs["scene"].path.read_bytes()


@pytest.mark.parametrize("frames", [1, 2, 4])
def test_the_shortest_shots_are_planned(shot: Shot, tmp_path: Path, frames: int) -> None:
    short = Shot(shot.move.model_copy(update={"frames": frames}), shot.line)
    with open_picture(short.planned(tmp_path / "move")["strip"].path) as picture:
        assert picture.size == (1000, 112)


def test_what_was_planned_otherwise_is_not_made(shot: Shot, planned: dict[str, StoredFile]) -> None:
    others = TalkingClips(CameraEngine(CameraSettings(travel=0.05)), VISEME)
    with pytest.raises(EngineInputError, match="was planned by camera"):
        others.check(shot.asked(planned))
    longer = Shot(shot.move.model_copy(update={"motion_prompt": "pan left"}), shot.line)
    with pytest.raises(EngineInputError, match="Render the whole film"):
        TalkingClips(CAMERA, VISEME).check(longer.asked(planned))


class Breaking(CameraEngine):
    """A camera that ends before its shot does."""

    def frames(self, move: MoveRequest, wanted: Sequence[int] | None = None) -> Iterator[YuvFrame]:
        for number, frame in enumerate(super().frames(move, wanted)):
            if number == FRAMES - 2:
                return
            yield frame


def test_frames_that_are_missing_are_an_error(
    shot: Shot, planned: dict[str, StoredFile], tmp_path: Path
) -> None:
    engine = TalkingClips(Breaking(CameraSettings()), VISEME)
    with pytest.raises(EngineError, match="gave 34 frames, but the shot has 36"):
        next(engine.make([shot.asked(planned)], tmp_path))


def test_portraits_that_were_drawn_for_clips_are_freed_with_them() -> None:
    viseme = VisemeEngine(VisemeSettings())
    portrait = weakref.ref(viseme._portrait(look_of("nell"), SIZE, right=True))
    gc.collect()
    assert portrait() is not None
    TalkingClips(CAMERA, viseme).unload()
    gc.collect()
    assert portrait() is None
