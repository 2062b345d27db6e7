"""Under glass: a greenhouse, and the land around it."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import polyline
from sparkle_motion_dagster.engines.images.storyboard.scenery import plants
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import Land
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import terrain
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.walls import LAMPLIGHT
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import paint_sky

_IRON: Colour = (214, 222, 216)
_WOOD: Colour = (138, 102, 72)
_PATH: Colour = (176, 164, 144)

_HALF, _EAVES, _RIDGE = 2.7, 2.1, 3.5
"""Half the width, and the heights of wall and roof, in metres."""

_GREEN = Land(
    grass=(104, 146, 78), dry=(168, 172, 96),
    leaves=((70, 132, 74), (102, 156, 82), (54, 112, 72)),
    blossoms=((232, 92, 84), (248, 202, 92), (240, 150, 170)),
)  # fmt: skip
"""What grows under glass, whatever the season and the world outside."""


def greenhouse(site: Site) -> None:
    """Set up a greenhouse: plants on both sides of a path, glass, and what lies outside."""
    paint_sky(site)
    terrain.backdrop(site, 0.14, 0.6)
    terrain.meadow_ground(site)
    _ground(site)
    for distance in (16.0, 13.0, 10.5, 8.5, 6.8, 5.4, 4.2, 3.2):
        _arch(site, distance)
        _beds(site, distance)
    _bars(site)
    if site.outside.lamps > 0.4:
        for distance in (13.0, 8.0, 4.8):
            _lamp(site, distance)


def _ground(site: Site) -> None:
    air = site.air(3)
    corners = [
        site.at(x, 0, distance)
        for x, distance in ((-_HALF, 16), (_HALF, 16), (_HALF, 0.9), (-_HALF, 0.9))
    ]
    top, bottom = site.ground(16), site.frame.height
    paint = site.drawing.fade(top, bottom, air.half(_PATH), air.shade(_PATH))
    site.drawing.polygon(corners, paint)


def _arch(site: Site, distance: float) -> None:
    """Draw one rib of the house, from the ground over the ridge to the ground."""
    rib = [(-_HALF, 0.0), (-_HALF, _EAVES), (0.0, _RIDGE), (_HALF, _EAVES), (_HALF, 0.0)]
    line = polyline([site.at(x, up, distance) for x, up in rib])
    colour = site.air(distance).half(_IRON)
    site.drawing.path(line, stroke=colour, width=0.06 * site.metre(distance))


def _bars(site: Site) -> None:
    """Draw the bars that lead away along walls and roof, and the shine of the glass."""
    colour = site.air(6).half(_IRON)
    for x, up in (
        (-_HALF, 1.1), (-_HALF, _EAVES), (-_HALF / 2, (_EAVES + _RIDGE) / 2), (0.0, _RIDGE),
        (_HALF / 2, (_EAVES + _RIDGE) / 2), (_HALF, _EAVES), (_HALF, 1.1),
    ):  # fmt: skip
        line = polyline([site.at(x, up, 16), site.at(x, up, 1.6)])
        site.drawing.path(line, stroke=colour, width=0.006 * site.measure, opacity=0.9)
    side = site.sunward * _HALF
    pane = [
        site.at(side, up, distance)
        for up, distance in ((0.9, 9), (_EAVES, 9), (_EAVES, 4), (0.9, 4))
    ]
    site.drawing.polygon(pane, mix(site.outside.horizon, (255, 255, 255), 0.5), opacity=0.16)


def _beds(site: Site, distance: float) -> None:
    """Draw a bench on each side, with what grows on it."""
    dice = site.dice.apart(f"beds {distance}")
    for side in (-1, 1):
        pen = site.pen_at(site.at(side * 1.75, 0, distance), site.metre(distance))
        pen.box(-0.85, 0, 1.7, 0.62, pen.air.shade(_WOOD))
        pen.box(-0.9, 0.62, 1.8, 0.08, pen.air.lit(_WOOD))
        for _ in range(6):
            top = pen.moved(dice.between(-0.8, 0.8), 0.68)
            kind = dice.pick((plants.bush, plants.flower, plants.spire_flower, plants.tuft))
            kind(top, _GREEN, dice, dice.between(0.35, 0.8))


def _lamp(site: Site, distance: float) -> None:
    pen = site.pen_at(site.at(0, _RIDGE - 0.5, distance), site.metre(distance))
    pen.line([(0, 0), (0, 0.5)], 0.03, pen.air.shade((70, 74, 72)))
    pen.oval(0, 0, 0.16, 0.1, (255, 240, 204))
    pen.glow(0, 0, 2.6, LAMPLIGHT, 0.5)
