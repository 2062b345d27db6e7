"""The colours that a PNG states by numbers (gAMA, cHRM), as an ICC profile."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

_SRGB_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
"""White, red, green and blue of sRGB, each x and y (IEC 61966-2-1), in the order of cHRM."""

_SRGB_GAMMA = 0.45455
_SAME_GAMMA, _SAME_PRIMARY = 0.05, 0.005
"""How near is the same: a share of the gamma, as libpng has it, and a step of x or y."""

_LEAST_AREA = 0.01
"""Twice the area between three primaries, in steps of x and y; those of sRGB have 0.22."""

_LEAST_GAMMA, _MOST_GAMMA = 0.01, 100.0
_MOST_XYZ = 100.0
"""What no picture has beyond these, and no profile can hold much beyond them, says nothing."""

_D50 = np.array([0.9642, 1.0, 0.8249])
"""The white of all profiles (ICC.1, 7.2.16)."""

_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
"""XYZ to the responses of the eye's cones, in which whites are adapted (ICC.1, annex E)."""

_HEADER = struct.Struct(">I4xI4s4s4s12x4s28xIII48x")
_GAMMA_CURVE = struct.Struct(">4s4xIH2x")
_COLOUR = struct.Struct(">4s4xiii")


def stated_profile(image: Image.Image) -> bytes | None:
    """Return an ICC profile for the colours that a PNG states; None: they are sRGB, or unstated.

    As PNG has it (third edition, 4.3), an ICC profile or the word "sRGB" counts for more.
    """
    said = set(image.info)
    if not said & {"gamma", "chromaticity"} or said & {"icc_profile", "srgb"}:
        return None
    gamma = image.info.get("gamma", _SRGB_GAMMA)
    places = np.array(image.info.get("chromaticity", _SRGB_PRIMARIES), np.float64).reshape(4, 2)
    is_usual = abs(gamma / _SRGB_GAMMA - 1) <= _SAME_GAMMA and np.allclose(
        places.ravel(), _SRGB_PRIMARIES, rtol=0, atol=_SAME_PRIMARY
    )
    is_gamma = _LEAST_GAMMA <= gamma <= _MOST_GAMMA
    if is_usual or not is_gamma or not _span_colours(places):
        return None
    colorants = _colorants(places)
    return _profile(gamma, colorants) if np.abs(colorants).max() <= _MOST_XYZ else None


def _span_colours(places: NDArray[np.float64]) -> bool:
    """Tell whether primaries lie apart, as they do unless the file is wrong."""
    area = np.linalg.det(np.column_stack([places[1:], np.ones(3)]))
    return bool(places[:, 1].min() > 0 and abs(area) > _LEAST_AREA)


def _colorants(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return XYZ of red, green and blue, a row each, under the white of profiles.

    Args:
        places: x and y of white, red, green and blue, a row each.
    """
    xyz = np.stack([places[:, 0], places[:, 1], 1 - places.sum(axis=1)], axis=1) / places[:, 1:]
    white, primaries = xyz[0], xyz[1:]
    colorants = primaries * np.linalg.solve(primaries.T, white)[:, None]
    gains = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    adapted: NDArray[np.float64] = (
        colorants @ (np.linalg.inv(_BRADFORD) @ (gains[:, None] * _BRADFORD)).T
    )
    return adapted


def _profile(gamma: float, colorants: NDArray[np.float64]) -> bytes:
    """Return a display profile of a matrix and a power (ICC.1:2001, 6.3.3)."""
    curve = _GAMMA_CURVE.pack(b"curv", 1, round(256 / gamma))
    parts = {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"wtpt": _colour(_D50)}
    parts |= dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(_colour, colorants), strict=True))
    table, body = struct.pack(">I", len(parts)), b""
    start = _HEADER.size + 4 + 12 * len(parts)
    for name, part in parts.items():
        table += struct.pack(">4sII", name, start + len(body), len(part))
        body += part
    size = start + len(body)
    white = [round(65536 * value) for value in _D50]
    header = _HEADER.pack(size, 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp", *white)
    return header + table + body


def _colour(xyz: NDArray[np.float64]) -> bytes:
    return _COLOUR.pack(b"XYZ ", *(round(65536 * value) for value in xyz))
