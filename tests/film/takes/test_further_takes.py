"""Further takes are asked for once, however often the run that asks is executed."""

from __future__ import annotations

import pytest

from sketchers import PictureSketcher, SketchSettings
from sparkle_motion_dagster.artifacts.choices import NOTHING_CHOSEN, Choices, Recipe
from sparkle_motion_dagster.engines.images.base import ImageRequest
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from sparkle_motion_dagster.film.takes.making import with_further_takes
from sparkle_motion_dagster.film.takes.recipes import RecipeError
from sparkle_motion_dagster.production.loop import Item
from sparkle_motion_dagster.units import FrameSize

SHIP = Item(
    "ship", ImageRequest(shot="a", prompt="a ship", size=FrameSize(width=128, height=72), seed=1)
)
SKETCHER = PictureSketcher(SketchSettings())


def asked(choices: Choices, recipe: Recipe, count: int, run: str) -> Choices:
    return with_further_takes(choices, BASE_IMAGES, SKETCHER, SHIP, recipe, count, asked_by=run)


def test_a_run_that_is_executed_again_asks_for_no_more_takes() -> None:
    once = asked(NOTHING_CHOSEN, Recipe(), 3, "run")
    assert [take.number for take in once.known(BASE_IMAGES, "ship").missing] == [2, 3, 4]
    assert asked(once, Recipe(), 3, "run") == once
    other = asked(once, Recipe(), 1, "another")
    takes = other.known(BASE_IMAGES, "ship").missing
    assert [take.number for take in takes] == [2, 3, 4, 5]
    assert len({take.recipe.seed for take in takes}) == 4


def test_a_take_that_is_as_another_one_is_refused() -> None:
    once = asked(NOTHING_CHOSEN, Recipe(seed=7), 1, "run")
    with pytest.raises(RecipeError, match="the same as take 2"):
        asked(once, Recipe(seed=7), 1, "another")
    with pytest.raises(RecipeError, match="the same as take 1"):
        asked(once, Recipe(seed=1), 1, "another")
