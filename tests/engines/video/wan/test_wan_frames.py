"""How Wan's footage is planned: every length of a shot, without a model."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips import luma_psnr, write_keyframe
from sparkle_motion_dagster.engines.video.fitting import fitting
from sparkle_motion_dagster.engines.video.retiming import intervals, retime
from sparkle_motion_dagster.engines.video.wan.frames import (
    RATE,
    Chunk,
    bucket,
    chunks,
    longest,
    longest_shot,
    padded_size,
)
from sparkle_motion_dagster.engines.video.wan.keyframes import padded_keyframe
from sparkle_motion_dagster.engines.video.wan.models import wan_model
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.sizes import size_remark, trained_size
from sparkle_motion_dagster.media.frames import YuvFrame, load_keyframe
from sparkle_motion_dagster.media.picture_review import psnr
from sparkle_motion_dagster.units import FrameSize

EVERY_LENGTH = range(1, 1001)
RATES = (Fraction(16), Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(60))
LIMITS = ((81, 5), (81, 1), (81, 13), (49, 5), (13, 9), (9, 5), (5, 1))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("ends", [False, True])
def test_the_bucket_is_what_plays_nearest_to_its_own_speed(rate: Fraction, ends: bool) -> None:  # noqa: FBT001
    for frames in EVERY_LENGTH:
        spanned = intervals(frames, rate, RATE, ends_on_keyframe=ends)
        footage = bucket(spanned, None, 0.05)
        assert footage % 4 == 1
        assert footage == 5 or abs(footage - 1 - spanned) < 4
        if frames % 41 and frames > 200:
            continue  # where every frame lies is exact arithmetic, and takes its time
        retimed = retime(
            footage, RATE, frames, rate, ends_on_keyframe=ends, most_retime=Fraction(1, 20)
        )
        if spanned >= 40:
            # Two buckets lie at most a tenth apart: nothing is trimmed, no cut jumps.
            assert retimed.trimmed == 0
        elif spanned >= 16:
            assert retimed.trimmed < 2.4
        elif spanned >= 4:
            assert retimed.trimmed < 3.6


def test_shots_of_nearly_equal_length_share_their_footage() -> None:
    assert {bucket(Fraction(n), None, 0.05) for n in range(63, 66)} == {65}
    assert bucket(Fraction(33), None, 0.05) == 33  # a little slower
    assert bucket(Fraction(34), None, 0.05) == 37  # 32 intervals cannot play that slowly
    assert bucket(Fraction(33), None, 0) == 37


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize("slower", [0.0, 0.05])
def test_whatever_is_allowed_can_be_conformed(rate: Fraction, ends: bool, slower: float) -> None:  # noqa: FBT001
    allowed = longest_shot(81, slower, rate, ends_on_keyframe=ends)
    for frames in range(1, allowed + 1):
        footage = bucket(intervals(frames, rate, RATE, ends_on_keyframe=ends), 81, slower)
        assert footage <= 81
        retime(
            footage,
            RATE,
            frames,
            rate,
            ends_on_keyframe=ends,
            most_retime=Fraction(str(slower)),
        )
    with pytest.raises(ValueError, match="too long"):
        bucket(intervals(allowed + 1, rate, RATE, ends_on_keyframe=ends), 81, slower)


def test_a_shot_may_be_a_twentieth_longer_than_the_most_that_is_made_at_once() -> None:
    assert longest(81, 0.05) == 84
    assert longest(81, 0) == 80
    assert bucket(Fraction(84), 81, 0.05) == 81


@pytest.mark.parametrize(("most", "overlap"), LIMITS)
def test_chunks_cover_footage_of_every_length(most: int, overlap: int) -> None:
    for frames in EVERY_LENGTH:
        total = bucket(Fraction(frames), None, 0.05)
        _check_chunks(chunks(total, 0, most, overlap), total, 0, most, overlap)


@given(
    total=st.integers(1, 500).map(lambda k: 4 * k + 1),
    share=st.floats(0, 1),
    limits=st.sampled_from(LIMITS),
)
def test_chunks_cover_what_is_still_missing(
    total: int, share: float, limits: tuple[int, int]
) -> None:
    """After memory ran out, with shorter chunks than those that are there."""
    most, overlap = limits
    done = max(overlap, 5) + int(share * (total - 1)) // 4 * 4
    if done <= total:
        _check_chunks(chunks(total, done, most, overlap), total, done, most, overlap)


def _check_chunks(
    planned: tuple[Chunk, ...], total: int, done: int, most: int, overlap: int
) -> None:
    shown = list(range(done))
    for index, chunk in enumerate(planned):
        first = not shown
        assert chunk.frames % 4 == 1
        assert 5 <= chunk.frames <= most
        assert chunk.repeated == (0 if first else overlap)
        assert chunk.known == (1 if first else overlap)
        assert chunk.ends == (index == len(planned) - 1)
        start = len(shown) - chunk.repeated
        assert shown[start:] == list(range(start, len(shown)))
        fresh = range(start + chunk.repeated, start + chunk.frames)
        assert len(fresh) >= 4
        shown.extend(fresh)
    assert shown == list(range(total))
    if planned:
        lengths = [chunk.frames for chunk in planned]
        assert max(lengths) - min(lengths) <= 4
        fewest = len(planned) - 1
        room = most + (fewest - 1) * (most - overlap) if not done else fewest * (most - overlap)
        assert not fewest or room < total - done, "one chunk fewer would have done"


def test_footage_that_is_complete_needs_no_chunk() -> None:
    assert chunks(25, 25, 13, 5) == ()


def test_pictures_are_padded_to_multiples_of_16() -> None:
    assert padded_size(FrameSize(width=1280, height=720)) == FrameSize(width=1280, height=720)
    assert padded_size(FrameSize(width=1920, height=1080)) == FrameSize(width=1920, height=1088)
    assert padded_size(FrameSize(width=66, height=64)) == FrameSize(width=80, height=64)


@pytest.mark.parametrize(
    ("model", "film", "trained"),
    [
        ("wan-2.1", (1280, 720), (1280, 720)),
        ("wan-2.1", (720, 1280), (720, 1280)),
        ("wan-2.1", (720, 720), (960, 960)),
        ("wan-2.1-vace-1.3b", (1280, 720), (832, 464)),
        ("wan-2.1-vace-1.3b", (480, 832), (480, 832)),
        ("wan-2.1-vace-14b", (854, 480), (832, 464)),
        ("wan-2.1-vace-14b", (1920, 804), (1472, 608)),
    ],
)
def test_a_model_makes_pictures_as_large_as_it_was_trained_on(
    model: str, film: tuple[int, int], trained: tuple[int, int]
) -> None:
    wan, shape = wan_model(model), FrameSize(width=film[0], height=film[1])
    size = trained_size(shape, wan)
    assert (size.width, size.height) == trained
    asked = size_remark(shape, wan, WanSettings())
    assert (asked is None) == (film == trained or film == (854, 480))
    assert asked is None or f"has it make them {size}," in asked
    assert size_remark(shape, wan, WanSettings(size=size)) is None


@pytest.mark.parametrize(
    ("film", "footage", "least_db"),
    [
        ((128, 72), (128, 80), 100.0),
        ((138, 74), (144, 80), 100.0),
        ((176, 100), (96, 64), 30.0),
        ((100, 178), (80, 112), 30.0),
    ],
)
def test_conforming_finds_a_padded_keyframe_again(
    tmp_path: Path, film: tuple[int, int], footage: tuple[int, int], least_db: float
) -> None:
    keyframe = write_keyframe(tmp_path / "keyframe.png", 7, *film)
    film_size, footage_size = (FrameSize(width=w, height=h) for w, h in (film, footage))
    padded = padded_keyframe(keyframe.path, footage_size)
    assert padded.shape == (footage[1], footage[0], 3)
    found = fitting(*footage, film_size)(YuvFrame.from_rgb(padded))
    wanted = load_keyframe(keyframe.path, film_size)
    assert found.shape == (film[1], film[0])
    assert luma_psnr(found.y, wanted.y) >= least_db


def test_padding_repeats_the_edges(tmp_path: Path) -> None:
    keyframe = write_keyframe(tmp_path / "keyframe.png", 7, 128, 72)
    padded = padded_keyframe(keyframe.path, FrameSize(width=128, height=80))
    assert (padded[:4] == padded[4]).all()
    assert (padded[-4:] == padded[-5]).all()
    assert not (padded[5] == padded[4]).all()


def test_the_ratio_of_equal_pictures_is_bounded() -> None:
    grey = np.full((4, 4, 3), 128, np.uint8)
    assert psnr(grey, grey) == 100.0
    assert psnr(grey, grey + np.uint8(255 - 128)) == pytest.approx(6.05, abs=0.01)
