"""The heads of robots: lamps for eyes, and a grille that lights when they speak."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point, curve, polyline
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import closed
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Eye, Robot
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.plates import (
    DARK,
    RUST,
    Plate,
    draw_plate,
    draw_vents,
)
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch

_GRILLE_Y = 58.0
_SLOTS = 9

_HEADS: dict[str, Plate] = {
    "boxy": (90, -84, 96, 16), "round": (94, -92, 96, 88), "slim": (76, -98, 100, 62),
    "flying": (112, -82, 98, 80),
}  # fmt: skip


@dataclass(frozen=True)
class RobotHead:
    """Draws a robot's head."""

    sketch: Sketch
    robot: Robot

    def draw(self) -> None:
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
        drawing.path(polyline(frame) + "Z", self._tone(DARK), stroke=self._tone(DARK), width=5)
        for x in places:
            y = _GRILLE_Y - bend * (2 * (x / half) ** 2 - 1)
            lit = min(1.0, max(0.0, 2.2 * mouth.opening - 1.3 * abs(x / half) + 0.1))
            lit *= mouth.opening > 0.04
            tall = 6 + 9 * lit
            bar = polyline(
                [self.sketch.on_face(x, y - tall, 4), self.sketch.on_face(x, y + tall, 4)]
            )
            unlit = self._tone(mix(self.robot.metal, DARK, 0.45))
            if lit:
                drawing.path(bar, stroke=self.robot.glow, width=11, opacity=0.35 * lit)
            shine = mix(self.robot.glow, (255, 255, 255), 0.45)
            drawing.path(bar, stroke=mix(unlit, shine, lit), width=5)

    def draw_from_behind(self) -> None:
        """Draw it from behind: no eyes, no grille, but vents."""
        self._draw_skull()
        wide, top, bottom, _ = _HEADS[self.robot.frame]
        draw_vents(self.sketch, self.robot.metal, 0, 10, 0.56 * wide, 4)
        for x in (-0.66 * wide, 0.66 * wide):
            for y in (0.6 * top, 0.66 * bottom):
                self.sketch.drawing.ellipse(
                    (x, y), 6, 6, self._tone(mix(self.robot.metal, DARK, 0.5))
                )

    def _tone(self, colour: Colour, across: float = 0.0) -> Colour:
        return self.sketch.tone(colour, across)

    def _draw_skull(self) -> None:
        drawing, metal = self.sketch.drawing, self.robot.metal
        place = _HEADS[self.robot.frame]
        wide, top, bottom, _ = place
        dark = self._tone(mix(metal, DARK, 0.5))
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
                (x - 12, -26), (24, 56), self._tone(mix(metal, DARK, 0.3), 0.7 * side), rounding=8
            )
        draw_plate(self.sketch, place, metal, 22)

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
        rim = self._tone(mix(self.robot.metal, DARK, 0.35))
        drawing.ellipse((x, y), (size + 9) * narrow, size + 9, rim)
        drawing.ellipse((x, y), (size + 3) * narrow, size + 3, self._tone(DARK))
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
        lid = self._tone(mix(self.robot.metal, DARK, 0.22))
        seam = self._tone(mix(self.robot.metal, DARK, 0.6))
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
        dark = self._tone(mix(metal, DARK, 0.5))
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
            rust = self._tone(RUST)
            for x, y, size in ((-64, 70, 20), (54, -66, 17), (-20, -76, 12)):
                at = self.sketch.on_face(x, y)
                patch = drawing.radial(at, size, (0, rust, 0.85), (0.6, rust, 0.6), (1, rust, 0))
                drawing.ellipse(at, size, 0.8 * size, patch)
