"""Profiles and the voice catalogue: the files in ``configs/``, and profiles of the user's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sparkle_motion_dagster.errors import InputError, reasons
from sparkle_motion_dagster.film.settings import FilmSettings

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


class _Gpu(_Part):
    config: dict[str, Any] = {}


class _Engine(_Part):
    config: _EngineConfig


class _Resources(_Part):
    film: _Film
    images: _Engine
    video: _Engine
    speech: _Engine
    lipsync: _Engine
    gpu: _Gpu = _Gpu()


class _ProfileFile(_Part):
    """Run config of the job, as a profile's file holds it."""

    resources: _Resources


def profile_names() -> list[str]:
    """Return the names of all profiles, sorted."""
    return sorted(_profile_files())


def load_profile(name: str) -> dict[str, Any]:
    """Return a profile: run config of the job.

    Raises:
        ProfileError: There is no such profile, or its file is not what it should be.
    """
    files = _profile_files()
    if name not in files:
        raise ProfileError(f"There is no profile {name!r}. Known: {', '.join(sorted(files))}.")
    return read_profile(files[name])


def _profile_files() -> dict[str, Path]:
    """Return where each profile is: in the checkout, or in the folder ``$SPARKLE_PROFILES``.

    Raises:
        ProfileError: Both have one of the same name.
    """
    files = {path.stem: path for path in (CONFIGS / "profiles").glob("*.yaml")}
    if own := os.environ.get("SPARKLE_PROFILES"):
        for path in Path(own).glob("*.yaml"):
            if path.stem in files:
                raise ProfileError(
                    f"There are two profiles {path.stem!r}: {files[path.stem]} and {path}. Give "
                    "yours a name of its own."
                )
            files[path.stem] = path
    return files


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
    return {name: _without_nulls(part) for name, part in profile.model_dump().items()}


def _without_nulls(value: Any) -> Any:
    """Return config without nulls, which mean "left out": Dagster's maps cannot hold them."""
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return value


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
