"""Birds: on two legs, with folded wings, and a beak that opens."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Animal
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.faces import DARK, draw_eyes
from sparkle_motion_dagster.engines.images.storyboard.people.shapes import Fowl
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch, draw_rim

_HORN: Colour = (226, 160, 62)
_RED: Colour = (196, 52, 48)
_BEAKS: dict[str, tuple[float, float]] = {
    "short": (20, 30), "long": (17, 44), "hooked": (22, 44), "flat": (34, 26),
}  # fmt: skip
"""Half the breadth of each beak, and its length."""


@dataclass(frozen=True)
class FowlAnatomy:
    """Draws a bird."""

    sketch: Sketch
    animal: Animal
    shape: Fowl

    @property
    def shadow(self) -> tuple[float, float, float]:
        """See `Anatomy.shadow`."""
        return self.shape.soles, 0, 0.8

    def draw_body(self) -> None:
        """Draw all that is below the head, down to the claws."""
        self._draw_legs()
        self._draw_trunk()
        drawing, shape = self.sketch.drawing, self.shape
        breast = (self._middle[0] + 10 * self.sketch.turn, self._middle[1] + 0.08 * shape.height)
        pale = self._tone(self.animal.garment or self.animal.pale)
        drawing.ellipse(breast, 0.6 * shape.depth, 0.74 * shape.height, pale, 0.9)
        dark = self._tone(mix(self.animal.pale, self.animal.fur, 0.5))
        for x, y in ((-24, -40), (20, -34), (0, -4), (-34, 14), (34, 18), (-6, 44)):
            feather = [(breast[0] + x - 8, breast[1] + y), (breast[0] + x, breast[1] + y + 9),
                       (breast[0] + x + 8, breast[1] + y)]  # fmt: skip
            drawing.path(curve(feather), stroke=dark, width=3, opacity=0.6)
        self._draw_wings()

    def draw_head(self) -> None:
        """Draw the head but for the beak."""
        self._draw_skull()
        if self.shape.discs:
            for eye in self.animal.eyes:
                disc = self.sketch.on_face(0.98 * eye.x, eye.y + 6)
                self.sketch.drawing.ellipse(disc, 42, 48, self._tone(self.animal.pale))
        elif 0.3 < self.shape.paler < 0.8:
            for side in (-1, 1):
                cheek = self.sketch.on_face(side * 46, 34)
                self.sketch.drawing.ellipse(cheek, 24, 20, self._tone(self.animal.pale), 0.4)
        draw_eyes(self.sketch, self.animal, self.animal.fur)

    def draw_mouth(self) -> None:
        """Draw the beak, as far open as a mouth would be."""
        drawing, mouth = self.sketch.drawing, self.sketch.expression.mouth
        half, long = _BEAKS[self.shape.beak]
        half, long = half * (0.7 + 0.3 * self.shape.reach), long * self.shape.reach
        gape = 26 * mouth.opening * (1 - 0.8 * mouth.press)
        horn = _HORN if sum(self.animal.fur) > 240 or self.shape.beak == "flat" else (96, 92, 92)

        def at(x: float, y: float, out: float) -> Point:
            return self.sketch.on_face(x, y, out)

        if gape > 2:
            inside = [
                at(-0.8 * half, 32, 8),
                at(0.8 * half, 32, 8),
                at(0, 32 + 0.7 * long + gape, 22),
            ]
            drawing.path(closed(inside), self._tone((96, 30, 36)))
        lower = [
            at(-0.72 * half, 34 + 0.4 * gape, 8), at(0.72 * half, 34 + 0.4 * gape, 8),
            at(0.3 * half, 34 + 0.5 * long + gape, 18), at(0, 34 + 0.62 * long + gape, 22),
            at(-0.3 * half, 34 + 0.5 * long + gape, 18),
        ]  # fmt: skip
        drawing.path(closed(lower), self._tone(mix(horn, DARK, 0.3)))
        tip = 1.0 if self.shape.beak != "flat" else 0.8
        round_tip = 0.7 if self.shape.beak == "flat" else 0.42
        upper = [
            at(-half, 24, 6), at(-0.5 * half, 12, 12), at(0.5 * half, 12, 12), at(half, 24, 6),
            at(round_tip * half, 26 + 0.66 * long, 24), at(0, 26 + tip * long, 30),
            at(-round_tip * half, 26 + 0.66 * long, 24),
        ]  # fmt: skip
        path = closed(upper)
        drawing.path(
            path, self._tone(horn, 0.2), stroke=self._tone(mix(horn, DARK, 0.55)), width=2.5
        )
        for side in (-1, 1):
            drawing.ellipse(
                at(side * 0.32 * half, 22, 16), 3, 2.4, self._tone(mix(horn, DARK, 0.7))
            )

    def draw_back(self) -> None:
        """Draw it from behind: wings and tail, and no face."""
        self._draw_legs()
        self._draw_trunk()
        drawing, (x, y), shape = self.sketch.drawing, self._middle, self.shape
        dark = self._tone(mix(self.animal.fur, DARK, 0.35))
        for row in range(1, 5):
            for step in range(-2, 3):
                at = (
                    x + 0.27 * shape.depth * (step + 0.5 * (row % 2)),
                    y + shape.height * (0.26 * row - 0.6),
                )
                feather = [(at[0] - 14, at[1]), (at[0], at[1] + 16), (at[0] + 14, at[1])]
                drawing.path(curve(feather), stroke=dark, width=4, opacity=0.6)
        self._draw_skull()

    @property
    def _middle(self) -> Point:
        return -12 * self.sketch.turn, self.shape.neck + 0.86 * self.shape.height

    def _tone(self, colour: Colour, across: float = 0.0) -> Colour:
        return self.sketch.tone(colour, across)

    def _draw_skull(self) -> None:
        drawing, fur = self.sketch.drawing, self.animal.fur
        wide = 88
        if self.shape.comb:
            comb = [
                (-30, -84),
                (-26, -118),
                (-6, -104),
                (4, -130),
                (20, -104),
                (36, -116),
                (34, -82),
            ]
            path = closed([self.sketch.round_head(x, y, 0.1) for x, y in comb])
            drawing.path(path, self._tone(_RED))
        if self.shape.discs:
            for side in (-1, 1):
                tuft = [(side * 30, -84), (side * 74, -128), (side * 80, -54)]
                path = closed([self.sketch.round_head(x, y, 0) for x, y in tuft])
                drawing.path(path, self._tone(mix(fur, DARK, 0.25), 0.6 * side))
        right = [
            (0.58 * wide, -82),
            (0.94 * wide, -44),
            (wide, 6),
            (0.92 * wide, 60),
            (0.8 * wide, 110),
        ]
        places = [(0, -94), *right, (0, 128), *[(-x, y) for x, y in right[::-1]]]
        outline = [self.sketch.round_head(x, y, 0.02) for x, y in places]
        drawing.path(closed(outline), self.sketch.shading.round(drawing, fur, -wide - 4, wide + 4))
        draw_rim(self.sketch, outline, fur)

    def _draw_trunk(self) -> None:
        drawing, (x, y), shape = self.sketch.drawing, self._middle, self.shape
        away = -1 if self.sketch.turn > 0 else 1
        reach = away * (0.5 + 0.6 * abs(self.sketch.turn))
        tail = [
            (x + 0.5 * reach * shape.depth, y + 0.5 * shape.height),
            (x + 1.5 * reach * shape.depth, y + 1.12 * shape.height),
            (x + 1.2 * reach * shape.depth, y + 1.24 * shape.height),
            (x + 0.1 * reach * shape.depth, y + 0.92 * shape.height),
        ]
        drawing.path(closed(tail), self._tone(self.animal.marks, 0.5 * away))
        paint = self.sketch.shading.round(
            drawing, self.animal.fur, x - shape.depth, x + shape.depth
        )
        right = [(0.62, -0.8), (0.96, -0.2), (0.94, 0.36), (0.56, 0.86)]
        egg = [(0.0, -1.0), *right, (0.0, 1.0), *[(-a, b) for a, b in right[::-1]]]
        path = closed([(x + a * shape.depth, y + b * shape.height) for a, b in egg])
        drawing.path(path, paint)
        dark = self._tone(mix(self.animal.fur, DARK, 0.5))
        bottom = y + shape.height
        drawing.path(path, drawing.vertical(y, bottom, (0, dark, 0), (1, dark, 0.4)))

    def _draw_wings(self) -> None:
        drawing, (x, y), shape = self.sketch.drawing, self._middle, self.shape
        for side in (-1, 1):
            wing = [
                (x + side * 0.66 * shape.depth, y - 0.72 * shape.height),
                (x + side * 1.04 * shape.depth, y - 0.2 * shape.height),
                (x + side * 1.0 * shape.depth, y + 0.5 * shape.height),
                (x + side * 0.82 * shape.depth, y + 0.94 * shape.height),
                (x + side * 0.6 * shape.depth, y + 0.3 * shape.height),
            ]
            colour = self.animal.garment or mix(self.animal.fur, DARK, 0.22)
            drawing.path(closed(wing), self._tone(colour, 0.7 * side))
            dark = self._tone(self.animal.marks, 0.7 * side)
            for low in (0.1, 0.36, 0.62):
                quill = [
                    (x + side * 0.7 * shape.depth, y + (low - 0.16) * shape.height),
                    (x + side * 0.92 * shape.depth, y + low * shape.height),
                ]
                drawing.path(curve(quill), stroke=dark, width=4, opacity=0.5)

    def _draw_legs(self) -> None:
        drawing, shape = self.sketch.drawing, self.shape
        x, y = self._middle
        horn = self._tone(_HORN if sum(self.animal.fur) > 240 else (96, 92, 92))
        for side in (-1, 1):
            hip = (x + side * 0.36 * shape.depth, y + 0.8 * shape.height)
            foot = (hip[0] + 10 * self.sketch.turn, shape.soles - 6)
            drawing.path(curve([hip, foot]), stroke=horn, width=11)
            for toe in (-26, 2, 28):
                drawing.path(curve([foot, (foot[0] + toe, shape.soles)]), stroke=horn, width=9)
