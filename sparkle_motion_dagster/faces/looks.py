"""What people look like: colours around a face, and how it is built."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.records import Looks
from sparkle_motion_dagster.faces.square import Picture, Points
from sparkle_motion_dagster.faces.topology import (
    BRIDGE,
    CHIN,
    FOREHEAD,
    LEFT_CHEEK,
    LEFT_EYE,
    RIGHT_CHEEK,
    RIGHT_EYE,
)

_SKIN = (LEFT_CHEEK, RIGHT_CHEEK, 151)
"""Both cheeks and the middle of the forehead."""

_HAIR = (103, 67, FOREHEAD, 297, 332)
"""The upper edge of the face: what lies beyond it is hair, or a hat, or a bald head."""

_BEYOND = 1.3
"""How much farther from the middle of the face than its upper edge the hair is looked for."""

_CLOTHES = (0.6, 0.8)
"""How far below the chin clothes are looked for, in heights of the face."""

_PATCH = 0.05
"""Half the side of what is looked at in each place, in heights of the face."""

_HEIGHTS = (9, BRIDGE, 1, 2, 0, 17)
"""Brows, between the eyes, tip and foot of the nose, upper and lower edge of the lips."""

_WIDTHS = ((LEFT_EYE, RIGHT_EYE), (133, 362), (129, 358), (234, 454), (172, 397), (61, 291))
"""Outer and inner corners of the eyes; nose, face, jaw and mouth."""

_NEAR_LAB, _NEAR_BUILD = 12.0, 25.0
"""What two sights of one person differ in as a rule: CIELAB units of a colour, and thousandths."""


def looks_of(picture: Picture, points: Points) -> Looks:
    """Return what somebody looks like whose face's mesh lies in a picture."""
    chin, top = points[CHIN], points[FOREHEAD]
    height = float(np.hypot(*(chin - top)))
    down = (chin - top) / height
    middle = (chin + top) / 2
    hair = middle + _BEYOND * (points[list(_HAIR)] - middle)
    clothes = [chin + share * height * down for share in _CLOTHES]
    half = max(1, round(_PATCH * height))
    skin = _colour(picture, points[list(_SKIN)], half) or (0, 0, 0)
    return Looks(
        skin=skin,
        hair=_colour(picture, hair, half) or skin,
        clothes=_colour(picture, clothes, half),
        build=_build(points, down, height),
    )


def usual_looks(looks: Sequence[Looks]) -> Looks:
    """Return what somebody looks like most of the time: the median of several sights."""
    clothes = [one.clothes for one in looks if one.clothes is not None]
    return Looks(
        skin=_median([one.skin for one in looks]),
        hair=_median([one.hair for one in looks]),
        clothes=_median(clothes) if clothes else None,
        build=_median([one.build for one in looks]),
    )


def difference(one: Looks, other: Looks) -> float:
    """Return how different two looks are: about 1 for two sights of one person.

    Light changes how light everything is more than its colour, so that lightness counts half.
    """
    terms = [_apart(one.skin, other.skin), _apart(one.hair, other.hair)]
    if one.clothes and other.clothes:
        terms.append(_apart(one.clothes, other.clothes))
    build = np.subtract(one.build, other.build) / _NEAR_BUILD
    terms.append(float(np.sqrt(np.mean(build * build))))
    return sum(terms) / len(terms)


def _median(values: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(np.rint(np.median(values, axis=0)).astype(int).tolist())


def _apart(one: Iterable[int], other: Iterable[int]) -> float:
    lightness, red, yellow = (a - b for a, b in zip(one, other, strict=True))
    return math.hypot(lightness / 2, red, yellow) / _NEAR_LAB


def _colour(
    picture: Picture, places: Iterable[NDArray[np.float64]], half: int
) -> tuple[int, ...] | None:
    """Return the median colour around places, in CIELAB; None: all lie outside of the picture."""
    import cv2

    patches = []
    for x, y in np.rint(np.asarray(list(places))).astype(int).tolist():
        patch = picture[max(0, y - half) : max(0, y + half), max(0, x - half) : max(0, x + half)]
        if patch.size:
            patches.append(patch.reshape(-1, 3))
    if not patches:
        return None
    colour = np.median(np.concatenate(patches), axis=0).astype(np.float32) / 255
    lab = cv2.cvtColor(colour[None, None], cv2.COLOR_RGB2Lab)[0, 0]
    return tuple(np.rint(lab).astype(int).tolist())


def _build(points: Points, down: NDArray[np.float64], height: float) -> tuple[int, ...]:
    """Return how high and how wide a face's parts are, in thousandths of its height."""
    heights = (points[list(_HEIGHTS)] - points[FOREHEAD]) @ down
    widths = np.array([np.hypot(*(points[right] - points[left])) for left, right in _WIDTHS])
    return tuple(np.rint(np.concatenate([heights, widths]) / height * 1000).astype(int).tolist())
