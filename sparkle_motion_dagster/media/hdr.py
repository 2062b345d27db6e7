"""Light of a wider range or gamut than the film's, shown as the film can show it (BT.709, SDR).

A signal becomes light on a display of 1000 cd/m2; what is brighter than such a display is white.
PQ is ITU-R BT.2100-2, table 4; HLG its table 5, with the system gamma of 1.2 that belongs to 1000
cd/m2. Light is compressed to the film's range by the EETF of ITU-R BT.2390-11, section 5.4.1,
applied to the brightest of red, green and blue, so that hues stay: the film's white stands for the
203 cd/m2 of ITU-R BT.2408-7. Colours go from their primaries to BT.709's by a linear matrix, and
what lies outside of those is cut off. The film's signal is the inverse of BT.1886's: a power of
1/2.4.

Each step reads a table of 65536 entries, and adds and multiplies in between: equal pictures give
equal bytes on any CPU.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Transfer = Literal["pq", "hlg", "sdr"]
"""How a signal stands for light."""

Gamut = Literal["bt2020", "p3"]
"""Primaries that reach farther than the film's."""

_Table = NDArray[np.float32]
_Light = NDArray[np.float32]

_LEVELS = 65536
_PEAK, _WHITE = 1000.0, 203.0
_DISPLAY_GAMMA = 2.4
_SYSTEM_GAMMA = 1.2

_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32

_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073
_LUMINANCE = (0.2627, 0.6780, 0.0593)
"""Of BT.2020's primaries."""

_TO_BT709: dict[Gamut, tuple[tuple[float, float, float], ...]] = {
    # ITU-R BT.2087-0 read backwards, and SMPTE EG 432-1's P3 with the white of D65.
    "bt2020": (
        (1.6605, -0.5876, -0.0728),
        (-0.1246, 1.1329, -0.0083),
        (-0.0182, -0.1006, 1.1187),
    ),
    "p3": (
        (1.2249, -0.2247, 0.0),
        (-0.0420, 1.0419, 0.0),
        (-0.0197, -0.0786, 1.0979),
    ),
}


@dataclass(frozen=True)
class WideColours:
    """How the colours of a picture are to be understood."""

    transfer: Transfer
    gamut: Gamut


def to_film_colours(signal: NDArray[np.uint16], colours: WideColours) -> NDArray[np.uint8]:
    """Return a picture as the film shows it: RGB of BT.709, 8 bits.

    Args:
        signal: Red, green and blue, (rows, columns, 3), 16 bits, full range.
        colours: What they mean.
    """
    light = _light_table(colours.transfer)[signal]
    if colours.transfer == "hlg":
        light *= _system_gamma()[_index(_weighed(light, _LUMINANCE))][..., np.newaxis]
    if colours.transfer != "sdr":
        light *= _compression()[_index(light.max(axis=-1))][..., np.newaxis]
    rows = _TO_BT709[colours.gamut]
    shown = np.stack([_weighed(light, row) for row in rows], axis=-1)
    return _signal_table()[_index(shown)]


def _weighed(light: _Light, weights: tuple[float, ...]) -> _Light:
    red, green, blue = (
        light[..., channel] * np.float32(weight) for channel, weight in enumerate(weights)
    )
    return np.asarray(red + green + blue, np.float32)


def _index(light: _Light) -> NDArray[np.uint16]:
    levels = np.rint(np.clip(light, 0, 1) * np.float32(_LEVELS - 1))
    return np.asarray(levels, np.uint16)


def _table(function: Callable[[float], float]) -> _Table:
    """Tabulate a function of 0 to 1; rounded to where mathematical libraries agree."""
    values = (round(function(level / (_LEVELS - 1)), 9) for level in range(_LEVELS))
    return np.fromiter(values, np.float32, _LEVELS)


@functools.cache
def _light_table(transfer: Transfer) -> _Table:
    """Return the light of each level; 1 is the display's peak."""
    match transfer:
        case "pq":
            return _table(lambda signal: min(_pq_light(signal) / _PEAK, 1.0))
        case "hlg":
            return _table(_hlg_scene)
        case "sdr":
            return _table(lambda signal: signal**_DISPLAY_GAMMA)


@functools.cache
def _system_gamma() -> _Table:
    """Return by how much HLG's light is dimmed or raised for a scene's luminance."""
    return _table(lambda luminance: luminance ** (_SYSTEM_GAMMA - 1))


@functools.cache
def _compression() -> _Table:
    """Return by how much light has to be multiplied to be the film's; 1 is the film's white."""
    smallest = 1 / (_LEVELS - 1)
    return _table(lambda light: _compressed(max(light, smallest)) / max(light, smallest))


@functools.cache
def _signal_table() -> NDArray[np.uint8]:
    return np.rint(_table(lambda light: light ** (1 / _DISPLAY_GAMMA)) * 255).astype(np.uint8)


def _pq_light(signal: float) -> float:
    """Return the light that a PQ signal stands for, in cd/m2."""
    power = signal ** (1 / _M2)
    return float(10000 * (max(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1))


def _pq_signal(light: float) -> float:
    """Return the PQ signal of light in cd/m2."""
    power = (light / 10000) ** _M1
    return float(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)


def _hlg_scene(signal: float) -> float:
    """Return the light of the scene, 0 to 1, that an HLG signal stands for."""
    if signal <= 0.5:
        return signal**2 / 3
    return float((np.exp((signal - _HLG_C) / _HLG_A) + _HLG_B) / 12)


def _compressed(light: float) -> float:
    """Return what the film shows for light of a 1000 cd/m2 display: 1 is its white."""
    peak = _pq_signal(_PEAK)
    signal, most = _pq_signal(light * _PEAK) / peak, _pq_signal(_WHITE) / peak
    knee = 1.5 * most - 0.5
    if signal > knee:
        t = (signal - knee) / (1 - knee)
        signal = (
            (2 * t**3 - 3 * t**2 + 1) * knee
            + (t**3 - 2 * t**2 + t) * (1 - knee)
            + (-2 * t**3 + 3 * t**2) * most
        )
    return min(_pq_light(signal * peak) / _WHITE, 1.0)
