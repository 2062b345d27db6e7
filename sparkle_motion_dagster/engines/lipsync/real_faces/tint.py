"""Pictures of one tint, black and white ones among them: a mouth's inside is of that tint too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.lipsync.real_faces.fields import smooth
from sparkle_motion_dagster.engines.lipsync.real_faces.region import Region, Samples
from sparkle_motion_dagster.media.frames import YuvFrame, halve_chroma

_ONE, _MANY = 1.0, 2.5
"""How far, in levels of 8 bits, a face's chroma strays from what its luma says: up to the first
where a picture has one tint, from the second on where it has colours. Of 38 generated faces one in
black and white strays by 0.7, all others by 3.7 and more."""

_Pair = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tint:
    """What chroma samples are where a picture has one tint: a straight line over luma's samples.

    Attributes:
        level: Luma in the middle of what was looked at.
        chroma: Both chroma samples there, (2,).
        slope: How they go with luma, (2,).
        share: How far the picture has one tint: 1 is all, 0 that it has colours.
    """

    level: float
    chroma: _Pair
    slope: _Pair
    share: float

    def on(self, luma: Samples, chroma: tuple[Samples, Samples]) -> tuple[Samples, Samples]:
        """Return chroma samples as the picture would have them, with their luma's samples."""
        away = luma - self.level
        blue, red = (
            samples + self.share * (middle + slope * away - samples)
            for samples, middle, slope in zip(chroma, self.chroma, self.slope, strict=True)
        )
        return np.asarray(blue, np.float32), np.asarray(red, np.float32)


def tint_of(frame: YuvFrame, region: Region) -> Tint:
    """Return the tint of a part of a frame, by least squares."""
    luma, chroma = region.parts[:2]
    y = halve_chroma(frame.y[luma].astype(np.float64))
    both = [plane[chroma].astype(np.float64) for plane in (frame.u, frame.v)]
    away = y - y.mean()
    spread = float(np.mean(away**2))
    slopes = [float(np.mean(away * (plane - plane.mean()))) / max(spread, 1e-9) for plane in both]
    astray = [np.std(plane - slope * away) for plane, slope in zip(both, slopes, strict=True)]
    colours = smooth((max(astray) - _ONE) / (_MANY - _ONE))
    return Tint(
        level=float(y.mean()),
        chroma=np.array([plane.mean() for plane in both]),
        slope=np.array(slopes),
        share=1 - float(colours),
    )
