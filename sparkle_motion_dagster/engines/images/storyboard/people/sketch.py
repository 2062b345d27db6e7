"""What everything that is drawn of a head shares: the drawing, who it is, how the head is held.

Heads are drawn in units of a hundredth of half the head's height: the middle of the face is
(0, 0), the skull's top y = -100, the chin y = 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing, Point, curve
from sparkle_motion_dagster.engines.images.storyboard.canvas.shading import Shading
from sparkle_motion_dagster.engines.images.storyboard.people import proportions
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.scene import Expression


@dataclass(frozen=True)
class Sketch:
    """A head under way."""

    drawing: Drawing
    look: Look
    shading: Shading
    expression: Expression
    turn: float

    def on_face(self, x: float, y: float, out: float = 0.0) -> Point:
        """Return where a place on the front of the face lies, which a turn moves sideways.

        Args:
            x: From the face's middle line, seen from the front.
            y: From the middle of the face.
            out: How far it stands out of the face, as a nose does.
        """
        return proportions.across_face(x, self.turn, out), y

    def round_head(self, x: float, y: float, front: float) -> Point:
        """Return where a place on the head's outline lies; see `around_head`."""
        return proportions.around_head(x, self.turn, front), y

    def tone(self, colour: Colour, across: float = 0.0) -> Colour:
        """Return a colour in the scene's light, at a place from the left edge (-1) to the right."""
        return self.shading.at(colour, across)

    @property
    def jaw_drop(self) -> float:
        """How much lower the chin is for an open mouth."""
        return proportions.jaw_drop(self.look, self.expression.mouth)

    @property
    def half_width(self) -> float:
        """Half the breadth of the face."""
        return 73 * self.look.build.cheeks

    def outline(self) -> list[Point]:
        """Return the head's outline without hair and ears, from the crown clockwise."""
        build, youth = self.look.build, self.look.youth
        wide, drop, jaw = self.half_width, self.jaw_drop, 52 * build.jaw
        right: Sequence[tuple[float, float, float]] = (
            (0, -100, -0.05), (0.62 * wide, -90, -0.06), (0.97 * wide, -52, -0.06),
            (wide * 1.0, -10, 0.04), (0.975 * wide, 28 + 6 * youth, 0.12),
            (0.5 * (0.93 * wide + jaw * 1.25), 56 + 0.4 * drop, 0.2),
            (jaw * 0.82, 79 + 0.75 * drop, 0.3),
            (12 + 11 * build.jaw, 95 + drop - 3 * youth, 0.42),
            (0, 101 + drop - 4 * youth, 0.45),
        )  # fmt: skip
        left = [(-x, y, front) for x, y, front in right[-2:0:-1]]
        return [self.round_head(*place) for place in (*right, *left)]


def draw_rim(sketch: Sketch, outline: Sequence[Point], colour: Colour, depth: float = 8.0) -> None:
    """Draw the edge that the main light catches from the side.

    Args:
        sketch: What is drawn on.
        outline: The edge, closed, the lit side's half of which shines.
        colour: What lies there.
        depth: How broad the lit edge is at most.
    """
    shading = sketch.shading
    if shading.rim < 0.1:
        return
    side = shading.lit_side
    reach = max(side * x for x, _ in outline)
    edge = [place for place in outline if side * place[0] > 0.35 * reach]
    edge.sort(key=lambda place: place[1])
    inner = []
    for x, y in edge:
        share = (side * x / reach - 0.35) / 0.65
        inner.append((x - side * depth * share, y))
    light = mix(colour, shading.light.key, 0.65)
    path = curve(edge) + curve(inner[::-1]).replace("M", "L", 1) + "Z"
    sketch.drawing.path(path, light, opacity=0.8 * shading.rim)
