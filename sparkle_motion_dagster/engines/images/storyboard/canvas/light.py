"""The light of a scene, which falls on people and things alike."""

from __future__ import annotations

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour


@dataclass(frozen=True)
class Light:
    """How a scene is lit.

    Attributes:
        ambient: The light from everywhere: what white looks like in the shadow.
        key: The colour of the main light.
        strength: How much the main light shows against the ambient one, 0 to 1.
        side: Where the main light comes from: -1 from the left, 0 from the front, 1 from the right.
    """

    ambient: Colour = (255, 255, 255)
    key: Colour = (255, 255, 255)
    strength: float = 0.0
    side: float = 0.0
