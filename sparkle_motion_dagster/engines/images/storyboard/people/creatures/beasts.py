"""Animals on four legs: one anatomy, in the shape of each species."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Animal
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.beast_heads import BeastHead
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.faces import DARK
from sparkle_motion_dagster.engines.images.storyboard.people.shapes import Beast
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch


@dataclass(frozen=True)
class BeastAnatomy:
    """Draws an animal on four legs."""

    sketch: Sketch
    animal: Animal
    shape: Beast

    @property
    def shadow(self) -> tuple[float, float, float]:
        """See `Anatomy.shadow`."""
        left, right = sorted((self._chest[0], self._rump[0]))
        return self.shape.soles, 0.5 * (left + right), (right - left + 160) / 300

    def draw_body(self) -> None:
        """Draw all that is below the head and behind it, down to the paws."""
        self._draw_trunk()
        self._draw_bib()

    def draw_head(self) -> None:
        """Draw the head but for the mouth."""
        self._head.draw()

    def draw_mouth(self) -> None:
        """Draw the mouth."""
        self._head.draw_mouth()

    def draw_back(self) -> None:
        """Draw it from behind: its back, and no face."""
        self._draw_trunk()
        self._head.draw_from_behind()

    @property
    def _head(self) -> BeastHead:
        return BeastHead(self.sketch, self.animal, self.shape)

    @property
    def _away(self) -> int:
        """Where the body is, seen from the head: -1 to the left, 1 to the right."""
        return -1 if self.sketch.turn > 0 else 1

    @property
    def _side_on(self) -> float:
        """How much of the body's length is seen, 0 to 1."""
        return 0.42 + 0.58 * min(1.0, 1.4 * abs(self.sketch.turn))

    @property
    def _chest(self) -> Point:
        return self._away * self.shape.forward * self._side_on, self.shape.chest

    @property
    def _rump(self) -> Point:
        x, y = self._chest
        return x + self._away * self.shape.length * self._side_on, y - 0.04 * self.shape.depth

    @property
    def _body_colour(self) -> Colour:
        if self.animal.garment is not None:
            return self.animal.garment
        return self.animal.pale if self.shape.coat == "wool" else self.animal.fur

    def _tone(self, colour: Colour, across: float = 0.0) -> Colour:
        return self.sketch.tone(colour, across)

    def _draw_trunk(self) -> None:
        shape, near = self.shape, self._away
        chest, rump = self._chest, self._rump
        self._draw_tail(rump)
        gap = 0.5 * shape.depth
        self._draw_leg(rump[0] + near * 0.32 * gap, rump[1] + 0.2 * shape.depth, far=1)
        self._draw_leg(chest[0] + near * 0.7 * gap, chest[1] + 0.1 * shape.depth, far=1)
        self._draw_barrel(chest, rump)
        self._draw_leg(rump[0] - near * 0.5 * gap, rump[1] + 0.2 * shape.depth, far=0)
        self._draw_leg(chest[0] - near * 0.55 * gap, chest[1] + 0.1 * shape.depth, far=0)
        self._draw_neck(chest)

    def _draw_bib(self) -> None:
        """Draw the pale breast, and what hangs from the collar."""
        (x, y), deep = self._chest, self.shape.depth
        if self.animal.garment is None and not self.shape.hoofed:
            bib = (x - 4 * self._away, y + 0.1 * deep)
            pale = self._tone(self.animal.pale)
            self.sketch.drawing.ellipse(bib, 0.38 * deep, 0.5 * deep, pale, 0.75)
        if self.animal.collar is not None:
            tag = self._tone((222, 184, 92), 0.3)
            self.sketch.drawing.ellipse((0.1 * x, 138), 11, 12, tag)

    def _draw_barrel(self, chest: Point, rump: Point) -> None:
        drawing, deep = self.sketch.drawing, self.shape.depth
        away = self._away
        front, back = chest[0] - away * 0.62 * deep, rump[0] + away * 0.5 * deep
        shape: list[Point] = [
            (front, chest[1] + 0.1 * deep), (chest[0] - away * 0.3 * deep, chest[1] - 0.82 * deep),
            (0.5 * (chest[0] + rump[0]), chest[1] - 0.86 * deep), (rump[0], rump[1] - 0.92 * deep),
            (back, rump[1] - 0.2 * deep), (rump[0] + away * 0.2 * deep, rump[1] + 0.6 * deep),
            (0.5 * (chest[0] + rump[0]), chest[1] + 0.82 * deep),
            (chest[0] - away * 0.1 * deep, chest[1] + 0.94 * deep),
        ]  # fmt: skip
        path = closed(shape)
        left, right = sorted((front, back))
        colour = self._body_colour
        drawing.path(path, self.sketch.shading.round(drawing, colour, left - 10, right + 10, 0.8))
        dark = self._tone(mix(colour, DARK, 0.5))
        low, high = chest[1] + 0.95 * deep, chest[1] - 0.1 * deep
        drawing.path(path, drawing.vertical(high, low, (0, dark, 0), (1, dark, 0.42)))
        with drawing.group(clipped=drawing.clip(path)):
            self._draw_coat(chest, rump)

    def _draw_coat(self, chest: Point, rump: Point) -> None:
        drawing, deep = self.sketch.drawing, self.shape.depth
        if self.animal.garment is not None:
            hem = self._tone(mix(self.animal.garment, DARK, 0.4))
            x = rump[0] - self._away * 0.2 * deep
            drawing.path(
                curve([(x, chest[1] - deep), (x + 8, chest[1] + deep)]), stroke=hem, width=8
            )
            fur = self._tone(self.animal.fur)
            drawing.box((min(x, x + self._away * 400), chest[1] - 2 * deep), (400, 4 * deep), fur)
            return
        if self.shape.coat == "stripes":
            marks = self._tone(self.animal.marks)
            for step in range(6):
                x = chest[0] + (rump[0] - chest[0]) * (0.12 + 0.16 * step)
                stripe = [
                    (x, chest[1] - deep),
                    (x + 8, chest[1] - 0.3 * deep),
                    (x - 4, chest[1] + 0.3 * deep),
                ]
                drawing.path(curve(stripe), stroke=marks, width=12, opacity=0.7)
        if self.shape.coat == "spines":
            dark = self._tone(mix(self.animal.fur, DARK, 0.5))
            for step in range(40):
                x = chest[0] + (rump[0] - chest[0]) * ((step * 0.377) % 1.3 - 0.1)
                y = chest[1] - deep + 1.5 * deep * ((step * 0.618) % 1)
                spine = [(x, y + 12), (x + self._away * 22, y - 22)]
                drawing.path(curve(spine), stroke=dark, width=6, opacity=0.8)
        if self.animal.spots is not None:
            spots = self._tone(self.animal.spots)
            for along, up, size in (
                (0.2, -0.3, 0.3),
                (0.55, 0.1, 0.36),
                (0.9, -0.4, 0.34),
                (0.75, 0.5, 0.2),
            ):
                x = chest[0] + (rump[0] - chest[0]) * along
                drawing.ellipse(
                    (x, chest[1] + up * deep), size * deep, 0.8 * size * deep, spots, 0.9
                )

    def _draw_leg(self, x: float, top: float, *, far: float) -> None:
        """Draw a leg, as far behind the others as `far` says, 0 to 1."""
        drawing, shape = self.sketch.drawing, self.shape
        soles, thick = shape.soles - 7 * far, shape.thick * (1 - 0.08 * far)
        fur = mix(self.animal.fur, DARK, 0.3 * far)
        leg: list[Point] = [
            (x - 1.3 * thick, top), (x - 0.95 * thick, 0.5 * (top + soles)),
            (x - 0.8 * thick, soles - 10),
            (x + 0.8 * thick, soles - 10), (x + 0.95 * thick, 0.5 * (top + soles)),
            (x + 1.3 * thick, top),
        ]  # fmt: skip
        path = curve(leg[:3]) + curve(leg[3:]).replace("M", "L", 1) + "Z"
        paint = self.sketch.shading.round(drawing, fur, x - thick, x + thick, 0.8)
        drawing.ellipse((x, top + 2), 1.28 * thick, 1.1 * thick, paint)
        drawing.path(path, paint)
        toe = -self._away * 0.5 * thick * self._side_on
        if shape.hoofed:
            hoof = [
                (x - 0.8 * thick, soles - 22), (x + 0.8 * thick, soles - 22),
                (x + 1.05 * thick + toe, soles), (x - 1.05 * thick + toe, soles),
            ]  # fmt: skip
            drawing.polygon(hoof, self._tone(mix(self.animal.marks, DARK, 0.4)))
            return
        paw = mix(fur, self.animal.pale, 0.3) if shape.coat != "mask" else self.animal.marks
        drawing.ellipse((x + toe, soles - 11), 1.3 * thick, 14, self._tone(paw))
        for step in (-0.45, 0.15):
            claw = [(x + toe + step * thick, soles - 14), (x + toe + step * thick, soles - 3)]
            drawing.path(curve(claw), stroke=self._tone(mix(paw, DARK, 0.5)), width=3, opacity=0.6)

    def _draw_neck(self, chest: Point) -> None:
        """Draw neck and breast in one: from the head down to between the forelegs."""
        drawing, shape, away = self.sketch.drawing, self.shape, self._away
        wide, deep = max(0.62 * shape.width, 0.45 * shape.depth), shape.depth
        low = chest[1] + 0.62 * deep
        breast: list[Point] = [
            (-0.92 * wide, 20), (0.92 * wide, 20),
            (0.6 * chest[0] + 1.05 * wide, 0.62 * chest[1]),
            (chest[0] + 0.74 * deep, chest[1] - 0.05 * deep),
            (chest[0] + 0.5 * deep, low - 0.14 * deep), (chest[0], low),
            (chest[0] - 0.5 * deep, low - 0.14 * deep),
            (chest[0] - 0.74 * deep, chest[1] - 0.05 * deep),
            (0.6 * chest[0] - 1.05 * wide, 0.62 * chest[1]),
        ]  # fmt: skip
        path = closed(breast)
        colour = self._body_colour
        left, right = min(x for x, _ in breast), max(x for x, _ in breast)
        drawing.path(path, self.sketch.shading.round(drawing, colour, left, right))
        dark = self._tone(mix(colour, DARK, 0.55))
        drawing.path(path, drawing.vertical(60, 150, (0, dark, 0.6), (1, dark, 0)))
        if self.animal.collar is not None:
            band = [(-0.94 * wide, 96), (0.1 * chest[0], 124), (0.94 * wide, 96)]
            drawing.path(curve(band), stroke=self._tone(self.animal.collar), width=17)
        if shape.coat == "mane" and shape.hoofed:
            mane = [
                (away * 0.7 * wide, -70), (away * 1.5 * wide, 40),
                (0.6 * chest[0] + away * 1.7 * wide, 0.66 * chest[1]),
                (chest[0] + away * 0.7 * deep, chest[1] - 0.6 * deep),
                (0.6 * chest[0] + away * 0.8 * wide, 0.62 * chest[1]),
            ]  # fmt: skip
            drawing.path(closed(mane), self._tone(self.animal.marks, 0.6 * away))

    def _draw_tail(self, rump: Point) -> None:
        drawing, away, deep = self.sketch.drawing, self._away, self.shape.depth
        root = (rump[0] + away * 0.3 * deep, rump[1] - 0.5 * deep)

        def at(x: float, y: float) -> Point:
            return root[0] + away * x, root[1] + y

        fur = self._tone(mix(self.animal.fur, DARK, 0.14), 0.5 * away)
        style = self.shape.tail
        if style == "thin":
            tail = [at(0, 0), at(60, -16), at(86, -86), at(66, -140)]
            drawing.path(curve(tail), stroke=fur, width=0.75 * self.shape.thick)
        elif style == "bushy":
            tail = [
                at(-10, 6),
                at(50, -34),
                at(84, -120),
                at(124, -176),
                at(160, -120),
                at(140, -30),
                at(70, 34),
            ]
            drawing.path(closed(tail), fur)
            tip = [at(92, -142), at(124, -176), at(156, -128), at(126, -120)]
            drawing.path(closed(tip), self._tone(self.animal.pale, 0.5 * away))
        elif style == "stub":
            drawing.ellipse(at(20, 4), 26, 26, self._tone(self.animal.pale, 0.5 * away))
        elif style == "hair":
            tail = [at(-12, 0), at(36, 10), at(70, 110), at(62, 250), at(34, 290), at(22, 160)]
            drawing.path(closed(tail), self._tone(self.animal.marks, 0.5 * away))
        elif style == "tuft":
            drawing.path(curve([at(0, 0), at(54, 20), at(64, 150)]), stroke=fur, width=13)
            drawing.ellipse(at(66, 170), 20, 34, self._tone(self.animal.marks, 0.5 * away))
