"""What every video engine promises, and how the camera engine moves."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from clips import (
    NTSC,
    child_processes,
    digest,
    luma_psnr,
    measure_clip,
    run_python,
    stored,
    write_keyframe,
)
from devices import on_cpu
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineInputError, Made
from sparkle_motion_dagster.engines.builtin.conform.engine import Conformer, ConformRequest
from sparkle_motion_dagster.engines.images.storyboard.scene import (
    ClipScene,
    Face,
    KeyframeScene,
    SeenFace,
)
from sparkle_motion_dagster.engines.registry import engines_of_kind
from sparkle_motion_dagster.engines.video.base import (
    Described,
    FootageEngine,
    PlannedShot,
    VideoEngine,
    VideoRequest,
)
from sparkle_motion_dagster.engines.video.camera.engine import (
    CameraEngine,
    CameraSettings,
)
from sparkle_motion_dagster.engines.video.camera.following import seen_together
from sparkle_motion_dagster.engines.video.camera.lens import Picture
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import YuvFrame, load_keyframe, read_frames
from sparkle_motion_dagster.production.loop import fingerprint
from sparkle_motion_dagster.units import FrameSize
from tiny_wan import write_flf2v

SIZE = FrameSize(width=128, height=72)
DELIVERY = ClipEncoding(crf=18, preset="veryfast")
CAMERA = CameraEngine(CameraSettings())

every_engine = pytest.mark.parametrize("engine", engines_of_kind("video"), indirect=True)
meets_keyframes = pytest.mark.parametrize("engine", ["camera"], indirect=True)
"""Engines that show the keyframes themselves; a model only comes near, with random weights not."""


@dataclass(frozen=True)
class Filming:
    """An engine, and what makes clips of its footage where it makes that."""

    engine: VideoEngine[Any, Any]

    @property
    def unused_fields(self) -> frozenset[str]:
        return self.engine.unused_fields

    def make(self, requests: Sequence[VideoRequest], folder: Path) -> Generator[Made, None, None]:
        """Make one clip a request, each as soon as there is what it is made of."""
        if not isinstance(self.engine, FootageEngine):
            yield from self.engine.make(requests, folder)
            return
        wanted = [self.engine.footage_of(request) for request in requests]
        conformer = Conformer(self.engine.conforming())
        with contextlib.closing(self.engine.make(wanted, folder)) as footage:
            for number, (request, made) in enumerate(zip(requests, footage, strict=True)):
                clips = folder / f"clips_{number}"
                clips.mkdir()
                source = stored(made.outputs["footage"].path)
                yield from conformer.make([ConformRequest.of(request, source)], clips)


@pytest.fixture(scope="module")
def wan(tmp_path_factory: pytest.TempPathFactory) -> WanEngine:
    weights = write_flf2v(tmp_path_factory.mktemp("wan"))
    return WanEngine(WanSettings(weights=weights, steps=1), on_cpu())


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Filming:
    """The engine of a name; a model is only built where it is asked for."""
    if request.param == "camera":
        return Filming(CAMERA)
    return Filming(request.getfixturevalue(request.param))


def shot(start: StoredFile, end: StoredFile, frames: int = 12, **changes: Any) -> VideoRequest:
    request = VideoRequest(
        start=start,
        end=end,
        frames=frames,
        frame_rate=Fraction(24),
        size=SIZE,
        ends_on_keyframe=False,
        visual_description="the camera climbs the tower",
        motion_prompt="slow pan right",
        seed=5,
        encoding=DELIVERY,
    )
    return request.model_copy(update=changes)


@pytest.fixture
def start(tmp_path: Path) -> StoredFile:
    return write_keyframe(tmp_path / "start.png", 1)


@pytest.fixture
def end(tmp_path: Path) -> StoredFile:
    return write_keyframe(tmp_path / "end.png", 2)


def make(engine: Filming | CameraEngine, folder: Path, *requests: VideoRequest) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return [made.outputs["clip"].path for made in engine.make(requests, folder)]


class UsualClips:
    """What each engine makes of the usual shot: it is made once for all tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, bytes] = {}

    def of(self, engine: Filming, start: StoredFile, end: StoredFile) -> bytes:
        name = engine.engine.name
        if name not in self._made:
            [clip] = make(engine, self._folder / name, shot(start, end))
            self._made[name] = clip.read_bytes()
        return self._made[name]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> UsualClips:
    return UsualClips(tmp_path_factory.mktemp("usual"))


def film(engine: Filming | CameraEngine, folder: Path, request: VideoRequest) -> list[YuvFrame]:
    [clip] = make(engine, folder, request)
    return list(read_frames(clip))


def raw_frames(request: VideoRequest) -> list[YuvFrame]:
    """The camera's frames before they are encoded."""
    planned = CAMERA.shot(request)
    start, end = (
        Picture(load_keyframe(file.path, request.size), scene.strip_rows)
        for file, scene in (
            (request.start, planned.start),
            (request.arrival or request.start, planned.end),
        )
    )
    return list(planned.frames(start, end))


def write_scene(path: Path, *faces: Face, strip_rows: int = 6) -> StoredFile:
    path.write_text(KeyframeScene(strip_rows=strip_rows, faces=faces).model_dump_json())
    return stored(path)


def scene_of(folder: Path, request: VideoRequest) -> ClipScene:
    folder.mkdir()
    [made] = CAMERA.make([request], folder)
    assert made.outputs["scene"].media_type == "application/json"
    return ClipScene.model_validate_json(made.outputs["scene"].path.read_bytes())


@every_engine
@pytest.mark.parametrize(
    ("frames", "rate", "ending"),
    [
        (1, NTSC, {}),
        (1, Fraction(24), {"ends_on_keyframe": True}),
        (2, NTSC, {"ends_on_keyframe": True}),
        (13, Fraction(24), {}),
        (13, NTSC, {"ends_on_keyframe": True}),
    ],
)
def test_a_clip_has_what_was_asked_for(
    engine: Filming,
    tmp_path: Path,
    start: StoredFile,
    end: StoredFile,
    frames: int,
    rate: Fraction,
    ending: dict[str, Any],
) -> None:
    request = shot(start, end, frames, frame_rate=rate, **ending)
    folder = tmp_path / "made"
    folder.mkdir()
    [made] = engine.make([request], folder)
    assert list(made.outputs) == ["clip"]
    assert made.outputs["clip"].media_type == "video/mp4"
    measured = measure_clip(made.outputs["clip"].path)
    assert (measured.codec, measured.streams) == ("h264", 1)
    assert (measured.width, measured.height) == (128, 72)
    assert measured.times == [k / rate for k in range(frames)]


def refusal(engine: Filming, shot: PlannedShot) -> str | None:
    """Return why an engine refuses a shot before anything is made; None: it does not."""
    try:
        engine.engine.check_shots([shot])
    except EngineInputError as refused:
        return str(refused)
    return None


@every_engine
def test_a_shot_without_an_end_is_made_or_refused_before_anything_is(
    engine: Filming, tmp_path: Path, start: StoredFile
) -> None:
    asked = shot(start, start).model_copy(update={"end": None, "ends_on_keyframe": True})
    planned = PlannedShot(
        id="alone",
        frames=12,
        frame_rate=Fraction(24),
        size=SIZE,
        ends_on_keyframe=True,
        from_start_alone=True,
    )
    if (refused := refusal(engine, planned)) is None:
        assert len(film(engine, tmp_path / "made", asked)) == 12
        return
    assert "alone" in refused
    with pytest.raises(EngineInputError):
        make(engine, tmp_path / "made", asked)


@every_engine
def test_results_come_in_the_order_of_the_requests(
    engine: Filming, tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    clips = make(engine, tmp_path / "made", *(shot(start, end, frames) for frames in (3, 1, 2)))
    assert [len(measure_clip(clip).times) for clip in clips] == [3, 1, 2]


@meets_keyframes
def test_the_first_frame_is_the_start_keyframe(
    engine: Filming, tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    keyframe = load_keyframe(start.path, SIZE)
    for frames in (1, 12):
        first, *_ = film(engine, tmp_path / str(frames), shot(start, end, frames))
        assert luma_psnr(first.y, keyframe.y) > 35


@meets_keyframes
def test_the_films_last_frame_is_the_end_keyframe(
    engine: Filming, tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    keyframe = load_keyframe(end.path, SIZE)
    for frames in (2, 13):
        request = shot(start, end, frames, ends_on_keyframe=True)
        last = film(engine, tmp_path / str(frames), request)[-1]
        assert luma_psnr(last.y, keyframe.y) > 35


@pytest.mark.parametrize("prompt", ["whip pan left", "pan right"])
def test_the_shortest_shots_blur_no_keyframe(
    tmp_path: Path, start: StoredFile, end: StoredFile, prompt: str
) -> None:
    opening, closing = (load_keyframe(file.path, SIZE) for file in (start, end))
    [only] = raw_frames(shot(start, end, 1, motion_prompt=prompt))
    first, last = raw_frames(shot(start, end, 2, motion_prompt=prompt, ends_on_keyframe=True))
    for frame, keyframe in ((only, opening), (first, opening), (last, closing)):
        assert np.array_equal(frame.y, keyframe.y)


@meets_keyframes
def test_a_shot_leads_to_its_end_keyframe_without_a_jump(
    engine: Filming, tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    """The next shot begins on the shared keyframe: this one's last frame is a step before it."""
    frames = film(engine, tmp_path / "made", shot(start, end, 24))
    steps = [
        float(np.abs(one.y.astype(int) - other.y).mean())
        for one, other in zip(frames, [*frames[1:], load_keyframe(end.path, SIZE)], strict=True)
    ]
    assert steps[-1] < 1.5 * max(steps[:-1])
    assert luma_psnr(frames[-1].y, load_keyframe(start.path, SIZE).y) < 25


@every_engine
def test_the_same_request_gives_the_same_bytes(
    engine: Filming, usual: UsualClips, tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    [again] = make(engine, tmp_path / "again", shot(start, end))
    assert again.read_bytes() == usual.of(engine, start, end)


@every_engine
def test_closing_midway_leaves_nothing_running(
    engine: Filming, tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    with contextlib.closing(engine.make([shot(start, end)] * 3, folder)) as results:
        first = next(results)
    assert len(measure_clip(first.outputs["clip"].path).times) == 12
    assert child_processes() == []


@every_engine
def test_unused_fields_change_nothing(
    engine: Filming, usual: UsualClips, tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    others: dict[str, Any] = {
        "seed": 6,
        "negative_prompt": "blurry",
        "visual_description": "pan left",
        "characters": (Described(name="Mara", description="zoom out"),),
        "setting": "zoom in",
        "motion_prompt": "fast tilt up",
    }
    changed = {name: others[name] for name in engine.unused_fields}
    [other] = make(engine, tmp_path / "other", shot(start, end, **changed))
    assert other.read_bytes() == usual.of(engine, start, end)


def test_a_camera_asks_nobody_how_people_look(start: StoredFile, end: StoredFile) -> None:
    """Clips that were made before anybody was described are known still."""
    asked = shot(start, end)
    assert "characters" not in asked.model_dump(mode="json")
    described = shot(start, end, characters=(Described(name="Mara", description="a keeper"),))
    assert fingerprint(CAMERA, described) == fingerprint(CAMERA, asked)


@every_engine
def test_a_keyframe_of_another_size_is_refused(
    engine: Filming, tmp_path: Path, start: StoredFile
) -> None:
    large = write_keyframe(tmp_path / "large.png", 3, 256, 144)
    with pytest.raises(MediaError, match=r"large\.png is 256x144, but the film is 128x72"):
        make(engine, tmp_path / "made", shot(start, large))
    assert child_processes() == []


def test_the_shot_has_not_changed(tmp_path: Path) -> None:
    """Where this fails, raise the engine's version: films are made again only then.

    Taken before encoding: x264 may differ in the last bit between kinds of CPU. A moving shot with
    a wipe, a strip and a hand; one that leans and dissolves; one that is not turned.
    """
    x, y = np.meshgrid(np.arange(128), np.arange(72))
    for name, steps in (("start", (2, 3, 1)), ("end", (1, 2, 3))):
        waves = np.stack([(x + y) * step % 256 for step in steps], axis=-1).astype(np.uint8)
        Image.fromarray(waves).save(tmp_path / f"{name}.png")
    start, end = (stored(tmp_path / f"{name}.png") for name in ("start", "end"))
    scene = write_scene(tmp_path / "scene.json", Face(character_id="a", x=0.4, y=0.5, size=0.2))
    digests = []
    for prompt in (
        "fast pan left, handheld",
        "dutch angle, slow push in, then still",
        "slow push in",
    ):
        request = shot(start, end, 24, motion_prompt=prompt, start_scene=scene)
        frames = raw_frames(request)
        digests.append(digest(*(plane for frame in frames for plane in frame.planes)))
    assert digests == ["2a5087691d30b84f", "96e36af4d0e2f33f", "db14952a998ef3cc"]
    assert CAMERA.version == 3


@dataclass(frozen=True)
class Spot:
    """Where a spot of light lies in a plane, in its own pixels, and how far it spreads."""

    row: float
    column: float
    spread: float


def find_spot(plane: NDArray[np.uint8], ground: int) -> Spot:
    weights = np.clip(plane.astype(np.float64) - ground - 3, 0, None)
    rows, columns = np.indices(plane.shape)
    row, column = ((axis * weights).sum() / weights.sum() for axis in (rows, columns))
    squares = (rows - row) ** 2 + (columns - column) ** 2
    return Spot(
        float(row), float(column), float(np.sqrt((squares * weights).sum() / weights.sum()))
    )


def travelled(folder: Path, prompt: str, picture: NDArray[np.uint8]) -> list[YuvFrame]:
    """Return the frames of a two-second shot from a picture to the same one, hardly compressed."""
    folder.mkdir(exist_ok=True)
    path = folder / "picture.png"
    Image.fromarray(picture).save(path)
    encoding = ClipEncoding(crf=2, preset="veryfast")
    request = shot(stored(path), stored(path), 48, motion_prompt=prompt, encoding=encoding)
    return film(CAMERA, folder / "made", request)


def blue_spot() -> NDArray[np.uint8]:
    """A soft spot, bright and blue, in the middle of a dark grey picture."""
    rows, columns = np.mgrid[0:72, 0:128]
    light = np.exp(-((rows - 36) ** 2 + (columns - 64) ** 2) / (2 * 7**2))
    ground, spot = np.array([60, 60, 60]), np.array([10, 90, 190])
    return np.asarray(np.rint(ground + light[..., None] * spot), np.uint8)


GROUND_LUMA = 68  # grey 60 in limited range: 16 + 60 * 219 / 255


@dataclass(frozen=True)
class Flow:
    """How a picture moves from frame to frame, summed up where only one keyframe is seen.

    Attributes:
        right: Shift in pixels.
        down: Shift in pixels.
        growth: Logarithm of how much larger things get.
        turn: Turn clockwise, in degrees.
    """

    right: float
    down: float
    growth: float
    turn: float


def flow_of(request: VideoRequest) -> Flow:
    """Measure a shot's optical flow: Lucas and Kanade's on good corners, a similarity a frame."""
    window = CAMERA.shot(request).crossing.window
    frames = raw_frames(request)
    total = np.zeros(4)
    for k in range(1, request.frames):
        if window.begin < request.position(k) and request.position(k - 1) < window.end:
            continue
        one, other = frames[k - 1].y, frames[k].y
        corners = cv2.goodFeaturesToTrack(one, 80, 0.01, 5)
        found, status, _ = cv2.calcOpticalFlowPyrLK(one, other, corners, None)  # type: ignore[call-overload]
        kept = status[:, 0] == 1
        centre = np.array([request.size.width / 2, request.size.height / 2], np.float32)
        matrix, _ = cv2.estimateAffinePartial2D(corners[kept] - centre, found[kept] - centre)
        (a, _, right), (b, _, down) = matrix
        total += (right, down, np.log(np.hypot(a, b)), np.degrees(np.arctan2(b, a)))
    return Flow(*total.tolist())


@pytest.mark.parametrize(
    ("prompt", "axis", "sign"),
    [
        ("slow pan left", "right", 1),
        ("pan right", "right", -1),
        ("whip pan right", "right", -1),
        ("truck left", "right", 1),
        ("tilt up", "down", 1),
        ("slow crane down", "down", -1),
        ("push in", "growth", 1),
        ("slow zoom out", "growth", -1),
        ("pull back to reveal", "growth", -1),
        ("fast dolly in", "growth", 1),
        ("roll clockwise", "turn", -1),
        ("roll left", "turn", 1),
    ],
)
def test_the_picture_flows_as_the_prompt_says(
    tmp_path: Path, prompt: str, axis: str, sign: int
) -> None:
    start, end = (write_mosaic(tmp_path / f"{seed}.png", seed) for seed in (1, 2))
    size = FrameSize(width=256, height=144)
    flow = flow_of(shot(start, end, 48, motion_prompt=prompt, size=size))
    # In pixels at the frame's edge, so that all four can be compared.
    pixels = {
        "right": flow.right,
        "down": flow.down,
        "growth": flow.growth * 128,
        "turn": np.radians(flow.turn) * 128,
    }
    assert pixels[axis] * sign > 3
    others = {name: abs(value) for name, value in pixels.items() if name != axis}
    if axis != "growth":
        del others["growth"]  # a view that leaves the middle has to be narrower
    assert max(others.values()) < abs(pixels[axis]) / 3


def write_mosaic(path: Path, seed: int) -> StoredFile:
    """A picture with many corners to track."""
    tiles = np.random.default_rng(seed).integers(20, 235, (18, 32, 3), dtype=np.uint8)
    Image.fromarray(tiles).resize((256, 144), Image.Resampling.BICUBIC).save(path)
    return stored(path)


def test_nothing_moves_where_stillness_is_asked_for(tmp_path: Path) -> None:
    first, *others = travelled(tmp_path, "static", blue_spot())
    for frame in others:
        assert luma_psnr(frame.y, first.y) > 45


@pytest.mark.parametrize("prompt", [None, "slow push in", "pan left", "handheld", "dutch angle"])
def test_a_camera_that_is_not_asked_to_stand_never_does(tmp_path: Path, prompt: str | None) -> None:
    """Not for half a second, in a shot of six: on each side of it something has moved."""
    keyframe = write_mosaic(tmp_path / "one.png", 1)
    size = FrameSize(width=256, height=144)
    frames = raw_frames(shot(keyframe, keyframe, 144, motion_prompt=prompt, size=size))
    changes = [
        float(np.abs(one.y.astype(int) - other.y).mean())
        for one, other in zip(frames, frames[12:], strict=False)
    ]
    assert min(changes) > 0.5


@pytest.mark.parametrize(
    "prompt", ["pan left", "slow pan right", "pan left, pull out", "handheld", "roll left"]
)
def test_the_view_stays_inside_the_picture(tmp_path: Path, prompt: str) -> None:
    """Outside it the edge would repeat, but this picture has no two equal columns."""
    ramp = np.broadcast_to(np.arange(0, 256, 2, dtype=np.uint8)[None, :, None], (72, 128, 3)).copy()
    for frame in travelled(tmp_path, prompt, ramp):
        row = frame.y[2].astype(int)
        assert row[2] > row[0]
        assert row[-1] > row[-3]


@pytest.mark.parametrize("prompt", ["pan right", "fast tilt up", "push in"])
def test_colour_stays_on_the_picture(tmp_path: Path, prompt: str) -> None:
    """Chroma lies on the left of its 2x2 block, half a row down; it must keep lying there."""
    for frame in travelled(tmp_path, prompt, blue_spot())[::6]:
        luma, chroma = find_spot(frame.y, GROUND_LUMA), find_spot(frame.u, 128)
        assert 2 * chroma.column == pytest.approx(luma.column, abs=0.3)
        assert 2 * chroma.row + 0.5 == pytest.approx(luma.row, abs=0.3)


def test_the_strip_stays_through_the_shot(
    tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    scene = write_scene(tmp_path / "scene.json")
    scenes = {"start_scene": scene, "end_scene": scene}
    first, last = (load_keyframe(file.path, SIZE) for file in (start, end))
    for frame in raw_frames(shot(start, end, 24, motion_prompt="fast pan left", **scenes)):
        assert np.array_equal(frame.y[:6], first.y[:6])
        assert np.array_equal(frame.u[:3], first.u[:3])
    frames = raw_frames(shot(start, end, 24, ends_on_keyframe=True, **scenes))
    assert np.array_equal(frames[5].y[:6], first.y[:6])
    assert np.array_equal(frames[-1].y, last.y)


@pytest.mark.parametrize("prompt", ["slow push in", "pull out", "whip pan left", "handheld", None])
def test_the_last_shots_strip_is_cut_and_never_dissolved(
    tmp_path: Path, start: StoredFile, end: StoredFile, prompt: str | None
) -> None:
    scene = write_scene(tmp_path / "scene.json")
    request = shot(
        start, end, 48, motion_prompt=prompt, start_scene=scene, end_scene=scene,
        ends_on_keyframe=True, strip_changes=True,
    )  # fmt: skip
    strips = [load_keyframe(file.path, SIZE).y[:6] for file in (start, end)]
    window = CAMERA.shot(request).crossing.window
    for index, frame in enumerate(raw_frames(request)):
        arrived = request.position(index) >= window.middle
        assert np.array_equal(frame.y[:6], strips[arrived])


def test_pictures_without_a_strip_meet_those_with_one(
    tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    """A picture of the user's moves whole; the strip of a drawn one stays where it belongs."""
    scene = write_scene(tmp_path / "scene.json")
    last = load_keyframe(end.path, SIZE)
    frames = raw_frames(shot(start, end, 24, motion_prompt="push in", end_scene=scene))
    assert luma_psnr(frames[-1].y, last.y) > 30
    frames = raw_frames(shot(start, end, 24, motion_prompt="pull out", end_scene=scene))
    assert np.array_equal(frames[12].y[:6], last.y[:6])


MARA = Face(character_id="mara", x=0.45, y=0.5, size=0.25, turn=-0.5)


def test_faces_are_followed_where_the_camera_shows_them(tmp_path: Path) -> None:
    """Measured in the frames: the face is a spot of light."""
    path = tmp_path / "spot.png"
    Image.fromarray(blue_spot()).save(path)
    face = MARA.model_copy(update={"x": 64.5 / 128, "y": 36.5 / 72})
    scenes = {
        "start_scene": write_scene(tmp_path / "start.json", face, strip_rows=0),
        "end_scene": write_scene(tmp_path / "end.json", strip_rows=0),
    }
    for index, prompt in enumerate(("pan left", "crane up, then push in", "roll right, handheld")):
        request = shot(stored(path), stored(path), 48, motion_prompt=prompt, **scenes)
        window = CAMERA.shot(request).crossing.window
        seen = scene_of(tmp_path / f"{index}", request).faces
        frames = raw_frames(request)
        sizes = []
        for k in range(round(window.begin * 48)):
            [found] = seen[k]
            spot = find_spot(frames[k].y, GROUND_LUMA)
            assert found.share == 1
            assert found.face.x * 128 - 0.5 == pytest.approx(spot.column, abs=0.35)
            assert found.face.y * 72 - 0.5 == pytest.approx(spot.row, abs=0.35)
            sizes.append(found.face.size / spot.spread)
        assert max(sizes) / min(sizes) < 1.06


def test_a_matched_face_lives_through_the_dissolve(
    tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    later = MARA.model_copy(update={"x": 0.5, "y": 0.52, "size": 0.3, "turn": 0.5})
    request = shot(
        start,
        end,
        48,
        motion_prompt="slow push in",
        start_scene=write_scene(tmp_path / "start.json", MARA),
        end_scene=write_scene(tmp_path / "end.json", later),
    )
    faces = scene_of(tmp_path / "made", request).faces
    assert len(faces) == 48
    assert faces[0][0].face == MARA
    assert faces[-1][-1].face.size == pytest.approx(0.3, abs=0.005)
    assert {seen.face.turn for frame in faces for seen in frame} == {-0.5, 0.5}  # as they are drawn
    both = [seen for seen in faces if len(seen) == 2]
    assert len(both) >= 5
    for one, other in both:
        assert one.share + other.share == pytest.approx(1)
        assert one.face.x == pytest.approx(other.face.x, abs=1e-4)
        assert one.face.y == pytest.approx(other.face.y, abs=1e-4)
        assert one.face.size == pytest.approx(other.face.size, abs=1e-4)
    sizes = [seen[0].face.size for seen in faces]
    assert all(one <= other + 1e-4 for one, other in itertools.pairwise(sizes))


def test_faces_of_others_show_as_much_as_their_keyframe_does(
    tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    davy = MARA.model_copy(update={"character_id": "davy"})
    request = shot(
        start,
        end,
        48,
        motion_prompt="push in",
        start_scene=write_scene(tmp_path / "start.json", MARA),
        end_scene=write_scene(tmp_path / "end.json", davy),
    )
    faces = scene_of(tmp_path / "made", request).faces
    assert [seen.face.character_id for seen in faces[0]] == ["mara"]
    both = [seen for seen in faces if len(seen) == 2]
    assert 5 <= len(both) <= 12
    for one, other in both:
        assert (one.face.character_id, other.face.character_id) == ("mara", "davy")
        assert one.share + other.share == pytest.approx(1)
    shares = [other.share for _, other in both]
    assert shares == sorted(shares)


@pytest.mark.parametrize(("arrived", "shown"), [(1e-7, "mara"), (1 - 1e-7, "davy")])
def test_a_face_that_shows_too_little_to_be_written_is_left_out(arrived: float, shown: str) -> None:
    davy = MARA.model_copy(update={"character_id": "davy"})
    [seen] = seen_together([MARA], [davy], lambda _: arrived)
    assert (seen.face.character_id, seen.share) == (shown, 1)


def test_faces_outside_the_frame_are_left_out(
    tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    edge = MARA.model_copy(update={"x": 0.03, "size": 0.2})
    scene = write_scene(tmp_path / "start.json", edge)
    faces = scene_of(
        tmp_path / "made", shot(start, end, 48, motion_prompt="pan right", start_scene=scene)
    ).faces
    assert faces[0] == (SeenFace(face=edge, share=1),)
    assert () in faces
    assert all(0 < seen.face.x < 1 for several in faces for seen in several)


def test_a_file_that_is_no_scene_is_refused(
    tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    path = tmp_path / "scene.json"
    path.write_text('{"strip": 3}')
    with pytest.raises(EngineInputError, match=r"scene\.json is no keyframe's scene: strip: "):
        make(CAMERA, tmp_path / "made", shot(start, end, start_scene=stored(path)))


def test_a_keyframe_that_two_shots_share_is_the_same_in_both(
    tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    """It is read once for both, with the strip that it has."""
    scene = write_scene(tmp_path / "scene.json")
    requests = [
        shot(start, end, 6, end_scene=scene),
        shot(end, start, 6, start_scene=scene),
        shot(end, start, 6),
    ]
    together = make(CAMERA, tmp_path / "together", *requests)
    for index, request in enumerate(requests):
        [alone] = make(CAMERA, tmp_path / f"{index}", request)
        assert alone.read_bytes() == together[index].read_bytes()


def test_a_single_core_in_another_process_makes_the_same_bytes(
    tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    [here] = make(CAMERA, tmp_path / "here", shot(start, end))
    run_python(
        "import sys, pathlib; sys.path.insert(0, sys.argv[4]); import test_video_engines as t\n"
        "here, start, end = map(pathlib.Path, sys.argv[1:4])\n"
        "t.make(t.CAMERA, here, t.shot(t.stored(start), t.stored(end)))",
        tmp_path / "there",
        start.path,
        end.path,
        Path(__file__).parent,
    )
    assert (tmp_path / "there" / here.name).read_bytes() == here.read_bytes()
