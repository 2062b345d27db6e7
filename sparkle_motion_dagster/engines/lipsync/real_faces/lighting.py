"""The light that a face stands in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.lipsync.real_faces.anatomy import Axes
from sparkle_motion_dagster.engines.lipsync.real_faces.region import Region
from sparkle_motion_dagster.faces import topology
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.media.frames import YuvFrame, colours

_WHITES = 75
"""Which percentile of an eye's pixels is its white: above it are highlights, below it the iris."""

_OF_SKIN = (1.1, 2.4)
"""White is at least so much, and at most so much brighter than the cheek beside it."""

_TINT, _MOST_TINT = 0.7, 0.1
"""How much of the whites' colour is the light's, and no more: some of it is the blood's."""

_SKIN, _SKINS = np.array([-0.11, 0.14]), 0.05
"""Both colour differences of skin in white light, as parts of its luma; and how far skins differ.
What differs more stands in coloured light."""

_CHEEK = 0.03
"""How far around a cheek's point its skin is looked at, in a face's heights."""

_OTHER_SIDE = 0.3
"""How much of the other side's light falls on each side of a mouth."""

Light = NDArray[np.float64]
"""What white looks like on the left and on the right of a face: red, green, blue, (2, 3)."""


def light_of(frame: YuvFrame, axes: Axes, places: Points) -> Light:
    """Return the light on a face, as its eyes' whites and its cheeks show it.

    Args:
        frame: The frame.
        axes: Where the face is in it.
        places: Its mesh, in its own places, (468, 2).
    """
    sides = [
        _white(frame, axes, places[list(eye)], places[cheek])
        for eye, cheek in (
            (topology.LEFT_UPPER_LID + topology.LEFT_LOWER_LID[::-1], topology.LEFT_CHEEK),
            (topology.RIGHT_UPPER_LID + topology.RIGHT_LOWER_LID[::-1], topology.RIGHT_CHEEK),
        )
    ]
    both = np.array(sides)
    return np.asarray(both + _OTHER_SIDE * (both[::-1] - both))


def _white(frame: YuvFrame, axes: Axes, eye: Points, cheek: Points) -> NDArray[np.float64]:
    """Return what white looks like beside an eye and a cheek, (3,)."""
    skin = _colour(frame, axes, cheek + _CHEEK * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]), 50)
    white = _colour(frame, axes, eye, _WHITES)
    luma = np.clip(white[0], _OF_SKIN[0] * skin[0], _OF_SKIN[1] * skin[0])
    tint = np.clip(_TINT * white[1:], -_MOST_TINT, _MOST_TINT)
    coloured = skin[1:] - skin[0] * _SKIN
    tint += np.sign(coloured) * np.maximum(np.abs(coloured) - _SKINS, 0)
    light = np.stack(colours(np.clip(luma, 0.03, 0.95), *tint))
    return np.asarray(np.clip(light, 0.02, 1))


def _colour(frame: YuvFrame, axes: Axes, outline: Points, percentile: int) -> NDArray[np.float64]:
    """Return luma and both colour differences of what lies in an outline; grey where nothing is.

    Luma is a percentile of it, colour that of what is as bright.
    """
    region = Region.around(axes, outline, frame.shape)
    if region is None:
        return np.array([0.5, 0, 0])
    within = region.cover(outline, 1)[::2, ::2] >= 0.5
    if not within.any():
        within[...] = True
    luma, chroma = region.parts[:2]
    y = frame.y[luma][::2, ::2][within]
    bright = y >= np.sort(y)[percentile * (len(y) - 1) // 100]
    u, v = (plane[chroma][within][bright].mean() for plane in (frame.u, frame.v))
    return np.array([(y[bright].mean() - 16) / 219, (u - 128) / 224, (v - 128) / 224])
