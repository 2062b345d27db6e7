"""Plans as YAML text: written as people write it, and read so that their comments stay."""

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

_WIDTH = 100


def round_trip() -> YAML:
    """Return how plans are read and written so that comments of whoever edits them stay."""
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def yaml_text(plan: Mapping[str, Any]) -> str:
    """Return a plan as its file says it."""
    written = io.StringIO()
    round_trip().dump(plan, written)
    return written.getvalue()
