"""Files of looks (.cube): read, and refused by line.

The format is Adobe's Cube LUT Specification 1.0 (2013), and the input ranges that Resolve writes.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.looks import Look

CUBE = "application/x-cube"
"""The media type of .cube files; nobody has registered one."""

_MOST_POINTS_3D = 129
"""Points along each side of a three-dimensional table; the usual ones are 17, 33 and 65."""

_MOST_POINTS_1D = 65536
_MOST_BYTES = 256 * 1024 * 1024

_NO_NUMBERS = frozenset({"nan", "inf", "infinity"})
"""What stands where a colour should, if a program could not calculate it."""


class CubeError(MediaError):
    """A .cube file is none, or holds something else than it says."""


def read_cube(path: Path) -> Look:
    """Read a .cube file.

    Raises:
        CubeError: It cannot be read, breaks the format, or holds more or fewer colours than it
            says; the line is named.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise CubeError(f"{path} is larger than {_MOST_BYTES // 1024 // 1024} MB: it is no look")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CubeError(f"{path} is no text (UTF-8): a .cube file holds nothing else") from error
    reading = _Reading(path)
    for number, line in enumerate(text.splitlines(), start=1):
        reading.take(number, line.strip())
    return reading.look()


stored_look = lru_cache(maxsize=2)(read_cube)
"""What takes long of a look is the same for all pictures; a stored file never changes."""


@dataclass
class _Reading:
    """A .cube file while it is read."""

    path: Path
    line: int = 0
    dimensions: int = 0
    points: int = 0
    low: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high: tuple[float, float, float] = (1.0, 1.0, 1.0)
    seen: set[str] = field(default_factory=set)
    colours: list[tuple[float, float, float]] = field(default_factory=list)

    def take(self, number: int, line: str) -> None:
        """Read a line."""
        self.line = number
        if not line or line.startswith("#"):
            return
        keyword, *rest = line.split(maxsplit=1)
        if keyword[0].isalpha() and keyword.lower() not in _NO_NUMBERS:
            self._keyword(keyword, "".join(rest))
            return
        if not self.points:
            self._refuse("colours begin before LUT_1D_SIZE or LUT_3D_SIZE says how many they are")
        self.colours.append(self._three(line))
        if len(self.colours) > self._wanted:
            self._refuse(f"{self._size_line} means {self._wanted} colours: this is one more")

    def look(self) -> Look:
        """Return what was read."""
        if not self.points:
            raise CubeError(
                f"{self.path} has no LUT_1D_SIZE and no LUT_3D_SIZE: it is no .cube file"
            )
        if len(self.colours) != self._wanted:
            raise CubeError(
                f"{self.path} ends in line {self.line} with {len(self.colours)} colours, but "
                f"{self._size_line} means {self._wanted}"
            )
        if any(low >= high for low, high in zip(self.low, self.high, strict=True)):
            raise CubeError(f"{self.path}: DOMAIN_MIN must be below DOMAIN_MAX in each channel")
        sides = (self.points,) * self.dimensions if self.dimensions == 3 else (self.points,)
        return Look(np.array(self.colours).reshape(*sides, 3), self.low, self.high)

    @property
    def _wanted(self) -> int:
        return int(self.points ** (3 if self.dimensions == 3 else 1))

    @property
    def _size_line(self) -> str:
        return f"LUT_{self.dimensions}D_SIZE {self.points}"

    def _keyword(self, keyword: str, rest: str) -> None:
        known: dict[str, Callable[[str], None]] = {
            "TITLE": lambda _: None,
            "LUT_1D_SIZE": lambda value: self._size(1, value, _MOST_POINTS_1D),
            "LUT_3D_SIZE": lambda value: self._size(3, value, _MOST_POINTS_3D),
            "DOMAIN_MIN": self._domain_min,
            "DOMAIN_MAX": self._domain_max,
            "LUT_1D_INPUT_RANGE": self._range,
            "LUT_3D_INPUT_RANGE": self._range,
        }
        if keyword not in known:
            self._refuse(f"{keyword[:40]!r} is no keyword of a .cube file")
        if keyword in self.seen:
            self._refuse(f"{keyword} stands there twice")
        if self.colours:
            self._refuse(f"{keyword} stands among the colours: it belongs before them")
        self.seen.add(keyword)
        known[keyword](rest)

    def _size(self, dimensions: int, value: str, most: int) -> None:
        if self.points:
            self._refuse("it has a table of one dimension and one of three: only one can be used")
        if not (value.isascii() and value.isdigit() and 2 <= int(value[:9]) <= most):
            self._refuse(
                f"a LUT_{dimensions}D_SIZE is a whole number from 2 to {most}, not {value[:40]!r}"
            )
        self.dimensions, self.points = dimensions, int(value)

    def _domain_min(self, value: str) -> None:
        self.low = self._three(value)

    def _domain_max(self, value: str) -> None:
        self.high = self._three(value)

    def _range(self, value: str) -> None:
        low, high = self._numbers(value, 2)
        self.low, self.high = (low, low, low), (high, high, high)

    def _three(self, text: str) -> tuple[float, float, float]:
        red, green, blue = self._numbers(text, 3)
        return red, green, blue

    def _numbers(self, text: str, count: int) -> Iterator[float]:
        parts = text.split()
        if len(parts) != count:
            self._refuse(f"{count} numbers should stand here, not {text[:40]!r}")
        for part in parts:
            try:
                number = float(part)
            except ValueError:
                self._refuse(f"{part[:40]!r} is no number")
            if not math.isfinite(number):
                self._refuse(f"{part!r} is no finite number")
            yield number

    def _refuse(self, why: str) -> None:
        raise CubeError(f"{self.path}, line {self.line}: {why}")
