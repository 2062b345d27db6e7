"""Footage becomes a clip of exactly the film's frames; everything is measured in the clip."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clips import NTSC, digest, luma_psnr, measure_clip, run_python, stored
from joined import join_clips
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineInputError, Made
from sparkle_motion_dagster.engines.builtin.conform.engine import Conformer, ConformRequest
from sparkle_motion_dagster.engines.builtin.conform.inbetweens import play
from sparkle_motion_dagster.engines.video.base import ConformSettings, RetimeMethod
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.film.join import Piece
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=128, height=72)
PADDED = FrameSize(width=128, height=80)
NEARLY_LOSSLESS = ClipEncoding(crf=1, preset="ultrafast")
DELIVERY = ClipEncoding(crf=18, preset="veryfast")
WAN = Fraction(16)


def ball(time: float, size: FrameSize = SIZE, speed: float = 2.5) -> YuvFrame:
    """A bright ball that rolls over a soft ground; `time` in frames of the footage."""
    rows, columns = np.mgrid[: size.height, : size.width].astype(np.float32)
    ground = 90 + 40 * np.sin(columns / 11) * np.cos(rows / 9)
    far = np.hypot(columns - (30 + speed * time), rows - size.height / 2)
    share = np.clip(15 - far, 0, 1)
    pattern = 190 + 40 * np.sin((columns - speed * time) / 3)
    luma = ground * (1 - share) + pattern * share
    return YuvFrame.from_rgb(np.repeat(np.rint(luma)[..., None], 3, axis=2).astype(np.uint8))


def noise(seed: int, size: FrameSize = SIZE) -> YuvFrame:
    return YuvFrame.from_rgb(
        np.random.default_rng(seed).integers(0, 256, (size.height, size.width, 3), dtype=np.uint8)
    )


def write_footage(
    path: Path,
    frames: int,
    *,
    rate: Fraction = WAN,
    size: FrameSize = SIZE,
    scene: Callable[[float, FrameSize], YuvFrame] = ball,
) -> StoredFile:
    write_clip(
        path,
        (scene(k, size) for k in range(frames)),
        size=size,
        frame_rate=rate,
        encoding=NEARLY_LOSSLESS,
    )
    return stored(path)


def grey(path: Path, level: int) -> StoredFile:
    Image.new("RGB", (SIZE.width, SIZE.height), (level,) * 3).save(path)
    return stored(path)


def request(footage: StoredFile, folder: Path, **changes: Any) -> ConformRequest:
    asked = ConformRequest(
        footage=footage,
        start=grey(folder / "start.png", 60),
        end=grey(folder / "end.png", 180),
        frames=16,
        frame_rate=Fraction(16),
        size=SIZE,
        ends_on_keyframe=False,
        encoding=NEARLY_LOSSLESS,
    )
    return asked.model_copy(update=changes)


def conform(asked: ConformRequest, folder: Path, method: RetimeMethod = "flow") -> Made:
    folder.mkdir(exist_ok=True)
    [made] = Conformer(ConformSettings(method=method)).make([asked], folder)
    return made


def frames_of(made: Made) -> list[YuvFrame]:
    return list(read_frames(made.outputs["clip"].path))


@pytest.mark.parametrize("rate", [Fraction(16), Fraction(24), NTSC, Fraction(25), Fraction(60)])
@pytest.mark.parametrize("ends", [False, True])
def test_a_clip_has_exactly_what_was_asked_for(
    tmp_path: Path, *, rate: Fraction, ends: bool
) -> None:
    footage = write_footage(tmp_path / "footage.mp4", 13)
    frames = round(12 * rate / 16)
    made = conform(
        request(footage, tmp_path, frames=frames, frame_rate=rate, ends_on_keyframe=ends),
        tmp_path / "out",
    )
    clip = measure_clip(made.outputs["clip"].path)
    assert (clip.codec, clip.streams, clip.width, clip.height) == ("h264", 1, 128, 72)
    assert clip.times == [k / rate for k in range(frames)]


def test_a_clip_can_be_cut_at_its_splices(tmp_path: Path) -> None:
    footage = write_footage(tmp_path / "footage.mp4", 17)
    clip = conform(request(footage, tmp_path, splices=(5, 9)), tmp_path / "out").outputs["clip"]
    pieces = [Piece(clip.path, range(5, 9)), Piece(clip.path, range(9, 16))]
    film = tmp_path / "film.mp4"
    assert join_clips(pieces, film, frame_rate=WAN) == (range(4), range(4, 11))


@pytest.mark.parametrize("ends", [False, True])
def test_where_rate_and_count_agree_frames_are_the_footage_s_own(
    tmp_path: Path, *, ends: bool
) -> None:
    """The last one is left out: it is the next shot's first. The film's last shot ends on it."""
    footage = write_footage(tmp_path / "footage.mp4", 13)
    frames = 13 if ends else 12
    made = conform(
        request(footage, tmp_path, frames=frames, ends_on_keyframe=ends), tmp_path / "out"
    )
    own = list(read_frames(footage.path))
    shown = frames_of(made)
    assert len(shown) == frames
    for one, other in zip(shown, own, strict=False):
        assert luma_psnr(one.y, other.y) > 50
        neighbours = [frame for frame in own if frame is not other]
        assert all(luma_psnr(one.y, each.y) < 35 for each in neighbours)
    assert made.metadata["inbetweens"] == 0
    assert made.metadata["speed"] == 1
    assert made.metadata["trimmed_frames"] == 0


@pytest.mark.parametrize("method", ["nearest", "blend", "flow"])
def test_a_whole_position_shows_the_very_frame(method: RetimeMethod) -> None:
    own = [ball(k) for k in range(5)]
    positions = [Fraction(k, 2) for k in range(9)]
    shown = list(play(own, positions, method))
    for index, frame in enumerate(own):
        assert shown[2 * index] is frame


def truth(positions: Sequence[Fraction]) -> Iterator[YuvFrame]:
    return (ball(float(position)) for position in positions)


def test_moved_pixels_are_nearer_to_the_truth_than_blended_ones() -> None:
    """A film at 24 fps of footage at 16: two of three frames lie between two of the footage."""
    positions = [Fraction(2 * k, 3) for k in range(19) if k % 3]
    own = [ball(k) for k in range(13)]
    likeness = {
        method: [
            luma_psnr(shown.y, true.y)
            for shown, true in zip(play(own, positions, method), truth(positions), strict=True)
        ]
        for method in ("nearest", "blend", "flow")
    }
    assert min(likeness["flow"]) > max(likeness["blend"]) + 4
    assert min(likeness["blend"]) > min(likeness["nearest"])


def test_forwards_and_backwards_are_alike() -> None:
    """Played backwards, the same frames lie between: both directions of movement count equally."""
    one, other = ball(0, speed=9), ball(1, speed=9)
    for share in (Fraction(1, 4), Fraction(1, 2), Fraction(2, 3)):
        [forwards] = play([one, other], [share], "flow")
        [backwards] = play([other, one], [1 - share], "flow")
        assert np.abs(forwards.y.astype(int) - backwards.y).max() <= 1


def test_the_nearest_frame_is_the_nearer_one() -> None:
    one, other = ball(0), ball(1)
    shares = [Fraction(0), Fraction(49, 100), Fraction(1, 2), Fraction(2, 3), Fraction(1)]
    assert list(play([one, other], shares, "nearest")) == [one, one, other, other, other]


def test_a_still_picture_stays_as_it_is_between_its_frames() -> None:
    picture = noise(1)
    for method in ("nearest", "blend", "flow"):
        [shown] = play([picture, picture], [Fraction(1, 3)], method)
        assert digest(*shown.planes) == digest(*picture.planes)


def test_a_cut_within_footage_is_blended_not_torn() -> None:
    """Movement explains nothing there; what is shown stays near to the blend of both."""
    one, other = noise(1), ball(0)
    for share in (Fraction(1, 5), Fraction(1, 2), Fraction(4, 5)):
        [blended] = play([one, other], [share], "blend")
        [moved] = play([one, other], [share], "flow")
        assert luma_psnr(moved.y, blended.y) > 15
        assert abs(float(moved.y.mean()) - float(blended.y.mean())) < 6


def test_speed_and_what_is_trimmed_are_told(tmp_path: Path) -> None:
    footage = write_footage(tmp_path / "footage.mp4", 17)
    made = conform(request(footage, tmp_path, frames=12), tmp_path / "out")
    assert made.metadata["speed"] == 1.05
    assert made.metadata["trimmed_frames"] == 3.4
    assert made.metadata["method"] == "flow"
    assert made.metadata["inbetweens"] == 11


def test_the_seams_are_measured_not_faked(tmp_path: Path) -> None:
    """Footage that fades from 70 to 170 misses keyframes of 60 and 180 by ten levels each."""

    def fade(time: float, size: FrameSize) -> YuvFrame:
        level = round(70 + 100 * time / 12)
        return YuvFrame.from_rgb(np.full((size.height, size.width, 3), level, np.uint8))

    footage = write_footage(tmp_path / "footage.mp4", 13, scene=fade)
    made = conform(request(footage, tmp_path, frames=13, ends_on_keyframe=True), tmp_path / "out")
    # Ten levels of RGB are 8.6 of limited range: 20 log10(255 / 9) is 29.05 dB.
    assert made.metadata["keyframe_psnr_start"] == pytest.approx(29.05, abs=1.1)
    assert made.metadata["keyframe_psnr_end"] == pytest.approx(29.05, abs=1.1)
    shown = frames_of(made)
    assert shown[0].y.mean() == pytest.approx(16 + 70 * 219 / 255, abs=1.1)
    assert shown[-1].y.mean() == pytest.approx(16 + 170 * 219 / 255, abs=1.1)


def test_a_seam_without_a_difference_has_a_hundred_db(tmp_path: Path) -> None:
    def level(_: float, size: FrameSize) -> YuvFrame:
        return YuvFrame.from_rgb(np.full((size.height, size.width, 3), 60, np.uint8))

    footage = write_footage(tmp_path / "footage.mp4", 5, scene=level)
    made = conform(request(footage, tmp_path, frames=4), tmp_path / "out")
    assert made.metadata["keyframe_psnr_start"] == 100
    assert made.metadata["keyframe_psnr_end"] == pytest.approx(7.87, abs=0.1)


def test_footage_from_its_start_alone_is_measured_at_its_start_alone(tmp_path: Path) -> None:
    footage = write_footage(tmp_path / "footage.mp4", 13)
    asked = request(footage, tmp_path, frames=12, ends_on_keyframe=True)
    made = conform(asked.model_copy(update={"end": None}), tmp_path / "out")
    assert isinstance(made.metadata["keyframe_psnr_start"], float)
    assert "keyframe_psnr_end" not in made.metadata
    assert len(frames_of(made)) == 12


def test_footage_that_arrives_nowhere_plays_as_it_was_made(tmp_path: Path) -> None:
    footage = write_footage(tmp_path / "footage.mp4", 13)
    asked = request(footage, tmp_path, frames=12, ends_on_keyframe=True)
    arriving = conform(asked, tmp_path / "one").metadata
    alone = conform(asked.model_copy(update={"end": None}), tmp_path / "other").metadata
    assert (arriving["speed"], arriving["trimmed_frames"]) == (1.05, 0.45)
    assert (alone["speed"], alone["trimmed_frames"], alone["inbetweens"]) == (1.0, 1.0, 0)


def test_footage_that_is_too_short_is_refused_not_frozen(tmp_path: Path) -> None:
    footage = write_footage(tmp_path / "footage.mp4", 13)
    with pytest.raises(EngineInputError, match=r"13 frames at 16 fps .* 20 frames at 24 fps"):
        conform(request(footage, tmp_path, frames=20, frame_rate=Fraction(24)), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("padded", "left", "top"),
    [((128, 80), 0, 4), ((130, 74), 0, 0), ((142, 86), 6, 6), ((132, 72), 2, 0)],
)
def test_padding_is_cut_off_as_it_was_put_on(
    tmp_path: Path, padded: tuple[int, int], left: int, top: int
) -> None:
    """Every pixel of noise is where it was, its colour too."""
    size = FrameSize(width=padded[0], height=padded[1])
    footage = write_footage(tmp_path / "footage.mp4", 5, size=size, scene=lambda *_: noise(3, size))
    made = conform(request(footage, tmp_path, frames=4), tmp_path / "out")
    whole = noise(3, size)
    for frame in frames_of(made):
        assert luma_psnr(frame.y, whole.y[top : top + 72, left : left + 128]) > 40
        for shown, wanted in ((frame.u, whole.u), (frame.v, whole.v)):
            part = wanted[top // 2 : top // 2 + 36, left // 2 : left // 2 + 64]
            assert luma_psnr(shown, part) > 40


def test_what_is_scaled_down_is_averaged_not_picked(tmp_path: Path) -> None:
    """Noise of a third of the size is a third as loud; picking pixels would leave it as it is."""
    large = FrameSize(width=384, height=216)
    footage = write_footage(
        tmp_path / "footage.mp4", 5, size=large, scene=lambda *_: noise(3, large)
    )
    made = conform(request(footage, tmp_path, frames=4), tmp_path / "out")
    loudness = float(noise(3, large).y.std())
    assert frames_of(made)[0].y.std() == pytest.approx(loudness / 3, rel=0.1)


@pytest.mark.parametrize("size", [(64, 64), (256, 144), (192, 80), (112, 64)])
def test_footage_of_another_size_fills_the_frame_around_its_middle(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """A round ball in the middle stays round, and in the middle."""

    def disc(_: float, at: FrameSize) -> YuvFrame:
        rows, columns = np.mgrid[: at.height, : at.width] + 0.5
        far = np.hypot(columns - at.width / 2, rows - at.height / 2)
        luma = np.where(far < at.height / 4, 235, 16).astype(np.uint8)
        chroma = np.full((at.height // 2, at.width // 2), 128, np.uint8)
        return YuvFrame(luma, chroma, chroma)

    footage = write_footage(
        tmp_path / "footage.mp4", 5, size=FrameSize(width=size[0], height=size[1]), scene=disc
    )
    made = conform(request(footage, tmp_path, frames=4), tmp_path / "out")
    rows, columns = np.nonzero(frames_of(made)[0].y > 125)
    assert columns.mean() == pytest.approx(63.5, abs=1.2)
    assert rows.mean() == pytest.approx(35.5, abs=1.2)
    assert np.ptp(columns) == pytest.approx(np.ptp(rows), abs=2)


def test_equal_requests_give_equal_bytes_on_any_number_of_cores(tmp_path: Path) -> None:
    """Once with all cores and four threads, once in a process that has one core."""
    footage = write_footage(tmp_path / "footage.mp4", 9)
    asked = request(footage, tmp_path, frames=11, frame_rate=Fraction(24), encoding=DELIVERY)
    here = conform(asked, tmp_path / "here").outputs["clip"].path
    again = conform(asked, tmp_path / "again").outputs["clip"].path
    there = tmp_path / "there"
    there.mkdir()
    program = """
import pathlib, sys
from test_conform import conform, request
from clips import stored
from fractions import Fraction
from sparkle_motion_dagster.media.encode import ClipEncoding
footage, folder, out = map(pathlib.Path, sys.argv[1:])
asked = request(stored(footage), folder, frames=11, frame_rate=Fraction(24),
                encoding=ClipEncoding(crf=18, preset="veryfast"))
conform(asked, out)
"""
    pythonpath = f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    run_python(pythonpath + program, footage.path, tmp_path, there)
    assert here.read_bytes() == again.read_bytes()
    assert here.read_bytes() == (there / here.name).read_bytes()


def test_memory_does_not_grow_with_the_clip(tmp_path: Path) -> None:
    def most(frames: int) -> int:
        footage = write_footage(tmp_path / f"footage_{frames}.mp4", frames)
        asked = request(footage, tmp_path, frames=frames - 1)
        tracemalloc.start()
        conform(asked, tmp_path / f"out_{frames}", "blend")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    most(9)  # what the first run imports is counted nowhere
    assert most(121) < most(9) + 20 * SIZE.width * SIZE.height


def test_footage_that_ends_too_soon_is_an_error() -> None:
    with pytest.raises(MediaError, match="fewer frames than it says"):
        list(play([ball(0), ball(1)], [Fraction(0), Fraction(3, 2)], "nearest"))
