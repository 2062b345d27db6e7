"""When one keyframe dissolves into the next, and how each is viewed around that.

The start keyframe is seen whole at first, the end keyframe whole at last; between the two both are
viewed by one camera.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeAlias

from sparkle_motion_dagster.engines.machinery.easing import smoothstep
from sparkle_motion_dagster.engines.video.camera.travel import Place, Travel
from sparkle_motion_dagster.engines.video.camera.views import View
from sparkle_motion_dagster.engines.video.motion_prompts import Pace

Viewing: TypeAlias = Callable[[float], View]
"""How a picture is viewed at a position of the shot, 0 to 1."""

_CANDIDATES = 100
_MOST_REST = 0.35
"""Most of the shot that is left to the end keyframe."""

_SOFT = 0.3
"""Width of a soft edge, as a share of the frame's side."""

_HALFWAY, _HALFWAY_FAST = 0.6, 0.5
"""Share of its way after which the camera is at home in the end keyframe: the start keyframe has
the longer part, because it is the shot's own; a fast move hides the dissolve where it is fastest.
"""


@dataclass(frozen=True)
class Limits:
    """What a dissolve and the views around it may take.

    Attributes:
        dissolve_s: Longest dissolve, in seconds.
        unmatched_s: Longest dissolve where no face is matched, in seconds; shorter than that where
            faces would shine through each other.
        share: Longest dissolve, as a share of the shot.
        shift: Farthest shift of a view, as a share of the frame's side.
        closest: Smallest scale of a view.
        rest_s: Time for which the end keyframe is seen by itself at last, in seconds.
    """

    dissolve_s: float
    unmatched_s: float
    share: float
    shift: float
    closest: float
    rest_s: float = 0.0

    def rest(self, seconds: float) -> float:
        """Return which share of a shot of some seconds is left to the end keyframe at least."""
        return min(self.rest_s / seconds, _MOST_REST)


@dataclass(frozen=True)
class Window:
    """The time of a dissolve, in shares of the shot."""

    begin: float
    end: float

    def share(self, position: float) -> float:
        """Return how much of the end keyframe shows, 0 to 1."""
        return smoothstep((position - self.begin) / (self.end - self.begin))

    @property
    def middle(self) -> float:
        """The time when both show equally."""
        return (self.begin + self.end) / 2


@dataclass(frozen=True)
class Edge:
    """A soft edge that runs through the frame, from where the camera turns to.

    Things that pass by each other then hardly shine through each other.

    Attributes:
        right: 1 where the end keyframe comes from the right, -1 from the left, else 0.
        down: 1 where it comes from below, -1 from above, else 0.
    """

    right: int
    down: int

    @classmethod
    def ahead_of(cls, way: Place) -> "Edge | None":
        """Return the edge that belongs to a way, if that goes to a side."""
        across, upright = abs(way.right), abs(way.down)
        if max(across, upright) <= abs(way.zoom) / 2:
            return None
        if across >= upright:
            return cls(1 if way.right > 0 else -1, 0)
        return cls(0, 1 if way.down > 0 else -1)

    def share(self, done: float, x: float, y: float) -> float:
        """Return how much of the end keyframe shows at a place when a share is done of all."""
        along = x if self.right else y
        far = 1 - along if self.right + self.down > 0 else along
        return smoothstep((done * (1 + _SOFT) - far) / _SOFT)


def length(travel: Travel, longest_s: float, share: float) -> float:
    """Return the length of a dissolve as a share of the shot."""
    longest = min(longest_s / travel.seconds, share)
    if not is_fast(travel):
        return longest
    return min(longest, 0.5 * (travel.fastest.end - travel.fastest.begin))


def is_fast(travel: Travel) -> bool:
    """Tell whether the camera turns so fast at some time that a dissolve can hide there."""
    leg = travel.fastest
    aside = max(abs(leg.way.right), abs(leg.way.down))
    return leg.pace in (Pace.FAST, Pace.WHIP) and aside > abs(leg.way.zoom)


def place(travel: Travel, size: float, rest: float = 0.0) -> Window:
    """Place a dissolve of some length where it spoils least of the move.

    A view can only be narrower than its picture: pushing in shows on the start keyframe alone
    (the end keyframe must end whole), pulling out on the end keyframe alone.

    Args:
        travel: The camera's way.
        size: The dissolve's length, as a share of the shot.
        rest: What is left behind it at least.
    """
    positions = [index / _CANDIDATES for index in range(_CANDIDATES + 1)]
    places = [travel.at(position) for position in positions]
    ways = list(accumulate((_way_between(*pair) for pair in pairwise(places)), initial=0.0))
    home = _HALFWAY_FAST if is_fast(travel) else _HALFWAY

    before = list(accumulate((max(-spot.zoom, 0.0) for spot in places), initial=0.0))
    after = list(
        accumulate((max(travel.end.zoom - spot.zoom, 0.0) for spot in places), initial=0.0)
    )

    def spoiled(begin: float) -> float:
        first, last = round(begin * _CANDIDATES), round((begin + size) * _CANDIDATES)
        middle = round((begin + size / 2) * _CANDIDATES)
        done = ways[middle] / ways[-1] if ways[-1] else begin + size / 2
        return before[last] + after[-1] - after[first + 1] + abs(done - home)

    begin = min((position * (1 - size - rest) for position in positions), key=spoiled)
    return Window(begin, begin + size)


def _way_between(one: Place, other: Place) -> float:
    return math.hypot(one.right - other.right, one.down - other.down, one.zoom - other.zoom) + abs(
        math.radians(one.roll - other.roll)
    )


def bounded(travel: Travel, window: Window, limits: Limits) -> Travel:
    """Return the way, shortened until neither picture is viewed from too near its edge."""
    leaving, arriving = travel.at(window.end), travel.at(window.begin) - travel.end
    shift = max(abs(value) for place in (leaving, arriving) for value in (place.right, place.down))
    zoom = max(leaving.zoom, arriving.zoom)
    most_zoom = -math.log(limits.closest)
    factor = min(limits.shift / max(shift, 1e-9), most_zoom / max(zoom, 1e-9), 1.0)
    return travel.scaled(factor)


def leaving(travel: Travel) -> Viewing:
    """Return how the start keyframe is viewed: all of it at first, then along the way."""
    return lambda position: view_from(travel.at(position))


def arriving(travel: Travel) -> Viewing:
    """Return how the end keyframe is viewed: from where the camera comes, to all of it at last."""
    return lambda position: view_from(travel.at(position) - travel.end)


def view_from(place: Place) -> View:
    """Return the view from a place, as narrow as it must be to stay inside the picture."""
    narrow = 1 - 2 * max(abs(place.right), abs(place.down))
    scale = narrow * math.exp(-max(place.zoom, 0.0))
    return View(0.5 + place.right, 0.5 + place.down, scale, place.roll)
