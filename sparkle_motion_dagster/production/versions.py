"""Versions of what took part in making something: recorded, never hashed."""

import functools
import platform
from importlib import metadata

from sparkle_motion_dagster.engines.registry import declarations

_PACKAGES = ("sparkle-motion-dagster", "dagster", "av", "imageio-ffmpeg", "numpy")


@functools.cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that media are made with.

    Those that engines declare are recorded where they are installed.
    """
    found = {"python": platform.python_version()}
    of_engines = (package for engine in declarations().values() for package in engine.packages)
    for package in dict.fromkeys((*_PACKAGES, *of_engines)):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            if package in _PACKAGES:
                found[package] = "not installed"
    return found
