"""Robots: a head with lamps for eyes and a grille that lights when it speaks, on a metal body."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve, polyline
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Eye, Robot
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch

_DARK: Colour = (26, 24, 34)
_RUST: Colour = (150, 82, 44)
_GRILLE_Y = 58.0
_SLOTS = 9

_HEADS: dict[str, tuple[float, float, float, float]] = {
    "boxy": (90, -84, 96, 16), "round": (94, -92, 96, 88), "slim": (76, -98, 100, 62),
    "flying": (112, -82, 98, 80),
}  # fmt: skip
"""Half the breadth, the top, the bottom and the corners' rounding of each head."""

_TRUNKS: dict[str, tuple[float, float, float, float]] = {
    "boxy": (136, 122, 410, 22), "round": (150, 112, 400, 140), "slim": (118, 130, 520, 52),
}  # fmt: skip
"""The same of each trunk."""


@dataclass(frozen=True)
class RobotAnatomy:
    """Draws a robot."""

    sketch: Sketch
    robot: Robot

    @property
    def shadow(self) -> tuple[float, float, float]:
        """See `Anatomy.shadow`."""
        return self.robot.soles, 0, 1.15

    def draw_body(self) -> None:
        """Draw all that is below the head, down to the soles."""
        if self.robot.frame == "flying":
            self._draw_rotors()
            return
        self._draw_gait()
        self._draw_trunk()
        wide, top, bottom, _ = _TRUNKS[self.robot.frame]
        x = 10 * self.sketch.turn
        panel = (x - 0.5 * wide, top + 0.22 * (bottom - top))
        size = (wide, 0.34 * (bottom - top))
        dark = self._tone(mix(self._cover, _DARK, 0.5))
        self.sketch.drawing.box(panel, size, dark, opacity=0.55, rounding=10)
        inner = (panel[0] + 5, panel[1] + 5)
        self.sketch.drawing.box(
            inner,
            (size[0] - 10, size[1] - 10), self._tone(mix(self._cover, self.robot.accent, 0.5)),
            rounding=7,
        )  # fmt: skip
        for index, colour in enumerate(((214, 92, 70), (226, 186, 84), self.robot.glow)):
            lamp = (panel[0] + 22 + 26 * index, panel[1] + size[1] - 24)
            self.sketch.drawing.ellipse(lamp, 8, 8, dark)
            self.sketch.drawing.ellipse(lamp, 6, 6, self._tone(colour, 0.3))
        for row in range(3):
            y = panel[1] + 18 + 12 * row
            slot = polyline([(inner[0] + 12, y), (inner[0] + size[0] - 24, y)])
            self.sketch.drawing.path(slot, stroke=dark, width=3, opacity=0.6)

    def draw_head(self) -> None:
        """Draw the head but for what moves when it speaks."""
        self._draw_skull()
        wide, top, bottom, corner = _HEADS[self.robot.frame]
        middle = self.sketch.on_face(0, 0)[0]
        face = mix(self.robot.metal, (255, 255, 255), 0.16)
        narrow = 0.86 * wide
        self.sketch.drawing.box(
            (middle * 0.55 - narrow, top + 14),
            (2 * narrow, bottom - top - 26), self._tone(face, 0.1),
            opacity=0.55, rounding=max(10, 0.85 * corner),
        )  # fmt: skip
        if self.robot.visor:
            self._draw_visor()
        for eye in self.robot.eyes:
            self._draw_eye(eye)
        self._draw_wear()

    def draw_mouth(self) -> None:
        """Draw the grille: it lights from its middle as far as the mouth would open."""
        mouth, drawing = self.sketch.expression.mouth, self.sketch.drawing
        half = 44 + 4 * mouth.width
        places = [half * (2 * slot / (_SLOTS - 1) - 1) for slot in range(_SLOTS)]
        bend = 7 * mouth.curve
        frame = [
            self.sketch.on_face(x, _GRILLE_Y - bend * (2 * (x / half) ** 2 - 1) + side * 17, 4)
            for side, row in ((-1, places), (1, places[::-1]))
            for x in ((row[0] * 1.14, *row[1:-1], row[-1] * 1.14))
        ]
        drawing.path(polyline(frame) + "Z", self._tone(_DARK), stroke=self._tone(_DARK), width=5)
        for x in places:
            y = _GRILLE_Y - bend * (2 * (x / half) ** 2 - 1)
            lit = min(1.0, max(0.0, 2.2 * mouth.opening - 1.3 * abs(x / half) + 0.1))
            lit *= mouth.opening > 0.04
            tall = 6 + 9 * lit
            bar = polyline(
                [self.sketch.on_face(x, y - tall, 4), self.sketch.on_face(x, y + tall, 4)]
            )
            unlit = self._tone(mix(self.robot.metal, _DARK, 0.45))
            if lit:
                drawing.path(bar, stroke=self.robot.glow, width=11, opacity=0.35 * lit)
            shine = mix(self.robot.glow, (255, 255, 255), 0.45)
            drawing.path(bar, stroke=mix(unlit, shine, lit), width=5)

    def draw_back(self) -> None:
        """Draw it from behind: no eyes, no grille, but vents and a hatch."""
        if self.robot.frame == "flying":
            self._draw_rotors()
        else:
            self._draw_gait()
            self._draw_trunk()
            wide, top, bottom, _ = _TRUNKS[self.robot.frame]
            self._draw_vents(0, top + 70, 0.62 * wide, 5)
            hatch = (-0.5 * wide, top + 0.5 * (bottom - top))
            dark = self._tone(mix(self._cover, _DARK, 0.4))
            self.sketch.drawing.box(
                hatch, (wide, 0.3 * (bottom - top)), dark, opacity=0.4, rounding=8
            )
        self._draw_skull()
        wide, top, bottom, _ = _HEADS[self.robot.frame]
        self._draw_vents(0, 10, 0.56 * wide, 4)
        for x in (-0.66 * wide, 0.66 * wide):
            for y in (0.6 * top, 0.66 * bottom):
                self.sketch.drawing.ellipse(
                    (x, y), 6, 6, self._tone(mix(self.robot.metal, _DARK, 0.5))
                )

    @property
    def _cover(self) -> Colour:
        return self.robot.garment or self.robot.metal

    def _tone(self, colour: Colour, across: float = 0.0) -> Colour:
        return self.sketch.tone(colour, across)

    def _box(self, place: tuple[float, float, float, float], colour: Colour, depth: float) -> None:
        """Draw a box with rounded corners: its turned side, its front, and the light on it."""
        wide, top, bottom, corner = place
        drawing, turn = self.sketch.drawing, self.sketch.turn
        side = self._tone(mix(colour, _DARK, 0.42), -turn)
        drawing.box(
            (-wide - depth * turn, top + 3), (2 * wide, bottom - top - 3), side, rounding=corner
        )
        x = 0.35 * depth * turn
        paint = self.sketch.shading.round(drawing, colour, x - wide, x + wide, 0.8)
        drawing.box((x - wide, top), (2 * wide, bottom - top), paint, rounding=corner)
        dark = self._tone(mix(colour, _DARK, 0.5))
        low = drawing.vertical(bottom - 0.35 * (bottom - top), bottom, (0, dark, 0), (1, dark, 0.4))
        drawing.box((x - wide, top), (2 * wide, bottom - top), low, rounding=corner)
        light = mix(
            self._tone(colour, self.sketch.shading.lit_side), self.sketch.shading.glint, 0.5
        )
        inset = 0.85 * corner + 8
        edge = [(x - wide + inset, top + 5), (x + wide - inset, top + 5)]
        drawing.path(polyline(edge), stroke=light, width=5, opacity=0.6)

    def _draw_skull(self) -> None:
        drawing, metal = self.sketch.drawing, self.robot.metal
        place = _HEADS[self.robot.frame]
        wide, top, bottom, _ = place
        dark = self._tone(mix(metal, _DARK, 0.5))
        if self.robot.aerial:
            foot, tip = (0.2 * wide, top + 8), (0.2 * wide + 8, top - 52)
            drawing.path(polyline([foot, tip]), stroke=dark, width=6)
            drawing.ellipse(tip, 10, 10, self._tone((222, 84, 62), 0.5))
            drawing.ellipse((tip[0] - 3, tip[1] - 3), 3, 3, self.sketch.shading.glint, 0.8)
        if self.robot.frame != "flying":
            drawing.box((-26, bottom - 14), (52, 64), dark, rounding=6)
            for row in range(3):
                ring = polyline([(-24, bottom + 8 + 12 * row), (24, bottom + 8 + 12 * row)])
                drawing.path(ring, stroke=self._tone(metal), width=4, opacity=0.6)
        for side in (-1, 1):
            x = side * (wide + 4) - 12 * self.sketch.turn
            drawing.box(
                (x - 12, -26), (24, 56), self._tone(mix(metal, _DARK, 0.3), 0.7 * side), rounding=8
            )
        self._box(place, metal, 22)

    def _draw_visor(self) -> None:
        pane = [
            self.sketch.on_face(x, y, 2) for x, y in ((-72, -40), (72, -40), (66, 18), (-66, 18))
        ]
        self.sketch.drawing.path(closed(pane), self._tone((30, 32, 44)))

    def _draw_eye(self, eye: Eye) -> None:
        """Draw a lamp in its socket, and the shutter that closes over it."""
        drawing, expression = self.sketch.drawing, self.sketch.expression
        (x, y), size = self.sketch.on_face(eye.x, eye.y, 6), eye.size
        narrow = 1 - 0.12 * abs(self.sketch.turn)
        rim = self._tone(mix(self.robot.metal, _DARK, 0.35))
        drawing.ellipse((x, y), (size + 9) * narrow, size + 9, rim)
        drawing.ellipse((x, y), (size + 3) * narrow, size + 3, self._tone(_DARK))
        glow = self.robot.glow
        shine = drawing.radial(
            (x, y), size, (0, mix(glow, (255, 255, 255), 0.75), 1), (0.45, glow, 1),
            (1, mix(glow, (16, 20, 40), 0.45), 1),
        )  # fmt: skip
        drawing.ellipse((x, y), size * narrow, size, shine)
        pupil = (x + 0.3 * size * expression.gaze[0], y + 0.3 * size * expression.gaze[1])
        wide = 0.36 * size * (1 - 0.3 * max(0.0, expression.lids - 1) / 0.35)
        drawing.ellipse(pupil, wide * narrow, wide, mix(glow, (14, 16, 30), 0.78))
        glint = (x - 0.34 * size, y - 0.38 * size)
        drawing.ellipse(glint, 0.16 * size, 0.13 * size, (255, 255, 255), 0.85)
        self._draw_shutter((x, y), size + 3, eye)

    def _draw_shutter(self, centre: Point, reach: float, eye: Eye) -> None:
        drawing, expression = self.sketch.drawing, self.sketch.expression
        x, y = centre
        whole = closed([
            (x, y - reach), (x + 0.71 * reach, y - 0.71 * reach), (x + reach, y),
            (x + 0.71 * reach, y + 0.71 * reach), (x, y + reach),
            (x - 0.71 * reach, y + 0.71 * reach),
            (x - reach, y), (x - 0.71 * reach, y - 0.71 * reach),
        ])  # fmt: skip
        shut = 1 - min(max(expression.lids, 0.0), 1.0)
        slant = 0.5 * reach * expression.frown * (0 if eye.x == 0 else -1 if eye.x < 0 else 1)
        upper = y - reach + 2 * reach * shut + 0.3 * reach * max(expression.frown, 0) * (eye.x == 0)
        lower = y + reach - 0.5 * reach * expression.squint * (1 - shut)
        lid = self._tone(mix(self.robot.metal, _DARK, 0.22))
        seam = self._tone(mix(self.robot.metal, _DARK, 0.6))
        with drawing.group(clipped=drawing.clip(whole)):
            for edge, away, tilt in ((upper, -2.4 * reach, slant), (lower, 2.4 * reach, 0.0)):
                plate = [
                    (x - 1.2 * reach, edge + tilt), (x + 1.2 * reach, edge - tilt),
                    (x + 1.2 * reach, edge + away), (x - 1.2 * reach, edge + away),
                ]  # fmt: skip
                drawing.polygon(plate, lid)
                drawing.path(polyline(plate[:2]), stroke=seam, width=3)

    def _draw_wear(self) -> None:
        """Draw rivets, dents, scratches and rust."""
        drawing, metal = self.sketch.drawing, self.robot.metal
        wide, top, bottom, _ = _HEADS[self.robot.frame]
        dark = self._tone(mix(metal, _DARK, 0.5))
        for side in (-1, 1):
            for y in (0.74 * top, 0.8 * bottom):
                drawing.ellipse(self.sketch.on_face(side * 0.66 * wide, y), 4.5, 4.5, dark, 0.8)
        if self.robot.dented:
            light = mix(self._tone(metal), self.sketch.shading.glint, 0.5)
            for x, y, size in ((-58, -56, 15), (62, 34, 12)):
                at = self.sketch.on_face(x, y)
                drawing.ellipse(at, size, 0.7 * size, dark, 0.42)
                drawing.ellipse((at[0] + 2, at[1] + 3), 0.8 * size, 0.5 * size, light, 0.4)
            scratch = [self.sketch.on_face(x, y) for x, y in ((44, -70), (58, -58), (66, -42))]
            drawing.path(curve(scratch), stroke=dark, width=3, opacity=0.6)
        if self.robot.rusty:
            rust = self._tone(_RUST)
            for x, y, size in ((-64, 70, 20), (54, -66, 17), (-20, -76, 12)):
                at = self.sketch.on_face(x, y)
                patch = drawing.radial(at, size, (0, rust, 0.85), (0.6, rust, 0.6), (1, rust, 0))
                drawing.ellipse(at, size, 0.8 * size, patch)

    def _draw_vents(self, x: float, y: float, half: float, rows: int) -> None:
        dark = self._tone(mix(self.robot.metal, _DARK, 0.62))
        for row in range(rows):
            slot = polyline([(x - half, y + 15 * row), (x + half, y + 15 * row)])
            self.sketch.drawing.path(slot, stroke=dark, width=6, opacity=0.8)

    def _draw_trunk(self) -> None:
        wide, top, bottom, _ = _TRUNKS[self.robot.frame]
        self._draw_arm(-1)
        self._draw_arm(1)
        self._box(_TRUNKS[self.robot.frame], self._cover, 26)
        dark = self._tone(mix(self._cover, _DARK, 0.5))
        drawing = self.sketch.drawing
        for side in (-1, 1):
            for y in (top + 24, bottom - 26):
                drawing.ellipse((side * 0.8 * wide + 8 * self.sketch.turn, y), 5, 5, dark, 0.7)
        if self.robot.dented and self.robot.garment is None:
            drawing.ellipse((0.58 * wide, bottom - 60), 24, 17, dark, 0.4)
            scratch = [
                (-0.8 * wide, bottom - 90),
                (-0.66 * wide, bottom - 60),
                (-0.6 * wide, bottom - 48),
            ]
            drawing.path(curve(scratch), stroke=dark, width=4, opacity=0.5)
        if self.robot.rusty and self.robot.garment is None:
            rust = self._tone(_RUST)
            at = (-0.62 * wide, bottom - 40)
            patch = drawing.radial(at, 46, (0, rust, 0.8), (0.6, rust, 0.5), (1, rust, 0))
            drawing.ellipse(at, 46, 30, patch)

    def _draw_arm(self, side: int) -> None:
        drawing, metal = self.sketch.drawing, self.robot.metal
        wide, top, bottom, _ = _TRUNKS[self.robot.frame]
        shoulder = (side * (wide + 6), top + 46)
        elbow = (side * (wide + 34), top + 0.5 * (bottom - top))
        wrist = (side * (wide + 26) + 14 * self.sketch.turn, top + 0.88 * (bottom - top))
        dark = self._tone(mix(metal, _DARK, 0.4), 0.6 * side)
        drawing.path(curve([shoulder, elbow, wrist]), stroke=dark, width=34)
        drawing.path(
            curve([shoulder, elbow, wrist]), stroke=self._tone(metal, 0.6 * side), width=22
        )
        drawing.ellipse(
            shoulder, 30, 30, self._tone(mix(metal, self.robot.accent, 0.35), 0.6 * side)
        )
        drawing.ellipse(elbow, 17, 17, dark)
        for turned in (-1, 1):
            claw = [
                (wrist[0] + 4 * turned, wrist[1]), (wrist[0] + 22 * turned, wrist[1] + 22),
                (wrist[0] + 8 * turned, wrist[1] + 46),
            ]  # fmt: skip
            drawing.path(curve(claw), stroke=dark, width=13)

    def _draw_gait(self) -> None:
        drawing, metal, soles = self.sketch.drawing, self.robot.metal, self.robot.soles
        wide, _, bottom, _ = _TRUNKS[self.robot.frame]
        dark = self._tone(mix(metal, _DARK, 0.45))
        black = self._tone((52, 50, 58))
        if self.robot.gait == "legs":
            for side in (-1, 1):
                x, toe = side * 0.48 * wide, 16 * self.sketch.turn
                drawing.box((x - 25, bottom - 30), (50, soles - bottom), dark, rounding=12)
                paint = self.sketch.shading.round(drawing, metal, x - 22, x + 22)
                drawing.box((x - 22, bottom - 30), (44, soles - bottom - 4), paint, rounding=10)
                knee = (x, 0.5 * (bottom + soles) - 14)
                drawing.ellipse(
                    knee, 27, 24, self._tone(mix(metal, self.robot.accent, 0.4), 0.4 * side)
                )
                foot = [
                    (x - 44 + toe, soles), (x - 36 + toe, soles - 34), (x + 36 + toe, soles - 34),
                    (x + 44 + toe, soles),
                ]  # fmt: skip
                drawing.polygon(foot, dark)
            return
        drawing.box((-0.3 * wide, bottom - 20), (0.6 * wide, soles - bottom - 30), dark, rounding=8)
        if self.robot.gait == "tracks":
            for side in (-1, 1):
                x = side * 0.74 * wide
                drawing.box((x - 48, bottom + 26), (96, soles - bottom - 26), black, rounding=30)
                for row in range(4):
                    y = bottom + 44 + row * (soles - bottom - 50) / 4
                    tread = polyline([(x - 40, y), (x + 40, y)])
                    drawing.path(tread, stroke=self._tone((96, 94, 102)), width=6)
            return
        for side in (-1, 1):
            centre = (side * 0.66 * wide, soles - 52)
            drawing.ellipse(centre, 44, 52, black)
            drawing.ellipse(centre, 22, 27, self._tone(metal, 0.4 * side))
            drawing.ellipse(centre, 8, 10, dark)

    def _draw_rotors(self) -> None:
        """Draw four arms with what turns on them, and the skids below."""
        drawing, metal = self.sketch.drawing, self.robot.metal
        dark = self._tone(mix(metal, _DARK, 0.5))
        for x, y in ((-210, -70), (210, -70), (-236, -10), (236, -10)):
            drawing.path(polyline([(0, 10), (x, y + 16)]), stroke=dark, width=16)
            drawing.box((x - 11, y), (22, 34), self._tone(metal), rounding=6)
            drawing.ellipse((x, y - 4), 92, 11, self._tone((196, 200, 210)), 0.5)
            drawing.ellipse((x, y - 4), 9, 7, dark)
        for side in (-1, 1):
            skid = [(side * 46, 80), (side * 70, 132), (side * 104, 136), (side * 40, 138)]
            drawing.path(polyline(skid), stroke=dark, width=8)
