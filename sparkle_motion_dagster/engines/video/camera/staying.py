"""A shot that has one keyframe: how the camera goes its way over it."""

import math

from sparkle_motion_dagster.engines.machinery.easing import smoothstep
from sparkle_motion_dagster.engines.video.camera.crossing import Crossing
from sparkle_motion_dagster.engines.video.camera.dissolve import Limits, Viewing, Window, view_from
from sparkle_motion_dagster.engines.video.camera.travel import Place, Travel

_SAMPLES = 100

_APPROACH = 0.4
"""Share of the shot in which a camera comes near that is to pull back from a picture's edge."""

_PULLS_BACK = 0.6
"""Share of its way that such a camera goes: it has less of the shot for it."""

_NEVER = Window(2.0, 3.0)
"""The time of a dissolve in which nothing dissolves: after the shot."""


def stay(travel: Travel, limits: Limits) -> Crossing:
    """Plan the views of a shot's only keyframe: all of it at first, then along the way.

    A view can only be narrower than its picture. So a camera that is to pull back comes near first.

    Args:
        travel: The camera's way.
        limits: What the plan may take.
    """
    nearer = _room_needed(travel)
    if nearer:
        travel = travel.scaled(_PULLS_BACK)
        nearer *= _PULLS_BACK
    places = [_place(travel, nearer, sample / _SAMPLES) for sample in range(_SAMPLES + 1)]
    shift = max(max(abs(place.right), abs(place.down)) for place in places)
    zoom = max(place.zoom for place in places)
    factor = min(limits.shift / max(shift, 1e-9), -math.log(limits.closest) / max(zoom, 1e-9), 1.0)
    viewing = _seen(travel.scaled(factor), nearer * factor)
    return Crossing(_NEVER, viewing, viewing)


def _room_needed(travel: Travel) -> float:
    """Return how much nearer a camera must begin, so that it never is farther than the picture.

    It is rounded: whether there is any need may not hang on the last bit of a sum.
    """
    farthest = min(travel.at(sample / _SAMPLES).zoom for sample in range(_SAMPLES + 1))
    return max(round(-farthest, 6), 0.0)


def _seen(travel: Travel, nearer: float) -> Viewing:
    return lambda position: view_from(_place(travel, nearer, position))


def _place(travel: Travel, nearer: float, position: float) -> Place:
    if not nearer:
        return travel.at(position)
    near = Place(zoom=nearer * smoothstep(position / _APPROACH))
    return travel.at(max(position - _APPROACH, 0.0) / (1 - _APPROACH)) + near
