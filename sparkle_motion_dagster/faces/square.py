"""Squares of a picture, turned as a face is: what the models look at."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""RGB, of shape (height, width, 3)."""

Points = NDArray[np.float64]
"""Places in a picture, in pixels from its upper left corner, of shape (n, 2)."""


@dataclass(frozen=True)
class Square:
    """A square of a picture, which may lie partly outside of it.

    Attributes:
        x: Its middle, in pixels from the left.
        y: Its middle, in pixels from the top.
        side: Its side, in pixels.
        angle: How far it is turned clockwise, in radians.
    """

    x: float
    y: float
    side: float
    angle: float = 0.0

    def cut(self, picture: Picture, pixels: int) -> Picture:
        """Return it as a picture of its own, ``pixels`` wide; black where it lies outside.

        What becomes much smaller is averaged first, so that nothing flickers.
        """
        import cv2

        scale = pixels / self.side
        halvings = max(0, math.floor(math.log2(1 / scale))) if scale < 1 else 0
        source, place = picture, self
        if halvings:
            source, place = self._smaller(picture, 2**halvings)
        to_square = place.matrix(pixels)
        return np.asarray(
            cv2.warpAffine(source, to_square, (pixels, pixels), flags=cv2.INTER_LINEAR), np.uint8
        )

    def in_picture(self, points: Points, pixels: int) -> Points:
        """Return where points of the cut square, counted from its corner, lie in the picture."""
        scale = self.side / pixels
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        across, down = points[..., 0] - pixels / 2, points[..., 1] - pixels / 2
        x, y = self.x + cos * across - sin * down, self.y + sin * across + cos * down
        return np.stack([x, y], axis=-1)

    def matrix(self, pixels: int) -> NDArray[np.float64]:
        """Return the affine map from the picture's pixel centres to the square's."""
        scale = pixels / self.side
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        turn = np.array([[cos, sin], [-sin, cos]])
        middle = np.array([self.x - 0.5, self.y - 0.5])
        return np.column_stack([turn, pixels / 2 - 0.5 - turn @ middle])

    def _smaller(self, picture: Picture, factor: int) -> tuple[Picture, Square]:
        """Return the picture around it shrunk by averaging, and where it lies there."""
        import cv2

        reach = self.side * (abs(math.cos(self.angle)) + abs(math.sin(self.angle))) / 2 + factor
        height, width = picture.shape[:2]
        left, top = max(0, math.floor(self.x - reach)), max(0, math.floor(self.y - reach))
        right = min(width, math.ceil(self.x + reach))
        bottom = min(height, math.ceil(self.y + reach))
        columns, rows = (right - left) // factor, (bottom - top) // factor
        if columns < 1 or rows < 1:
            return np.zeros((1, 1, 3), np.uint8), Square(-1e6, -1e6, self.side / factor)
        part = picture[top : top + rows * factor, left : left + columns * factor]
        shrunk = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA)
        x, y = (self.x - left) / factor, (self.y - top) / factor
        return np.asarray(shrunk, np.uint8), Square(x, y, self.side / factor, self.angle)
