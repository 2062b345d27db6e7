"""Fish: a round face before a body that narrows to its tail; they hang above the ground."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Animal
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.faces import DARK, draw_eyes
from sparkle_motion_dagster.engines.images.storyboard.people.shapes import Swimmer
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch, draw_rim

_LIP: Colour = (214, 120, 110)


@dataclass(frozen=True)
class SwimmerAnatomy:
    """Draws a fish."""

    sketch: Sketch
    animal: Animal
    shape: Swimmer

    @property
    def shadow(self) -> tuple[float, float, float]:
        """See `Anatomy.shadow`."""
        return self.shape.soles, 0.4 * self._away * self.shape.length, 0.9

    def draw_body(self) -> None:
        """Draw body, fins and tail, behind the face."""
        drawing, shape, away = self.sketch.drawing, self.shape, self._away
        end = away * shape.length * (0.5 + 0.5 * min(1.0, 1.4 * abs(self.sketch.turn)))
        fin = self._tone(mix(self.animal.fur, self.animal.marks, 0.4), 0.4 * away)
        tail = [
            (0.86 * end, 0), (1.16 * end, -96), (1.3 * end, -92), (1.2 * end, 0), (1.3 * end, 92),
            (1.16 * end, 96),
        ]  # fmt: skip
        drawing.path(closed(tail), fin)
        for side, low in ((-1, 0.34), (1, 0.42)):
            ridge = [(0.1 * end, side * 80), (low * end, side * 156), (0.66 * end, side * 62)]
            drawing.path(closed(ridge), fin)
        deep = shape.depth
        trunk = [
            (-away * 40, 0), (0, -0.86 * deep), (0.3 * end, -deep), (0.7 * end, -0.5 * deep),
            (0.98 * end, -18),
            (0.98 * end, 18), (0.7 * end, 0.5 * deep), (0.3 * end, deep), (0, 0.86 * deep),
        ]  # fmt: skip
        path = closed(trunk)
        colour = self.animal.garment or self.animal.fur
        left, right = sorted((-away * 90.0, end))
        drawing.path(path, self.sketch.shading.round(drawing, colour, left, right, 0.8))
        pale = self._tone(self.animal.pale)
        drawing.path(path, drawing.vertical(0, deep, (0, pale, 0), (1, pale, 0.75)))
        if shape.scaly:
            self._draw_scales(path, self._tone(mix(colour, DARK, 0.4)), end)

    def _draw_scales(self, trunk: str, tone: Colour, end: float) -> None:
        drawing, away = self.sketch.drawing, self._away
        with drawing.group(clipped=drawing.clip(trunk)):
            for row in range(-2, 3):
                for step in range(2, 7):
                    x, y = end * 0.13 * (step + 0.5 * (row % 2)), 34.0 * row
                    arc = [(x, y - 16), (x + away * 15, y), (x, y + 16)]
                    drawing.path(curve(arc), stroke=tone, width=3, opacity=0.4)

    def draw_head(self) -> None:
        """Draw the face but for the mouth."""
        self._draw_skull()
        draw_eyes(self.sketch, self.animal, self.animal.fur)
        gill = [self.sketch.on_face(-self._away * -78, y) for y in (-40, 0, 40)]
        dark = self._tone(mix(self.animal.fur, DARK, 0.4))
        self.sketch.drawing.path(curve(gill), stroke=dark, width=4, opacity=0.5)

    def draw_mouth(self) -> None:
        """Draw the lips: round, as fish have them."""
        drawing, mouth = self.sketch.drawing, self.sketch.expression.mouth
        half = 24 + 8 * mouth.width
        gape = 3 + 24 * mouth.opening * (1 - 0.8 * mouth.press)
        bend = 8 * mouth.curve

        def at(x: float, y: float) -> Point:
            return self.sketch.on_face(x, 56 + y, 14)

        ring = [at(-half, -bend), at(0, -0.5 * gape), at(half, -bend), at(0, 0.9 * gape)]
        lip = self._tone(mix(self.animal.fur, _LIP, 0.5))
        drawing.path(closed(ring), self._tone((70, 24, 32)), stroke=lip, width=9)

    def draw_back(self) -> None:
        """Draw it from behind: no face."""
        self.draw_body()
        self._draw_skull()

    @property
    def _away(self) -> int:
        return -1 if self.sketch.turn > 0 else 1

    def _tone(self, colour: Colour, across: float = 0.0) -> Colour:
        return self.sketch.tone(colour, across)

    def _draw_skull(self) -> None:
        drawing, fur, wide = self.sketch.drawing, self.animal.fur, 92.0
        right = [(0.62 * wide, -84), (wide, -30), (0.98 * wide, 34), (0.6 * wide, 88)]
        places = [(0, -98), *right, (0, 102), *[(-x, y) for x, y in right[::-1]]]
        outline = [self.sketch.round_head(x, y, 0.05) for x, y in places]
        drawing.path(closed(outline), self.sketch.shading.round(drawing, fur, -wide - 4, wide + 4))
        draw_rim(self.sketch, outline, fur)
