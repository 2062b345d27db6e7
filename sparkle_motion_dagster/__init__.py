"""Sparkle Motion on Dagster: a MoviePlan becomes a finished film.

From Python::

    import sparkle_motion_dagster as sparkle

    film = sparkle.render("film.yaml")
    print(film.path, film.facts.duration_s)

All that is offered is in ``__all__``; `sparkle_motion_dagster.api.rendering` says what it does. It
is loaded when it is first used, so that importing this package costs nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparkle_motion_dagster.api.rendering import (
        Film,
        NoFilmError,
        explain,
        find_film,
        load_plan,
        render,
    )
    from sparkle_motion_dagster.errors import BusyError, InputError, SparkleError
    from sparkle_motion_dagster.forecast.explanation import Explanation
    from sparkle_motion_dagster.plan.models import MoviePlan
    from sparkle_motion_dagster.runs.failures import RunFailedError

__all__ = [
    "BusyError",
    "Explanation",
    "Film",
    "InputError",
    "MoviePlan",
    "NoFilmError",
    "RunFailedError",
    "SparkleError",
    "explain",
    "find_film",
    "load_plan",
    "render",
]

if not TYPE_CHECKING:  # for type checkers, a name that is not offered is an error

    def __getattr__(name):
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from sparkle_motion_dagster.api import rendering

        return getattr(rendering, name)

    def __dir__():
        return sorted([*globals(), *__all__])
