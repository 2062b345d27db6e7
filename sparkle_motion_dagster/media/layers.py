"""Layers: what is drawn over the frames of a clip, mixed in whole numbers."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.frames import Plane, YuvFrame, halve_chroma
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
        colour = YuvFrame.from_rgb(np.ascontiguousarray(part[..., :3]))
        covered = halve_chroma(share).astype(np.float64)
        u, v = (_chroma_of(part[..., :3], share, covered, plane) for plane in (1, 2))
        return cls(
            rows.start,
            columns.start,
            replace(colour, u=u, v=v),
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


def _chroma_of(
    rgb: NDArray[np.uint8], share: NDArray[np.float64], covered: NDArray[np.float64], plane: int
) -> Plane:
    """Return a chroma plane in which what is drawn counts as much as it covers."""
    red, green, blue = (rgb[..., channel].astype(np.float64) for channel in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    difference = (blue - luma) / 1.8556 if plane == 1 else (red - luma) / 1.5748
    weighed = halve_chroma(share * difference) / np.where(covered > 0, covered, 1)
    return np.clip(np.rint(weighed * 224 / 255 + 128), 16, 240).astype(np.uint8)


def _mixed(below: Plane, colour: Plane, cover: Plane, top: int, left: int, opacity: int) -> Plane:
    """Return a plane with a part of it mixed with a colour; rounded to the nearest, exactly."""
    rows, columns = cover.shape
    mixed = below.copy()
    part = mixed[top : top + rows, left : left + columns]
    share = (cover.astype(np.uint32) * opacity + OPAQUE // 2) // OPAQUE
    part[:] = (part * (255 - share) + colour * share + 127) // 255
    return mixed
