"""What the next render of a film makes under a profile: with the engines that it has."""

from __future__ import annotations

from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.forecast.forecast import Foresight, foresee
from sparkle_motion_dagster.resources.device import device_of
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import Profile


def foreseen_under(
    profile: Profile, run_id: str, plan: Path | FrozenPlan | None, home: SparkleHome
) -> Foresight:
    """Return all that is known of a film's next render under a profile; see `foresee`.

    Args:
        profile: The profile.
        run_id: The film.
        plan: Its plan, or the plan's file; None: the plan as it was frozen.
        home: Where everything lies.

    Raises:
        EngineInputError: The profile has an engine that is none, or does not take its settings.
        InputError, StorageError: As `foresee` says.
    """
    engines = engines_of(profile, Facilities(device_of(profile.gpu, run_id, "explain")))
    return foresee(run_id, profile.name, profile.film, engines, plan, home)
