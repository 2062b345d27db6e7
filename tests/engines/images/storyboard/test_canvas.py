"""How layers become pixels: the same as one by one, and rendered no more often than needed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Rgba
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import (
    Frame,
    Layers,
    Rgb,
    painted_over,
    tinted,
)

FRAME = Frame(64, 36, 4)


def disc(colour: tuple[int, int, int], opacity: float = 1) -> Drawing:
    drawing = Drawing(32, 18)
    drawing.ellipse((16, 9), 8, 6, colour, opacity)
    return drawing


def test_pixels_are_red_green_blue_and_opacity() -> None:
    pixels = disc((250, 120, 10), 0.5).pixels()
    assert pixels.shape == (18, 32, 4)
    assert pixels[9, 16].tolist() == pytest.approx([250, 120, 10, 128], abs=2)
    assert pixels[0, 0].tolist() == [0, 0, 0, 0]


def test_drawings_that_are_alike_are_rendered_once() -> None:
    first = disc((10, 20, 30)).pixels_once()
    assert disc((10, 20, 30)).pixels_once() is first
    assert np.array_equal(first, disc((10, 20, 30)).pixels())
    other = disc((10, 20, 31)).pixels_once()
    assert other[9, 16].tolist() == [10, 20, 31, 255]
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1


def test_what_is_written_is_remembered_too() -> None:
    written = Drawing(64, 18)
    written.text((4, 14), "ship", 12, (255, 255, 255))
    assert written.pixels()[..., 3].any()
    assert np.array_equal(written.pixels_once(), written.pixels())


def test_a_picture_does_not_change_what_another_is_painted_with() -> None:
    def picture() -> Rgb:
        layers = Layers(FRAME)
        layers.sky.drawing.box((0, 0), FRAME.size, (90, 90, 120))
        layers.veil.drawing.box((0, 0), FRAME.size, (0, 0, 0), opacity=0.3)
        layers.crisp.ellipse((30, 20), 9, 9, (200, 40, 40))
        return layers.pixels()

    first = picture()
    first[:] = 0
    assert picture()[20, 30].tolist() == pytest.approx([140, 28, 28], abs=2)


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 3))
def test_layers_are_painted_over_one_after_the_other(seed: int, count: int) -> None:
    dice = np.random.default_rng(seed)
    picture = dice.integers(0, 256, (9, 16, 3), np.uint8)
    layers: list[Rgba] = [dice.integers(0, 256, (9, 16, 4), np.uint8) for _ in range(count)]
    expected = picture
    for layer in layers:
        expected = painted_over(expected, layer)
    assert np.array_equal(painted_over(picture, *layers), expected)


def test_a_tint_covers_as_much_as_it_is_asked_to() -> None:
    picture = np.full((36, 64, 3), (200, 100, 50), np.uint8)
    halves = np.zeros((9, 16), np.uint8)
    halves[:, 8:] = 255
    under = tinted(picture, (10, 20, 30), halves)
    assert (under[:, :24] == (200, 100, 50)).all()
    assert (under[:, 40:] == (10, 20, 30)).all()
    between = under[18, 24:40, 0].astype(int)
    assert (np.diff(between) <= 0).all()
    half = tinted(picture, (10, 20, 30), np.full((9, 16), 51, np.uint8))
    assert half[18, 32].tolist() == pytest.approx([162, 84, 46], abs=1)
    assert (picture == (200, 100, 50)).all()
