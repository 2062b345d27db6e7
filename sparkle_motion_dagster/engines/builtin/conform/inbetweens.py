"""Frames between two frames: the nearer of them, both blended, or their pixels moved."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from math import floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.video.base import RetimeMethod
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.frames import Plane, YuvFrame

Between: TypeAlias = Callable[[Fraction], YuvFrame]
"""What lies between two frames, at a share of the way from the one to the other."""

_Field: TypeAlias = NDArray[np.float32]
"""Numbers by pixel, (rows, columns); a movement has x and y in pixels, (rows, columns, 2)."""

_FLOW_PIXELS = 640 * 360
"""Movement is searched in pictures of at most so many pixels: a quarter of 720p has all that
shows, and takes a fifth of the time."""

_SMOOTH = 2.0
"""How far around a pixel it counts whether two frames agree: the deviation of a Gaussian, in
pixels of the picture in which movement is searched."""

_ROUNDS = 3
"""How often the movement at a pixel is looked up again where it leads to."""

_CHOICE = 2.0
"""How much better, in levels of luma, one movement must explain a pixel to be clearly preferred."""


def play(
    footage: Iterable[YuvFrame], positions: Iterable[Fraction], method: RetimeMethod
) -> Iterator[YuvFrame]:
    """Yield what footage shows at positions; a whole position is a frame as it is.

    At most two frames of the footage are held at a time, and none is taken before it is needed.

    Args:
        footage: Its frames, from the first.
        positions: Frames of the footage, rising; 0 is the first.
        method: How a frame between two frames comes about.

    Raises:
        MediaError: The footage ends before the last position.
    """
    source = enumerate(footage)
    number, frame = _following(source)
    ahead: tuple[int, YuvFrame] | None = None
    between: Between | None = None
    for position in positions:
        while number < floor(position):
            number, frame = ahead or _following(source)
            ahead = between = None
        if position == number:
            yield frame
            continue
        ahead = ahead or _following(source)
        between = between or _METHODS[method](frame, ahead[1])
        yield between(position - number)


def _following(source: Iterator[tuple[int, YuvFrame]]) -> tuple[int, YuvFrame]:
    following = next(source, None)
    if following is None:
        raise MediaError("the footage holds fewer frames than it says")
    return following


def _nearest(one: YuvFrame, other: YuvFrame) -> Between:
    return lambda share: one if share < Fraction(1, 2) else other


def _blend(one: YuvFrame, other: YuvFrame) -> Between:
    def between(share: Fraction) -> YuvFrame:
        return YuvFrame(
            *(
                _mixed(first, second, float(share))
                for first, second in zip(one.planes, other.planes, strict=True)
            )
        )

    return between


def _mixed(one: Plane, other: Plane, share: float) -> Plane:
    return np.rint(one + share * (other.astype(np.float32) - one)).astype(np.uint8)


class _Flow:
    """Two frames whose pixels move from the one to the other."""

    def __init__(self, one: YuvFrame, other: YuvFrame) -> None:
        self._one, self._other = one, other
        self._small_one, self._small_other = _small(one.y), _small(other.y)
        self._forth = _movement(self._small_one, self._small_other)
        self._back = _movement(self._small_other, self._small_one)

    def __call__(self, share: Fraction) -> YuvFrame:
        """Return the frame at a share of the way.

        Three movements are tried at each pixel: the one found from this frame to the other, the
        one found backwards, and none. Each tells which place of both frames is seen there at that
        time; the better the two places agree, the more it counts. Where none explains what
        happens (a cut), the frames are blended.
        """
        done = float(share)
        movements = (
            _at_time(self._forth, done),
            -_at_time(self._back, 1 - done),
            np.zeros_like(self._forth),
        )
        weights = _preferences([self._disagreement(each, done) for each in movements])
        return YuvFrame(
            *(
                _weighed(
                    [
                        _between(first, second, _fitted(movement, first), done)
                        for movement in movements
                    ],
                    [_resized(weight, first) for weight in weights],
                )
                for first, second in zip(self._one.planes, self._other.planes, strict=True)
            )
        )

    def _disagreement(self, movement: _Field, done: float) -> _Field:
        """Return by how many levels of luma the two frames differ along a movement."""
        import cv2

        first = _sampled(self._small_one, movement, -done)
        second = _sampled(self._small_other, movement, 1 - done)
        return np.asarray(cv2.GaussianBlur(np.abs(first - second), (0, 0), _SMOOTH), np.float32)


def _movement(one: Plane, other: Plane) -> _Field:
    """Return where each pixel of a picture has gone to in another.

    Dense inverse search (Kroeger et al., ECCV 2016), whose result does not depend on how many
    threads search.
    """
    import cv2

    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(search.calc(one, other, np.zeros((*one.shape, 2), np.float32)), np.float32)


def _at_time(movement: _Field, done: float) -> _Field:
    """Return the movement of what is seen at each pixel when a share of the way is done.

    `movement` belongs to the pixels where the way begins: what is at x has come from
    x - done * m, and m is the movement there; solved by fixed-point iteration.
    """
    now = movement
    for _ in range(_ROUNDS):
        now = _sampled(movement, now, -done)
    return now


def _preferences(disagreements: list[_Field]) -> list[_Field]:
    """Return how much each movement counts at each pixel; they add up to 1."""
    least = np.minimum.reduce(disagreements)
    weights = [np.exp((least - each) / _CHOICE) for each in disagreements]
    return [weight / sum(weights) for weight in weights]


def _between(one: Plane, other: Plane, movement: _Field, done: float) -> _Field:
    first, second = _sampled(one, movement, -done), _sampled(other, movement, 1 - done)
    return first + np.float32(done) * (second - first)


def _sampled(plane: Plane | _Field, movement: _Field, far: float) -> _Field:
    """Return what a picture shows some way along a movement; beyond its edge, its edge."""
    import cv2

    rows, columns = movement.shape[:2]
    x = np.arange(columns, dtype=np.float32) + np.float32(far) * movement[..., 0]
    y = np.arange(rows, dtype=np.float32)[:, None] + np.float32(far) * movement[..., 1]
    values = plane.astype(np.float32)
    sampled = cv2.remap(values, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sampled, np.float32)


def _small(plane: Plane) -> Plane:
    """Return a picture in the size in which movement is searched."""
    import cv2

    scale = min(1.0, (_FLOW_PIXELS / plane.size) ** 0.5)
    rows, columns = (max(round(scale * side), 1) for side in plane.shape)
    return np.asarray(cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)


def _resized(field: _Field, plane: Plane) -> _Field:
    """Return a field for the pixels of a plane."""
    import cv2

    size = plane.shape[1], plane.shape[0]
    return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _fitted(movement: _Field, plane: Plane) -> _Field:
    """Return a movement for the pixels of a plane, in its pixels."""
    rows, columns = movement.shape[:2]
    scale = np.array([plane.shape[1] / columns, plane.shape[0] / rows], np.float32)
    return _resized(movement, plane) * scale


def _weighed(pictures: list[_Field], weights: list[_Field]) -> Plane:
    whole = sum(weight * picture for weight, picture in zip(weights, pictures, strict=True))
    return np.clip(np.rint(whole), 0, 255).astype(np.uint8)


_METHODS: Mapping[RetimeMethod, Callable[[YuvFrame, YuvFrame], Between]] = {
    "nearest": _nearest,
    "blend": _blend,
    "flow": _Flow,
}
