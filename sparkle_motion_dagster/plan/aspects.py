"""The shapes of a film's frame that have a name, and the size that each has."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.values import Aspect
from sparkle_motion_dagster.units import FrameSize

_SHORTEST = 64
"""The shortest side of a film, in pixels; see ``units.FrameSize``."""

_LIKE = Fraction(3, 100)
"""How far a size may be from an aspect that it goes by, as a share: 832x480 and 848x480 are called
16:9, 1920x800 is called 2.39:1."""


def size_in(aspect: Aspect, frame: FrameSize) -> FrameSize:
    """Return the largest size of an aspect that a frame has room for.

    For upright aspects the frame is turned upright first: in 1920x1080 there is room for
    1080x1920 (9:16), 1080x1080, 1080x1350 (4:5) and 1920x804 (2.39:1), the usual sizes. No side is
    shorter than a film's may be.

    Args:
        aspect: The film's shape.
        frame: The size of a profile's films.
    """
    shape = ratio(aspect)
    width, height = sorted((frame.width, frame.height), reverse=shape > 1)
    if Fraction(width, height) > shape:
        return FrameSize(width=_even(height * shape), height=height)
    return FrameSize(width=width, height=_even(width / shape))


def ratio(aspect: Aspect) -> Fraction:
    """Return how many times as wide as high a frame of an aspect is."""
    across, down = aspect.split(":")
    return Fraction(Decimal(across)) / Fraction(Decimal(down))


def aspect_is_the_resolutions(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield where a plan asks for a size, and for an aspect that is another."""
    aspect = plan.render_profile.aspect
    size = plan.resolution
    if aspect is None or size is None:
        return
    shape = Fraction(size.width, size.height)
    if abs(shape / ratio(aspect) - 1) > _LIKE:
        yield PlanProblem(
            f"{aspect} is {float(ratio(aspect)):.3g} times as wide as high, but the resolution, "
            f"{size}, is {float(shape):.3g} times: keep one of the two",
            "render_profile.aspect",
        )


def unread_aspects(plan: UncheckedPlan) -> Iterator[tuple[str, str]]:
    """Yield where notes hold an aspect, which nobody reads there.

    Yields:
        The field of the plan, and a sentence.
    """
    for field, notes in (
        ("render_profile.metadata", plan.render_profile.metadata),
        ("metadata", plan.metadata),
    ):
        for key in ("aspect", "aspect_ratio"):
            if key in (notes.model_extra or {}):
                yield (
                    f"{field}.{key}",
                    "this is a note, and changes nothing: a film's shape is render_profile.aspect",
                )


def _even(side: Fraction) -> int:
    return max(2 * round(side / 2), _SHORTEST)
