"""Which anatomy draws a creature."""

from typing import Protocol

from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Robot
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.beasts import BeastAnatomy
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.fowls import FowlAnatomy
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.robots import RobotAnatomy
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.swimmers import (
    SwimmerAnatomy,
)
from sparkle_motion_dagster.engines.images.storyboard.people.shapes import Beast, Fowl
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch


class Anatomy(Protocol):
    """Draws a creature in a head's units; near and far it is the same drawing."""

    @property
    def shadow(self) -> tuple[float, float, float]:
        """How far down its shadow lies, how far to the right, and how broad it is to a person's."""

    def draw_body(self) -> None:
        """Draw all that is below the head and behind it, down to the ground."""

    def draw_head(self) -> None:
        """Draw the head but for what moves when it speaks."""

    def draw_mouth(self) -> None:
        """Draw what moves when it speaks."""

    def draw_back(self) -> None:
        """Draw all of it from behind."""


def anatomy_of(sketch: Sketch) -> Anatomy | None:
    """Return what draws a robot or an animal; None for a person."""
    creature = sketch.look.creature
    if creature is None:
        return None
    if isinstance(creature, Robot):
        return RobotAnatomy(sketch, creature)
    if isinstance(creature.shape, Beast):
        return BeastAnatomy(sketch, creature, creature.shape)
    if isinstance(creature.shape, Fowl):
        return FowlAnatomy(sketch, creature, creature.shape)
    return SwimmerAnatomy(sketch, creature, creature.shape)
