"""Names of places in a plan, ``shots[2].duration_sec``, and values as errors say them."""

import json
import re
from collections.abc import Iterator
from fractions import Fraction

Location = tuple[str | int, ...]
"""The way from the plan to a field: keys and 0-based indexes."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_STEP = re.compile(
    r"""\[(?P<index>[0-9]+)\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]|\.?(?P<key>[^.\[]+)"""
)


def field_path(location: Location) -> str:
    """Return a location as people read it; keys that are no plain words are quoted."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            path += f".{step}" if path else step
        else:
            path += f"[{json.dumps(step)}]"
    return path


def location_of(field: str) -> Location:
    """Return the location that a path names: the inverse of `field_path`."""
    return tuple(_steps(field))


def _steps(field: str) -> Iterator[str | int]:
    for step in _STEP.finditer(field):
        if step["index"] is not None:
            yield int(step["index"])
        elif step["quoted"] is not None:
            yield json.loads(step["quoted"])
        else:
            yield step["key"]


def shown(value: object) -> str:
    """Return a value as an error message quotes it: short, and in the words of a plan file."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return str(value)


def in_seconds(value: float | Fraction) -> str:
    """Return a length of time as an error message says it: such as ``2.5 s``."""
    return f"{float(value):.6f}".rstrip("0").rstrip(".") + " s"


_KNOWN_IDS = 10


def known(name: str, ids: list[str]) -> str:
    """Say which ids there are of a kind, such as ``base images``: the first of them, if many."""
    if not ids:
        return f"the plan has no {name}"
    more = f" and {len(ids) - _KNOWN_IDS} more" if len(ids) > _KNOWN_IDS else ""
    return f"{name} are {', '.join(ids[:_KNOWN_IDS])}{more}"
