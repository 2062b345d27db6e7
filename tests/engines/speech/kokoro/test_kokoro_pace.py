"""At which speed Kokoro is to speak so that a line lasts as long as it is to."""

from __future__ import annotations

import numpy as np
import pytest

from sparkle_motion_dagster.engines.speech.kokoro.model import rounded_units
from sparkle_motion_dagster.engines.speech.kokoro.script import Symbol
from sparkle_motion_dagster.engines.speech.kokoro.speaking import Passage, speed_of_length

UNITS = np.array([15.0, *([3.2, 2.1, 4.4, 1.6] * 10), 13.0], np.float32)
PASSAGE = Passage(
    tuple(Symbol("a", index, index) for index in range(40)), UNITS, np.zeros(0, np.float32), ()
)


def length(speed: float) -> int:
    return int(rounded_units(UNITS, speed)[1:-1].sum())


@pytest.mark.parametrize(
    ("speed", "stretch"), [(1.0, 0.8), (1.0, 1.25), (1.37, 1.0), (0.375, 2.0), (0.3, 1.6)]
)
def test_a_speed_gives_the_length_that_is_wanted(speed: float, stretch: float) -> None:
    found = speed_of_length([PASSAGE, PASSAGE], speed, stretch)
    assert length(found) == pytest.approx(length(speed) * stretch, rel=0.03)


def test_no_speed_makes_a_line_shorter_than_its_phonemes() -> None:
    assert length(speed_of_length([PASSAGE], 3.0, 0.5)) == 40
