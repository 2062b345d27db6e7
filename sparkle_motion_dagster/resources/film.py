"""The film resource: under which profile, in which format, and on which workbench."""

import contextlib
from collections.abc import Iterator
from typing import Any, Self

import dagster as dg
from pydantic import Field, PrivateAttr, ValidationError

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.registry import reasons
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.production.film_settings import FilmSettings
from sparkle_motion_dagster.production.workbench import Workbench

PARTITION_TAG = "dagster/partition"
"""The run tag in which Dagster says which partition, which film, a run is for."""


class FilmSettingsError(InputError):
    """The profile's film settings are wrong."""


class FilmResource(dg.ConfigurableResource[Any]):
    """What all stages of a film share."""

    profile: str = Field(description="the profile's name; a run belongs to one profile")
    settings: dict[str, Any] = Field(description="frame rate, size, tempo limit, encodings")
    _workbench: Workbench = PrivateAttr()

    def film_settings(self) -> FilmSettings:
        """Return the validated settings.

        Raises:
            FilmSettingsError: A setting is missing, unknown or out of bounds.
        """
        try:
            return FilmSettings.model_validate(self.settings)
        except ValidationError as error:
            raise FilmSettingsError(
                f"The film settings of profile {self.profile} are wrong: {reasons(error)}. They "
                "replace the default profile's as a whole: give all of them."
            ) from error

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Hold the run's film for as long as the run goes on.

        Raises:
            RunBusyError: Another process renders the same film.
        """
        self._workbench = Workbench(SparkleHome.from_environment())
        run_id = context.run.tags.get(PARTITION_TAG) if context.run else None
        if run_id is None:
            # No film named: the first stage says so, and what to type.
            yield self
            return
        with self._workbench.run_folder(check_run_id(run_id)).held():
            yield self

    def workbench(self) -> Workbench:
        """Return the workbench below ``$SPARKLE_HOME``; one a run, so that it reads a file once."""
        return self._workbench
