"""The part of the picture in which text is read on every screen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.units import FrameSize

_TITLE_SAFE = 0.9
"""The share of width and height that shows titles: SMPTE ST 2046-1 (of its 93 % for action), and
the graphics safe area of EBU R 95."""


@dataclass(frozen=True)
class Box:
    """An upright rectangle: its edges in pixels from the frame's left and upper edge."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """In pixels."""
        return self.bottom - self.top

    def moved(self, across: float, down: float) -> "Box":
        """Return it elsewhere, in pixels."""
        return Box(self.left + across, self.top + down, self.right + across, self.bottom + down)

    def inset(self, margin: float) -> "Box":
        """Return what is left of it inside a margin, in pixels."""
        return Box(self.left + margin, self.top + margin, self.right - margin, self.bottom - margin)

    def holds(self, other: "Box") -> bool:
        """Tell whether another one lies in it, edges that share a pixel included."""
        return (
            self.left - 1 < other.left
            and self.top - 1 < other.top
            and other.right < self.right + 1
            and other.bottom < self.bottom + 1
        )


def inked(opacity: NDArray[np.uint8]) -> Box | None:
    """Return where something is drawn, by how much each pixel covers; None: nowhere."""
    rows, columns = (np.flatnonzero(opacity.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def title_safe(size: FrameSize) -> Box:
    """Return where text may lie in a frame."""
    across, down = ((1 - _TITLE_SAFE) / 2 * side for side in (size.width, size.height))
    return Box(across, down, size.width - across, size.height - down)


def shorter_side(size: FrameSize) -> int:
    """Return what sizes of letters are shares of, in pixels."""
    return min(size.width, size.height)
