"""The heads of animals on four legs: ears, muzzle, and a mouth that opens below it."""

import math
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Animal
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.faces import DARK, draw_eyes
from sparkle_motion_dagster.engines.images.storyboard.people.shapes import Beast
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch, draw_rim

_PINK: Colour = (216, 140, 142)
_TONGUE: Colour = (206, 98, 102)
_INSIDE: Colour = (66, 22, 30)
_HORN: Colour = (206, 190, 158)


@dataclass(frozen=True)
class BeastHead:
    """Draws the head of an animal on four legs."""

    sketch: Sketch
    animal: Animal
    shape: Beast

    def draw(self) -> None:
        """Draw the head but for the mouth."""
        self._draw_halo()
        self._draw_crest()
        self._draw_ears()
        outline = self._outline()
        drawing, fur, wide = self.sketch.drawing, self._face_colour, self.shape.width
        drawing.path(closed(outline), self.sketch.shading.round(drawing, fur, -wide - 4, wide + 4))
        with drawing.group(clipped=drawing.clip(closed(outline))):
            self._draw_marks()
        draw_rim(self.sketch, outline, fur)
        if self.shape.coat in ("wool", "mane") and self.shape.hoofed:
            self._draw_forelock()
        draw_eyes(self.sketch, self.animal, fur)
        self._draw_muzzle()

    def draw_mouth(self) -> None:
        """Draw the mouth: it opens below the muzzle."""
        mouth, drawing = self.sketch.expression.mouth, self.sketch.drawing
        wide, tall = self.shape.muzzle
        half = wide * (0.66 + 0.12 * mouth.width)
        y = self._muzzle_y + 0.42 * tall
        gape = 30 * mouth.opening * (1 - 0.8 * mouth.press)
        rise = 0.3 * tall * mouth.curve

        def at(x: float, down: float) -> Point:
            return self.sketch.on_face(x, y + down, self._out)

        left, right = at(-half, -rise), at(half, -rise)
        line = self._tone(mix(self._muzzle_colour, DARK, 0.75))
        if gape > 2.5:
            chin = [
                left,
                at(-0.62 * half, 0.62 * gape + 7),
                at(0, gape + 11),
                at(0.62 * half, 0.62 * gape + 7),
                right,
            ]
            drawing.path(curve(chin), self._tone(mix(self._muzzle_colour, DARK, 0.12)))
            upper = [left, at(-0.5 * half, 2), at(0, -2), at(0.5 * half, 2), right]
            lower = [
                right,
                at(0.55 * half, 0.66 * gape),
                at(0, gape + 2),
                at(-0.55 * half, 0.66 * gape),
                left,
            ]
            inside = curve(upper) + curve(lower).replace("M", "L", 1) + "Z"
            drawing.path(inside, self._tone(_INSIDE))
            with drawing.group(clipped=drawing.clip(inside)):
                tongue = at(0, gape * (0.95 - 0.3 * mouth.tongue))
                drawing.ellipse(tongue, 0.5 * half, 0.42 * gape + 2, self._tone(_TONGUE))
            drawing.path(inside, stroke=line, width=2.5, opacity=0.7)
        for end, side in ((left, -1), (right, 1)):
            arc = [at(0, -3), at(side * 0.5 * half, 3.5), end]
            drawing.path(curve(arc), stroke=line, width=4)

    def draw_from_behind(self) -> None:
        """Draw it from behind: ears, and no face."""
        self._draw_halo()
        self._draw_crest()
        self._draw_ears()
        drawing, wide = self.sketch.drawing, self.shape.width
        outline = self._outline()
        fur = mix(self.animal.fur, DARK, 0.08)
        drawing.path(closed(outline), self.sketch.shading.round(drawing, fur, -wide - 4, wide + 4))
        draw_rim(self.sketch, outline, fur)
        if self.shape.coat == "mane" and self.shape.hoofed:
            mane = [(0, -100), (22, -60), (26, 40), (14, 140), (-14, 140), (-26, 40), (-22, -60)]
            drawing.path(closed(mane), self._tone(self.animal.marks))
        elif self.shape.coat == "mane":
            self._draw_ruff(self.animal.marks)
        dark = self._tone(mix(fur, DARK, 0.4))
        for x, y in ((-30, -40), (0, -20), (28, -44), (-14, 20), (20, 30)):
            tuft = [(x - 7, y - 8), (x, y + 6), (x + 7, y - 8)]
            drawing.path(curve(tuft), stroke=dark, width=3, opacity=0.4)

    @property
    def _muzzle_y(self) -> float:
        return 88 - self.shape.muzzle[1]

    @property
    def _has_hat(self) -> bool:
        return self.sketch.look.hat.style != "none"

    @property
    def _out(self) -> float:
        return 10 + 0.35 * self.shape.muzzle[0]

    @property
    def _muzzle_colour(self) -> Colour:
        return self.animal.fur if self.shape.snout else self.animal.pale

    @property
    def _face_colour(self) -> Colour:
        bare = self.shape.coat == "wool"
        return mix(self.animal.fur, (96, 84, 84), 0.45) if bare else self.animal.fur

    def _tone(self, colour: Colour, across: float = 0.0) -> Colour:
        return self.sketch.tone(colour, across)

    def _outline(self) -> list[Point]:
        wide, jaw = self.shape.width, self.shape.jaw
        right = [
            (0.6 * wide, -86, -0.05), (0.95 * wide, -46, -0.04), (wide, 0, 0.06),
            (0.5 * (wide + jaw) + 6, 44, 0.2), (jaw, 76, 0.3),
        ]  # fmt: skip
        places = [(0, -96, -0.05), *right, (0, 94, 0.42), *[(-x, y, f) for x, y, f in right[::-1]]]
        return [self.sketch.round_head(*place) for place in places]

    def _draw_marks(self) -> None:
        """Draw what the fur of the face is marked with."""
        drawing, shape = self.sketch.drawing, self.shape
        marks = self._tone(self.animal.marks)
        if shape.coat == "mask":
            pale = self._tone(self.animal.pale)
            for side in (-1, 1):
                cheek = [
                    (side * 12, 92),
                    (side * 22, 46),
                    (side * 62, 22),
                    (side * 120, 30),
                    (side * 90, 110),
                ]
                drawing.path(
                    closed([self.sketch.on_face(x, y) for x, y in cheek]), pale, opacity=0.92
                )
        if shape.coat == "stripes" or (
            shape.whiskers and shape.ears == "pointed" and shape.coat == "plain"
        ):
            for side in (-1, 1):
                for x, y, size in ((12, -74, 16), (32, -68, 14), (80, 12, 15), (78, 34, 12)):
                    stripe = [
                        self.sketch.on_face(
                            side * min(x, 0.9 * shape.width), y - (size if x < 60 else 0)
                        ),
                        self.sketch.on_face(side * (x - 4 if x < 60 else x - size), y + 6),
                    ]
                    drawing.path(curve(stripe), stroke=marks, width=7, opacity=0.55)
        if self.animal.spots is not None:
            spots = self._tone(self.animal.spots)
            drawing.ellipse(self.sketch.on_face(shape.spacing, -4), 30, 36, spots, 0.9)
            drawing.ellipse(self.sketch.on_face(-46, -70), 20, 16, spots, 0.9)

    def _draw_muzzle(self) -> None:
        drawing, (wide, tall) = self.sketch.drawing, self.shape.muzzle
        y, colour = self._muzzle_y, self._muzzle_colour
        dark = self._tone(mix(self.animal.fur, DARK, 0.35))
        middle = self.sketch.on_face(0, y, self._out)
        if self.shape.ears == "none":
            for side in (-1, 1):
                nostril = self.sketch.on_face(side * 12, 14, 12)
                drawing.ellipse(nostril, 4, 3, dark)
            return
        if self.shape.snout:
            drawing.ellipse(middle, 0.9 * wide, 0.78 * tall, dark)
            drawing.ellipse(
                (middle[0], middle[1] - 2),
                0.84 * wide,
                0.7 * tall,
                self._tone(mix(colour, _PINK, 0.4)),
            )
            for side in (-1, 1):
                nostril = self.sketch.on_face(side * 11, y - 2, self._out)
                drawing.ellipse(nostril, 5, 8, self._tone(mix(colour, DARK, 0.6)))
            return
        bridge = [
            self.sketch.on_face(x, down, out)
            for x, down, out in (
                (-0.42 * wide, -6, 4), (0.42 * wide, -6, 4), (0.62 * wide, y, self._out),
                (-0.62 * wide, y, self._out),
            )
        ]  # fmt: skip
        fur = mix(self.animal.fur, self.animal.pale, 0.22)
        drawing.path(closed(bridge), self._tone(fur), opacity=0.75)
        for side in (-1, 1):
            pad = self.sketch.on_face(side * 0.36 * wide, y + 0.06 * tall, self._out)
            drawing.ellipse(pad, 0.68 * wide, 0.84 * tall, self._tone(colour, 0.3 * side))
        if self.shape.hoofed:
            for side in (-1, 1):
                nostril = self.sketch.on_face(side * 0.42 * wide, y - 0.2 * tall, self._out)
                drawing.ellipse(nostril, 6.5, 5, self._tone(mix(colour, DARK, 0.7)))
        else:
            reach = 0.36 * wide + 3
            nose = [(-reach, -0.72 * tall), (0, -0.82 * tall), (reach, -0.72 * tall),
            (0.3 * reach, -0.2 * tall),
                    (-0.3 * reach, -0.2 * tall)]  # fmt: skip
            shape = closed([self.sketch.on_face(x, y + down, self._out + 6) for x, down in nose])
            leather = mix(_PINK, DARK, 0.25) if self.shape.ear > 0.95 and wide < 36 else DARK
            drawing.path(shape, self._tone(leather))
            shine = self.sketch.on_face(-0.3 * reach, y - 0.66 * tall, self._out + 8)
            drawing.ellipse(shine, 0.3 * reach, 2.6, self.sketch.shading.glint, 0.6)
            fold = [
                self.sketch.on_face(0, y + down, self._out) for down in (-0.2 * tall, 0.36 * tall)
            ]
            drawing.path(curve(fold), stroke=self._tone(mix(colour, DARK, 0.7)), width=3)
        if self.shape.whiskers:
            self._draw_whiskers()

    def _draw_whiskers(self) -> None:
        for side in (-1, 1):
            line = self._tone(mix(self.animal.pale, (255, 255, 255), 0.5), side * 0.4)
            for rise in (-7, 2, 11):
                start = self.sketch.on_face(
                    side * 0.7 * self.shape.muzzle[0], self._muzzle_y + 0.5 * rise, 12
                )
                hair = [start, (start[0] + side * 32, start[1] + 0.3 * rise)]
                hair.append((start[0] + side * 62, start[1] + 1.3 * rise))
                self.sketch.drawing.path(curve(hair), stroke=line, width=1.8, opacity=0.85)

    def _draw_ears(self) -> None:
        drawing, shape, size = self.sketch.drawing, self.shape, self.shape.ear
        inner = mix(self.animal.fur, _PINK, 0.55)
        # Long ears hang down beside a hat.
        ears = "floppy" if shape.ears == "long" and self._has_hat else shape.ears
        for side in (-1, 1):
            root = self.sketch.round_head(side * 0.58 * shape.width, -76, -0.2)
            fur = self._tone(self.animal.fur, 0.6 * side)

            def at(x: float, y: float, side: int = side, root: Point = root) -> Point:
                return root[0] + side * x, root[1] + y

            if ears == "pointed":
                for colour, part in ((fur, 1.0), (self._tone(inner, 0.6 * side), 0.62)):
                    ear = [(-30 * part, 14), (8 * part, -70 * size * part), (30 * part, 30)]
                    drawing.path(closed([at(x, y) for x, y in ear]), colour)
            elif ears == "long":
                for colour, part in ((fur, 1.0), (self._tone(inner, 0.6 * side), 0.58)):
                    ear = [
                        (-16 * part, 20), (-18 * part, -80 * size),
                        (6, -60 * size - 95 * size * part),
                        (26 * part, -80 * size), (18 * part, 20),
                    ]  # fmt: skip
                    drawing.path(closed([at(x, y) for x, y in ear]), colour)
            elif ears == "round":
                drawing.ellipse(at(14, -14), 40 * size, 40 * size, fur)
                drawing.ellipse(at(14, -10), 25 * size, 26 * size, self._tone(inner, 0.6 * side))
            elif ears == "floppy":
                ear = [(-14, -6), (24, -18), (52, 20), (58, 84), (34, 112), (14, 70)]
                dark = self._tone(mix(self.animal.fur, DARK, 0.28), 0.7 * side)
                drawing.path(closed([at(x, y) for x, y in ear]), dark)
            elif ears == "sideways":
                for colour, part in ((fur, 1.0), (self._tone(inner, 0.6 * side), 0.6)):
                    ear = [
                        (0, 26),
                        (36, 2 + 12 * (1 - part)),
                        (30 + 52 * part, 20),
                        (40, 48 - 8 * (1 - part)),
                    ]
                    drawing.path(closed([at(x, y) for x, y in ear]), colour)
        if ears == "none":
            for eye in self.animal.eyes:
                bulge = self.sketch.on_face(eye.x, eye.y - 8, 0)
                drawing.ellipse(bulge, eye.size + 16, eye.size + 18, self._tone(self.animal.fur))

    def _draw_crest(self) -> None:
        drawing = self.sketch.drawing
        for side in (-1, 1):
            root = self.sketch.round_head(side * 0.4 * self.shape.width, -84, -0.1)
            bone = self._tone(_HORN, 0.5 * side)
            if self.shape.crest == "horns":
                horn = [(-8, 6), (16, -30), (40, -60), (44, -62), (34, -26), (12, 8)]
                drawing.path(closed([(root[0] + side * x, root[1] + y) for x, y in horn]), bone)
            elif self.shape.crest == "antlers":
                for branch in (
                    [(0, 0), (22, -50), (60, -90), (70, -150)], [(24, -52), (30, -90), (24, -118)],
                    [(52, -84), (90, -104), (104, -136)],
                ):  # fmt: skip
                    beam = [(root[0] + side * x, root[1] + y) for x, y in branch]
                    drawing.path(
                        curve(beam), stroke=self._tone((166, 132, 96), 0.5 * side), width=10
                    )

    def _draw_halo(self) -> None:
        """Draw what stands out all around the head."""
        if self.shape.coat == "mane" and not self.shape.hoofed:
            self._draw_ruff(self.animal.marks)
        elif self.shape.coat == "wool":
            self._draw_ruff(self.animal.pale)
        elif self.shape.coat == "spines":
            self._draw_spines()

    def _draw_ruff(self, colour: Colour) -> None:
        """Draw a mane, or wool, all around the head."""
        wide = self.shape.width
        points: list[Point] = []
        for x, y in (
            (0, -1.28), (0.62, -1.2), (1.1, -0.82), (1.36, -0.2), (1.3, 0.46), (0.96, 1.06),
            (0.5, 1.36),
            (0, 1.48),
        ):  # fmt: skip
            points.append((x * max(wide, 70), y * 92))
        ring = [*points, *[(-x, y) for x, y in points[-2:0:-1]]]
        reach = 1.4 * wide
        paint = self.sketch.shading.round(self.sketch.drawing, colour, -reach, reach)
        edge = [self.sketch.round_head(x, y, -0.15) for x, y in ring]
        self.sketch.drawing.path(closed(edge), paint)
        if self.shape.coat == "wool":
            for x, y in edge:
                self.sketch.drawing.ellipse((x, y), 30, 30, self._tone(colour, x / (1.6 * wide)))

    def _draw_forelock(self) -> None:
        colour = self.animal.pale if self.shape.coat == "wool" else self.animal.marks
        lock = [(-30, -84), (-12, -112), (20, -112), (34, -84), (20, -40), (4, -22), (-14, -48)]
        path = closed([self.sketch.round_head(x, y, 0.1) for x, y in lock])
        self.sketch.drawing.path(path, self._tone(colour))

    def _draw_spines(self) -> None:
        """Draw the spines around the head, from one cheek over the crown to the other."""
        points: list[Point] = []
        for step in range(25):
            angle = math.pi * (-0.12 + 1.24 * step / 24)
            reach = (1.48 if step % 2 else 1.02) * self.shape.width
            points.append((reach * math.cos(angle), 10 - 1.14 * reach * math.sin(angle)))
        crown = [self.sketch.round_head(x, y, -0.2) for x, y in points]
        self.sketch.drawing.polygon(crown, self._tone(mix(self.animal.fur, DARK, 0.5)))
