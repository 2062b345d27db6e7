"""A real face that blinks: the skin of the upper lids, pulled down over the eyes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Axes, corners, curve
from sparkle_motion_dagster.engines.lipsync.real_faces.fields import Grid, Membrane
from sparkle_motion_dagster.engines.lipsync.real_faces.region import (
    Region,
    by_plane,
    mixed,
    resampled,
)
from sparkle_motion_dagster.faces import topology
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.media.frames import YuvFrame

_GRID_STEP, _GRID_MARGIN = 0.014, 0.03
_AROUND = np.array([0.06, 0.13])
"""How far aside of an eye, and above and below it, skin moves, in a face's heights."""

_OPEN = 0.022
"""Eyes that are less open do not blink, in a face's heights."""

_LASHES = np.array([0, 0.024])
"""So high above the upper lid's edge lashes and crease move with it, instead of being stretched."""

_SUPERSAMPLING = 4
"""How finely a lid's edge is laid over the pixels."""

_EYES = (
    (topology.LEFT_UPPER_LID, topology.LEFT_LOWER_LID, topology.LEFT_BROW),
    (topology.RIGHT_UPPER_LID, topology.RIGHT_LOWER_LID, topology.RIGHT_BROW),
)


class RealEyes:
    """The eyes of one face, whose upper lids come down: the lower ones hardly move in a blink.

    Mouths read the light off the eyes: move the mouth first, then blink.

    Args:
        places: Its mesh, in its own places, (468, 2).
    """

    def __init__(self, places: Points) -> None:
        eyes = (
            _Eye(*(places[list(points)] for points in (upper, lower, brow)))
            for upper, lower, brow in _EYES
        )
        self._eyes = [eye for eye in eyes if eye.opening >= _OPEN]

    def shown(self, frame: YuvFrame, axes: Axes, closed: float) -> YuvFrame:
        """Return a frame in which the eyes are closed.

        Args:
            frame: The frame.
            axes: Where the face is in it.
            closed: How far, 0 to 1.
        """
        if closed > 0:
            for eye in self._eyes:
                frame = eye.shown(frame, axes, closed)
        return frame


@dataclass(frozen=True, eq=False)
class _Eye:
    """An eye.

    Attributes:
        upper: The upper lid's edge, from left to right, (9, 2).
        lower: The lower lid's, (9, 2).
        brow: The lower edge of the brow, (5, 2).
    """

    upper: Points
    lower: Points
    brow: Points

    @property
    def opening(self) -> float:
        """How far the lids are apart in the middle."""
        return float(self.lower[4, 1] - self.upper[4, 1])

    def shown(self, frame: YuvFrame, axes: Axes, closed: float) -> YuvFrame:
        """Return a frame in which the eye is closed so far."""
        low = np.minimum(self.upper.min(axis=0), self.brow.min(axis=0)) - _AROUND
        high = self.lower.max(axis=0) + _AROUND
        grid = Grid(low[0], low[1], high[0], high[1], step=_GRID_STEP, margin=_GRID_MARGIN)
        region = Region.around(axes, corners(low, high), frame.shape)
        if region is None:
            return frame
        edge = self.upper + closed * np.maximum(self.lower - self.upper, 0) * (0, 1)
        brow = [self.brow - share * _LASHES for share in range(-1, 3)]
        above = [lid[1:-1] - share * _LASHES for share in (0, 1) for lid in (edge, self.upper)]
        membrane = Membrane(grid, np.concatenate([*brow, self.upper[[0, -1]]]))
        (field,) = membrane.fields([np.concatenate(above[::2])], [np.concatenate(above[1::2])])
        lid = curve(edge)
        lidded = np.concatenate([lid, [[lid[-1, 0], low[1]], [lid[0, 0], low[1]]]])
        planes = [plane.copy() for plane in frame.planes]
        for plane, part, moved, share in zip(
            planes,
            region.parts,
            resampled(frame, region.sources(grid, field)),
            by_plane(region.cover(lidded, _SUPERSAMPLING)),
            strict=True,
        ):
            shown = mixed(plane[part], moved, share)
            plane[part] = np.rint(shown).astype(np.uint8)
        return YuvFrame(*planes)
