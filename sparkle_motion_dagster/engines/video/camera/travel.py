"""The camera's way through a shot: how far its moves go in the time there is, and when."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sparkle_motion_dagster.engines.machinery.easing import glide, smoothstep
from sparkle_motion_dagster.engines.video.camera.hand import Hand
from sparkle_motion_dagster.engines.video.camera.views import Shake
from sparkle_motion_dagster.engines.video.motion_prompts import Motion, Pace, Phase


@dataclass(frozen=True)
class _Tempo:
    """What a pace means.

    Attributes:
        shift: Speed of a shift, in shares of the frame's side a second.
        zoom: Speed of a zoom, in natural logarithms of the scale a second.
        roll: Speed of a roll, in degrees a second.
        least_s: A phase goes at least as far as in this time, in seconds.
        most_s: Longest a phase of this pace lasts, in seconds.
        weight: Its share of the time among phases that have no longest time.
        ramp: Share of the phase in which it gathers speed, and loses it; where that would be
            longer than `_RAMP_S`, it is that long.
    """

    shift: float = 0.0
    zoom: float = 0.0
    roll: float = 0.0
    least_s: float = 0.0
    most_s: float = math.inf
    weight: float = 1.0
    ramp: float = 0.3


_TEMPI: Mapping[Pace, _Tempo] = {
    Pace.STILL: _Tempo(),
    Pace.QUIET: _Tempo(shift=0.012, zoom=0.022, roll=0.5, least_s=1.5, weight=1.2),
    Pace.SLOW: _Tempo(shift=0.025, zoom=0.036, roll=0.8, least_s=1.5, weight=1.4),
    Pace.STEADY: _Tempo(shift=0.05, zoom=0.06, roll=1.6, least_s=1.5),
    Pace.FAST: _Tempo(shift=0.16, zoom=0.2, roll=5.0, least_s=1.0, most_s=1.2, ramp=0.4),
    Pace.WHIP: _Tempo(shift=0.6, zoom=0.5, roll=9.0, least_s=0.4, most_s=0.5, ramp=0.5),
}

_RAMP_S = 0.7
"""Longest time in which a camera gathers speed, in seconds: longer, and it would seem to stand."""

_SLANT_S = 0.8
"""Time in which a horizon slants, and in which a hand takes hold, in seconds."""

_SWAY_SHIFT = 0.007
_SWAY_ANGLE = 0.35
"""Farthest shift (share of the frame's side) and turn (degrees) of a steady hand."""
_NO_SWAY = 0.0, 0.0, 0.0


@dataclass(frozen=True)
class Place:
    """Where the camera is, against where it began.

    Attributes:
        right: Shift, in shares of the frame's width.
        down: Shift, in shares of the frame's height.
        zoom: Natural logarithm of how much nearer it is.
        roll: Turn, clockwise, in degrees.
    """

    right: float = 0.0
    down: float = 0.0
    zoom: float = 0.0
    roll: float = 0.0

    def __add__(self, other: "Place") -> "Place":
        return Place(
            self.right + other.right,
            self.down + other.down,
            self.zoom + other.zoom,
            self.roll + other.roll,
        )

    def __mul__(self, factor: float) -> "Place":
        return Place(
            self.right * factor, self.down * factor, self.zoom * factor, self.roll * factor
        )

    def __sub__(self, other: "Place") -> "Place":
        return self + other * -1


@dataclass(frozen=True)
class Leg:
    """One phase on its way.

    Attributes:
        begin: When it begins, as a share of the shot.
        end: When it ends.
        way: How far it goes.
        pace: How it was asked to go.
        ramp: Share of its time in which it gathers speed, and loses it.
    """

    begin: float
    end: float
    way: Place
    pace: Pace
    ramp: float

    def at(self, position: float) -> Place:
        """Return how much of the way is done at a position of the shot, 0 to 1."""
        share = (position - self.begin) / (self.end - self.begin)
        return self.way * glide(share, self.ramp)


@dataclass(frozen=True)
class Travel:
    """A camera's whole way through a shot of some seconds.

    Attributes:
        legs: Its phases, in order.
        seconds: Length of the shot.
        motion: What was asked for.
        hand: How the hand that holds the camera sways.
    """

    legs: tuple[Leg, ...]
    seconds: float
    motion: Motion
    hand: Hand

    def at(self, position: float) -> Place:
        """Return where the camera is at a position of the shot, 0 to 1."""
        return sum((leg.at(position) for leg in self.legs), Place())

    @property
    def end(self) -> Place:
        """Where the camera arrives."""
        return self.at(1.0)

    @property
    def fastest(self) -> Leg:
        """The leg with the fastest pace; the first of several."""
        paces = list(Pace)
        return max(self.legs, key=lambda leg: paces.index(leg.pace))

    def shake(self, position: float) -> Shake:
        """Return what the hand and the horizon do; nothing at either end of the shot."""
        ramp = min(_SLANT_S / self.seconds, 0.4)
        hold = smoothstep(position / ramp) * smoothstep((1 - position) / ramp)
        sway = self.motion.sway
        room = hold * sway * _SWAY_SHIFT
        right, down, turn = self.hand.at(position * self.seconds) if sway else _NO_SWAY
        return Shake(
            right=room * right,
            down=room * down,
            room=room,
            angle=hold * (self.motion.lean + sway * _SWAY_ANGLE * turn),
        )

    def scaled(self, factor: float) -> "Travel":
        """Return the same way, `factor` times as far."""
        return replace(self, legs=tuple(replace(leg, way=leg.way * factor) for leg in self.legs))

    def calmed(self, factor: float) -> "Travel":
        """Return the same way, `factor` times as far, in a hand as much steadier."""
        motion = replace(
            self.motion, sway=factor * self.motion.sway, lean=factor * self.motion.lean
        )
        return replace(self.scaled(factor), motion=motion)


def plan_travel(motion: Motion, seconds: float, chance: str) -> Travel:
    """Lay a motion out over a shot.

    Fast phases last as long as they do; the others share the time that is left. Where there are
    no others, the camera creeps the same way before and after.

    Args:
        motion: What is asked for.
        seconds: Length of the shot, above 0.
        chance: Decides how a hand sways.
    """
    phases = list(motion.phases)
    if all(_TEMPI[phase.pace].most_s < math.inf for phase in phases):
        phases = [Phase(phases[0].move, Pace.QUIET), *phases, Phase(phases[-1].move, Pace.QUIET)]
    legs: list[Leg] = []
    begin = 0.0
    for phase, share in zip(phases, _shares(phases, seconds), strict=True):
        way = _way(phase, share * seconds)
        ramp = min(_TEMPI[phase.pace].ramp, _RAMP_S / (share * seconds))
        legs.append(Leg(begin, begin + share, way, phase.pace, ramp))
        begin += share
    return Travel(tuple(legs), seconds, motion, Hand.of(chance))


def _shares(phases: Sequence[Phase], seconds: float) -> list[float]:
    """Return each phase's share of a shot."""
    tempi = [_TEMPI[phase.pace] for phase in phases]
    brief = sum(tempo.most_s < math.inf for tempo in tempi)
    fixed = [min(tempo.most_s / seconds, 0.6 / max(brief, 1)) for tempo in tempi]
    rest = 1 - sum(
        share for share, tempo in zip(fixed, tempi, strict=True) if tempo.most_s < math.inf
    )
    weights = sum(tempo.weight for tempo in tempi if tempo.most_s == math.inf)
    return [
        share if tempo.most_s < math.inf else rest * tempo.weight / weights
        for share, tempo in zip(fixed, tempi, strict=True)
    ]


def _way(phase: Phase, seconds: float) -> Place:
    """Return how far a phase goes in its time."""
    tempo = _TEMPI[phase.pace]
    seconds = max(seconds, tempo.least_s)
    return Place(
        right=phase.move.right * tempo.shift * seconds,
        down=phase.move.down * tempo.shift * seconds,
        zoom=phase.move.zoom * tempo.zoom * seconds,
        roll=phase.move.roll * tempo.roll * seconds,
    )
