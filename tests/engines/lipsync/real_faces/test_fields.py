"""Fields between points that are moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from sparkle_motion_dagster.engines.lipsync.real_faces.fields import Grid, Membrane, Vectors

GRID = Grid(left=-0.5, top=-0.5, right=0.5, bottom=0.5, step=0.05, margin=0.1)
HELD = np.array([[-0.3, -0.3], [0.3, -0.3], [0.0, -0.25]])
BEFORE = np.array([[-0.1, 0.0], [0.1, 0.0], [0.0, 0.2]])
MOVED = BEFORE + np.array([[0.0, 0.05], [0.05, 0.0], [0.0, 0.1]])


def at(field: Vectors, place: Sequence[float]) -> Vectors:
    """Return the field's vector at a node."""
    row, column = round((place[1] - GRID.top) / 0.05), round((place[0] - GRID.left) / 0.05)
    return np.asarray(field[row, column])


@pytest.fixture(scope="module")
def field() -> Vectors:
    (field,) = Membrane(GRID, HELD).fields([MOVED], [BEFORE])
    return field


def test_a_field_leads_from_where_points_have_come_to_back_to_where_they_were(
    field: Vectors,
) -> None:
    for moved, before in zip(MOVED, BEFORE, strict=True):
        assert at(field, moved) == pytest.approx(before - moved, abs=5e-4)


def test_points_that_are_held_hold_still(field: Vectors) -> None:
    for held in HELD[:2]:
        assert at(field, held) == pytest.approx([0, 0], abs=5e-4)


def test_a_field_dies_away_at_its_border(field: Vectors) -> None:
    assert not field[0].any()
    assert not field[:, -1].any()
    steps = np.abs(np.diff(field, axis=0)).max(), np.abs(np.diff(field, axis=1)).max()
    assert max(steps) < 0.08, "nothing is torn"


def test_two_sets_of_points_are_two_fields_of_their_own(field: Vectors) -> None:
    other, again = Membrane(GRID, HELD).fields([BEFORE, MOVED], [BEFORE, BEFORE])
    assert not other.any()
    assert np.array_equal(again, field)


def test_points_that_lie_on_each_other_tear_nothing() -> None:
    twice = [np.concatenate([points, points[:1]]) for points in (MOVED, BEFORE)]
    twice[1][-1] += 0.02
    (field,) = Membrane(GRID, HELD).fields([twice[0]], [twice[1]])
    assert np.abs(field).max() < 0.2
