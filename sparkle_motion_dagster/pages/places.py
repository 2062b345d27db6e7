"""Where scripts and styles of the pages lie."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"
