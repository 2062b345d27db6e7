"""Modules of tests that share a process."""

from __future__ import annotations

from studio import REPOSITORY
from together import TOGETHER


def test_modules_that_share_a_process_are_where_they_are_said_to_be() -> None:
    """One that has moved would load its library in a process of its own, and nobody would see."""
    places = {place for places in TOGETHER.values() for place in places}
    assert {place for place in places if not (REPOSITORY / place).exists()} == set()
