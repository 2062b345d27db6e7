"""Vector drawings: written as SVG, rendered by resvg with smooth edges.

All lengths and places are in pixels of the drawing, (0, 0) its upper left corner.
"""

import contextlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, hexadecimal
from sparkle_motion_dagster.lettering import FONT_FAMILY, font_file

Point: TypeAlias = tuple[float, float]
"""Pixels from the left edge and from the upper one."""

Size: TypeAlias = tuple[int, int]
"""Width and height, in pixels."""

Paint: TypeAlias = Colour | str
"""A colour, or what `Drawing.linear`, `Drawing.radial` and ``"none"`` name."""

Stop: TypeAlias = tuple[float, Colour, float]
"""A place on a gradient (0 to 1), the colour there, and its opacity (0 to 1)."""

Rgba: TypeAlias = NDArray[np.uint8]
"""Pixels, (rows, columns, 4): red, green, blue and opacity, colours not multiplied by it."""

_AS_IT_IS = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
"""The rows of a transform that changes nothing."""

_KNOWN = 8
"""How many drawings `Drawing.pixels_once` remembers."""


class Drawing:
    """An SVG drawing under way; every brush paints over what is there."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._definitions: list[str] = []
        self._body: list[str] = []
        self._has_text = False

    def linear(self, start: Point, end: Point, *stops: Stop) -> str:
        """Return a paint that changes from one point to another."""
        x1, y1, x2, y2 = (_number(value) for value in (*start, *end))
        head = (
            f'linearGradient gradientUnits="userSpaceOnUse" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
        )
        return self._gradient(head, "linearGradient", stops)

    def vertical(self, top: float, bottom: float, *stops: Stop) -> str:
        """Return a paint that changes from one row to another."""
        return self.linear((0, top), (0, bottom), *stops)

    def fade(self, top: float, bottom: float, upper: Colour, lower: Colour) -> str:
        """Return a paint that changes from one colour at a row to another at a lower one."""
        return self.vertical(top, bottom, (0, upper, 1), (1, lower, 1))

    def radial(self, centre: Point, radius: float, *stops: Stop) -> str:
        """Return a paint that changes from a centre (stop 0) outwards (stop 1)."""
        cx, cy, r = (_number(value) for value in (*centre, radius))
        head = f'radialGradient gradientUnits="userSpaceOnUse" cx="{cx}" cy="{cy}" r="{r}"'
        return self._gradient(head, "radialGradient", stops)

    def clip(self, path: str) -> str:
        """Return a clip for `group`: only what lies inside the path shows."""
        return self._define("clipPath", "clipPath", f'<path d="{path}"/>')

    def path(
        self,
        path: str,
        fill: Paint = "none",
        *,
        opacity: float = 1,
        stroke: Paint = "none",
        width: float = 1,
    ) -> None:
        """Paint a path in SVG's own language (``M x,y L x,y C ... Z``), filled, stroked or both."""
        look = f'fill="{_paint(fill)}"'
        if stroke != "none":
            look += (
                f' stroke="{_paint(stroke)}" stroke-width="{_number(width)}"'
                ' stroke-linecap="round" stroke-linejoin="round"'
            )
        # A paint's own opacity costs half of what the whole path's does: it needs no layer.
        kind = "opacity"
        if stroke == "none":
            kind = "fill-opacity"
        elif fill == "none":
            kind = "stroke-opacity"
        self._body.append(f'<path d="{path}" {look} {kind}="{_number(opacity)}"/>')

    def path_with_holes(self, path: str, fill: Paint) -> None:
        """Fill a path; what an even number of its outlines encloses stays free."""
        self._body.append(f'<path d="{path}" fill="{_paint(fill)}" fill-rule="evenodd"/>')

    def polygon(self, corners: Sequence[Point], fill: Paint, *, opacity: float = 1) -> None:
        """Fill a polygon."""
        self.path(f"{polyline(corners)}Z", fill, opacity=opacity)

    def ellipse(
        self, centre: Point, half_width: float, half_height: float, fill: Paint, opacity: float = 1
    ) -> None:
        """Fill an ellipse."""
        cx, cy, rx, ry = (_number(value) for value in (*centre, half_width, half_height))
        self._body.append(
            f'<ellipse cx="{cx}" cy="{cy}" rx="{rx}" ry="{ry}" fill="{_paint(fill)}"'
            f' fill-opacity="{_number(opacity)}"/>'
        )

    def box(
        self, corner: Point, size: Point, fill: Paint, *, opacity: float = 1, rounding: float = 0
    ) -> None:
        """Fill an upright rectangle from its upper left corner."""
        x, y, width, height, r = (_number(value) for value in (*corner, *size, rounding))
        self._body.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{r}"'
            f' fill="{_paint(fill)}" fill-opacity="{_number(opacity)}"/>'
        )

    def text(self, corner: Point, text: str, size: float, fill: Paint) -> None:
        """Write a line of text; `corner` is where its base line begins, `size` the font's."""
        self._has_text = True
        x, y, font_size = (_number(value) for value in (*corner, size))
        self._body.append(
            f'<text x="{x}" y="{y}" font-size="{font_size}" font-family={quoteattr(FONT_FAMILY)}'
            f' fill="{_paint(fill)}">{escape(text)}</text>'
        )

    @contextlib.contextmanager
    def group(
        self, *, transform: str = "", opacity: float = 1, clipped: str = ""
    ) -> Iterator[None]:
        """Paint the brushes inside as one: moved, faded or clipped together.

        Args:
            transform: As SVG writes it, such as ``rotate(5 100 80)``.
            opacity: Of the whole.
            clipped: What `clip` returned.
        """
        attributes = [f'opacity="{_number(opacity)}"']
        if transform:
            attributes.append(f'transform="{transform}"')
        if clipped:
            attributes.append(f'clip-path="{clipped}"')
        self._body.append(f"<g {' '.join(attributes)}>")
        yield
        self._body.append("</g>")

    def pixels(self) -> Rgba:
        """Render the drawing."""
        return _rendered(self._svg(), self._fonts())

    def pixels_once(self) -> Rgba:
        """Render the drawing, or return what one of the last few like it is.

        Nobody may write into it.
        """
        return _rendered_once(self._svg(), self._fonts())

    def _fonts(self) -> tuple[str, ...]:
        return (font_file(),) if self._has_text else ()

    def _svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}">'
            f"<defs>{''.join(self._definitions)}</defs>{''.join(self._body)}</svg>"
        )

    def _gradient(self, head: str, tag: str, stops: Sequence[Stop]) -> str:
        lines = (
            f'<stop offset="{_number(offset)}" stop-color="{hexadecimal(colour)}"'
            f' stop-opacity="{_number(opacity)}"/>'
            for offset, colour, opacity in stops
        )
        return self._define(head, tag, "".join(lines))

    def _define(self, head: str, tag: str, content: str) -> str:
        name = f"d{len(self._definitions)}"
        self._definitions.append(f'<{head} id="{name}">{content}</{tag}>')
        return f"url(#{name})"


@lru_cache(_KNOWN)
def _rendered_once(svg: str, fonts: tuple[str, ...]) -> Rgba:
    pixels = _rendered(svg, fonts)
    pixels.setflags(write=False)
    return pixels


def _rendered(svg: str, fonts: tuple[str, ...]) -> Rgba:
    import cv2

    png = _lettered(svg, fonts) if fonts else _drawn(svg)
    bgra = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if bgra is None:
        raise ValueError(f"resvg answered with {len(png)} bytes that OpenCV cannot read as PNG")
    return cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGBA).astype(np.uint8, copy=False)


def _drawn(svg: str) -> bytes:
    """Render what has no text, as PNG.

    The package resvg takes a quarter of the time that resvg_py does, which is built to be small,
    and comes to the same pixels.
    """
    from resvg import render, usvg

    return render(usvg.Tree.from_str(svg, usvg.Options.default()), _AS_IT_IS)


def _lettered(svg: str, fonts: tuple[str, ...]) -> bytes:
    """Render what has text, as PNG: resvg_py has a newer resvg, which joins Devanagari."""
    import resvg_py

    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[*fonts])


def polyline(points: Sequence[Point]) -> str:
    """Return a path through points, in straight lines."""
    return "M" + "L".join(f"{_number(x)},{_number(y)}" for x, y in points)


def curve(points: Sequence[Point]) -> str:
    """Return a smooth path through points (Catmull-Rom, as cubic Bézier segments)."""
    path = [f"M{_number(points[0][0])},{_number(points[0][1])}"]
    for index in range(len(points) - 1):
        before, start = points[max(0, index - 1)], points[index]
        end, after = points[index + 1], points[min(len(points) - 1, index + 2)]
        controls = (
            start[0] + (end[0] - before[0]) / 6,
            start[1] + (end[1] - before[1]) / 6,
            end[0] - (after[0] - start[0]) / 6,
            end[1] - (after[1] - start[1]) / 6,
            *end,
        )
        path.append("C" + ",".join(_number(value) for value in controls))
    return "".join(path)


def circle(centre: Point, radius: float) -> str:
    """Return a path around a centre."""
    r, across = _number(radius), _number(2 * radius)
    start = f"M{_number(centre[0] - radius)},{_number(centre[1])}"
    return f"{start}a{r},{r},0,1,0,{across},0a{r},{r},0,1,0,-{across},0Z"


def _paint(paint: Paint) -> str:
    return paint if isinstance(paint, str) else hexadecimal(paint)


def _number(value: float) -> str:
    """Return a number as SVG writes it, to a hundredth of a pixel."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
