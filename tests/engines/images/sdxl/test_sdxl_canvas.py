"""At which sizes SDXL draws, how pictures are fitted, and which are drawn together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.images.sdxl.canvas import Canvas, fitted, generation_size
from sparkle_motion_dagster.engines.images.sdxl.drawing import Wish, next_batch
from sparkle_motion_dagster.engines.images.sdxl.settings import TRAINED_AREA
from sparkle_motion_dagster.units import FrameSize


@pytest.mark.parametrize(
    ("width", "height", "canvas"),
    [
        (1024, 1024, Canvas(1024, 1024)),
        (1280, 720, Canvas(1280, 720)),
        (1282, 718, Canvas(1288, 720)),
        (1920, 1080, Canvas(1368, 768)),
        (3840, 2160, Canvas(1368, 768)),
        (2048, 2048, Canvas(1024, 1024)),
        (640, 360, Canvas(1368, 768)),
        (1080, 1920, Canvas(768, 1368)),
    ],
)
def test_generation_sizes(width: int, height: int, canvas: Canvas) -> None:
    assert generation_size(FrameSize(width=width, height=height), TRAINED_AREA) == canvas


sides = st.integers(32, 2048).map(lambda half: 2 * half)
sizes = st.builds(FrameSize, width=sides, height=sides)


@given(sizes)
def test_generation_keeps_area_and_proportions(size: FrameSize) -> None:
    canvas = generation_size(size, TRAINED_AREA)
    assert canvas.width % 8 == canvas.height % 8 == 0
    own = (size.width <= canvas.width < size.width + 8) and (
        size.height <= canvas.height < size.height + 8
    )
    if not own:
        assert 0.96 < canvas.width * canvas.height / TRAINED_AREA < 1.04
        exact = (TRAINED_AREA * size.width / size.height) ** 0.5
        assert abs(canvas.width - exact) <= 4 + 1e-6
        assert abs(canvas.height - TRAINED_AREA / exact) <= 4 + 1e-6
    area = size.width * size.height / TRAINED_AREA
    assert own or not 0.8 <= area <= 1.25


@given(sizes)
def test_without_a_native_area_sizes_are_rounded_up(size: FrameSize) -> None:
    canvas = generation_size(size, 0)
    assert 0 <= canvas.width - size.width < 8
    assert 0 <= canvas.height - size.height < 8
    assert canvas.width % 8 == canvas.height % 8 == 0


@given(
    st.builds(
        FrameSize, width=sides.filter(lambda s: s < 300), height=sides.filter(lambda s: s < 300)
    ),
    st.sampled_from([0, 128 * 128]),
)
def test_pictures_are_fitted_to_the_size(size: FrameSize, native_area: int) -> None:
    canvas = generation_size(size, native_area)
    drawn = np.random.default_rng(0).integers(0, 256, (canvas.height, canvas.width, 3), np.uint8)
    fit = np.asarray(fitted(drawn, size))
    assert fit.shape == (size.height, size.width, 3)
    if not native_area:
        left, top = (canvas.width - size.width) // 2, (canvas.height - size.height) // 2
        assert np.array_equal(fit, drawn[top : top + size.height, left : left + size.width])


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=40), st.integers(1, 8))
def test_batches_hold_one_kind_and_leave_nobody_waiting_long(
    kinds: list[tuple[int, bool]], most: int
) -> None:
    waiting = [
        Wish(index, "", "", chunks + 1, Canvas(64, 64 + 8 * tall), (), 0)
        for index, (chunks, tall) in enumerate(kinds)
    ]
    drawn: list[int] = []
    while waiting:
        batch = next_batch(waiting, most)
        assert batch[0] is waiting[0]
        assert len(batch) <= most
        assert len({wish.kind for wish in batch}) == 1
        assert [wish.index for wish in batch] == sorted(wish.index for wish in batch)
        assert waiting.index(batch[-1]) < 2 * most
        drawn += [wish.index for wish in batch]
        waiting = [wish for wish in waiting if wish not in batch]
    assert sorted(drawn) == list(range(len(kinds)))
