"""What every video engine promises, and how the camera engine moves."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

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
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.video.base import VideoEngine, VideoRequest
from sparkle_motion_dagster.engines.video.camera import (
    CameraEngine,
    CameraSettings,
    Move,
    parse_move,
)
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import YuvFrame, load_keyframe, read_frames
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=128, height=72)
DELIVERY = ClipEncoding(crf=18, preset="veryfast")
CAMERA = CameraEngine(CameraSettings())
ENGINES: list[VideoEngine[Any]] = [CAMERA]

every_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)


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


def make(engine: VideoEngine[Any], folder: Path, *requests: VideoRequest) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return [made.outputs["clip"].path for made in engine.make(requests, folder)]


def film(engine: VideoEngine[Any], folder: Path, request: VideoRequest) -> list[YuvFrame]:
    [clip] = make(engine, folder, request)
    return list(read_frames(clip))


@every_engine
@pytest.mark.parametrize("rate", [Fraction(24), NTSC])
@pytest.mark.parametrize("ending", [{}, {"ends_on_keyframe": True}], ids=["flows", "ends"])
@pytest.mark.parametrize("frames", [1, 2, 13])
def test_a_clip_has_what_was_asked_for(
    engine: VideoEngine[Any],
    tmp_path: Path,
    start: StoredFile,
    end: StoredFile,
    frames: int,
    ending: dict[str, Any],
    rate: Fraction,
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


@every_engine
def test_results_come_in_the_order_of_the_requests(
    engine: VideoEngine[Any], tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    clips = make(engine, tmp_path / "made", *(shot(start, end, frames) for frames in (3, 1, 2)))
    assert [len(measure_clip(clip).times) for clip in clips] == [3, 1, 2]


@every_engine
def test_the_first_frame_is_the_start_keyframe(
    engine: VideoEngine[Any], tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    keyframe = load_keyframe(start.path, SIZE)
    for frames in (1, 12):
        first, *_ = film(engine, tmp_path / str(frames), shot(start, end, frames))
        assert luma_psnr(first.y, keyframe.y) > 35


@every_engine
def test_the_films_last_frame_is_the_end_keyframe(
    engine: VideoEngine[Any], tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    keyframe = load_keyframe(end.path, SIZE)
    for frames in (2, 13):
        request = shot(start, end, frames, ends_on_keyframe=True)
        last = film(engine, tmp_path / str(frames), request)[-1]
        assert luma_psnr(last.y, keyframe.y) > 35


@every_engine
def test_a_shot_leads_to_its_end_keyframe_without_a_jump(
    engine: VideoEngine[Any], tmp_path: Path, start: StoredFile, end: StoredFile
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
    engine: VideoEngine[Any], tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    one, other = (make(engine, tmp_path / name, shot(start, end))[0] for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


@every_engine
def test_closing_midway_leaves_nothing_running(
    engine: VideoEngine[Any], tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    with contextlib.closing(engine.make([shot(start, end)] * 3, folder)) as results:
        first = next(results)
    assert len(measure_clip(first.outputs["clip"].path).times) == 12
    assert child_processes() == []


@every_engine
def test_unused_fields_change_nothing(
    engine: VideoEngine[Any], tmp_path: Path, start: StoredFile, end: StoredFile
) -> None:
    others: dict[str, Any] = {
        "seed": 6,
        "negative_prompt": "blurry",
        "visual_description": "pan left",
        "setting": "zoom in",
        "motion_prompt": "fast tilt up",
    }
    changed = {name: others[name] for name in engine.unused_fields}
    one, other = (
        make(engine, tmp_path / name, shot(start, end, **update))[0]
        for name, update in (("one", {}), ("other", changed))
    )
    assert one.read_bytes() == other.read_bytes()


@every_engine
def test_a_keyframe_of_another_size_is_refused(
    engine: VideoEngine[Any], tmp_path: Path, start: StoredFile
) -> None:
    large = write_keyframe(tmp_path / "large.png", 3, 256, 144)
    with pytest.raises(MediaError, match=r"large\.png is 256x144, but the film is 128x72"):
        make(engine, tmp_path / "made", shot(start, large))
    assert child_processes() == []


def test_the_shot_has_not_changed(tmp_path: Path) -> None:
    """Where this fails, raise the engine's version: films are made again only then.

    Taken before encoding, and from a camera that stands still while one picture is half the other:
    warping and encoding may differ in the last bit between kinds of CPU.
    """
    x, y = np.meshgrid(np.arange(128), np.arange(72))
    for name, steps in (("start", (2, 3, 1)), ("end", (1, 2, 3))):
        waves = np.stack([(x + y) * step % 256 for step in steps], axis=-1).astype(np.uint8)
        Image.fromarray(waves).save(tmp_path / f"{name}.png")
    start, end = (stored(tmp_path / f"{name}.png") for name in ("start", "end"))
    request = shot(start, end, 3, motion_prompt="static", ends_on_keyframe=True)
    frames = list(CAMERA._frames(request))
    assert not np.array_equal(frames[1].y, frames[0].y)
    assert digest(*(plane for frame in frames for plane in frame.planes)) == "e04cc3becb87af58"
    assert CAMERA.version == 1


@pytest.mark.parametrize(
    ("prompt", "move"),
    [
        (None, Move(push=0.5)),
        ("", Move(push=0.5)),
        ("Mara turns left and looks up", Move(push=0.5)),
        ("static shot", Move()),
        ("locked-off camera", Move()),
        ("pan left", Move(right=-1)),
        ("Camera pans slowly to the right", Move(right=0.5)),
        ("fast tilt down", Move(down=2)),
        ("slow crane up", Move(down=-0.5)),
        ("the camera craning upward", Move(down=-1)),
        ("push-in", Move(push=1)),
        ("slow zoom in on her hands", Move(push=0.5)),
        ("dolly back", Move(push=-1)),
        ("quick pull out", Move(push=-2)),
        ("pan right, then tilt up", Move(right=1, down=-1)),
        ("truck left while pushing in gently", Move(right=-0.5, push=0.5)),
        ("a company in the rain walks left", Move(push=0.5)),
    ],
)
def test_moves_are_read_from_words(prompt: str | None, move: Move) -> None:
    assert parse_move(prompt) == move


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


def travelled(
    folder: Path, prompt: str, picture: NDArray[np.uint8], settings: CameraSettings
) -> list[YuvFrame]:
    """Return the frames of a shot from a picture to the same one, hardly compressed."""
    folder.mkdir(exist_ok=True)
    path = folder / "picture.png"
    Image.fromarray(picture).save(path)
    encoding = ClipEncoding(crf=2, preset="veryfast")
    request = shot(stored(path), stored(path), 16, motion_prompt=prompt, encoding=encoding)
    return film(CameraEngine(settings), folder / "made", request)


def blue_spot() -> NDArray[np.uint8]:
    """A soft spot, bright and blue, in the middle of a dark grey picture."""
    rows, columns = np.mgrid[0:72, 0:128]
    light = np.exp(-((rows - 36) ** 2 + (columns - 64) ** 2) / (2 * 7**2))
    ground, spot = np.array([60, 60, 60]), np.array([10, 90, 190])
    return np.asarray(np.rint(ground + light[..., None] * spot), np.uint8)


GROUND_LUMA = 68  # grey 60 in limited range: 16 + 60 * 219 / 255


@pytest.mark.parametrize(
    ("prompt", "rows", "columns"),
    [
        ("pan right", 0, -1),
        ("pan left", 0, 1),
        ("tilt up", 1, 0),
        ("crane down", -1, 0),
        ("static", 0, 0),
        ("push in", 0, 0),
    ],
)
def test_the_picture_moves_against_the_camera(
    tmp_path: Path, prompt: str, rows: int, columns: int
) -> None:
    settings = CameraSettings(travel=0.08, dissolve=0.2)
    frames = travelled(tmp_path, prompt, blue_spot(), settings)
    for earlier, later in ((0, 6), (11, 15)):  # leaving one picture, arriving at the other
        before, after = (find_spot(frames[k].y, GROUND_LUMA) for k in (earlier, later))
        down, right = after.row - before.row, after.column - before.column
        for moved, direction in ((down, rows), (right, columns)):
            assert abs(moved) < 0.2 if direction == 0 else moved * direction > 1


def test_pushing_in_makes_things_larger_and_pulling_out_smaller(tmp_path: Path) -> None:
    settings = CameraSettings(travel=0.1, dissolve=0.2)
    spreads = {}
    for prompt in ("push in", "pull out", "static"):
        frames = travelled(tmp_path / prompt, prompt, blue_spot(), settings)
        spreads[prompt] = [find_spot(frames[k].y, GROUND_LUMA).spread for k in (2, 6, 10, 14)]
    grown, shrunk, still = spreads["push in"], spreads["pull out"], spreads["static"]
    assert grown[0] < 0.98 * grown[1] < 0.96 * grown[2]
    assert shrunk[1] > 1.02 * shrunk[2] > 1.04 * shrunk[3]
    assert still == pytest.approx([still[0]] * 4, rel=0.005)


@pytest.mark.parametrize("prompt", ["fast pan left", "fast pan right", "pan left, pull out"])
def test_the_view_stays_inside_the_picture(tmp_path: Path, prompt: str) -> None:
    """Outside it the edge would repeat, but this picture has no two equal columns."""
    ramp = np.broadcast_to(np.arange(0, 256, 2, dtype=np.uint8)[None, :, None], (72, 128, 3)).copy()
    for frame in travelled(tmp_path, prompt, ramp, CameraSettings(travel=0.1)):
        row = frame.y[2].astype(int)
        assert row[2] > row[0]
        assert row[-1] > row[-3]


@pytest.mark.parametrize("prompt", ["fast pan right", "fast tilt up", "fast push in, pan left"])
def test_colour_stays_on_the_picture(tmp_path: Path, prompt: str) -> None:
    """Chroma lies on the left of its 2x2 block, half a row down; it must keep lying there."""
    settings = CameraSettings(travel=0.05, dissolve=0.1)
    for frame in travelled(tmp_path, prompt, blue_spot(), settings):
        luma, chroma = find_spot(frame.y, GROUND_LUMA), find_spot(frame.u, 128)
        assert 2 * chroma.column == pytest.approx(luma.column, abs=0.25)
        assert 2 * chroma.row + 0.5 == pytest.approx(luma.row, abs=0.25)


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
