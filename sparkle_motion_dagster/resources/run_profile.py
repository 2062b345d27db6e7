"""The profile of a run: what its config says, and the rest as the profile has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import reasons
from sparkle_motion_dagster.resources.profiles import (
    Profile,
    ProfileError,
    load_profile,
    own_profile,
)
from sparkle_motion_dagster.runs.names import configured

_ENGINE = "engine"
"""Where a run says which engine answers, its settings are none of those of the profile's."""


def profile_of_config(run_id: str, run_config: Mapping[str, Any], home: SparkleHome) -> Profile:
    """Return the profile that a run renders under, as its resources will have it.

    Args:
        run_id: The film.
        run_config: The run's config.
        home: Where the film lies.

    Raises:
        ProfileError: There is no such profile, or its file, or the config, is not what it should
            be.
    """
    named = configured(run_config, "resources", "film", "config", "profile")
    profile = load_profile(named or own_profile(run_id, home))
    content = profile.model_dump()
    for name, part in content["resources"].items():
        said = configured(run_config, "resources", name, "config") or {}
        given = {key: said[key] for key in part["config"].keys() & said.keys()}
        given = {key: value for key, value in given.items() if value is not None}
        part["config"] = given if _ENGINE in given else part["config"] | given
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        raise ProfileError(
            f"The config of a run of {run_id} is wrong: {reasons(error)}."
        ) from error
