"""What of an element of a plan a changed shot list tells otherwise."""

from collections.abc import Iterable, Mapping
from typing import Any

from sparkle_motion_dagster.shotlist.provenance import PlanText

_NOTHING = object()


def changed(
    old: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any], fields: Iterable[str]
) -> PlanText:
    """Return an element with those of some fields as they are told now that are told otherwise.

    Args:
        old: The element as the plan has it.
        was: The same, as the shot list told it before.
        now: As it tells it now.
        fields: The fields that are looked at.
    """
    merged = dict(old)
    for name in fields:
        told = now.get(name, _NOTHING)
        if was.get(name, _NOTHING) == told:
            continue
        if told is _NOTHING:
            merged.pop(name, None)
        else:
            merged[name] = told
    return merged
