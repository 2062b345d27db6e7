"""Where the camera stands, and where people are in the picture."""

from dataclasses import dataclass, replace

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Frame
from sparkle_motion_dagster.engines.images.storyboard.ranks import (
    LEAST_RISE,
    SHRINKS,
    Room,
    in_ranks,
    stand,
)
from sparkle_motion_dagster.engines.images.storyboard.scene import Box
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Angle, Framing, Reading

_PERSON = 1.7
"""How tall people are taken to be, in metres."""

_HEAD = {
    Framing.MEDIUM: 0.105,
    Framing.OVER_SHOULDER: 0.17,
    Framing.MEDIUM_CLOSE: 0.165,
    Framing.CLOSE: 0.255,
    Framing.EXTREME_CLOSE: 0.46,
}
"""Half the height of a head, as a share of the frame's height: these framings show faces."""

_EYES = {
    Framing.MEDIUM: 0.38,
    Framing.OVER_SHOULDER: 0.42,
    Framing.MEDIUM_CLOSE: 0.42,
    Framing.CLOSE: 0.47,
    Framing.EXTREME_CLOSE: 0.56,
}
"""The row of a face's middle in them, as a share of the frame's height."""

_STATURE = {Framing.EXTREME_WIDE: 0.11, Framing.WIDE: 0.27, Framing.FULL: 0.46}
"""How tall a standing person is, as a share of the picture's height."""

_FEET = {Framing.EXTREME_WIDE: 0.78, Framing.WIDE: 0.86, Framing.FULL: 0.94}
"""The row that they stand on."""

_IN_ROOMS = 0.4
"""How tall a standing person is at least in a room: who is smaller is behind its back wall."""

_SPACIOUS = {"stage", "hall", "church", "cave", "cockpit"}
"""Where there is room for people to be farther away."""

_CRAMPED = {"car", "carriage", "wheelhouse", "lamp room", "sill"}
"""Where nobody is seen from head to foot."""

_FEW = 5
"""Most people that stand side by side; more are a crowd."""

_FORWARD = {Framing.MEDIUM: 4, Framing.MEDIUM_CLOSE: 3, Framing.CLOSE: 3}
"""How many of a crowd are near in these framings, where nobody is named; in others two."""

_ABREAST, _HEADS_ABREAST = 0.24, 0.19
"""Room beside the next in a crowd, as a share of how tall one is: from head to foot, and where
heads alone have to be seen."""

_CROWD_STATURE = 0.4
_BACK_STATURE = 7.0
"""Tallest of a crowd: as a share of the picture's height, and behind people who are near, in halves
of their heads (who is as far away has 13)."""

_CROWD_FOCUS = 0.004
"""Most that a crowd behind people is out of focus: a blur as a share of the frame's height."""

_CROWD_FACE, _CROWD_LOWER = 0.34, 0.1
"""Largest face before a crowd, and how much lower it lies than without one."""

_GROUP = 3
"""Least people that are a group: a camera must not leave one of them outside."""

_HEAD_SHARE, _BODY_BESIDE = 0.16, 0.13
"""A head's height, and half the room that a body takes beside, as shares of how tall one is."""

_HALF_HEAD = 0.95
"""Half the width of a head with its hair, in halves of its height."""

_WIDEST = {Framing.EXTREME_CLOSE: 1.1}
_WIDEST_HEAD = 0.8
"""How much of the frame's width a head takes at most: of one so near hair may be out of the frame,
a face never is."""

_MARGIN = 0.03
"""Room that is left beside a head in a narrow frame, as a share of the width."""

_OVERLAP = 0.85
"""Of half a face, what somebody seen from behind in front of it leaves free."""

_WIDEST_USUAL = 1.85
"""In frames that are wider beside their height, people do not stand farther apart."""

_UNMANNED_EYE = {Framing.EXTREME_WIDE: 5.5, Framing.WIDE: 2.8}


@dataclass(frozen=True)
class FacePlace:
    """Where a face goes: shares of the frame, its turn and its tilt in degrees."""

    x: float
    y: float
    size: float
    turn: float
    tilt: float


@dataclass(frozen=True)
class FigurePlace:
    """Where a standing person goes: shares of the picture, and where they look (-1 to 1)."""

    x: float
    feet: float
    height: float
    facing: float


@dataclass(frozen=True)
class Composition:
    """A picture's plan.

    Attributes:
        horizon: The row of the horizon, as a share of the picture's height.
        eye: How high above the ground the camera stands, in metres.
        faces: Where faces go, one a person, if people are near.
        figures: Where standing people go, one a person, if they are not; the farthest first where
            they are a crowd, which may also be behind faces.
    """

    horizon: float
    eye: float
    faces: tuple[FacePlace, ...] = ()
    figures: tuple[FigurePlace, ...] = ()

    @property
    def focus(self) -> float:
        """How far the background is out of focus: a blur as a share of the frame's height."""
        blur = 0.05 * max((face.size for face in self.faces), default=0.0)
        return min(blur, _CROWD_FOCUS) if self.figures else blur


def compose(reading: Reading, frame: Frame, people: int, dice: Dice, leads: int = 0) -> Composition:
    """Plan a picture.

    Args:
        reading: What the prompt says.
        frame: Where the picture lies in the keyframe.
        people: How many are in it.
        dice: Decide what is left open.
        leads: How many of a crowd are spoken of by themselves.
    """
    if people > _FEW:
        if reading.framing in _HEAD or reading.place in _CRAMPED:
            return _before_crowd(reading, frame, people, dice, leads)
        return _of_crowd(reading, frame, people, dice)
    if people and (reading.framing in _HEAD or reading.place in _CRAMPED):
        return _of_faces(reading, frame, people, dice)
    horizon = _horizon(reading, dice)
    if not people:
        return Composition(horizon, _eye(reading))
    framing = reading.framing if reading.framing in _STATURE else Framing.FULL
    height = (
        _STATURE[framing] * dice.between(0.94, 1.06) * (1.12 if reading.angle is Angle.LOW else 1)
    )
    feet = _FEET[framing] if reading.place != "stage" else 0.84
    in_room = _in_room(reading)
    if reading.indoors and framing is Framing.FULL:
        height *= 1.1
    height = min(height, 1.7 * frame.width / frame.rows / (people + 1), 0.92 * (feet - 0.04))
    if in_room:
        height = max(height, _IN_ROOMS * min(1.0, frame.width / frame.rows) ** 0.5)
    eye = max(0.35, _PERSON * (feet - horizon) / height)
    reach = min(0.64, 0.19 * people) if in_room or framing is Framing.FULL else 0.46
    places = _apart(people, reach, dice)
    figures = tuple(
        FigurePlace(
            x,
            feet - 0.016 * (index % 2),
            height * (1 - 0.04 * (index % 2)),
            _towards(x, places, dice),
        )
        for index, x in enumerate(places)
    )
    return Composition(horizon, eye, figures=figures)


def _of_faces(reading: Reading, frame: Frame, people: int, dice: Dice) -> Composition:
    framing = reading.framing if reading.framing in _HEAD else Framing.MEDIUM
    if framing is Framing.OVER_SHOULDER and people == 1:
        framing = Framing.MEDIUM_CLOSE
    shown = 1 if framing is Framing.OVER_SHOULDER else people
    shape = frame.width / frame.height
    closer = min(1.0, _WIDEST_USUAL / shape)
    gap = min(0.36, 0.78 / shown) * closer
    room = (gap if shown > 1 else _WIDEST.get(framing, _WIDEST_HEAD)) * shape / (2 * _HALF_HEAD)
    size = min(_HEAD[framing] * dice.between(0.95, 1.05), room)
    half = _HALF_HEAD * size / shape
    y = max(_EYES[framing], frame.top / frame.height + 1.12 * size)
    side = dice.side()
    if shown == 1:
        reach = 0.5 - {Framing.EXTREME_CLOSE: 0.47, Framing.CLOSE: 0.41}.get(framing, 0.36)
        reach *= closer if framing is Framing.OVER_SHOULDER else min(1.0, shape)
        reach = min(reach, max(0.0, 0.5 - _MARGIN - half))
        turn = 0.85 if reading.profile else dice.between(0.16, 0.34)
        places = [FacePlace(0.5 + side * reach, y, size, -side * turn, side * dice.between(-1, 4))]
    else:
        xs = [0.5 + (index - (people - 1) / 2) * gap for index in range(people)]
        places = [
            FacePlace(x, y + 0.03 * dice.between(-1, 1), size * dice.between(0.95, 1.04),
                      max(-1.0, min(1.0, (0.5 - x) * 1.9)), dice.between(-3, 3))
            for x in xs
        ]  # fmt: skip
    if framing is Framing.OVER_SHOULDER:
        aside = max(0.3 * closer, (_OVERLAP + 1.9) * half - reach)
        places.append(FacePlace(0.5 - side * aside, y + 0.2, size * 1.9, side * 0.2, 0))
    horizon = {Angle.LOW: 0.82, Angle.HIGH: 0.22}.get(
        reading.angle, 0.56 if not reading.indoors else 0.5
    )
    return Composition(horizon + dice.between(-0.03, 0.03), 1.6, tuple(places))


def group_of(plan: Composition, frame: Frame) -> Box | None:
    """Return what a picture's people take of the frame; None where they are no group.

    Of who is behind others, that is the head.
    """
    if len(plan.faces) + len(plan.figures) < _GROUP:
        return None
    low, beside = (_HEAD_SHARE, 0.5 * _HEAD_SHARE) if plan.faces else (1.0, _BODY_BESIDE)
    wide, high = frame.height / frame.width, frame.rows / frame.height
    spans = [
        (face.x, 0.95 * face.size * wide, face.y - 1.2 * face.size, face.y + 1.2 * face.size)
        for face in plan.faces
    ]
    for figure in plan.figures:
        top = 1 - high * (1 - figure.feet + figure.height)
        tall = high * figure.height
        spans.append((figure.x, beside * tall * wide, top, top + low * tall))
    return Box(
        left=_share(min(x - half for x, half, _, _ in spans)),
        top=_share(min(top for _, _, top, _ in spans)),
        right=_share(max(x + half for x, half, _, _ in spans)),
        bottom=_share(max(bottom for *_, bottom in spans)),
    )


def _share(place: float) -> float:
    return round(min(max(place, 0.0), 1.0), 4)


def _of_crowd(reading: Reading, frame: Frame, people: int, dice: Dice) -> Composition:
    """Plan a crowd from head to foot, seen from so high that nobody hides the next."""
    as_said = reading.framing in _STATURE and not _in_room(reading)
    framing = reading.framing if as_said else Framing.FULL
    feet = _FEET[framing] if reading.place != "stage" else 0.84
    room = Room(frame.width / frame.rows, min(_STATURE[framing], _CROWD_STATURE), 1.0, _ABREAST)
    ranks = in_ranks(people, room)
    height = ranks.height
    horizon = min(_horizon(reading, dice), feet - height * (1 + LEAST_RISE / (1 - SHRINKS)))
    rise = (1 - SHRINKS) * ((feet - horizon) / height - 1)
    figures = tuple(
        FigurePlace(
            one.x, feet - height - one.rise + one.height, one.height, dice.between(-0.6, 0.6)
        )
        for one in stand(ranks, room, rise, dice)
    )
    return Composition(horizon, _PERSON * (feet - horizon) / height, figures=figures)


def _before_crowd(
    reading: Reading, frame: Frame, people: int, dice: Dice, leads: int
) -> Composition:
    """Plan some of a crowd near, and above their heads the others."""
    named = 0 < leads <= _FEW and reading.framing is not Framing.OVER_SHOULDER
    upright = frame.width < frame.height
    forward = leads if named else 2 if upright else _FORWARD.get(reading.framing, 2)
    near = _of_faces(reading, frame, forward, dice)
    faces = tuple(
        replace(face, y=face.y + _CROWD_LOWER, size=min(face.size, _CROWD_FACE))
        for face in near.faces
    )
    top = min(face.y - 1.2 * face.size for face in faces)
    headroom = (top * frame.height - frame.top) / frame.rows
    size = min(face.size for face in faces) * frame.height / frame.rows
    room = Room(frame.width / frame.rows, _BACK_STATURE * size, 0.7 * headroom, _HEADS_ABREAST)
    ranks = in_ranks(people - forward, room)
    heads = headroom - LEAST_RISE * ranks.height
    figures = tuple(
        FigurePlace(one.x, heads - one.rise + one.height, one.height, dice.between(-0.6, 0.6))
        for one in stand(ranks, room, LEAST_RISE, dice)
    )
    return replace(near, faces=faces, figures=figures)


def _in_room(reading: Reading) -> bool:
    """Whether a back wall is near."""
    return reading.indoors and reading.place not in _SPACIOUS


def _horizon(reading: Reading, dice: Dice) -> float:
    if reading.angle is Angle.LOW:
        return dice.between(0.74, 0.8)
    if reading.angle is Angle.HIGH:
        return dice.between(0.14, 0.24)
    if reading.indoors:
        return dice.between(0.45, 0.5)
    return dice.between(0.5, 0.61)


def _eye(reading: Reading) -> float:
    if reading.angle is Angle.LOW:
        return 0.7
    if reading.angle is Angle.HIGH:
        return 2.3 if reading.indoors else 8.0
    if reading.indoors:
        return 1.5
    return _UNMANNED_EYE.get(reading.framing, 1.9)


def _apart(people: int, reach: float, dice: Dice) -> list[float]:
    """Return where people stand, the outermost `reach` apart, as shares of the width."""
    if people == 1:
        return [0.5 + dice.side() * dice.between(0.12, 0.17)]
    shift = dice.between(-0.05, 0.05)
    return [0.5 + shift + (index / (people - 1) - 0.5) * reach for index in range(people)]


def _towards(x: float, places: list[float], dice: Dice) -> float:
    """Return where somebody at a place looks: to the others, or into the picture."""
    middle = sum(places) / len(places)
    if len(places) == 1:
        return (0.5 - x) * 3 + dice.between(-0.2, 0.2)
    return max(-1.0, min(1.0, (middle - x) * 4))
