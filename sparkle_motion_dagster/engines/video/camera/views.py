"""Views: which part of a picture fills the frame, and how two pictures are viewed alike.

Places are shares of the picture's own width and height (below a caption strip, where it has one).
Views hold numbers rounded far below a pixel, so that the last bit of a sine or an exponential,
which differs between kinds of CPU, cannot reach a pixel.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_PLACES = 7
"""Decimals of a view: a ten-thousandth of a pixel at 1000 pixels."""


@dataclass(frozen=True)
class View:
    """The part of a picture that fills the frame.

    Attributes:
        x: Its middle, as a share of the picture's width.
        y: Its middle, as a share of the picture's height.
        scale: Its side as a share of the picture's, at most 1.
        angle: How far it is turned, clockwise, in degrees.
    """

    x: float = 0.5
    y: float = 0.5
    scale: float = 1.0
    angle: float = 0.0

    def rounded(self) -> "View":
        """Return it with the digits that matter."""
        return View(*(round(value, _PLACES) for value in (self.x, self.y, self.scale, self.angle)))

    def inside(self) -> "View":
        """Return the view next to it that lies inside the picture, not turned into account."""
        scale = min(self.scale, 1.0)
        rest = scale / 2
        x, y = min(max(self.x, rest), 1 - rest), min(max(self.y, rest), 1 - rest)
        return View(x, y, scale, self.angle)


WHOLE = View()


@dataclass(frozen=True)
class Shake:
    """How the frame lies in the view: a hand that is not quite steady, a horizon that slants.

    Attributes:
        right: Shift, as a share of the frame's width.
        down: Shift, as a share of the frame's height.
        room: Share of the frame's side that is kept free on each side for shifts.
        angle: Turn, clockwise, in degrees.
    """

    right: float = 0.0
    down: float = 0.0
    room: float = 0.0
    angle: float = 0.0


def shaken(view: View, shake: Shake, aspect: float) -> View:
    """Return a view with a shake inside it; what it shows lies inside what the view showed.

    A view that is turned, by itself or by the shake, is made smaller until its corners fit.

    Args:
        view: A view inside its picture.
        shake: Shifts of at most its ``room``.
        aspect: Width of the picture over its height.
    """
    angle = view.angle + shake.angle
    cosine, sine = math.cos(math.radians(angle)), abs(math.sin(math.radians(angle)))
    upright = 1 / (cosine + max(aspect, 1 / aspect) * sine)
    return View(
        view.x + view.scale * shake.right,
        view.y + view.scale * shake.down,
        view.scale * (1 - 2 * shake.room) * upright,
        angle,
    )


@dataclass(frozen=True)
class Spot:
    """A place in a picture and a size there; what two pictures are matched by."""

    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Likeness:
    """How one picture must be viewed where another is, so that a face of both falls together.

    Attributes:
        one: Where the face is in the one picture.
        other: Where it is in the other.
        character_id: Whose it is.
    """

    one: Spot
    other: Spot
    character_id: str = ""

    @property
    def growth(self) -> float:
        """How much larger the spot is in the other picture."""
        return self.other.size / self.one.size

    def of(self, view: View) -> View:
        """Return the view of the other picture that puts its spot where `view` puts the one's."""
        return View(
            self.other.x + self.growth * (view.x - self.one.x),
            self.other.y + self.growth * (view.y - self.one.y),
            self.growth * view.scale,
            view.angle,
        )


def match(likeness: Likeness, wish: View, other_wish: View, closest: float) -> View | None:
    """Return the view of the one picture from which a spot falls together with the other's.

    Both it and ``likeness.of`` it lie inside their pictures; of all such views it is the one that,
    together with the other, is nearest to what is wished for. Views inside a picture form a convex
    set, and so do those that match: for each scale the best middle is known, and scales are tried.

    Args:
        likeness: The spots that have to fall together.
        wish: The view of the one picture that is wished for.
        other_wish: The view of the other picture that is wished for.
        closest: Scale under which neither view may go: what is enlarged more looks coarse.

    Returns:
        The view, or None where there is none.
    """
    found = list(_matches(likeness, wish, other_wish, closest))
    return min(found, key=lambda each: each[0])[1] if found else None


_SCALES = 200


def _matches(
    likeness: Likeness, wish: View, other_wish: View, closest: float
) -> Iterator[tuple[float, View]]:
    growth = likeness.growth
    least, most = max(closest, closest / growth), min(1.0, 1 / growth)
    if least > most:
        return
    for scale in np.linspace(least, most, _SCALES).tolist():
        x = _middle(likeness.one.x, likeness.other.x, growth, scale, wish.x, other_wish.x)
        y = _middle(likeness.one.y, likeness.other.y, growth, scale, wish.y, other_wish.y)
        if x is not None and y is not None:
            view = View(x, y, scale)
            yield distance(view, wish) ** 2 + distance(likeness.of(view), other_wish) ** 2, view


def _middle(
    one: float, other: float, growth: float, scale: float, wish: float, other_wish: float
) -> float | None:
    """Return the middle nearest to both wishes, along one axis, or None where none is inside."""
    half, other_half = scale / 2, growth * scale / 2
    least = max(half, one + (other_half - other) / growth)
    most = min(1 - half, one + (1 - other_half - other) / growth)
    if least > most + 1e-9:
        return None
    best = (wish + growth * (other_wish - other + growth * one)) / (1 + growth**2)
    return min(max(best, least), most)


def distance(one: View, other: View) -> float:
    """Return how far two views lie apart: the length of shift and (natural) logarithm of scale."""
    return math.hypot(one.x - other.x, one.y - other.y, math.log(one.scale / other.scale))
