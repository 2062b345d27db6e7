"""Layers and fades over frames, in whole numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sparkle_motion_dagster.media.fades import darkened, share_shown
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.layers import OPAQUE, Layer


def frame(seed: int = 1) -> YuvFrame:
    noise = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    return YuvFrame.from_rgb(noise)


def drawn(colour: tuple[int, int, int], opacity: int) -> NDArray[np.uint8]:
    """A rectangle with edges at odd pixels on nothing."""
    rgba = np.zeros((48, 64, 4), np.uint8)
    rgba[11:31, 17:41] = (*colour, opacity)
    return rgba


def layer(colour: tuple[int, int, int] = (255, 220, 40), opacity: int = 255) -> Layer:
    found = Layer.of(drawn(colour, opacity))
    assert found is not None
    return found


def test_what_covers_is_seen_and_what_lies_beside_it_stays() -> None:
    below, over = frame(), layer().over(frame())
    flat = YuvFrame.from_rgb(np.full((2, 2, 3), (255, 220, 40), np.uint8))
    assert (over.y[11:31, 17:41] == flat.y[0, 0]).all()
    assert (over.u[6:15, 9:20] == flat.u[0, 0]).all()
    assert (over.v[6:15, 9:20] == flat.v[0, 0]).all()
    beside = np.ones((48, 64), bool)
    beside[11:31, 17:41] = False
    assert np.array_equal(over.y[beside], below.y[beside])
    # One more column and row of chroma belong to the edges.
    around = np.ones((24, 32), bool)
    around[5:16, 8:21] = False
    assert np.array_equal(over.u[around], below.u[around])


def test_colour_does_not_bleed_from_what_is_not_drawn() -> None:
    """The pixels beside an edge have no colour that counts: half-covered chroma stays the same."""
    grey = YuvFrame.from_rgb(np.full((48, 64, 3), 128, np.uint8))
    over = layer((200, 40, 40)).over(grey)
    full = over.v[10, 14]
    edge = over.v[:, 8:21].astype(int)
    assert edge.max() == full
    assert edge.min() >= 128


def test_nothing_is_no_layer() -> None:
    assert Layer.of(drawn((255, 255, 255), 0)) is None


@given(st.integers(0, 255), st.integers(0, OPAQUE))
def test_mixing_is_exact_and_never_leaves_what_is_mixed(opacity: int, share: int) -> None:
    found = Layer.of(drawn((250, 250, 250), opacity))
    below = frame()
    if found is None:
        return
    over = found.over(below, share)
    ink = int(found.colour.y[8, 8])
    part = (slice(11, 31), slice(17, 41))
    cover = (opacity * share + OPAQUE // 2) // OPAQUE
    exact = below.y[part] + (ink - below.y[part].astype(float)) * cover / 255
    assert np.abs(over.y[part] - exact).max() <= 0.5
    if share == 0:
        assert all(map(np.array_equal, over.planes, below.planes))


def test_the_frame_below_is_left_alone() -> None:
    below = frame()
    before = below.y.copy()
    layer().over(below)
    assert np.array_equal(below.y, before)


# Fades


@given(st.integers(0, 30), st.integers(1, 60), st.integers(0, 20), st.integers(0, 20))
def test_what_is_shown_comes_and_goes_evenly(
    start: int, length: int, opening: int, closing: int
) -> None:
    shown = range(start, start + length)
    shares = [share_shown(frame, shown, opening, closing) for frame in shown]
    assert share_shown(start - 1, shown, opening, closing) == 0
    assert share_shown(shown.stop, shown, opening, closing) == 0
    assert all(0 < share <= OPAQUE for share in shares)
    top = shares.index(max(shares))
    assert shares[: top + 1] == sorted(shares[: top + 1])
    assert shares[top:] == sorted(shares[top:], reverse=True)
    if opening + closing < length:
        assert shares.count(OPAQUE) == length - opening - closing
        assert max(shares) == OPAQUE


def test_a_picture_comes_out_of_black() -> None:
    picture = frame()
    black = darkened(picture, 0)
    assert [set(plane.reshape(-1)) for plane in black.planes] == [{16}, {128}, {128}]
    assert darkened(picture, OPAQUE) is picture
    half = darkened(picture, OPAQUE // 2)
    assert half.y.mean() == pytest.approx((picture.y.mean() + 16) / 2, abs=0.5)
