"""From one keyframe to the next: how a camera sees both, and holds a face through the dissolve.

Where the same face is in both keyframes, they are viewed so that it lies at the same place with
the same size while they dissolve, and so seems to go on living. What two such views move by, taken
together, is a fact of the two pictures: a face that is larger in the end keyframe is a push in,
whatever else is done. So a face is matched only where that does not go against the prompt.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.video.camera.dissolve import (
    Edge,
    Limits,
    Viewing,
    Window,
    arriving,
    bounded,
    is_fast,
    leaving,
    length,
    place,
)
from sparkle_motion_dagster.engines.video.camera.travel import Travel
from sparkle_motion_dagster.engines.video.camera.views import (
    WHOLE,
    Likeness,
    Spot,
    View,
    distance,
    match,
)

_AGREES = 0.25
"""Share of what was asked for that a match must do by itself."""

_STILL = 0.05
"""Distance of views by which a camera that stands still may be off."""

_SPEED = 0.12
"""Fastest that a match may pull a view, in distance of views a second."""

_MOST_ROOM = 0.4
"""Most of the shot that is given to getting to where a face matches, or from there."""

_MOST_UNLIKE = 0.1
"""Most that faces may differ in size where one shines through the other: e^0.1 is a tenth."""

_Numbers: TypeAlias = NDArray[np.float64]
"""A view's x, y and scale."""


@dataclass(frozen=True)
class Crossing:
    """How two keyframes become one shot.

    Attributes:
        window: When they dissolve.
        start: How the start keyframe is viewed, until the dissolve has ended.
        end: How the end keyframe is viewed, from when the dissolve begins.
        matched: The face that lies at one place while they dissolve, where there is one.
        edge: Along which the end keyframe comes in, where it does not come everywhere at once.
    """

    window: Window
    start: Viewing
    end: Viewing
    matched: Likeness | None = None
    edge: Edge | None = None

    def share(self, position: float, x: float, y: float) -> float:
        """Return how much of the end keyframe shows at a place of the frame, 0 to 1."""
        share = self.window.share(position)
        return self.edge.share(share, x, y) if self.edge else share


def cross(travel: Travel, shared: Sequence[Likeness], limits: Limits) -> Crossing:
    """Plan a shot's dissolve and its views.

    Args:
        travel: The camera's way.
        shared: Faces that are in both keyframes; the first that can be matched is.
        limits: What the plan may take.
    """
    rest = limits.rest(travel.seconds)
    window = place(travel, length(travel, limits.dissolve_s, limits.share), rest)
    for likeness in shared:
        crossing = _matched(bounded(travel, window, limits), window, likeness, limits)
        if crossing is not None:
            return crossing
    window = place(travel, length(travel, limits.unmatched_s, limits.share), rest)
    way = bounded(travel, window, limits)
    if shared and not (way.end.right or way.end.down or way.end.roll):
        return _aimed(way, window, shared[0])
    edge = (
        Edge.ahead_of(way.end) if limits.unmatched_s < limits.dissolve_s or is_fast(way) else None
    )
    return Crossing(window, leaving(way), arriving(way), edge=edge)


def _aimed(travel: Travel, window: Window, likeness: Likeness) -> Crossing:
    """Return the views that bring a face to one place where its size cannot be the same.

    The zoom is bounded too, so that the faces which shine through each other are nearly one.
    """
    travel = travel.scaled(min(1.0, _MOST_UNLIKE / max(abs(travel.end.zoom), 1e-9)))
    start, end = leaving(travel), arriving(travel)
    one, other = start(window.middle), end(window.middle)
    one = _showing(one, likeness.one, _shown(likeness.other, other))
    other = _showing(other, likeness.other, _shown(likeness.one, one))
    return Crossing(
        window,
        _bent(start, window.middle, 0.0, _numbers(one), _slope(start, window.middle)),
        _bent(end, window.middle, 1.0, _numbers(other), _slope(end, window.middle)),
    )


def _shown(spot: Spot, view: View) -> tuple[float, float]:
    """Return where a view shows a spot, from the frame's middle."""
    return (spot.x - view.x) / view.scale, (spot.y - view.y) / view.scale


def _showing(view: View, spot: Spot, place: tuple[float, float]) -> View:
    """Return a view of the same scale that shows a spot as near to a place as it can."""
    right, down = place
    return View(spot.x - right * view.scale, spot.y - down * view.scale, view.scale).inside()


def _matched(travel: Travel, window: Window, likeness: Likeness, limits: Limits) -> Crossing | None:
    """Return the views that bring a face together, unless they go against the prompt."""
    if travel.end.roll or is_fast(travel):
        return None
    meeting = _meet(travel, window, likeness, limits)
    if meeting is None or not _agrees(travel, likeness, meeting):
        return None
    window = _with_room(travel, window, likeness, meeting, limits)
    meeting = _meet(travel, window, likeness, limits)
    if meeting is None:
        return None
    first, last = meeting
    speed = (_numbers(last) - _numbers(first)) / (window.end - window.begin)

    def within(position: float) -> View:
        gone = _numbers(first) + speed * (position - window.begin)
        return View(*gone.tolist())

    before = _bent(leaving(travel), window.begin, 0.0, _numbers(first), speed)
    after = _bent(
        arriving(travel), window.end, 1.0, _numbers(likeness.of(last)), speed * likeness.growth
    )
    return Crossing(
        window,
        lambda position: before(position) if position < window.begin else within(position),
        lambda position: (
            after(position) if position > window.end else likeness.of(within(position))
        ),
        likeness,
    )


def _meet(
    travel: Travel, window: Window, likeness: Likeness, limits: Limits
) -> tuple[View, View] | None:
    """Return how the start keyframe is viewed where a matched dissolve begins, and ends."""
    start, end = leaving(travel), arriving(travel)
    first, last = (
        match(likeness, start(position), end(position), limits.closest)
        for position in (window.begin, window.end)
    )
    return (first, last) if first and last else None


def _agrees(travel: Travel, likeness: Likeness, meeting: tuple[View, View]) -> bool:
    """Tell whether what a match moves by is, on each axis, what the prompt asks for."""
    seen = [(one, likeness.of(one)) for one in meeting]
    if travel.motion.is_quiet:
        return True
    if travel.motion.is_still:
        return all(distance(view, WHOLE) < _STILL for pair in seen for view in pair)
    one, other = seen[0]
    asked = travel.end
    return all(
        done * wanted >= _AGREES * wanted**2
        for done, wanted in (
            (one.x - other.x, asked.right),
            (one.y - other.y, asked.down),
            (math.log(likeness.growth), asked.zoom),
        )
    )


def _with_room(
    travel: Travel,
    window: Window,
    likeness: Likeness,
    meeting: tuple[View, View],
    limits: Limits,
) -> Window:
    """Move a dissolve so that there is time to get to its views, and from there."""
    first, last = meeting
    before, after = (
        min(distance(view, WHOLE) / _SPEED / travel.seconds, _MOST_ROOM)
        for view in (first, likeness.of(last))
    )
    size = window.end - window.begin
    begin = min(max(window.begin, before), 1 - max(after, limits.rest(travel.seconds)) - size)
    begin = max(begin, 0.0)
    return Window(begin, begin + size)


_STEP = 1e-3


def _bent(
    viewing: Viewing, joint: float, anchor: float, target: _Numbers, speed: _Numbers
) -> Viewing:
    """Bend a way of viewing so that at `joint` it passes a view at a speed, without a jerk.

    What is added is a cubic Hermite curve: nothing at `anchor`, where it also begins at rest. It
    stays what it is at `joint` beyond that.
    """
    missing = target - _numbers(viewing(joint))
    change = speed - _slope(viewing, joint)
    span = joint - anchor

    def bent(position: float) -> View:
        share = min((position - anchor) / span, 1.0) if span else 1.0
        rise = share**2 * (3 - 2 * share)
        lean = share**2 * (share - 1) * span
        gone = _numbers(viewing(position)) + rise * missing + lean * change
        return View(*gone.tolist()).inside()

    return bent


def _slope(viewing: Viewing, position: float) -> _Numbers:
    """Return how fast a view changes, in units a shot."""
    ahead, behind = viewing(position + _STEP), viewing(position - _STEP)
    return (_numbers(ahead) - _numbers(behind)) / (2 * _STEP)


def _numbers(view: View) -> _Numbers:
    return np.array([view.x, view.y, view.scale])
