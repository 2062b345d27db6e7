"""The things that a prompt may name: how each is drawn, where it belongs, how large it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery import buildings
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen
from sparkle_motion_dagster.engines.images.storyboard.scenery.props import (
    animals,
    boats,
    food,
    outdoors,
    still_life,
    vehicles,
)

_Draw: TypeAlias = Callable[[Pen, Dice], None]


class Home(Enum):
    """Where a thing belongs."""

    GROUND = auto()
    TABLE = auto()
    AIR = auto()
    WATER = auto()


@dataclass(frozen=True)
class Thing:
    """How a thing is drawn, where it belongs, and how tall it is, in metres.

    Attributes:
        draw: Draws it; in metres, for what stands on the ground or the water, else in its own size.
        home: Where it belongs.
        size: Its height in metres.
    """

    draw: _Draw
    home: Home
    size: float


_G, _T, _A, _W = Home.GROUND, Home.TABLE, Home.AIR, Home.WATER

THINGS: Mapping[str, Thing] = {
    "pie": Thing(food.pie, _T, 0.2),
    "dish": Thing(food.dish, _T, 0.2),
    "crumbs": Thing(food.crumbs, _T, 0.2),
    "bread": Thing(food.bread, _T, 0.22),
    "cup": Thing(food.cup, _T, 0.13),
    "bottle": Thing(food.bottle, _T, 0.32),
    "candle": Thing(still_life.candle, _T, 0.24),
    "lamp": Thing(still_life.lantern, _T, 0.34),
    "book": Thing(still_life.book, _T, 0.24),
    "letter": Thing(still_life.letter, _T, 0.2),
    "radio": Thing(still_life.radio, _T, 0.34),
    "telephone": Thing(still_life.telephone, _T, 0.22),
    "key": Thing(still_life.key, _T, 0.14),
    "watch": Thing(still_life.watch, _T, 0.12),
    "compass": Thing(still_life.watch, _T, 0.14),
    "knife": Thing(still_life.knife, _T, 0.26),
    "ring": Thing(still_life.ring, _T, 0.08),
    "whistle": Thing(still_life.whistle, _T, 0.1),
    "hat": Thing(still_life.hat, _T, 0.3),
    "flowers": Thing(still_life.vase, _T, 0.36),
    "apples": Thing(food.apples, _T, 0.18),
    "clock": Thing(still_life.piece_of_clockwork, _T, 0.34),
    "bench": Thing(outdoors.bench, _G, 0.95),
    "gate": Thing(outdoors.gate, _G, 1.8),
    "cat": Thing(animals.cat, _G, 0.55),
    "dog": Thing(animals.dog, _G, 0.8),
    "horse": Thing(animals.horse, _G, 2.1),
    "umbrella": Thing(outdoors.umbrella, _G, 2.5),
    "campfire": Thing(outdoors.campfire, _G, 0.9),
    "tent": Thing(outdoors.tent, _G, 1.8),
    "fountain": Thing(outdoors.fountain, _G, 2.3),
    "statue": Thing(outdoors.statue, _G, 3.6),
    "barrels": Thing(outdoors.barrels, _G, 1.7),
    "suitcase": Thing(outdoors.suitcase, _G, 0.56),
    "piano": Thing(outdoors.piano, _G, 1.2),
    "telescope": Thing(outdoors.telescope, _G, 1.6),
    "robot": Thing(outdoors.robot, _G, 2.1),
    "rocket": Thing(outdoors.rocket, _G, 7.2),
    "chair": Thing(outdoors.chair, _G, 0.95),
    "paw prints": Thing(animals.paw_prints, _G, 1.6),
    "wheelbarrow": Thing(vehicles.wheelbarrow, _G, 0.9),
    "bicycle": Thing(vehicles.bicycle, _G, 1.0),
    "car": Thing(vehicles.car, _G, 1.5),
    "street lamp": Thing(lambda pen, _: buildings.street_lamp(pen), _G, 4.0),
    "birds": Thing(animals.birds, _A, 1.0),
    "moth": Thing(animals.moth, _A, 1.0),
    "balloon": Thing(outdoors.balloon, _A, 8.0),
    "boat": Thing(boats.fishing_boat, _W, 6.0),
    "ship": Thing(boats.ship, _W, 23.0),
}

BELONGS_TO_THE_PLACE = {
    "square": {"clock"},
    "station": {"clock", "lamp", "street lamp", "train"},
    "lamp room": {"lamp"},
    "bakery": {"bread"},
    "church": {"candle"},
    "garden": {"flowers", "gate"},
    "street": {"street lamp", "lamp"},
    "lighthouse": {"lamp"},
    "deck": {"boat", "ship"},
    "wheelhouse": {"boat", "ship", "compass"},
    "harbour": {"boat"},
    "cockpit": {"rocket"},
    "car": {"car"},
    "hall": {"chair"},
    "bar": {"bottle", "chair"},
    "library": {"book", "lamp"},
    "cabin": {"campfire", "chair"},
    "classroom": {"chair"},
    "office": {"lamp"},
    "meadow": {"flowers"},
    "city": {"car"},
}
"""What a place shows of itself."""

WORN = {"hat", "whistle", "ring", "watch", "knife", "letter"}
"""What people in the picture wear or hold, if anybody is in it."""
