"""Robots: what they stand on, a trunk of metal with two arms, or rotors; and a head."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import curve, polyline
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import Robot
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.plates import (
    DARK,
    RUST,
    Plate,
    draw_plate,
    draw_vents,
)
from sparkle_motion_dagster.engines.images.storyboard.people.creatures.robot_heads import RobotHead
from sparkle_motion_dagster.engines.images.storyboard.people.sketch import Sketch

_TRUNKS: dict[str, Plate] = {
    "boxy": (136, 122, 410, 22), "round": (150, 112, 400, 140), "slim": (118, 130, 520, 52),
}  # fmt: skip


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
        dark = self._tone(mix(self._cover, DARK, 0.5))
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
        self._head.draw()

    def draw_mouth(self) -> None:
        """Draw the grille."""
        self._head.draw_mouth()

    def draw_back(self) -> None:
        """Draw it from behind: no eyes, no grille, but vents and a hatch."""
        if self.robot.frame == "flying":
            self._draw_rotors()
        else:
            self._draw_gait()
            self._draw_trunk()
            wide, top, bottom, _ = _TRUNKS[self.robot.frame]
            draw_vents(self.sketch, self.robot.metal, 0, top + 70, 0.62 * wide, 5)
            hatch = (-0.5 * wide, top + 0.5 * (bottom - top))
            dark = self._tone(mix(self._cover, DARK, 0.4))
            self.sketch.drawing.box(
                hatch, (wide, 0.3 * (bottom - top)), dark, opacity=0.4, rounding=8
            )
        self._head.draw_from_behind()

    @property
    def _head(self) -> RobotHead:
        return RobotHead(self.sketch, self.robot)

    @property
    def _cover(self) -> Colour:
        return self.robot.garment or self.robot.metal

    def _tone(self, colour: Colour, across: float = 0.0) -> Colour:
        return self.sketch.tone(colour, across)

    def _draw_trunk(self) -> None:
        wide, top, bottom, _ = _TRUNKS[self.robot.frame]
        self._draw_arm(-1)
        self._draw_arm(1)
        draw_plate(self.sketch, _TRUNKS[self.robot.frame], self._cover, 26)
        dark = self._tone(mix(self._cover, DARK, 0.5))
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
            rust = self._tone(RUST)
            at = (-0.62 * wide, bottom - 40)
            patch = drawing.radial(at, 46, (0, rust, 0.8), (0.6, rust, 0.5), (1, rust, 0))
            drawing.ellipse(at, 46, 30, patch)

    def _draw_arm(self, side: int) -> None:
        drawing, metal = self.sketch.drawing, self.robot.metal
        wide, top, bottom, _ = _TRUNKS[self.robot.frame]
        shoulder = (side * (wide + 6), top + 46)
        elbow = (side * (wide + 34), top + 0.5 * (bottom - top))
        wrist = (side * (wide + 26) + 14 * self.sketch.turn, top + 0.88 * (bottom - top))
        dark = self._tone(mix(metal, DARK, 0.4), 0.6 * side)
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
        dark = self._tone(mix(metal, DARK, 0.45))
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
        dark = self._tone(mix(metal, DARK, 0.5))
        for x, y in ((-210, -70), (210, -70), (-236, -10), (236, -10)):
            drawing.path(polyline([(0, 10), (x, y + 16)]), stroke=dark, width=16)
            drawing.box((x - 11, y), (22, 34), self._tone(metal), rounding=6)
            drawing.ellipse((x, y - 4), 92, 11, self._tone((196, 200, 210)), 0.5)
            drawing.ellipse((x, y - 4), 9, 7, dark)
        for side in (-1, 1):
            skid = [(side * 46, 80), (side * 70, 132), (side * 104, 136), (side * 40, 138)]
            drawing.path(polyline(skid), stroke=dark, width=8)
