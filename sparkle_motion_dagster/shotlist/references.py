"""Whom and what the parts of a plan name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sparkle_motion_dagster.shotlist.provenance import KEYFRAMES, PlanText

START, END = "start_base_image_id", "end_base_image_id"
"""The fields of a shot that name its keyframes."""


def keyframes_named(shots: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the ids of the keyframes that shots start and end on."""
    for shot in shots:
        yield from (shot[end] for end in (START, END) if shot.get(end) is not None)


def characters_named(plan: PlanText) -> Iterator[str]:
    """Yield the ids of the characters that a plan's keyframes, shots and timeline name."""
    for picture in plan[KEYFRAMES]:
        yield from picture.get("characters", ())
    for shot in plan["shots"]:
        yield from shot.get("metadata", {}).get("faces") or ()
        yield from (line["character_id"] for line in shot.get("dialogue", ()))
    for entry in plan.get("dialogue_timeline") or ():
        yield from [entry["character_id"]] if "character_id" in entry else []
