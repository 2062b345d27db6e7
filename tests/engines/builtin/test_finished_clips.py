"""Clips that are graded and written over, and clips of cards: measured in the clips."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from clips import luma_psnr, measure_clip, stored, to_rgb
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineError, EngineSettings
from sparkle_motion_dagster.engines.builtin.card_clips import CardClipRequest, CardFilmer
from sparkle_motion_dagster.engines.builtin.card_painter import CardPainter, CardRequest
from sparkle_motion_dagster.engines.builtin.clip_finisher import (
    ClipFinisher,
    FinishRequest,
    LitWord,
    ShownCaption,
    ShownText,
)
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=320, height=180)
RATE = Fraction(24000, 1001)
FINE = ClipEncoding(crf=4, preset="ultrafast")
FRAMES = 24


def ground() -> YuvFrame:
    """A soft picture, in which what is written is the only thing that is bright."""
    rows, columns = np.mgrid[: SIZE.height, : SIZE.width]
    rgb = np.stack([columns // 4 + 20, rows // 3 + 30, 90 - rows // 4], axis=2)
    return YuvFrame.from_rgb(rgb.astype(np.uint8))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> StoredFile:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    frames = [ground()] * FRAMES
    write_clip(path, frames, size=SIZE, frame_rate=RATE, encoding=FINE)
    return stored(path)


def made(engine: Engine[Any, Any], request: Any, folder: Path) -> Path:
    (result,) = engine.make([request], folder)
    (output,) = result.outputs.values()
    return output.path


def finished(folder: Path, clip: StoredFile, **what: Any) -> list[YuvFrame]:
    request = FinishRequest(
        clip=clip, **{"frames": FRAMES, **what}, frame_rate=RATE, size=SIZE, encoding=FINE
    )
    path = made(ClipFinisher(EngineSettings()), request, folder)
    assert measure_clip(path).times == [number / RATE for number in range(FRAMES)]
    return list(read_frames(path))


def brightness(frames: list[YuvFrame]) -> list[int]:
    return [int(frame.y.max()) for frame in frames]


def test_a_text_comes_and_goes_in_its_frames_and_in_no_other(
    tmp_path: Path, clip: StoredFile
) -> None:
    text = ShownText(text="Mara\nKeeper", place="lower_third", start=6, end=18, fade=3)
    frames = finished(tmp_path, clip, texts=(text,))
    seen = brightness(frames)
    assert max(seen[:6] + seen[18:]) < 130
    assert min(seen[9:15]) > 220
    assert seen[6] < seen[7] < seen[8] < seen[9]
    for number in (0, 5, 18, 23):
        assert luma_psnr(frames[number].y, ground().y) > 42
    upper = slice(0, 100)
    assert luma_psnr(frames[12].y[upper], ground().y[upper]) > 42


def test_a_spoken_word_is_lit_from_its_frame_until_the_next_one(
    tmp_path: Path, clip: StoredFile
) -> None:
    words = (LitWord(row=0, first=0, end=3, start=4), LitWord(row=0, first=4, end=12, start=10))
    cue = ShownCaption(rows=("Not tonight,", "Davy."), start=4, end=20, words=words)
    frames = [to_rgb(frame).astype(int) for frame in finished(tmp_path, clip, captions=(cue,))]
    # What is lit is yellow: there blue is far below red.
    lit = [np.argwhere((frame[..., 0] - frame[..., 2] > 90).any(axis=0)) for frame in frames]
    assert [bool(len(columns)) for columns in lit] == [4 <= number < 20 for number in range(FRAMES)]
    assert lit[4].max() < lit[10].min()
    assert np.array_equal(lit[9], lit[4])


def test_a_grade_is_below_what_is_written(tmp_path: Path, clip: StoredFile) -> None:
    look = tmp_path / "grey.cube"
    steps = (0.0, 1.0)
    rows = [f"{0.5 * (r + g + b) / 3:.4f} " * 3 for b in steps for g in steps for r in steps]
    look.write_text("LUT_3D_SIZE 2\n" + "\n".join(rows))
    text = ShownText(text="Night", place="centre", start=0, end=FRAMES, fade=0)
    frames = finished(tmp_path, clip, texts=(text,), grade=stored(look))
    rgb = to_rgb(frames[0]).astype(int)
    plain = to_rgb(ground()).astype(float)
    edge = (slice(0, 40), slice(None))
    assert np.abs(rgb[edge] - plain[edge].mean(axis=2, keepdims=True) / 2).mean() < 3
    assert brightness(frames)[0] > 225


def test_the_stream_can_be_cut_where_it_is_asked_for(tmp_path: Path, clip: StoredFile) -> None:
    request = FinishRequest(
        clip=clip, frames=FRAMES, frame_rate=RATE, size=SIZE, splices=(5, 19), encoding=FINE
    )
    path = made(ClipFinisher(EngineSettings()), request, tmp_path)
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        keys = [
            round(packet.pts * packet.time_base * RATE)
            for packet in packets
            if packet.is_keyframe and packet.pts is not None
        ]
    assert keys == [0, 5, 19]


def test_a_clip_of_other_frames_is_refused(tmp_path: Path, clip: StoredFile) -> None:
    with pytest.raises(EngineError, match="24 frames, but the film needs 25"):
        finished(tmp_path, clip, frames=25)


def test_the_same_request_gives_the_same_bytes(tmp_path: Path, clip: StoredFile) -> None:
    text = ShownText(text="हिन्दी", place="top", start=2, end=20, fade=4)
    request = FinishRequest(
        clip=clip, texts=(text,), frames=FRAMES, frame_rate=RATE, size=SIZE, encoding=FINE
    )
    both = []
    for name in "ab":
        (folder := tmp_path / name).mkdir()
        both.append(made(ClipFinisher(EngineSettings()), request, folder).read_bytes())
    assert both[0] == both[1]


# Cards


def test_a_graded_card_comes_out_of_black_too(tmp_path: Path) -> None:
    picture, lifting = tmp_path / "picture.png", tmp_path / "lifting.cube"
    Image.new("RGB", (SIZE.width, SIZE.height), (100, 100, 100)).save(picture)
    lifting.write_text("LUT_1D_SIZE 2\n0.3 0 0\n1 0.5 0.5")
    request = CardClipRequest(
        picture=stored(picture),
        grade=stored(lifting),
        frames=FRAMES,
        opening=11,
        closing=0,
        frame_rate=RATE,
        size=SIZE,
        encoding=FINE,
    )
    frames = list(read_frames(made(CardFilmer(EngineSettings()), request, tmp_path)))
    first, shown = (to_rgb(frames[number]).astype(float).mean(axis=(0, 1)) for number in (0, -1))
    graded = np.array([0.3 + 0.7 * 100 / 255, 0.5 * 100 / 255, 0.5 * 100 / 255]) * 255
    assert shown == pytest.approx(graded, abs=3)
    assert first == pytest.approx(graded / 12, abs=3)


def test_a_card_comes_out_of_black_and_goes_back(tmp_path: Path) -> None:
    painter = CardPainter(EngineSettings())
    image = made(painter, CardRequest(text="Night", style="paper", size=SIZE), tmp_path)
    with Image.open(image) as picture:
        assert (picture.mode, picture.size) == ("RGB", (320, 180))
    request = CardClipRequest(
        picture=stored(image),
        frames=FRAMES,
        opening=6,
        closing=4,
        frame_rate=RATE,
        size=SIZE,
        encoding=FINE,
    )
    frames = list(read_frames(made(CardFilmer(EngineSettings()), request, tmp_path)))
    levels = [float(frame.y.mean()) for frame in frames]
    assert len(levels) == FRAMES
    assert levels[0] < 60
    assert levels[:7] == sorted(levels[:7])
    assert levels[-5:] == sorted(levels[-5:], reverse=True)
    assert np.ptp(levels[6:20]) < 1
