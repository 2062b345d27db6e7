"""Keeping a group in the frame: whether a view shows all of it, and views that aim at it."""

from dataclasses import replace

from sparkle_motion_dagster.engines.images.storyboard.scene import Box
from sparkle_motion_dagster.engines.video.camera.crossing import Crossing
from sparkle_motion_dagster.engines.video.camera.dissolve import Viewing
from sparkle_motion_dagster.engines.video.camera.following import in_frame
from sparkle_motion_dagster.engines.video.camera.views import View

_MARGIN = 0.012
"""Room that is left around a group, as a share of the picture's sides."""

_SAMPLES = 50


def area_of(group: Box, strip: float) -> Box:
    """Return what a group takes of what a camera can move, below a strip, with a margin."""

    def below(row: float) -> float:
        return (row - strip) / (1 - strip)

    return Box(
        left=max(group.left - _MARGIN, 0.0),
        top=max(below(group.top) - _MARGIN, 0.0),
        right=min(group.right + _MARGIN, 1.0),
        bottom=min(below(group.bottom) + _MARGIN, 1.0),
    )


def holds(view: View, area: Box, aspect: float) -> bool:
    """Tell whether a view shows all of an area of a picture of some width over height."""
    corners = (
        in_frame(x, y, view, aspect)
        for x in (area.left, area.right)
        for y in (area.top, area.bottom)
    )
    return all(-1e-6 <= place <= 1 + 1e-6 for corner in corners for place in corner)


def gathered(crossing: Crossing, start: Box | None, end: Box | None) -> Crossing:
    """Return a crossing whose views close in on the areas of groups, not on the middle."""
    return replace(
        crossing,
        start=_aimed(crossing.start, start) if start else crossing.start,
        end=_aimed(crossing.end, end) if end else crossing.end,
    )


def _aimed(viewing: Viewing, area: Box) -> Viewing:
    """Aim a way of viewing at an area: the closer it is, the farther it is aside for that."""
    closest = min(viewing(sample / _SAMPLES).scale for sample in range(_SAMPLES + 1))
    x, y = (
        _aim(area.left, area.right, closest) - 0.5,
        _aim(area.top, area.bottom, closest) - 0.5,
    )

    def aimed(position: float) -> View:
        view = viewing(position)
        near = 1 - view.scale
        return replace(view, x=view.x + near * x, y=view.y + near * y)

    return aimed


def _aim(low: float, high: float, scale: float) -> float:
    """Return the place that a zoom must hold still for a span to stay in view at a scale.

    It is the one nearest to the middle; where the span is too long, the one that serves longest.
    """
    if max(scale, high - low) >= 1:
        return 0.5
    if high - low > scale:
        return low / (1 - (high - low))
    return min(max(0.5, (high - scale) / (1 - scale)), low / (1 - scale))
