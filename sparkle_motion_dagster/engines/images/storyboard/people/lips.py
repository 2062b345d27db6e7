"""Lips: where they lie on a face, for whatever the mouth does."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth

_MOUTH_Y = 62.0


@dataclass(frozen=True)
class Lips:
    """Where the lips are, in units: half the mouth's width, and how far it gapes at its middle."""

    half: float
    gape: float
    corner_y: float
    upper_y: float
    lower_y: float
    upper: float
    lower: float

    @classmethod
    def of(cls, look: Look, mouth: Mouth) -> "Lips":
        """Return the lips of somebody's mouth."""
        y = _MOUTH_Y - 3 * look.youth
        rounded, spread = max(-mouth.width, 0.0), max(mouth.width, 0.0)
        half = 24 + 8 * spread + 3 * max(mouth.curve, 0) - 11.5 * rounded - 2 * mouth.opening
        gape = 27 * mouth.opening * (1 + 0.12 * rounded) * (1 - mouth.press)
        line = y + 2.5 * mouth.curve
        fullness = look.build.lips * (1 - 0.2 * look.wrinkles)
        plump = fullness * (1 + 0.4 * rounded) * (1 - 0.5 * mouth.press - 0.18 * spread)
        return cls(
            half=half,
            gape=gape,
            corner_y=y - 6.5 * mouth.curve + 0.18 * gape,
            upper_y=line - 0.26 * gape + 1.5 * mouth.tuck,
            lower_y=line + 0.74 * gape - 3.0 * mouth.tuck,
            upper=3.9 * plump,
            lower=6.0 * plump * (1 - 0.75 * mouth.tuck),
        )
