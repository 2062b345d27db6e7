"""What shows between parted lips: the own teeth where a picture has them, else painted ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Lips
from sparkle_motion_dagster.faces.square import Points

_TEETH = 0.03
"""How far the upper front teeth reach below the upper lip's edge at rest, in a face's heights: they
show 1 to 3 mm at rest, and as much as 10 mm in a smile."""

_TEETH_WIDTH = 0.86
"""How far teeth can be seen to the sides, as a part of the mouth's half width."""

_TOOTH = 0.034
_EDGE = 0.005
_ENAMEL = np.array([0.93, 0.90, 0.84])
_HOLLOW = np.array([0.16, 0.065, 0.06])
_TONGUE = np.array([0.55, 0.27, 0.27])
_DEEP = 0.06
"""How far below the upper lip it is darkest."""

Colours = NDArray[np.float64]
"""Red, green and blue, 0 to 1, of shape (rows, columns, 3)."""


@dataclass(frozen=True, eq=False)
class Inside:
    """The inside of one face's mouth.

    Attributes:
        own: The lips as the picture has them: teeth belong to the skull, and stay with it.
        light: What white looks like on the left and on the right of the mouth, 0 to 1, (2, 3).
    """

    own: Lips
    light: NDArray[np.float64]

    def painted(self, places: Points, lips: Lips, mouth: Mouth) -> Colours:
        """Return the inside at some of the face's places, (rows, columns, 2)."""
        x, y = places[..., 0], places[..., 1]
        corners = lips.upper_inner[[0, -1], 0]
        middle, half = corners.mean(), max(float(np.ptp(corners)) / 2, 1e-6)
        aside = np.clip(np.abs(x - middle) / half, 0, 1)
        top = np.interp(x, lips.upper_inner[:, 0], lips.upper_inner[:, 1])
        bottom = np.interp(x, lips.lower_inner[:, 0], lips.lower_inner[:, 1])
        light = self._light(x)
        deep = _smooth((y - top) / _DEEP)
        colours = light * _HOLLOW * ((1 - 0.4 * aside) * (1.1 - 0.5 * deep))[..., None]
        tongue_top = bottom - 0.03 - 0.05 * mouth.tongue
        tongue = 0.7 * _smooth((y - tongue_top) / 0.025) * np.clip(1 - (aside / 0.8) ** 2, 0, 1)
        colours = _over(colours, light * _TONGUE * (0.55 + 0.25 * mouth.tongue), tongue)
        return _over(colours, *self._upper_teeth(x, y, top, light))

    def _upper_teeth(
        self,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        top: NDArray[np.float64],
        light: Colours,
    ) -> tuple[Colours, NDArray[np.float64]]:
        """Return the upper teeth's colours, and how much of them covers each place."""
        reach = _TEETH_WIDTH * self.own.half_width
        middle = self.own.upper_inner[[0, -1], 0].mean()
        aside = np.abs(x - middle) / reach
        rest = np.interp(x, self.own.upper_inner[:, 0], self.own.upper_inner[:, 1])
        edge = rest + _TEETH * np.sqrt(np.clip(1 - (aside / 1.15) ** 2, 0, 1))
        cover = _smooth((edge - y) / _EDGE) * _smooth((1 - aside) / 0.3)
        # The lip throws its shadow on them; towards the sides they turn away.
        shade = (0.55 + 0.45 * _smooth((y - top) / 0.02)) * (1 - 0.5 * np.clip(aside, 0, 1) ** 2)
        gap = np.abs((x - middle) / _TOOTH - np.rint((x - middle) / _TOOTH))
        shade *= 1 - 0.12 * np.clip(1 - gap / 0.1, 0, 1)
        return light * _ENAMEL * shade[..., None], cover

    def _light(self, x: NDArray[np.float64]) -> Colours:
        corners = self.own.upper_outer[[0, -1], 0]
        share = np.clip((x - corners[0]) / max(float(np.ptp(corners)), 1e-6), 0, 1)[..., None]
        return np.asarray(self.light[0] * (1 - share) + self.light[1] * share)


def _smooth(share: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.clip(share, 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def _over(below: Colours, colours: Colours, cover: NDArray[np.float64]) -> Colours:
    return np.asarray(below + (colours - below) * cover[..., None])
