"""Where the things that a prompt names are set in a place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.scenery.places import walls
from sparkle_motion_dagster.engines.images.storyboard.scenery.props import animals, boats
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.things import (
    BELONGS_TO_THE_PLACE,
    THINGS,
    WORN,
    Home,
)
from sparkle_motion_dagster.engines.images.storyboard.words import prompt_vocabulary as vocabulary
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Framing, Reading, World

_WATERS = {"sea", "lighthouse", "cliffs", "harbour", "beach", "lake", "river"}
_BANK = 0.95
"""The row of the bank in front of a water, as a share of the picture's height."""

_MOST = 3


@dataclass(frozen=True)
class _Set:
    """Which of the things that a prompt names are set where."""

    sill: tuple[str, ...] = ()
    floor: tuple[str, ...] = ()
    ground: tuple[str, ...] = ()
    table: tuple[str, ...] = ()
    air: tuple[str, ...] = ()
    water: tuple[str, ...] = ()


def set_props(site: Site, *, peopled: bool) -> None:
    """Set what the prompt names into the place, but what the place or its people have anyway."""
    things = _set(site.reading, peopled=peopled)
    if things.sill:
        _on_the_sill(site, things.sill)
    if things.floor:
        _prints(site)
    _on_the_ground(site, things.ground, things.table)
    if "bench" not in things.ground:
        _on_a_table(site, things.table)
    _in_the_air(site, things.air)
    _on_the_water(site, things.water)


def own_things(reading: Reading) -> frozenset[str]:
    """Return which things a place shows of itself: a room in a spaceship is in one."""
    aboard = {"rocket"} if reading.indoors and reading.world is World.SPACE else set()
    return frozenset(aboard.union(BELONGS_TO_THE_PLACE.get(reading.place, ())))


def props_shown(reading: Reading, *, peopled: bool) -> frozenset[str]:
    """Return which things are to be seen where nobody is near: the place's own, and named ones."""
    own = own_things(reading)
    if reading.framing is Framing.INSERT and reading.place not in vocabulary.PARTS:
        return own | {"table", *_near(reading)}
    things = _set(reading, peopled=peopled)
    table = things.table[:2] if "bench" in things.ground or not reading.indoors else things.table
    standing = {"table"} if table and reading.indoors and "bench" not in things.ground else set()
    elsewhere = (things.sill, things.floor, things.ground, things.air, things.water)
    return own | standing | frozenset(table).union(*elsewhere)


def _set(reading: Reading, *, peopled: bool) -> _Set:
    own = own_things(reading) | (WORN if peopled else set())
    named = [name for name in reading.props if name in THINGS and name not in own]

    def at_home(home: Home) -> tuple[str, ...]:
        return tuple(name for name in named if THINGS[name].home is home)[:_MOST]

    if reading.place == "sill":
        return _Set(sill=at_home(Home.TABLE))
    if reading.place == "floor":
        return _Set(floor=("paw prints",) if "paw prints" in named else ())
    if reading.framing is Framing.INSERT:
        return _Set()
    return _Set(
        ground=at_home(Home.GROUND),
        table=at_home(Home.TABLE),
        air=() if reading.indoors else at_home(Home.AIR),
        water=at_home(Home.WATER) if reading.place in _WATERS else (),
    )


def _near(reading: Reading) -> list[str]:
    """Return what an insert shows: the first thing, and behind it what stands on a table."""
    named = [name for name in reading.props if name in THINGS]
    return named[:1] + [name for name in named[1:3] if THINGS[name].home is Home.TABLE]


def _on_the_ground(site: Site, names: Sequence[str], small: Sequence[str]) -> None:
    dice = site.dice.apart("ground")
    sides = (0.5 + 0.24 * site.sunward, 0.5 - 0.2 * site.sunward, 0.5 + 0.02 * site.sunward)
    for name, share in zip(names, sides, strict=False):
        thing = THINGS[name]
        tall = site.frame.rows * (0.09 + 0.075 * min(3.0, thing.size))
        distance = max(1.25 * site.nearest(), site.metre(1) * thing.size / tall)
        if site.reading.indoors:
            distance = min(distance, 4.4)
        if name == "paw prints":
            _trail(site)
            continue
        draw = (
            animals.sleeping_cats
            if name == "cat" and "asleep" in site.reading.prompt
            else thing.draw
        )
        x = share + dice.between(-0.04, 0.04)
        pen = site.pen(x, distance)
        if site.reading.place in _WATERS - {"beach"}:
            # The only ground is the nearest edge, below the water.
            unit = 0.5 * tall / thing.size + 0.05 * site.measure
            pen = site.pen_at((site.x(x), site.y(_BANK)), unit)
        draw(pen, dice.apart(name))
        if name == "bench":
            for on_it, x in zip(small, (-0.3, 0.35), strict=False):
                THINGS[on_it].draw(pen.moved(x, 0.5, THINGS[on_it].size), dice.apart(on_it))


def _on_a_table(site: Site, names: Sequence[str]) -> None:
    if not names:
        return
    dice = site.dice.apart("table")
    if site.reading.indoors:
        top = walls.table(site, 0.75 * site.sunward, 3.3, 0.75)
        for name, x in zip(names, (0.0, -0.42, 0.4), strict=False):
            THINGS[name].draw(top.moved(x, 0, THINGS[name].size), dice.apart(name))
        return
    for name, share in zip(
        names, (0.5 - 0.28 * site.sunward, 0.5 + 0.1 * site.sunward), strict=False
    ):
        thing = THINGS[name]
        distance = max(1.2 * site.nearest(), site.metre(1) * thing.size / (0.12 * site.measure))
        thing.draw(site.pen(share, distance).moved(0, 0, thing.size), dice.apart(name))


def _in_the_air(site: Site, names: Sequence[str]) -> None:
    dice = site.dice.apart("air")
    for name in names:
        foot = (
            site.x(0.5 - 0.06 * site.sunward + dice.between(-0.06, 0.06)),
            site.y(dice.between(0.2, 0.34)),
        )
        unit = site.measure * {"birds": 0.017, "moth": 0.075, "balloon": 0.034}[name]
        THINGS[name].draw(site.pen_at(foot, unit, 0.25 if name != "moth" else 0.0), dice)


def _on_the_water(site: Site, names: Sequence[str]) -> None:
    dice = site.dice.apart("water things")
    for name in names:
        thing = THINGS[name]
        small = (
            re.search(r"rowing|dinghy|canoe|skiff", site.reading.prompt) is not None
            or site.reading.place == "river"
        )
        draw = boats.rowing_boat if small and name == "boat" else thing.draw
        share = 0.5 + 0.14 * site.sunward
        distance = 75.0 if name == "ship" else 2.4 * site.nearest() if small else 24.0
        if site.reading.place == "river":
            share, distance = 0.5 - 0.11 * site.sunward, 2.0 * site.nearest()
        tilt = 5.0 if site.reading.wet else 0.0
        pen = site.pen(share, distance, mirrored=dice.side())
        x, y = pen.foot
        with site.drawing.group(transform=f"rotate({tilt * site.sunward} {x:.1f} {y:.1f})"):
            draw(pen, dice)


def _on_the_sill(site: Site, names: Sequence[str]) -> None:
    dice = site.dice.apart("sill")
    order = sorted(names, key=lambda name: name == "flowers")
    places = (0.5 - 0.05 * site.sunward, 0.5 + 0.26 * site.sunward, 0.5 - 0.3 * site.sunward)
    for index, (name, share) in enumerate(zip(order, places, strict=False)):
        size = 0.3 * site.measure * (1.0 if index == 0 else 0.85)
        THINGS[name].draw(site.pen_at((site.x(share), site.y(0.8)), size), dice.apart(name))
        if name == "pie" and "two pies" in site.reading.prompt:
            THINGS[name].draw(site.pen_at((site.x(share + 0.19), site.y(0.83)), 0.4 * size), dice)


def set_near(site: Site) -> None:
    """Show the first thing that the prompt names large, on whatever it stands on, others behind."""
    named = _near(site.reading)
    if not named or site.reading.place in vocabulary.PARTS:
        return
    thing, dice = THINGS[named[0]], site.dice.apart("near")
    foot = (site.x(0.5 - 0.04 * site.sunward), site.y(0.8))
    if thing.home is not Home.AIR:
        air, frame = site.air(0), site.frame
        on_wood = site.reading.indoors or thing.home is Home.TABLE
        colour = (134, 92, 66) if on_wood else site.land.grass
        top = site.y(0.62)
        paint = site.drawing.fade(top, frame.height, air.half(colour), air.shade(colour))
        site.drawing.box((0, top), (frame.width, frame.height - top), paint)
        site.drawing.box((0, top), (frame.width, 0.006 * site.measure), air.lit(colour))
    unit = 0.5 * site.measure / (1.0 if thing.home in {Home.TABLE, Home.AIR} else thing.size)
    pen = site.pen_at(foot if thing.home is not Home.AIR else (foot[0], site.y(0.5)), unit)
    others = [THINGS[name] for name in named[1:]]
    for other, share in zip(
        others, (0.5 + 0.3 * site.sunward, 0.5 - 0.34 * site.sunward), strict=False
    ):
        tall = 0.3 * site.measure * min(1.5, (other.size / thing.size) ** 0.5)
        other.draw(site.pen_at((site.x(share), site.y(0.69)), tall), dice)
    thing.draw(pen, dice)


def _trail(site: Site) -> None:
    """Let paw prints lead away over the ground."""
    for step in range(11):
        distance = 1.12**step * 1.15 * site.nearest()
        share = (
            0.5
            - 0.1 * site.sunward
            + site.sunward * 0.03 * step
            + (0.012 if step % 2 else -0.012) * 6 / distance
        )
        animals.paw_print(site.pen(share, distance), 0.3, 0.75 * site.eye / distance)


def _prints(site: Site) -> None:
    pen = site.pen_at(
        (site.x(0.5 - 0.2 * site.sunward), site.y(0.86)), 0.34 * site.measure, mirrored=site.sunward
    )
    animals.paw_prints(pen, site.dice.apart("prints"))
