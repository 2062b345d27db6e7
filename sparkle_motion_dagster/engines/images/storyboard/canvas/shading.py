"""How colours look on round things in a scene's light."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix, multiplied
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Point
from sparkle_motion_dagster.engines.images.storyboard.scene import Light

_STOPS = 9
_HIDDEN_SIDE = -0.45
"""Where the light seems to come from where there is no main light to see: drawings need form."""


@dataclass(frozen=True)
class Shading:
    """Grades colours by a light.

    A level says how a surface lies to the main light: 1 towards it, 0 across, -1 away from it.
    """

    light: Light

    def tone(self, colour: Colour, level: float = 0.4) -> Colour:
        """Return a colour as it looks at a level."""
        base = multiplied(colour, self.light.ambient)
        dark = mix(base, multiplied(base, (150, 118, 150)), 0.62)
        keyed = multiplied(colour, self.light.key)
        lit = mix(keyed, self.light.key, 0.08)
        facing = _smoothstep((level + 0.55) / 1.25)
        return mix(mix(dark, base, facing), lit, 0.9 * self.light.strength * facing)

    def level(self, across: float) -> float:
        """Return the level of an upright cylinder's surface, -1 (left edge) to 1 (right edge)."""
        side = self.light.side if self.light.strength > 0.1 else _HIDDEN_SIDE
        side = max(-0.92, min(0.92, side))
        across = max(-0.98, min(0.98, across))
        front = math.sqrt(1 - side * side)
        return across * side + math.sqrt(1 - across * across) * front

    def at(self, colour: Colour, across: float) -> Colour:
        """Return a colour at a place on an upright cylinder."""
        return self.tone(colour, self.level(across))

    def round(
        self, drawing: Drawing, colour: Colour, left: float, right: float, flat: float = 1.0
    ) -> str:
        """Return a paint for something round between two edges; `flat` below 1 makes it flatter."""
        stops = []
        for step in range(_STOPS):
            share = step / (_STOPS - 1)
            stops.append((share, self.at(colour, flat * (2 * share - 1)), 1.0))
        return drawing.linear((left, 0), (right, 0), *stops)

    @property
    def lit_side(self) -> float:
        """Where light comes from: -1 from the left, 1 from the right."""
        side = self.light.side if self.light.strength > 0.1 else _HIDDEN_SIDE
        return math.copysign(1, side)

    @property
    def rim(self) -> float:
        """How strong a lit edge is, 0 to 1."""
        return self.light.strength * abs(self.light.side)

    @property
    def glint(self) -> Colour:
        """The colour of a light's reflection in an eye or on a button."""
        return mix(self.light.key, mix(self.light.ambient, (255, 255, 255), 0.6), 0.4)


def closed(points: Sequence[Point]) -> str:
    """Return a smooth closed path through points (Catmull-Rom, as cubic Bézier segments)."""
    count = len(points)
    path = [f"M{points[0][0]:.2f},{points[0][1]:.2f}"]
    for index in range(count):
        before, start = points[index - 1], points[index]
        end, after = points[(index + 1) % count], points[(index + 2) % count]
        controls = (
            start[0] + (end[0] - before[0]) / 6,
            start[1] + (end[1] - before[1]) / 6,
            end[0] - (after[0] - start[0]) / 6,
            end[1] - (after[1] - start[1]) / 6,
            *end,
        )
        path.append("C" + ",".join(f"{value:.2f}" for value in controls))
    return "".join(path) + "Z"


def _smoothstep(value: float) -> float:
    value = min(max(value, 0.0), 1.0)
    return value * value * (3 - 2 * value)
