"""Drawn layers as video has them: planes on black, and how opaque they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Rgba
from sparkle_motion_dagster.media.frames import BLACK, YuvFrame, halve_chroma


@dataclass(frozen=True, eq=False)
class Layer:
    """A drawing, both sides even.

    Attributes:
        luma: Luma on black, and opacity 0 to 255, (rows, columns, 2).
        chroma: Both colour differences on black, and opacity, (rows / 2, columns / 2, 3).
    """

    luma: NDArray[np.uint8]
    chroma: NDArray[np.uint8]

    @classmethod
    def of(cls, pixels: Rgba) -> "Layer":
        """Return a rendered drawing as a layer."""
        cover = pixels[..., 3]
        opaque = cover.astype(np.uint16)[..., None]
        on_black = ((pixels[..., :3] * opaque + 127) // 255).astype(np.uint8)
        picture = YuvFrame.from_rgb(on_black)
        half_cover = np.rint(halve_chroma(cover.astype(np.float32))).astype(np.uint8)
        return cls(np.dstack([picture.y, cover]), np.dstack([picture.u, picture.v, half_cover]))

    @classmethod
    def empty(cls, like: "Layer") -> "Layer":
        """Return a layer of another's size with nothing on it."""
        luma, chroma = np.zeros_like(like.luma), np.zeros_like(like.chroma)
        luma[..., 0], chroma[..., :2] = BLACK[0], BLACK[1:]
        return cls(luma, chroma)

    def under(self, top: "Layer", row: int, column: int) -> "Layer":
        """Return it with another layer on it, whose upper left corner lies there (even)."""
        luma, chroma = self.luma.copy(), self.chroma.copy()
        rows, columns = top.luma.shape[:2]
        _cover(luma[row : row + rows, column : column + columns], top.luma, (16, 0))
        row, column, rows, columns = row // 2, column // 2, rows // 2, columns // 2
        _cover(chroma[row : row + rows, column : column + columns], top.chroma, (128, 128, 0))
        return Layer(luma, chroma)


def _cover(below: NDArray[np.uint8], top: NDArray[np.uint8], black: tuple[int, ...]) -> None:
    zero = np.array(black, np.int32)
    through = 255 - top[..., -1:].astype(np.int32)
    below[...] = np.clip(top + ((below - zero) * through + 127) // 255, 0, 255)
