"""Layers: what is drawn over the frames of a clip, mixed in whole numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.frames import (
    Plane,
    YuvFrame,
    chroma_plane,
    components,
    halve_chroma,
    luma_plane,
)
from sparkle_motion_dagster.media.titling.safe_area import Box, inked

OPAQUE = 256
"""The opacity of a layer that is shown as it was drawn."""

_MARGIN = 4
"""Pixels around what is drawn, so that its chroma, of half the size, ends inside the layer."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A part of a picture, and how much it covers of what lies below.

    Attributes:
        top: First row of the frame that it lies on, even.
        left: First column, even.
        colour: What is drawn, not multiplied by the opacity.
        luma: How much of it covers, 0 to 255, for each pixel.
        chroma: The same for each two by two pixels.
    """

    top: int
    left: int
    colour: YuvFrame
    luma: Plane
    chroma: Plane

    @property
    def ink(self) -> Box | None:
        """Where in the frame it covers anything."""
        found = inked(self.luma)
        return found and found.moved(self.left, self.top)

    @classmethod
    def of(cls, rgba: NDArray[np.uint8]) -> "Layer | None":
        """Return what is drawn in a picture (rows, columns, 4); None: nothing is.

        Args:
            rgba: As large as the frame; colours are not multiplied by the opacity.
        """
        ink = inked(rgba[..., 3])
        if ink is None:
            return None
        height, width = rgba.shape[:2]
        rows, columns = _even(ink.top, ink.bottom, height), _even(ink.left, ink.right, width)
        part = rgba[rows, columns]
        opacity = part[..., 3]
        share = opacity.astype(np.float64) / 255
        covered = halve_chroma(share).astype(np.float64)
        red, green, blue = (part[..., channel] / 255 for channel in range(3))
        luma, *differences = components(red, green, blue)
        # What is drawn counts as much as it covers; beside it there is no colour.
        weighed = (halve_chroma(share * each) for each in differences)
        u, v = (chroma_plane(each / np.where(covered > 0, covered, 1)) for each in weighed)
        return cls(
            rows.start,
            columns.start,
            YuvFrame(luma_plane(luma), u, v),
            opacity,
            np.rint(255 * covered).astype(np.uint8),
        )

    def over(self, frame: YuvFrame, opacity: int = OPAQUE) -> YuvFrame:
        """Return a frame with the layer over it.

        Args:
            frame: The frame.
            opacity: Of the whole layer, 0 to `OPAQUE`.
        """
        top, left = self.top, self.left
        return YuvFrame(
            _mixed(frame.y, self.colour.y, self.luma, top, left, opacity),
            _mixed(frame.u, self.colour.u, self.chroma, top // 2, left // 2, opacity),
            _mixed(frame.v, self.colour.v, self.chroma, top // 2, left // 2, opacity),
        )


def _even(start: float, stop: float, length: int) -> slice:
    """Return rows, or columns, with a margin on both sides, from an even one to an even one."""
    first, last = int(start) - _MARGIN, int(stop) + _MARGIN
    return slice(max(first - first % 2, 0), min(last + last % 2, length))


def _mixed(below: Plane, colour: Plane, cover: Plane, top: int, left: int, opacity: int) -> Plane:
    """Return a plane with a part of it mixed with a colour; rounded to the nearest, exactly."""
    rows, columns = cover.shape
    mixed = below.copy()
    part = mixed[top : top + rows, left : left + columns]
    share = (cover.astype(np.uint32) * opacity + OPAQUE // 2) // OPAQUE
    part[:] = (part * (255 - share) + colour * share + 127) // 255
    return mixed
