"""Frame rate and picture size of a film."""

from fractions import Fraction

from sparkle_motion_dagster.plan.aspects import size_in
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.units import FrameRate, FrameSize, Record

_NTSC_RATES = (24, 30, 48, 60, 120)
"""Nominal rates that broadcasting slows down by 1000/1001."""

_MAX_DENOMINATOR = 1001


class FilmFormat(Record):
    """What every clip of a film has in common."""

    frame_rate: FrameRate
    size: FrameSize


def rate_of(fps: float) -> Fraction:
    """Return the exact frame rate that a number of frames per second means.

    23.976, 29.97, 47.952, 59.94 and 119.88 (or 23.98) are the usual short forms of 24000/1001 and
    so on; other numbers become the nearest fraction with a denominator of at most 1001, and never
    less than one frame in 1001 seconds.

    Args:
        fps: Frames per second, finite and above 0.
    """
    for nominal in _NTSC_RATES:
        exact = Fraction(nominal * 1000, 1001)
        if fps in (round(float(exact), 3), round(float(exact), 2)):
            return exact
    return max(Fraction(fps).limit_denominator(_MAX_DENOMINATOR), Fraction(1, _MAX_DENOMINATOR))


def film_format(plan: MoviePlan, profile_rate: Fraction, profile_size: FrameSize) -> FilmFormat:
    """Return the format of a plan's film.

    The rate is the profile's, capped by the plan's ``max_fps``; the size is the render profile's
    ``resolution``, else the plan's, else the profile's, in the plan's ``aspect``.

    Args:
        plan: The plan.
        profile_rate: Frames per second of the profile.
        profile_size: Picture size of the profile.
    """
    cap = plan.render_profile.video.max_fps
    return FilmFormat(
        frame_rate=profile_rate if cap is None else min(profile_rate, rate_of(cap)),
        size=plan.resolution or _size(plan, profile_size),
    )


def _size(plan: MoviePlan, profile_size: FrameSize) -> FrameSize:
    aspect = plan.render_profile.aspect
    return profile_size if aspect is None else size_in(aspect, profile_size)
