"""Profiles and the voice catalogue: the files in ``configs/``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sparkle_motion_dagster.engines.registry import reasons
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.production.film_settings import FilmSettings

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
"""The folder of the checkout's configuration files."""

DEFAULT_PROFILE = "animatic"


class ProfileError(InputError):
    """There is no such profile, or its file cannot be read."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _FilmConfig(_Part):
    profile: str
    settings: dict[str, Any]


class _EngineConfig(_Part):
    engine: str
    settings: dict[str, Any] = {}


class _Film(_Part):
    config: _FilmConfig


class _Engine(_Part):
    config: _EngineConfig


class _Resources(_Part):
    film: _Film
    images: _Engine
    video: _Engine
    speech: _Engine
    lipsync: _Engine


class _ProfileFile(_Part):
    """Run config of the job, as a profile's file holds it."""

    resources: _Resources


def profile_names() -> list[str]:
    """Return the names of all profiles, sorted."""
    return sorted(path.stem for path in (CONFIGS / "profiles").glob("*.yaml"))


def load_profile(name: str) -> dict[str, Any]:
    """Return a profile of the checkout: run config of the job.

    Raises:
        ProfileError: There is no such profile, or its file is not what it should be.
    """
    if name not in profile_names():
        raise ProfileError(f"There is no profile {name!r}. Known: {', '.join(profile_names())}.")
    return read_profile(CONFIGS / "profiles" / f"{name}.yaml")


def read_profile(path: Path) -> dict[str, Any]:
    """Return the profile in a file; it is named like the file.

    Raises:
        ProfileError: The file cannot be read, or is not what it should be.
    """
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        profile = _ProfileFile.model_validate(content)
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"Profile {path} cannot be read: {error}") from error
    except YAMLError as error:
        raise ProfileError(f"Profile {path} is not YAML: {error}") from error
    except ValidationError as error:
        raise ProfileError(f"Profile {path} is wrong: {reasons(error)}.") from error
    named = profile.resources.film.config.profile
    if named != path.stem:
        raise ProfileError(
            f"Profile {path} calls itself {named!r}. Write its own name there: "
            f"resources.film.config.profile: {path.stem}"
        )
    return profile.model_dump()


def film_settings_of(profile: dict[str, Any]) -> FilmSettings:
    """Return what a profile says of the film itself.

    Raises:
        ProfileError: A setting is missing, unknown or out of bounds.
    """
    try:
        return FilmSettings.model_validate(resource_defaults(profile, "film")["settings"])
    except ValidationError as error:
        raise ProfileError(f"The profile's film settings are wrong: {reasons(error)}.") from error


def resource_defaults(profile: dict[str, Any], resource: str) -> dict[str, Any]:
    """Return what a profile says of one resource."""
    config: dict[str, Any] = profile["resources"][resource]["config"]
    return config
