"""The film resource: under which profile, in which format, and on which workbench."""

from __future__ import annotations

from typing import Any

import dagster as dg
from pydantic import Field, ValidationError

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.production.film_settings import FilmSettings
from sparkle_motion_dagster.production.workbench import Workbench


class FilmSettingsError(InputError):
    """The profile's film settings are wrong."""


class FilmResource(dg.ConfigurableResource[Any]):
    """What all stages of a film share."""

    profile: str = Field(description="the profile's name; a run belongs to one profile")
    settings: dict[str, Any] = Field(description="frame rate, size, tempo limit, encodings")

    def film_settings(self) -> FilmSettings:
        """Return the validated settings.

        Raises:
            FilmSettingsError: A setting is missing, unknown or out of bounds.
        """
        try:
            return FilmSettings.model_validate(self.settings)
        except ValidationError as error:
            raise FilmSettingsError(
                f"The film settings of profile {self.profile} are wrong: {error}"
            ) from error

    def workbench(self) -> Workbench:
        """Return the workbench below ``$SPARKLE_HOME``."""
        return Workbench(SparkleHome.from_environment())
