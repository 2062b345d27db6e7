"""ICC profiles (ICC.1:2001-04), as small as they can be: what pictures' numbers mean."""

from __future__ import annotations

import struct
from collections.abc import Sequence

Column = tuple[float, float, float]

_D50: Column = (0.9642, 1.0, 0.8249)

ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
PROPHOTO = ((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249))
SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
SWAPPED = (SRGB[1], SRGB[2], SRGB[0])
"""XYZ of the three primaries under D50."""


def rgb_profile(primaries: Sequence[Column], gamma: float) -> bytes:
    """Return a profile of three primaries and one curve."""
    curves = {name: _curve(gamma) for name in ("rTRC", "gTRC", "bTRC")}
    columns = {
        name: _xyz(column) for name, column in zip(("rXYZ", "gXYZ", "bXYZ"), primaries, strict=True)
    }
    return _profile(b"RGB ", b"XYZ ", {**columns, **curves})


def grey_profile(gamma: float) -> bytes:
    """Return a profile of one curve."""
    return _profile(b"GRAY", b"XYZ ", {"kTRC": _curve(gamma)})


def cmyk_profile() -> bytes:
    """Return a profile by which cyan alone darkens, evenly in L*, and every other ink is none."""
    lightness = [255 if node < 8 else 0 for node in range(16)]  # cyan varies slowest
    table = bytes(value for light in lightness for value in (light, 128, 128))
    identity = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 if index % 4 == 0 else 0 for index in range(9)))
    lut = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + matrix + identity * 4 + table + identity * 3
    return _profile(b"CMYK", b"Lab ", {"A2B0": lut}, kind=b"prtr")


def _curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"


def _xyz(column: Column) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in column))


def _text(text: str) -> bytes:
    return b"text\0\0\0\0" + text.encode() + b"\0"


def _profile(
    space: bytes, connection: bytes, tags: dict[str, bytes], kind: bytes = b"mntr"
) -> bytes:
    tags = {"desc": _text("a test's"), "cprt": _text("none"), "wtpt": _xyz(_D50), **tags}
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        content += b"\0" * (-len(content) % 4)
        table += name.encode() + struct.pack(">II", offset + len(data), len(content))
        data += content
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sI4s4sQI12s48s",
        *(offset + len(data), b"lcms", 0x02400000, kind, space, connection, b"\x07\xe8\0\1\0\1"),
        *(b"acsp", b"APPL", 0, b"none", b"test", 0, 0),
        *(_xyz(_D50)[8:], b""),
    )
    return header + table + data
