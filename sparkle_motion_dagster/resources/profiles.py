"""Profiles and the voice catalogue: the files in ``configs/``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sparkle_motion_dagster.errors import InputError

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
"""The folder of the checkout's configuration files."""

DEFAULT_PROFILE = "animatic"


class ProfileError(InputError):
    """There is no such profile, or its file cannot be read."""


def profile_names() -> list[str]:
    """Return the names of all profiles, sorted."""
    return sorted(path.stem for path in (CONFIGS / "profiles").glob("*.yaml"))


def load_profile(name: str) -> dict[str, Any]:
    """Return a profile: run config of the job.

    Raises:
        ProfileError: There is no such profile, or its file is not what it should be.
    """
    if name not in profile_names():
        raise ProfileError(f"There is no profile {name!r}. Known: {', '.join(profile_names())}.")
    path = CONFIGS / "profiles" / f"{name}.yaml"
    try:
        profile = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise ProfileError(f"Profile {path} is not YAML: {error}") from error
    if not isinstance(profile, dict) or set(profile) != {"resources"}:
        raise ProfileError(f"Profile {path} must hold `resources:` and nothing else.")
    return profile


def resource_defaults(profile: dict[str, Any], resource: str) -> dict[str, Any]:
    """Return what a profile says of one resource."""
    config: dict[str, Any] = profile["resources"][resource]["config"]
    return config
