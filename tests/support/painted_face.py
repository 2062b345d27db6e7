"""Faces painted by code, which the models of `faces/` take for real ones: shaded like a head."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.faces.square import Picture

_Plane = NDArray[np.floating[Any]]
_Colours = NDArray[np.floating[Any]]
_Rgb = tuple[int, int, int]

_GRID = 320
"""Points of the modelled head between forehead and chin."""

_MEASURED = 1.09
"""How much higher a face is painted than the mesh measures it."""

_REACH = 1.45
"""How far a face reaches from its middle, its jaw down: in halves of `_GRID`, as all its places."""

_LIGHT = np.array([-0.45, -0.55, 0.7], np.float32)
"""Where the light comes from: left, above, in front."""


@dataclass(frozen=True)
class PaintedFace:
    """Somebody to paint.

    Attributes:
        x: The middle of the face, in pixels from the left.
        y: The middle of the face, in pixels from the top.
        height: From the hairline to the chin, in pixels; 72 to 600 are found.
        turn: How far the head is turned to the picture's right, in degrees; up to 35 is found.
        tilt: How far it is tilted clockwise, in degrees.
        opened: How far the mouth is open: 0 closed, 1 wide.
        from_behind: Whether only the hair of the head is seen.
        skin: Colour of the skin.
        hair: Colour of the hair.
        clothes: Colour of the clothes.
    """

    x: float
    y: float
    height: float
    turn: float = 0.0
    tilt: float = 0.0
    opened: float = 0.0
    from_behind: bool = False
    skin: _Rgb = (226, 178, 150)
    hair: _Rgb = (62, 42, 30)
    clothes: _Rgb = (70, 90, 130)

    def at(self, x: float, y: float, height: float) -> PaintedFace:
        """Return the same person elsewhere."""
        return replace(self, x=x, y=y, height=height)


OTHER = PaintedFace(0, 0, 0, skin=(130, 86, 64), hair=(20, 18, 18), clothes=(150, 50, 40))
"""Somebody else, whom nobody mistakes for the first one."""


def paint(
    width: int, height: int, people: Sequence[PaintedFace], background: _Rgb = (150, 165, 170)
) -> Picture:
    """Paint people into a picture, the first one farthest behind."""
    rows = np.linspace(1.08, 0.9, height)[:, None, None]
    picture: _Colours = np.array(background) * rows * np.ones((height, width, 3))
    for one in people:
        head, covers = _head(replace(one, x=0, y=0, height=0, tilt=0))
        scale = _MEASURED * one.height / _GRID
        while scale < 0.5:
            head, covers = _halved(head), _halved(covers)
            scale *= 2
        cos, sin = (scale * f(math.radians(one.tilt)) for f in (math.cos, math.sin))
        turn = np.array([[cos, -sin], [sin, cos]])
        middle = np.array([one.x - 0.5, one.y - 0.5]) - turn @ np.full(2, (len(head) - 1) / 2)
        matrix = np.column_stack([turn, middle])
        placed, mask = (cv2.warpAffine(part, matrix, (width, height)) for part in (head, covers))
        picture = np.asarray(picture * (1 - mask[..., None]) + placed)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


@lru_cache(maxsize=8)
def _head(one: PaintedFace) -> tuple[_Colours, _Plane]:
    """Return a head in the middle of a square, times what it covers, and what it covers.

    Place, height and tilt do not matter.
    """
    side = round(2.6 * _GRID)
    axis = ((np.arange(side) + 0.5 - side / 2) / (_GRID / 2)).astype(np.float32)
    x, y = np.meshgrid(axis, axis)
    canvas: _Colours = np.zeros((side, side, 3), np.float32)
    covered: _Plane = np.zeros((side, side), np.float32)

    def lay(colour: _Colours, mask: _Plane) -> None:
        nonlocal canvas, covered
        canvas = canvas * (1 - mask[..., None]) + colour * mask[..., None]
        covered = covered * (1 - mask) + mask

    yaw = math.radians(one.turn)
    fall = 1.05 - 0.25 * np.clip(x, -1, 1)
    # Hair behind, neck, clothes.
    lay(np.array(one.hair, np.float32) * (0.75 * fall)[..., None], _disc(x, y + 0.15, 1.0, 1.25))
    neck = _disc(x + 0.1 * yaw, y - 1.1, 0.48, 0.8)
    lay(np.array(one.skin, np.float32) * (0.62 * fall)[..., None], neck)
    body = _disc(x, y - 2.6, 2.2, 1.25)
    lay(np.array(one.clothes, np.float32) * (0.9 * fall)[..., None], body)
    if one.from_behind:
        lay(np.array(one.hair, np.float32) * fall[..., None], _disc(x, y, 0.9, 1.06))
        return canvas, covered
    # The face: a relief, lit, and turned as a whole.
    pores = np.random.default_rng(1).normal(1, 0.02, x.shape).astype(np.float32)
    margin = int(np.count_nonzero(axis < -_REACH))
    inner = np.s_[margin:-margin, margin:-margin]
    painted = _face(x[inner], y[inner], pores[inner], one.opened, one.skin, one.hair)
    relief, colours, mask = (_with_margin(plane, margin) for plane in painted)
    seen = _turned(x, y, relief, yaw)
    lay(_moved(colours, *seen), _moved(mask, *seen))
    return canvas, covered


def _turned(x: _Plane, y: _Plane, relief: _Plane, yaw: float) -> tuple[_Plane, _Plane]:
    """Return from which pixel each one of the turned face comes: what lands there, step by step."""
    columns, rows = ((plane * _GRID + len(x) - 1) / 2 for plane in (x, y))
    for _ in range(12 if yaw else 0):
        depth = _moved(relief, columns, rows)
        from_x = (x - (depth - 0.55) * math.sin(yaw)) / math.cos(yaw)
        columns = (columns + (from_x * _GRID + len(x) - 1) / 2) / 2
    return columns, rows


def _moved(plane: _Plane, columns: _Plane, rows: _Plane) -> _Plane:
    return np.asarray(cv2.remap(plane, columns, rows, cv2.INTER_LINEAR), np.float32)


def _with_margin(plane: _Plane, margin: int) -> _Plane:
    return np.pad(plane, [(margin, margin)] * 2 + [(0, 0)] * (plane.ndim - 2))


def _halved(plane: _Plane) -> _Plane:
    halved = cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(halved, np.float32)


def _face(
    x: _Plane, y: _Plane, pores: _Plane, opened: float, skin: _Rgb, hair: _Rgb
) -> tuple[_Plane, _Colours, _Plane]:
    drop = 0.24 * opened
    # The lower jaw goes down as the mouth opens.
    lower = y - drop * _step(y, 0.45, 0.75)
    side = np.abs(x)
    # Narrower towards the chin.
    chin = y - drop * _step(y, 0.0, 1.0)
    jaw = x / (1 - 0.3 * _step(chin, 0.0, 1.1))
    inside = 1 - (jaw / 0.86) ** 2 - (chin / 1.06) ** 2
    relief = 0.85 * np.sqrt(np.clip(inside, 0, None))
    relief += 0.05 * _bump(side, y, 0.3, -0.6, 0.3, 0.08)  # brows' ridge
    relief -= 0.10 * _bump(side, y, 0.4, -0.36, 0.17, 0.11)  # sockets
    relief += 0.06 * _bump(side, y, 0.4, -0.36, 0.13, 0.08)  # eyeballs
    relief += 0.05 * _bump(side, y, 0.5, 0.05, 0.2, 0.2)  # cheekbones
    bridge = _step(y, -0.75, 0.1) * (1 - _step(y, 0.1, 0.24))
    relief += 0.3 * bridge * np.exp(-((x / (0.09 + 0.05 * _step(y, -0.3, 0.1))) ** 2))
    relief += 0.08 * _bump(side, y, 0.16, 0.16, 0.07, 0.07)  # wings of the nose
    relief += 0.07 * _bump(x, lower, 0, 0.52, 0.26, 0.13)  # around the mouth
    relief += 0.05 * _bump(x, y, 0, 0.43, 0.16, 0.045)
    relief += 0.06 * _bump(x, lower, 0, 0.58, 0.15, 0.05)
    relief -= 0.04 * _bump(x, lower, 0, 0.72, 0.16, 0.05)
    relief += 0.06 * _bump(x, lower, 0, 0.9, 0.16, 0.12)  # chin

    colours = np.ones((*x.shape, 3), np.float32) * np.array(skin, np.float32)
    colours = _mixed(colours, (214, 110, 100), 0.22 * _bump(side, y, 0.5, 0.12, 0.2, 0.18))
    upper_lip = _lip(x, y, 0.50, 0.13, above=True)
    lower_lip = _lip(x, lower, 0.50, 0.14, above=False)
    colours = _mixed(colours, (176, 80, 80), 0.9 * np.maximum(upper_lip, lower_lip))
    half = np.sqrt(np.clip(1 - (x / 0.30) ** 2, 0, None))
    top, bottom = 0.50 - 0.005 * half, 0.50 + 0.012 * half + drop * half
    gap = _step(y, top - 0.006, top + 0.006) * (1 - _step(y, bottom - 0.006, bottom + 0.006))
    gap *= np.abs(x) < 0.3
    colours = _mixed(colours, (46, 16, 16), gap)
    teeth = gap * (1 - _step(y, top + 0.055, top + 0.07)) * (opened > 0.2) * (np.abs(x) < 0.22)
    colours = _mixed(colours, (224, 214, 202), 0.9 * teeth)

    shade = _shade(relief) * pores  # what is sharp in a face
    # What lies in the shadow of nose, lip and brow.
    shade *= 1 - 0.45 * _bump(x, y, 0.03, 0.27, 0.17, 0.04)
    shade *= 1 - 0.25 * _bump(x, lower, 0.0, 0.70, 0.17, 0.035)
    shade *= 1 - 0.3 * _bump(side, y, 0.33, -0.47, 0.22, 0.05)
    colours = colours * shade[..., None]
    colours = _mixed(colours, (40, 20, 16), 0.85 * _bump(side, y, 0.09, 0.225, 0.045, 0.022))
    colours = _eyes(colours, side, x, y)
    arch = y + 0.60 - 0.35 * (side - 0.38) ** 2 * np.sign(side - 0.30) - 0.02
    brow = np.exp(-((arch / 0.034) ** 4)) * _step(side, 0.14, 0.2) * (1 - _step(side, 0.56, 0.66))
    colours = _mixed(colours, tuple(0.7 * channel for channel in hair), 0.85 * brow)
    # The hairline.
    line = _step(-y, 0.86, 0.98) + _step(side, 0.72, 0.84) * _step(-y, 0.2, 0.5)
    strands = 0.9 + 0.1 * np.sin(55 * x + 6 * y)
    lock = np.array(hair, np.float32) * (strands * (1.0 - 0.25 * x))[..., None]
    line = np.clip(line, 0, 1)[..., None]
    colours = colours * (1 - line) + lock * line
    return relief, colours, _step(inside, 0.0, 0.05)


def _eyes(colours: _Colours, side: _Plane, x: _Plane, y: _Plane) -> _Colours:
    across = (side - 0.40) / 0.165
    arch = np.clip(1 - across**2, 0, None)
    upper, lower = -0.36 - 0.085 * arch**0.8, -0.36 + 0.05 * arch
    eye = _step(y, upper - 0.008, upper + 0.008) * (1 - _step(y, lower - 0.008, lower + 0.008))
    eye *= np.abs(across) < 1
    colours = _mixed(colours, (228, 220, 214), eye)
    out = np.hypot(side - 0.40, y + 0.375)
    colours = _mixed(colours, (84, 58, 40), eye * (1 - _step(out, 0.068, 0.08)))
    colours = _mixed(colours, (14, 10, 10), eye * (1 - _step(out, 0.028, 0.036)))
    glint = np.hypot(side - 0.40 + 0.025 * np.sign(x), y + 0.40)
    colours = _mixed(colours, (250, 250, 250), eye * (1 - _step(glint, 0.01, 0.018)))
    lid = np.exp(-(((y - upper) / 0.018) ** 2)) * (np.abs(across) < 1.05)
    colours = _mixed(colours, (40, 26, 22), 0.9 * lid)
    crease = np.exp(-(((y - upper + 0.05) / 0.014) ** 2)) * (np.abs(across) < 0.9)
    colours = _mixed(colours, (110, 70, 55), 0.5 * crease)
    under = np.exp(-(((y - lower) / 0.012) ** 2)) * (np.abs(across) < 0.95)
    return _mixed(colours, (120, 76, 66), 0.5 * under)


def _lip(x: _Plane, y: _Plane, line: float, height: float, *, above: bool) -> _Plane:
    """Return where a lip is, between its outer edge and the line in which both meet."""
    across = np.abs(x) / 0.31
    if above:
        bow = (1 - across**1.6) * (1 - 0.25 * np.exp(-((x / 0.05) ** 2)))
        edge = line - height * np.clip(bow, 0, None)
        return _step(y, edge - 0.01, edge + 0.01) * (1 - _step(y, line, line + 0.02)) * (across < 1)
    edge = line + height * np.clip(1 - across**2, 0, None)
    return _step(y, line - 0.02, line) * (1 - _step(y, edge - 0.01, edge + 0.01)) * (across < 1)


def _shade(relief: _Plane) -> _Plane:
    smooth = cv2.GaussianBlur(relief, (0, 0), 3)
    down, right = np.gradient(smooth * _GRID / 2)
    normal = np.stack([-right, -down, np.ones_like(right)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    light = np.clip(normal @ (_LIGHT / np.linalg.norm(_LIGHT)), 0, None)
    return np.asarray(0.42 + 0.72 * light)


def _mixed(colours: _Colours, colour: Sequence[float], share: _Plane) -> _Colours:
    part = np.clip(share, 0, 1)[..., None]
    return colours * (1 - part) + np.asarray(colour, np.float32) * part


def _disc(x: _Plane, y: _Plane, across: float, down: float) -> _Plane:
    return 1 - _step(np.hypot(x / across, y / down), 0.985, 1.0)


def _bump(x: _Plane, y: _Plane, at_x: float, at_y: float, across: float, down: float) -> _Plane:
    return np.exp(-(((x - at_x) / across) ** 2) - ((y - at_y) / down) ** 2)


def _step(values: _Plane, start: float | _Plane, end: float | _Plane) -> _Plane:
    """Return 0 before the start, 1 after the end, and a smooth way between."""
    share = np.clip((values - start) / (end - np.asarray(start)), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)
