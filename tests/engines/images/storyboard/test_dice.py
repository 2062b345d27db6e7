"""Chance that is the same every time, whatever else was thrown."""

from __future__ import annotations

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice


def test_each_of_many_things_has_dice_of_its_own() -> None:
    """A house whose windows are lit throws more often: the next house stays where it is."""

    def second_house(windows: int) -> tuple[float, float]:
        dice = Dice("street")
        first, second = dice.fork(), dice.fork()
        for _ in range(windows):
            first.between(0, 1)
        return second.between(0, 1), dice.between(0, 1)

    assert second_house(0) == second_house(9)
    dice = Dice("street")
    assert dice.fork().between(0, 1) != dice.fork().between(0, 1)
