"""What is painted between lips that part: teeth, tongue, darkness.

Lengths are in a face's heights, as in ``postures``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Lips
from sparkle_motion_dagster.engines.lipsync.real_faces.fields import smooth
from sparkle_motion_dagster.engines.lipsync.real_faces.lighting import Light
from sparkle_motion_dagster.faces.square import Points

_REACH, _CURVED = 0.028, 0.022
"""How far the upper front teeth reach below the upper lip's edge at rest, and how much less far the
last ones do that can be seen: 1 to 3 mm, and none."""

_GAPS = np.array([0.0, 0.32, 0.58, 0.78, 0.92])
"""Between which teeth lie, from the middle aside, as parts of the mouth's half width: incisors are
about 8.5 and 6.5 mm wide, the others stand aslant."""

_GAP, _GAP_DARK = 0.0035, 0.45
"""How wide the dark between two teeth is, and how dark."""

_ROUNDED, _LATERAL = 0.006, 0.004
"""How much shorter teeth are at their corners, and lateral incisors than central ones."""

_EDGE = 0.004
"""How softly a tooth's edge ends."""

_ASLANT = 0.6
"""How much less light the last teeth get than the first."""

_LIP_SHADOW = 0.022
"""How far down the upper lip shades the teeth, which are half as bright below it."""

_HANGS, _HANGING_SHADES = 0.012, 0.75
"""How far down an upper lip shades own teeth that it did not cover in the picture, and how much."""

_DEEP = 0.06
"""How far below the upper lip it is darkest."""

_TONGUE_RISES, _TIP = 0.04, 0.75
"""Over what height the tongue comes out of the dark, and how far aside its tip reaches that lies at
the teeth, as a part of the mouth's half width."""

_ENAMEL = np.array([0.86, 0.81, 0.74])
_HOLLOW = np.array([0.30, 0.13, 0.115])
_TONGUE = np.array([0.72, 0.38, 0.36])
"""What is in a mouth, in white light, behind lips that let some of it in."""

_Shares = NDArray[np.float64]

Colours = NDArray[np.float64]
"""Red, green and blue, 0 to 1, of shape (rows, columns, 3)."""


@dataclass(frozen=True, eq=False)
class Inside:
    """The inside of one face's mouth.

    Attributes:
        own: The lips as the picture has them: teeth belong to the skull, and stay with it.
        light: The light that the face stands in.
    """

    own: Lips
    light: Light

    def painted(self, places: Points, lips: Lips, mouth: Mouth) -> Colours:
        """Return the inside at some of the face's places, (rows, columns, 2)."""
        x, y = places[..., 0], places[..., 1]
        corners = lips.upper_inner[[0, -1], 0]
        middle, half = corners.mean(), max(float(np.ptp(corners)) / 2, 1e-6)
        aside = np.clip(np.abs(x - middle) / half, 0, 1)
        top = np.interp(x, lips.upper_inner[:, 0], lips.upper_inner[:, 1])
        bottom = np.interp(x, lips.lower_inner[:, 0], lips.lower_inner[:, 1])
        light = self._light(x)
        deep = smooth((y - top) / _DEEP)
        colours = light * _HOLLOW * ((1 - 0.5 * aside) * (1.1 - 0.5 * deep))[..., None]
        lifted = (0.5 + 0.4 * mouth.tongue) * (bottom - top)
        body = smooth((y - bottom + lifted) / _TONGUE_RISES) * smooth((1 - aside) / 0.6)
        lit = 0.7 + 0.25 * mouth.tongue
        tongue = light * _TONGUE * lit
        colours = _over(colours, tongue, lit * body)
        colours = _over(colours, *self._upper_teeth(x, y, top, light))
        tip = smooth((y - bottom + 0.6 * lifted) / 0.012) * smooth((_TIP - aside) / 0.3)
        return _over(colours, tongue, mouth.tongue**2 * tip)

    def shade(self, places: Points, lips: Lips) -> _Shares:
        """Return what light a lowered upper lip leaves to what it hangs over, 0 to 1."""
        x, y = places[..., 0], places[..., 1]
        top = np.interp(x, lips.upper_inner[:, 0], lips.upper_inner[:, 1])
        before = np.interp(x, self.own.upper_inner[:, 0], self.own.upper_inner[:, 1])
        lowered = smooth((top - before) / _HANGS)
        return np.asarray(1 - _HANGING_SHADES * lowered * (1 - smooth((y - top) / _HANGS)))

    def _upper_teeth(
        self, x: _Shares, y: _Shares, top: _Shares, light: Colours
    ) -> tuple[Colours, _Shares]:
        """Return the upper teeth's colours, and how much of them covers each place."""
        half = self.own.half_width
        middle, level = self.own.upper_inner[5]
        aside = np.abs(x - middle) / half
        edge = level + _REACH - _CURVED * np.clip(aside, 0, 1) ** 2
        tooth = np.clip(np.searchsorted(_GAPS, aside, side="right") - 1, 0, len(_GAPS) - 2)
        begin, end = _GAPS[tooth], _GAPS[tooth + 1]
        within = np.clip((aside - begin) / (end - begin), 0, 1)
        rounded = np.abs(2 * within - 1)
        edge = edge - _ROUNDED * rounded**4 - _LATERAL * (tooth == 1)
        cover = smooth((edge - y) / _EDGE + 0.5) * smooth((1 - aside) / 0.25)
        apart = np.minimum(within, 1 - within) * (end - begin) * half
        shade = 1 - _GAP_DARK * np.clip(1 - apart / _GAP, 0, 1)
        shade *= 1 - 0.12 * rounded**2
        shade *= 1 - _ASLANT * np.clip(aside, 0, 1) ** 1.5
        shade *= 0.5 + 0.5 * smooth((y - top) / _LIP_SHADOW)
        return light * _ENAMEL * shade[..., None], cover

    def _light(self, x: _Shares) -> Colours:
        corners = self.own.upper_outer[[0, -1], 0]
        share = np.clip((x - corners[0]) / max(float(np.ptp(corners)), 1e-6), 0, 1)[..., None]
        return np.asarray(self.light[0] * (1 - share) + self.light[1] * share)


def _over(below: Colours, colours: Colours, cover: _Shares) -> Colours:
    return np.asarray(below + (colours - below) * cover[..., None])
