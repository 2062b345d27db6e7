"""Resources of a profile: what a run's config leaves out is as the profile has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import PrivateAttr

from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.runs.names import PARTITION_TAG, configured

if TYPE_CHECKING:
    from sparkle_motion_dagster.resources.profiles import Profile


class ProfiledResource(dg.ConfigurableResource[Any]):
    """A part of a profile: the one that the run's config names, else the film's own."""

    _run: dg.DagsterRun | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Keep the run; its profile is read where a stage begins, which shows what is wrong."""
        self._run = context.run

    def profile_of_run(self) -> Profile:
        """Return the run's profile; outside of a run, the default one.

        Raises:
            ProfileError: There is no such profile, or its file is not what it should be.
            InputError: The run's partition cannot be a film.
            UnreadableRecordError: The film's plan is damaged.
        """
        from sparkle_motion_dagster.resources.profiles import load_profile

        if self._run is None:
            return load_profile(DEFAULT_PROFILE)
        return load_profile(_named(self._run) or _own(self._run))


def _named(run: dg.DagsterRun) -> str | None:
    name = configured(run.run_config, "resources", "film", "config", "profile")
    return None if name is None else str(name)


def _own(run: dg.DagsterRun) -> str:
    if PARTITION_TAG not in run.tags:
        return DEFAULT_PROFILE
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.plan.run_ids import check_run_id
    from sparkle_motion_dagster.resources.profiles import own_profile

    return own_profile(check_run_id(run.tags[PARTITION_TAG]), SparkleHome.from_environment())
