"""Sampling a picture at even steps: what a view shows that is not turned.

Resizing takes OpenCV half the time of looking up place by place, and its exact way of it
(``INTER_LINEAR_EXACT``: bilinear, in fixed point) gives the same bits on every kind of CPU. But it
knows no fraction of a sample to begin with: of a picture it takes the samples at
(n + 1/2) step - 1/2, for n = 0, 1, 2... So a part of the picture is resized that begins a little
before what is wanted, where one of its first samples falls on the first one that is wanted, and
what comes before that is left out.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MOST_LEFT_OUT = 48
"""Samples, at most, that are left out along a side: 4 percent of 1280 columns and 720 rows, in the
mean."""

_NEAR = 1 / 24
"""How far from its place a sample may be taken, in samples of the picture. That is 1/48 of a pixel
in luma, whose picture is doubled; in the mean (root mean square over steps and places) 1/180. In
chroma, whose picture is halved, it is four times as much. Measured of a slow push in before it is
encoded, luma strays by 0.012 pixels from a smooth move, where looked-up places stray by 0.003."""

_LONGEST_STEP = 2

MARGIN = _MOST_LEFT_OUT * _LONGEST_STEP + 2
"""Samples that a picture must have before its first and behind its last, on each side."""


@dataclass(frozen=True)
class Steps:
    """Where samples lie along one side of a picture.

    Attributes:
        first: The place of the first one, in samples of the picture.
        step: How far the next one is, 1/4 to 2 samples.
        count: How many they are.
        length: How many samples the picture has along that side, without its margins.
    """

    first: float
    step: float
    count: int
    length: int


@dataclass(frozen=True)
class _Side:
    """What is resized along one side.

    Attributes:
        step: How far samples lie apart.
        whole: The part of the picture that is resized.
        wanted: Which samples are wanted of those that are taken of it.
    """

    step: float
    whole: slice
    wanted: slice

    @property
    def keeps_count(self) -> bool:
        """Whether as many samples are taken as the part has."""
        samples: int = self.whole.stop - self.whole.start
        return round(samples * (1 / self.step)) == samples


@dataclass(frozen=True)
class Resizing:
    """How samples are taken at even steps, down a picture and across it."""

    down: _Side
    across: _Side

    def sampled(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the samples, (rows, columns).

        Args:
            picture: (rows, columns), with a `MARGIN` on each side of what places are counted in.
        """
        import cv2

        taken = cv2.resize(
            picture[self.down.whole, self.across.whole],
            None,
            fx=1 / self.across.step,
            fy=1 / self.down.step,
            interpolation=cv2.INTER_LINEAR_EXACT,
        )
        return np.asarray(taken[self.down.wanted, self.across.wanted], np.uint8)


def resizing(down: Steps, across: Steps) -> Resizing | None:
    """Return how samples are taken; None where they cannot be taken so.

    They cannot where none falls near enough to the first place, as where a step is a simple
    fraction (at steps of 3/2 they lie at halves only), where they lie far outside the picture, or
    where steps are so nearly 1 that the part would keep its size: OpenCV copies it then, and its
    last samples would lie up to half a sample away.
    """
    upright, level = _side(down), _side(across)
    if upright is None or level is None or (upright.keeps_count and level.keeps_count):
        return None
    return Resizing(upright, level)


def _side(steps: Steps) -> _Side | None:
    begins = steps.first + 0.5 - (np.arange(_MOST_LEFT_OUT) + 0.5) * steps.step
    away = np.abs(begins - np.rint(begins))
    left_out = int(away.argmin())
    begin = MARGIN + round(begins[left_out])
    # One more than is wanted, and more than one for its neighbour.
    end = begin + math.ceil((left_out + steps.count + 2) * steps.step)
    if away[left_out] > _NEAR or begin < 0 or end > steps.length + 2 * MARGIN:
        return None
    return _Side(steps.step, slice(begin, end), slice(left_out, left_out + steps.count))
