"""What grows: trees, bushes, grass and flowers, in metres, in the colours of the season."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Point
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW, Land
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen

_BARK: Colour = (104, 82, 70)
_FIR: Colour = (58, 96, 82)

_FORKS = 4


def fir(pen: Pen, land: Land, dice: Dice, height: float) -> None:
    """Draw a fir of a height in metres: tiers that hang, the sunward side lighter."""
    dice = dice.fork()
    if land.barren:
        _stone(pen, land, dice, 0.22 * height)
        return
    needles = mix(_FIR, land.leaves[0], 0.0 if land.bare else 0.22)
    tiers = 4 if pen.unit * height < 60 else 8
    half = height * dice.between(0.145, 0.195)
    pen.box(-0.02 * height, 0, 0.04 * height, 0.2 * height, pen.air.shade(_BARK))
    dark, bright = pen.air.shade(needles), pen.air.half(needles)
    left: list[Point] = []
    right: list[Point] = []
    for tier in range(tiers):
        low = 0.1 + 0.9 * tier / tiers
        wide = half * (1 - low) ** 0.85 * dice.between(0.88, 1.12)
        inner = wide * 0.72
        top = 0.1 + 0.9 * (tier + 1) / tiers
        left += [(-wide, low * height), (-inner * (1 - 1 / tiers), (low + top) / 2 * height)]
        right += [(wide, low * height), (inner * (1 - 1 / tiers), (low + top) / 2 * height)]
    tip = (0.0, height)
    pen.shape([*left, tip, *reversed(right)], dark)
    sunny = right if pen.sunward * pen.mirrored > 0 else left
    pen.shape([(0, 0.12 * height), *sunny, tip], bright, 0.75)
    if land.snowy:
        for tier in range(1, tiers):
            low = 0.1 + 0.9 * tier / tiers
            wide = half * (1 - low) ** 0.85 * 0.9
            y = low * height
            cap = [(-wide, y), (0, y + 0.1 * height), (wide, y), (0, y + 0.035 * height)]
            pen.shape(cap, pen.air.half(SNOW), 0.9)


def broadleaf(pen: Pen, land: Land, dice: Dice, height: float) -> None:
    """Draw a round-headed tree: a trunk with boughs, a crown in three tones."""
    dice = dice.fork()
    if land.barren:
        _stone(pen, land, dice, 0.22 * height)
        return
    trunk = height * 0.045
    bark = pen.round(0, trunk, _BARK)
    lean = dice.between(-0.04, 0.04) * height
    fork = 0.42 * height
    pen.shape(
        [(-1.5 * trunk, 0), (1.5 * trunk, 0), (lean + trunk * 0.7, fork),
         (lean - trunk * 0.7, fork)],
        bark,
    )  # fmt: skip
    if land.bare:
        _boughs(pen, dice, (lean, fork * 0.9), height * 0.24, trunk * 1.3)
        return
    leaf = dice.pick(land.leaves)
    for side in (-1, 1):
        pen.stroke(
            [(lean, 0.32 * height), (lean + side * 0.08 * height, 0.5 * height),
             (lean + side * 0.16 * height, 0.62 * height)],
            trunk * 0.8,
            pen.air.shade(_BARK),
        )  # fmt: skip
    puffs = [
        (
            lean + dice.between(-0.23, 0.23) * height,
            dice.between(0.52, 0.82) * height,
            dice.between(0.13, 0.2) * height,
        )
        for _ in range(7)
    ]
    direction = pen.sunward * pen.mirrored
    layers = (
        (pen.air.shade(leaf), 1.0, 0.0),
        (pen.air.half(leaf), 0.8, 0.22),
        (pen.air.lit(mix(leaf, (255, 240, 180), 0.12)), 0.48, 0.48),
    )
    for colour, size, shift in layers:
        for x, y, radius in puffs:
            middle = (x + direction * shift * radius, y + shift * radius)
            _leafy(pen, dice, middle, size * radius, colour)


def _leafy(pen: Pen, dice: Dice, centre: Point, radius: float, colour: Colour) -> None:
    """Draw a cluster of leaves: a blob with an uneven edge."""
    compass = (
        (1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -0.9), (0.7, -0.7),
    )  # fmt: skip
    reach = [dice.between(0.82, 1.16) * radius for _ in compass]
    pen.blob(
        [
            (centre[0] + x * r, centre[1] + 0.86 * y * r)
            for (x, y), r in zip(compass, reach, strict=True)
        ],
        colour,
    )


def _boughs(pen: Pen, dice: Dice, start: Point, length: float, width: float) -> None:
    """Draw a bare bough and the smaller ones that grow from it."""
    colour = pen.air.shade(_BARK)
    growing = [(start, (0.0, 1.0), length, width, 0)]
    while growing:
        (x, y), (dx, dy), long, thick, depth = growing.pop()
        end = (x + dx * long, y + dy * long)
        pen.line([(x, y), end], thick, colour)
        if depth == _FORKS:
            continue
        for bend in (dice.between(-0.95, -0.3), dice.between(0.3, 0.95)):
            turned = (dx + bend * dy, dy - bend * dx + 0.15)
            norm = (turned[0] ** 2 + turned[1] ** 2) ** 0.5
            direction = (turned[0] / norm, turned[1] / norm)
            growing.append(
                (end, direction, long * dice.between(0.6, 0.78), thick * 0.62, depth + 1)
            )


def cypress(pen: Pen, land: Land, dice: Dice, height: float) -> None:
    """Draw a tall narrow tree."""
    dice = dice.fork()
    if land.barren:
        _stone(pen, land, dice, 0.22 * height)
        return
    leaf = mix(_FIR, land.leaves[0], 0.35)
    half = height * dice.between(0.09, 0.13)
    outline = [
        (-half * 0.5, 0.04), (-half, 0.3), (-half * 0.75, 0.65), (0, 1), (half * 0.75, 0.65),
        (half, 0.3), (half * 0.5, 0.04),
    ]  # fmt: skip
    pen.blob([(x, y * height) for x, y in outline], pen.round(0, half, leaf))


def palm(pen: Pen, land: Land, dice: Dice, height: float) -> None:
    """Draw a palm tree."""
    dice = dice.fork()
    if land.barren:
        _stone(pen, land, dice, 0.22 * height)
        return
    lean = dice.between(0.08, 0.25) * height * dice.side()
    trunk = [(0, 0), (lean * 0.35, height * 0.5), (lean, height * 0.9)]
    pen.stroke(trunk, height * 0.045, pen.air.half((136, 108, 84)))
    leaf = mix((84, 134, 84), land.leaves[0], 0.4)
    fronds = (
        (-0.42, -0.06), (-0.34, 0.14), (-0.12, 0.24), (0.14, 0.24), (0.36, 0.12), (0.42, -0.08),
    )  # fmt: skip
    for index, (x, y) in enumerate(fronds):
        tip = (lean + x * height, height * (0.88 + y * 0.7 - 0.1))
        up = (lean + x * 0.45 * height, height * (0.95 + y * 0.45))
        down = (lean + x * 0.5 * height, height * (0.86 + y * 0.4))
        colour = pen.air.lit(leaf) if index % 2 else pen.air.shade(leaf)
        pen.blob([(lean, height * 0.9), up, tip, down], colour)


def bush(pen: Pen, land: Land, dice: Dice, height: float) -> None:
    """Draw a bush, with blossoms if it has any."""
    dice = dice.fork()
    if land.barren:
        _stone(pen, land, dice, 0.22 * height)
        return
    leaf = SNOW if land.snowy else dice.pick(land.leaves)
    direction = pen.sunward * pen.mirrored
    spots = [(dice.between(-0.7, 0.7) * height, dice.between(0.3, 0.62) * height) for _ in range(5)]
    for colour, size, shift in ((pen.air.shade(leaf), 0.42, 0.0), (pen.air.half(leaf), 0.28, 0.12)):
        for x, y in spots:
            middle = (x + direction * shift * height, y + shift * height)
            _leafy(pen, dice, middle, size * height, colour)
    if land.blossoms and dice.happens(0.5):
        blossom = pen.air.lit(dice.pick(land.blossoms))
        for _ in range(9):
            x, y = dice.between(-0.8, 0.8) * height, dice.between(0.25, 0.85) * height
            pen.oval(x, y, 0.05 * height, 0.05 * height, blossom)


def tuft(pen: Pen, land: Land, dice: Dice, height: float) -> None:
    """Draw a tuft of grass."""
    dice = dice.fork()
    if land.barren:
        _stone(pen, land, dice, 0.3 * height)
        return
    colour = pen.air.half(mix(land.grass, land.dry, dice.between(0, 1)))
    for _ in range(7):
        x, lean = dice.between(-0.3, 0.3) * height, dice.between(-0.45, 0.45) * height
        tall = dice.between(0.6, 1.0) * height
        pen.shape([(x - 0.04 * height, 0), (x + 0.04 * height, 0), (x + lean, tall)], colour)


def flower(pen: Pen, land: Land, dice: Dice, height: float) -> None:
    """Draw a flower on its stalk."""
    dice = dice.fork()
    if land.barren:
        _stone(pen, land, dice, 0.3 * height)
        return
    lean = dice.between(-0.15, 0.15) * height
    stalk = [(0, 0), (lean * 0.4, 0.5 * height), (lean, 0.9 * height)]
    pen.stroke(stalk, 0.035 * height, pen.air.half((96, 136, 78)))
    leaf = [(0, 0.2 * height), (0.16 * height, 0.45 * height), (0.05 * height, 0.24 * height)]
    pen.shape(leaf, pen.air.half((96, 136, 78)))
    colour = dice.pick(land.blossoms or ((228, 220, 210),))
    radius = 0.11 * height
    for x, y in ((-0.8, 0), (0.8, 0), (0, 0.8), (0, -0.8)):
        pen.oval(
            lean + x * radius,
            0.9 * height + y * radius,
            radius * 0.75,
            radius * 0.75,
            pen.air.half(colour),
        )
    heart = pen.air.lit(mix(colour, (255, 220, 120), 0.6))
    pen.oval(lean, 0.9 * height, radius * 0.6, radius * 0.6, heart)


def spire_flower(pen: Pen, land: Land, dice: Dice, height: float) -> None:
    """Draw a tall flower with bells along its stalk: a foxglove, lavender."""
    dice = dice.fork()
    if land.barren:
        _stone(pen, land, dice, 0.3 * height)
        return
    pen.line([(0, 0), (0, height)], 0.03 * height, pen.air.half((96, 136, 78)))
    colour = dice.pick(land.blossoms or ((228, 220, 210),))
    for step in range(9):
        y = (0.4 + 0.065 * step) * height
        size = 0.065 * height * (1.1 - 0.08 * step)
        side = (-1 if step % 2 else 1) * size * 0.7
        pen.oval(
            side, y, size, size * 0.9, pen.air.half(colour) if step % 2 else pen.air.lit(colour)
        )


def _stone(pen: Pen, land: Land, dice: Dice, height: float) -> None:
    """Draw a stone that lies where on earth a plant would stand."""
    half, lean = height * dice.between(0.8, 1.5), dice.between(-0.3, 0.3)
    peak = (lean * half, height)
    outline = [(-half, 0), (-0.7 * half, 0.6 * height), peak, (0.6 * half, 0.7 * height), (half, 0)]
    pen.shape(outline, pen.air.shade(land.dry))
    side = pen.sunward * pen.mirrored
    face = [peak, (side * 0.6 * half, 0.65 * height), (side * half, 0), (lean * half, 0.1 * height)]
    pen.shape(face, pen.air.half(land.grass), 0.85)
