"""Views of pictures: inside them whatever shakes, and matched where a face is the same."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.video.camera.views import (
    WHOLE,
    Likeness,
    Shake,
    Spot,
    View,
    distance,
    match,
    shaken,
)

CLOSEST = 0.6
places = st.floats(0.2, 0.8)
sizes = st.floats(0.1, 0.35)
spots = st.builds(Spot, x=places, y=places, size=sizes)


def is_inside(view: View) -> bool:
    half = view.scale / 2 - 1e-9
    return half <= view.x <= 1 - half and half <= view.y <= 1 - half


def shown(spot: Spot, view: View) -> tuple[float, float, float]:
    """Where a view shows a spot, and how large."""
    return (
        (spot.x - view.x) / view.scale,
        (spot.y - view.y) / view.scale,
        spot.size / view.scale,
    )


def corners(view: View, aspect: float) -> list[tuple[float, float]]:
    """The corners of a view, as shares of its picture."""
    angle = math.radians(view.angle)
    found = []
    for across in (-aspect / 2, aspect / 2):
        for upright in (-0.5, 0.5):
            x = math.cos(angle) * across - math.sin(angle) * upright
            y = math.sin(angle) * across + math.cos(angle) * upright
            found.append((view.x + view.scale * x / aspect, view.y + view.scale * y))
    return found


@given(one=spots, other=spots)
def test_matched_views_lie_inside_and_show_the_face_alike(one: Spot, other: Spot) -> None:
    likeness = Likeness(one, other)
    view = match(likeness, WHOLE, WHOLE, CLOSEST)
    if view is None:
        return
    other_view = likeness.of(view)
    assert is_inside(view)
    assert is_inside(other_view)
    assert min(view.scale, other_view.scale) >= CLOSEST - 1e-9
    assert shown(one, view) == pytest.approx(shown(other, other_view), abs=1e-9)


def test_equal_faces_need_no_narrower_view() -> None:
    face = Spot(0.4, 0.45, 0.3)
    found = match(Likeness(face, face), WHOLE, WHOLE, CLOSEST)
    assert found is not None
    assert distance(found, WHOLE) == pytest.approx(0, abs=1e-9)


def test_a_larger_face_is_met_by_pushing_in() -> None:
    likeness = Likeness(Spot(0.5, 0.5, 0.2), Spot(0.5, 0.5, 0.25))
    found = match(likeness, WHOLE, WHOLE, CLOSEST)
    assert found is not None
    assert found.scale == pytest.approx(0.8, abs=0.005)
    assert likeness.of(found).scale == pytest.approx(1, abs=0.005)


def test_faces_at_different_places_meet_half_way() -> None:
    likeness = Likeness(Spot(0.45, 0.5, 0.3), Spot(0.55, 0.5, 0.3))
    found = match(likeness, WHOLE, WHOLE, CLOSEST)
    assert found is not None
    assert found.x == pytest.approx(0.45, abs=0.005)
    assert likeness.of(found).x == pytest.approx(0.55, abs=0.005)
    assert found.scale == pytest.approx(0.9, abs=0.01)


def test_wishes_count_where_there_is_a_choice() -> None:
    face = Spot(0.5, 0.5, 0.3)
    wish = View(0.45, 0.5, 0.85)
    found = match(Likeness(face, face), wish, wish, CLOSEST)
    assert found is not None
    assert distance(found, wish) < 0.005


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Spot(0.5, 0.5, 0.1), Spot(0.5, 0.5, 0.3)),
        (Spot(0.1, 0.5, 0.3), Spot(0.9, 0.5, 0.3)),
    ],
)
def test_faces_too_unlike_are_not_matched(one: Spot, other: Spot) -> None:
    assert match(Likeness(one, other), WHOLE, WHOLE, CLOSEST) is None


@given(
    right=st.floats(-1, 1),
    down=st.floats(-1, 1),
    room=st.floats(0, 0.05),
    angle=st.floats(-8, 8),
    turned=st.floats(-8, 8),
    scale=st.floats(0.5, 1),
    aspect=st.sampled_from([16 / 9, 4 / 3, 9 / 16]),
)
def test_what_shakes_stays_inside_the_view(
    *,
    right: float,
    down: float,
    room: float,
    angle: float,
    turned: float,
    scale: float,
    aspect: float,
) -> None:
    view = View(0.5, 0.5, scale, turned)
    shake = Shake(right * room, down * room, room, angle)
    for x, y in corners(shaken(view, shake, aspect), aspect):
        assert abs(x - 0.5) <= scale / 2 + 1e-9
        assert abs(y - 0.5) <= scale / 2 + 1e-9
