"""The configuration files that come with the project: where they are, and which counts."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _configs() -> Path:
    """Return the folder ``configs``: an installed package holds it, in a checkout it lies beside.

    The checkout's is the only one that is written by hand; a wheel is built with a copy of it.
    """
    installed = _PACKAGE / "configs"
    return installed if installed.is_dir() else _PACKAGE.parent / "configs"


CONFIGS = _configs()
"""Profiles, voices, device presets, and the settings of the Dagster instance."""

DEFAULT_PROFILE = "animatic"
"""The profile of films for which nobody names one."""
