"""Houses, towers and what stands in streets, in metres."""

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import SNOW, Land
from sparkle_motion_dagster.engines.images.storyboard.scenery.pen import Pen

WINDOW_LIGHT: Colour = (255, 206, 122)
_GLASS: Colour = (92, 112, 132)

PLASTER: tuple[Colour, ...] = (
    (226, 206, 178), (214, 180, 150), (200, 190, 178), (232, 218, 190), (190, 160, 140),
    (176, 186, 184), (220, 170, 140),
)  # fmt: skip
ROOFS: tuple[Colour, ...] = ((164, 92, 74), (140, 82, 72), (110, 96, 104), (150, 108, 82))
CONCRETE: tuple[Colour, ...] = ((150, 156, 168), (132, 140, 156), (168, 162, 164), (120, 130, 150))


def window(pen: Pen, x: float, y: float, width: float, height: float, dice: Dice) -> None:
    """Draw a window; in the dark some are lit."""
    dice = dice.fork()
    lamps = pen.air.mood.lamps
    if dice.happens(0.62 * lamps):
        colour = pen.air.own(mix(WINDOW_LIGHT, (255, 170, 90), dice.between(0, 0.6)))
        pen.box(x, y, width, height, colour)
        if pen.unit * height > 14:
            pen.glow(x + width / 2, y + height / 2, 1.6 * height, WINDOW_LIGHT, 0.28 * lamps)
    else:
        sky = mix(_GLASS, pen.air.mood.middle, 0.3)
        pen.box(x, y, width, height, pen.air.shade(sky))
    if pen.unit * width > 9:
        bar = pen.air.half((220, 210, 196))
        pen.box(x + width * 0.46, y, width * 0.08, height, bar)
        pen.box(x, y + height * 0.55, width, height * 0.06, bar)


def house(pen: Pen, land: Land, dice: Dice, width: float, height: float) -> None:
    """Draw a house with a gable roof, its eaves `height` metres high."""
    dice = dice.fork()
    wall, roof = dice.pick(PLASTER), dice.pick(ROOFS)
    half, gable = width / 2, width * dice.between(0.34, 0.5)
    pen.box(-half, 0, width, height, pen.fade(0, height, pen.air.shade(wall), pen.air.half(wall)))
    lit_x = 0.0 if pen.sunward * pen.mirrored > 0 else -half
    sunny_half = [(lit_x, 0), (lit_x + half, 0), (lit_x + half, height), (lit_x, height)]
    pen.shape(sunny_half, pen.air.lit(wall), 0.3)
    eaves = half * 1.1
    tiles = SNOW if land.snowy else roof
    pen.shape(
        [(-eaves, height * 0.97), (eaves, height * 0.97), (0.12 * half, height + gable),
         (-0.12 * half, height + gable)],
        pen.air.half(tiles),
    )  # fmt: skip
    sunny = eaves * pen.sunward * pen.mirrored
    sunny_roof = [(0, height * 0.97), (sunny, height * 0.97), (0.12 * sunny / 1.1, height + gable)]
    pen.shape(sunny_roof, pen.air.lit(tiles), 0.6)
    chimney = dice.between(0.3, 0.6) * half * dice.side()
    pen.box(chimney, height + gable * 0.35, 0.16 * half, gable * 0.72, pen.air.shade(roof))
    columns = max(1, round(width / 2.2))
    rows = max(1, round(height / 2.9))
    for row in range(rows):
        for column in range(columns):
            x = -half + (column + 0.5) * width / columns
            y = (row + 0.32) * height / rows
            if row == 0 and column == columns // 2:
                pen.box(x - 0.5, 0, 1.0, 2.1, pen.air.shade((120, 84, 64)))
                continue
            window(pen, x - 0.42, y, 0.84, 1.25, dice)


def tenement(pen: Pen, land: Land, dice: Dice, width: float, height: float) -> None:
    """Draw a town house with a cornice and rows of windows."""
    dice = dice.fork()
    wall = dice.pick(PLASTER)
    half = width / 2
    pen.box(-half, 0, width, height, pen.fade(0, height, pen.air.shade(wall), pen.air.half(wall)))
    top = SNOW if land.snowy else mix(wall, (255, 255, 255), 0.2)
    pen.box(-half - 0.15, height - 0.3, width + 0.3, 0.45, pen.air.half(top))
    floors, columns = max(2, round(height / 3.2)), max(2, round(width / 2.1))
    for floor in range(1, floors):
        for column in range(columns):
            x = -half + (column + 0.5) * width / columns
            window(pen, x - 0.42, floor * height / floors + 0.6, 0.84, 1.5, dice)
    sign = dice.pick(((164, 70, 60), (60, 110, 100), (196, 150, 70), (90, 90, 130)))
    pen.box(-half + 0.3, 0.2, width - 0.6, 2.3, pen.air.shade((70, 60, 58)))
    if pen.air.mood.lamps > 0.5:
        pen.box(-half + 0.6, 0.5, width - 1.2, 1.8, pen.air.own(mix(WINDOW_LIGHT, sign, 0.25)))
        pen.glow(0, 1.2, 0.8 * width, WINDOW_LIGHT, 0.25 * pen.air.mood.lamps)
    awning = [(-half + 0.1, 2.9), (half - 0.1, 2.9), (half + 0.25, 2.2), (-half - 0.25, 2.2)]
    pen.shape(awning, pen.air.half(sign))


def block(pen: Pen, dice: Dice, width: float, height: float) -> None:
    """Draw a tall building, its windows a grid of lights."""
    dice = dice.fork()
    wall, half = dice.pick(CONCRETE), width / 2
    pen.box(-half, 0, width, height, pen.fade(0, height, pen.air.half(wall), pen.air.shade(wall)))
    lit_x = half * 0.55 if pen.sunward * pen.mirrored > 0 else -half
    pen.box(lit_x, 0, half * 0.45, height, pen.air.lit(wall))
    if dice.happens(0.5):
        pen.box(-half * 0.5, height, half, height * 0.04, pen.air.shade(wall))
        pen.box(-half * 0.04, height, half * 0.08, height * 0.16, pen.air.shade(wall))
    step = max(2.3, 8 / pen.unit)
    glass = pen.air.shade(mix(_GLASS, pen.air.mood.middle, 0.45))
    tints = [pen.air.own(mix(WINDOW_LIGHT, (255, 240, 210), share)) for share in (0.0, 0.35, 0.7)]
    panes: dict[Colour, list[tuple[float, float, float, float]]] = {
        colour: [] for colour in (glass, *tints)
    }
    y = 2.0
    while y < height - step:
        x = -half + 0.35 * step
        while x < half - 0.75 * step:
            colour = dice.pick(tints) if dice.happens(0.5 * pen.air.mood.lamps) else glass
            panes[colour].append((x, y, step * 0.5, step * 0.55))
            x += step
        y += step * 1.15
    for colour, boxes in panes.items():
        pen.boxes(boxes, colour)


def neon_sign(pen: Pen, dice: Dice) -> None:
    """Hang a sign of coloured light on a house."""
    dice = dice.fork()
    colour = dice.pick(((255, 80, 130), (80, 220, 240), (255, 160, 70), (170, 110, 255)))
    wide, tall = dice.between(0.8, 1.2), dice.between(3.0, 6.0)
    pen.box(-wide / 2, 0, wide, tall, pen.air.shade((50, 46, 60)))
    y = 0.4
    while y < tall - 0.7:
        pen.box(-wide * 0.32, y, wide * 0.64, 0.55, pen.air.own(colour))
        y += 0.85
    pen.glow(0, tall / 2, 1.3 * tall, colour, 0.5)


def lighthouse(pen: Pen, height: float) -> None:
    """Draw a lighthouse with a lit lantern, and in the dark its beam."""
    half = height * 0.085
    tower = [
        (-half * 1.25, 0), (half * 1.25, 0), (half * 0.78, 0.8 * height),
        (-half * 0.78, 0.8 * height),
    ]  # fmt: skip
    pen.shape(tower, pen.round(0, half, (232, 226, 214)))
    for low, high in ((0.2, 0.36), (0.52, 0.67)):
        band = [
            (side * half * (1.25 - 0.47 * y / 0.8), y * height)
            for side, y in ((-1, low), (1, low), (1, high), (-1, high))
        ]
        pen.shape(band, pen.round(0, half, (178, 70, 60)))
    for y in (0.14, 0.44, 0.72):
        pen.box(-half * 0.12, y * height, half * 0.24, 0.035 * height, pen.air.own((255, 214, 140)))
    dark = pen.air.shade((70, 74, 84))
    pen.box(-half * 1.1, 0.79 * height, half * 2.2, 0.02 * height, dark)
    pen.box(-half * 0.6, 0.81 * height, half * 1.2, 0.1 * height, pen.air.own((255, 226, 150)))
    for x in (-0.6, -0.2, 0.2, 0.55):
        pen.box(half * x, 0.81 * height, half * 0.06, 0.1 * height, dark)
    pen.shape([(-half * 0.75, 0.91 * height), (half * 0.75, 0.91 * height), (0, height)], dark)
    lamp = max(0.35, pen.air.mood.lamps)
    pen.glow(0, 0.86 * height, 0.75 * height, (255, 220, 150), 0.9 * lamp)
    if lamp > 0.5:
        beam(pen, (0, 0.86 * height), height)


def beam(pen: Pen, lamp: tuple[float, float], length: float) -> None:
    """Draw the beams of a lighthouse to both sides."""
    x, y = pen.at(*lamp)
    reach = 3.2 * length * pen.unit
    colour: Colour = (255, 234, 178)
    for side, rise, share in ((-pen.sunward, 0.06, 0.55), (pen.sunward, -0.05, 0.34)):
        end = (x + side * reach, y - rise * reach)
        paint = pen.drawing.linear(
            (x, y), end, (0, colour, share), (0.5, colour, share * 0.3), (1, colour, 0)
        )
        spread = 0.075 * reach
        thin = 0.012 * reach * 0.3
        fan = [(x, y - thin), (end[0], end[1] - spread), (end[0], end[1] + spread), (x, y + thin)]
        pen.drawing.polygon(fan, paint)


def street_lamp(pen: Pen, height: float = 3.4) -> None:
    """Draw a street lamp, lit in the dark, with its light on the ground."""
    dark = pen.air.shade((58, 60, 70))
    pen.shape(
        [(-0.1, 0), (0.1, 0), (0.045, 0.5), (0.04, height), (-0.04, height), (-0.045, 0.5)], dark
    )
    pen.shape(
        [(-0.16, height), (0.16, height), (0.22, height + 0.42), (-0.22, height + 0.42)],
        pen.air.own((255, 222, 150)) if pen.air.mood.lamps > 0.5 else pen.air.half((200, 206, 210)),
    )
    pen.shape([(-0.27, height + 0.42), (0.27, height + 0.42), (0, height + 0.68)], dark)
    if pen.air.mood.lamps > 0.5:
        pen.glow(0, height + 0.2, 2.6, WINDOW_LIGHT, 0.75 * pen.air.mood.lamps)
        pen.oval(0, 0, 1.5, 0.17, WINDOW_LIGHT, 0.16)


def castle(pen: Pen, dice: Dice, height: float) -> None:
    """Draw a castle: walls with battlements, and towers."""
    dice = dice.fork()
    stone = mix((158, 150, 146), (176, 156, 130), dice.between(0, 1))

    def tower(x: float, half: float, top: float, *, pointed: bool) -> None:
        pen.box(x - half, 0, 2 * half, top, pen.round(x, half, stone))
        for step in (-1, -0.35, 0.3):
            pen.box(x + half * step * 1.15, top, half * 0.5, half * 0.42, pen.air.half(stone))
        if pointed:
            roof = [(x - half * 1.25, top), (x + half * 1.25, top), (x, top + half * 3.4)]
            pen.shape(roof, pen.round(x, half, (104, 92, 122)))
        pen.box(
            x - half * 0.16,
            top * 0.66,
            half * 0.32,
            half * 0.7,
            pen.air.own(WINDOW_LIGHT) if pen.air.mood.lamps > 0.5 else pen.air.shade((50, 50, 60)),
        )

    wall = pen.fade(0, 0.4 * height, pen.air.shade(stone), pen.air.half(stone))
    pen.box(-0.75 * height, 0, 1.5 * height, 0.42 * height, wall)
    for step in range(16):
        pen.box(
            (-0.75 + step * 0.095) * height,
            0.42 * height,
            0.055 * height,
            0.035 * height,
            pen.air.half(stone),
        )
    for x, half, top, pointed in (
        (-0.42, 0.09, 0.78, True), (0.05, 0.13, 1.0, True), (0.36, 0.07, 0.66, False),
        (-0.75, 0.1, 0.52, True), (0.74, 0.1, 0.56, True),
    ):  # fmt: skip
        tower(x * height, half * height, top * height * 0.72, pointed=pointed)
    pen.blob(
        [(-0.07 * height, 0), (-0.07 * height, 0.12 * height), (0, 0.2 * height),
         (0.07 * height, 0.12 * height), (0.07 * height, 0)],
        pen.air.shade((60, 50, 50)),
    )  # fmt: skip
