"""Colours that stay as they are from chunk to chunk.

What VACE makes of frames that it is given drifts in colour and contrast, a little more with every
chunk (github.com/ali-vilab/VACE, issues 44 and 99). A chunk shows again the frames that it begins
with, so how far it has drifted is known: mean and spread of these frames against those of the real
ones, as in Reinhard et al., "Color Transfer between Images" (2001), here of luma and the two colour
differences: of brightness and contrast, tint and saturation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.video.wan.keyframes import Frames, Picture

_Numbers: TypeAlias = NDArray[np.float64]

_TO_YCC: _Numbers = np.array(
    [
        [0.2126, 0.7152, 0.0722],
        [-0.2126 / 1.8556, -0.7152 / 1.8556, 0.9278 / 1.8556],
        [0.7874 / 1.5748, -0.7152 / 1.5748, -0.0722 / 1.5748],
    ]
)
"""Luma and colour differences of RGB (ITU-R BT.709), in the same levels."""

_TO_RGB: _Numbers = np.linalg.inv(_TO_YCC).astype(np.float64)

_MOST_GAIN = 1.25
"""By which factor a spread is stretched or narrowed at most: what differs by more is no drift, but
another picture."""

_MOST_SHIFT = 24.0
"""By how many levels of 255 a mean is moved at most, for the same reason."""

_LEAST_SPREAD = 2.0
"""Standard deviation in levels below which a spread is noise, and left as it is."""


@dataclass(frozen=True, eq=False)
class ColourMatch:
    """What makes a chunk's colours those of the frames before it.

    Attributes:
        gains: Of luma and colour differences, around their means.
        shown: Their means as the chunk shows them.
        wanted: Their means in the frames before.
    """

    gains: _Numbers
    shown: _Numbers
    wanted: _Numbers

    @classmethod
    def between(cls, shown: Frames, wanted: Frames) -> ColourMatch:
        """Return what brings frames nearest to the ones that they show again."""
        (shown_mean, shown_spread), (mean, spread) = _moments(shown), _moments(wanted)
        has_spread = np.minimum(shown_spread, spread) >= _LEAST_SPREAD
        ratio = np.divide(spread, shown_spread, out=np.ones(3), where=has_spread)
        shift = np.clip(mean - shown_mean, -_MOST_SHIFT, _MOST_SHIFT)
        gains = np.clip(ratio, 1 / _MOST_GAIN, _MOST_GAIN)
        return cls(gains, shown_mean, shown_mean + shift)

    def moved(self, frames: Frames, *, fading: bool) -> Frames:
        """Return frames in the colours of those before; equal colours stay as they are, exactly.

        Args:
            frames: Frames of the chunk.
            fading: Whether the last of them keeps its colours, which are those of an end keyframe,
                and those between them keep more and more of theirs.
        """
        if (self.gains == 1).all() and (self.shown == self.wanted).all():
            return frames
        count = len(frames)
        shares = np.linspace(1, 0, count) if fading else np.ones(count)
        return np.stack(
            [self._of(frame, share) for frame, share in zip(frames, shares, strict=True)]
        )

    def _of(self, frame: Picture, share: float) -> Picture:
        """Return a picture whose colours are moved by a share of the way."""
        if share == 0:
            return frame
        mixing = _TO_RGB @ np.diag(self.gains) @ _TO_YCC
        offset = _TO_RGB @ (self.wanted - self.gains * self.shown)
        matrix = (1 - share) * np.eye(3) + share * mixing
        levels = frame.astype(np.float32) @ matrix.T.astype(np.float32)
        levels += (share * offset).astype(np.float32)
        return np.asarray(np.rint(levels.clip(0, 255)), np.uint8)


def distance(one: Frames, other: Frames) -> float:
    """Return how far apart frames are: the mean of all samples, in levels of 255."""
    apart = [np.abs(a.astype(np.int16) - b).mean() for a, b in zip(one, other, strict=True)]
    return round(float(np.mean(apart)), 2)


def _moments(frames: Frames) -> tuple[_Numbers, _Numbers]:
    """Return mean and standard deviation of luma and colour differences over all of some frames."""
    mean, square = np.zeros(3), np.zeros((3, 3))
    for frame in frames:
        samples = frame.reshape(-1, 3).astype(np.float64)
        mean += samples.mean(axis=0) / len(frames)
        square += samples.T @ samples / len(samples) / len(frames)
    spread = _TO_YCC @ (square - np.outer(mean, mean)) @ _TO_YCC.T
    return _TO_YCC @ mean, np.sqrt(np.diag(spread).clip(0))
