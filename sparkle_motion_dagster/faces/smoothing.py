"""Meshes through time: gaps bridged, and smoothed without lag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.similarity import Similarity
from sparkle_motion_dagster.faces.square import Points
from sparkle_motion_dagster.faces.topology import face_height

Motion = NDArray[np.floating[Any]]
"""The same numbers for frame after frame: time is the first axis."""

_PLACE_S, _FORM_S = 0.06, 0.02
"""How far the smoothing of a face's place and of its form reaches: a standard deviation, in s."""

_CAMERA_S = 0.12
"""How far it reaches where only the camera moves, which is never abrupt."""

_RIGID = 0.0045
"""How far points move inside a face at most, in its heights, where nothing but the camera moves.

It is the root of the mean square that nine tenths of the points stay below. A still's mesh trembles
by 0.001 to 0.003; whoever speaks or turns moves by 0.01 and more.
"""


def bridged(points: Sequence[Points | None]) -> Motion:
    """Return meshes frame by frame, (frames, 468, 2): straight ways lead over what was not seen.

    The first and the last one must have been seen.
    """
    seen = [(frame, mesh) for frame, mesh in enumerate(points) if mesh is not None]
    motion = np.empty((len(points), *seen[0][1].shape))
    motion[0] = seen[0][1]
    for (start, one), (end, other) in pairwise(seen):
        for frame in range(start + 1, end + 1):
            motion[frame] = one + (frame - start) / (end - start) * (other - one)
    return motion


def smoothed(motion: Motion, frames: float) -> Motion:
    """Return a motion without its trembling, without lag; a straight one stays exactly as it is.

    A Gaussian kernel over the whole motion, forward and backward alike, which goes on at both ends
    as it came. What it takes away is smoothed once more and given back (Tukey, "Exploratory Data
    Analysis", 1977: twicing), so that a bend is not cut short.

    Args:
        motion: The motion.
        frames: The kernel's standard deviation.
    """
    once = _blurred(motion, frames)
    return once + _blurred(motion - once, frames)


def _blurred(motion: Motion, frames: float) -> Motion:
    reach = min(int(np.ceil(3 * frames)), len(motion) - 1)
    if reach < 1:
        return motion
    first, last = motion[:1], motion[-1:]
    before, after = 2 * first - motion[reach:0:-1], 2 * last - motion[-2 : -reach - 2 : -1]
    longer = np.concatenate([before, motion, after])
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-(offsets**2) / (2 * frames**2))
    total = np.zeros_like(motion)
    for offset, weight in zip(offsets, weights / weights.sum(), strict=True):
        start = reach + int(offset)
        total += weight * longer[start : start + len(motion)]
    return total


def places_and_form(meshes: Motion, rate: Fraction) -> tuple[list[Similarity], Motion]:
    """Return how a face moves, taken apart and smoothed: where it is, and how it changes.

    Args:
        meshes: Its points frame by frame, (frames, 468, 2).
        rate: Frames a second.

    Returns:
        For each frame, what takes the form to its place; and the form, (frames, 468, 2): of one
        frame alone, (1, 468, 2), where it does not change.
    """
    middle = meshes[len(meshes) // 2]
    # How a mesh lies is told by all its points; a mean of upright ones is what it looks like.
    form = _mean(Similarity.between(mesh, middle).of(mesh) for mesh in meshes)
    places = [Similarity.between(form, mesh) for mesh in meshes]
    trembling = np.sqrt(
        _mean(np.sum((one - form) ** 2, axis=-1) for one in _changes(meshes, places))
    )
    is_rigid = bool(np.quantile(trembling, 0.9) < _RIGID * face_height(form))
    reach = _CAMERA_S if is_rigid else _PLACE_S
    steady = smoothed(np.array([place.numbers for place in places]), float(reach * rate))
    kept = [Similarity.of_numbers(numbers) for numbers in steady]
    if is_rigid:
        return kept, form[None]
    return kept, smoothed(np.stack(list(_changes(meshes, places))), float(_FORM_S * rate))


def _changes(meshes: Motion, places: Sequence[Similarity]) -> Iterator[Points]:
    """Yield a face as it would lie if it did not move, frame by frame."""
    return (place.inverse.of(mesh) for place, mesh in zip(places, meshes, strict=True))


def _mean(arrays: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the mean of arrays of one shape, one of which is held at a time."""
    total, count = np.zeros(()), 0
    for array in arrays:
        total, count = total + array, count + 1
    return total / count
