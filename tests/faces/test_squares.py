"""Squares of a picture, and similarities: what they do can be undone."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.faces.similarity import Similarity
from sparkle_motion_dagster.faces.square import Points, Square

_PIXELS = 192

sides = st.floats(30, 2000)
angles = st.floats(-math.pi, math.pi)
places = st.floats(-500, 2000)
squares = st.builds(Square, places, places, sides, angles)
similarities = st.builds(
    lambda scale, angle, right, down: Similarity(
        a=scale * math.cos(angle), b=scale * math.sin(angle), right=right, down=down
    ),
    st.floats(0.1, 10),
    angles,
    places,
    places,
)
clouds = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).uniform(-300, 300, (12, 2))
)


@given(squares, clouds)
def test_what_is_cut_out_lies_in_the_picture_where_it_was_cut(
    square: Square, points: Points
) -> None:
    in_picture = square.in_picture(points, _PIXELS)
    matrix = square.matrix(_PIXELS)  # between pixels' middles, half a pixel from their corners
    back = (in_picture - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    assert np.allclose(back, points, atol=1e-6)


@given(st.integers(0, 2**32 - 1), st.floats(20, 300), angles)
def test_a_spot_is_cut_out_where_the_square_says(seed: int, side: float, angle: float) -> None:
    picture = np.zeros((120, 160, 3), np.uint8)
    x, y = np.random.default_rng(seed).uniform((50, 50), (110, 70))
    rows, columns = np.mgrid[:120, :160] + 0.5
    blot = 255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 4.0**2))
    picture[:] = np.rint(blot)[..., None]
    square = Square(80, 60, side, angle)
    cut = square.cut(picture, 96)[..., 0].astype(float)
    if cut.sum() < 500 or cut[[0, -1]].max() > 2 or cut[:, [0, -1]].max() > 2:
        return  # it is cut off, or smaller than a pixel
    rows, columns = np.mgrid[:96, :96] + 0.5
    seen = np.array([[(cut * columns).sum(), (cut * rows).sum()]]) / cut.sum()
    assert np.allclose(square.in_picture(seen, 96), (x, y), atol=0.02 * side / 4 + 0.1)


@given(similarities, clouds)
def test_similarities_are_taken_back(similarity: Similarity, points: Points) -> None:
    assert np.allclose(similarity.inverse.of(similarity.of(points)), points, atol=1e-6)


@given(similarities, clouds)
def test_a_similarity_is_known_by_what_it_does(similarity: Similarity, points: Points) -> None:
    known = Similarity.between(points, similarity.of(points))
    assert np.allclose(known.numbers, similarity.numbers, atol=1e-6)
    matrix = similarity.matrix
    assert np.allclose(points @ matrix[:, :2].T + matrix[:, 2], similarity.of(points))
