"""Versions of what took part in making something: recorded, never hashed."""

import functools
import platform
from importlib import metadata

_PACKAGES = (
    "sparkle-motion-dagster",
    "dagster",
    "av",
    "imageio-ffmpeg",
    "espeakng-loader",
    "numpy",
)

_OF_MODELS = ("torch", "diffusers", "transformers", "accelerate")
"""Packages that models run on: recorded where they are installed."""


@functools.cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that media are made with."""
    found = {"python": platform.python_version()}
    for package in (*_PACKAGES, *_OF_MODELS):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            if package in _PACKAGES:
                found[package] = "not installed"
    return found
