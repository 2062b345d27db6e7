"""Fit: whether what an item is pinned to still has the shape that the film needs."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.video.base import FootageEngine, VideoRequest
from sparkle_motion_dagster.engines.video.retiming import retime
from sparkle_motion_dagster.production.loop import Item

Misfit: TypeAlias = Callable[[Item[Any], ActionRecord], str | None]
"""Says in what that does not fit which was made once, where something is asked for now; None: in
nothing."""


def shape_misfit(item: Item[Any], record: ActionRecord) -> str | None:
    """Say in what a picture or a clip has another shape than the one that is asked for.

    What has no shape, such as a line, always fits: all else follows it.

    Args:
        item: What is asked for now.
        record: How what it is pinned to was made.
    """
    asked, was = item.request.model_dump(mode="json"), record.request
    if "size" in asked and was.get("size") != asked["size"]:
        return f"it is {_size(was.get('size'))}, and the film needs {_size(asked['size'])}"
    if "frames" not in asked:
        return None
    if was.get("frame_rate") != asked["frame_rate"]:
        had, has = _rate(was.get("frame_rate")), _rate(asked["frame_rate"])
        return f"it has {had} frames a second, and the film has {has}"
    if was.get("frames") != asked["frames"]:
        return f"it has {_frames(was.get('frames'), asked['frames'])}"
    if not set(_list(asked.get("splices"))) <= set(_list(was.get("splices"))):
        return "a transition needs its stream cut where it cannot be"
    if was.get("encoding") != asked["encoding"]:
        return (
            "it is encoded in another way: its shot's mouths are moved now, or are not any more, "
            "or the profile's encoding is another one"
        )
    return None


def footage_misfit(engine: FootageEngine[Any], shots: Mapping[str, VideoRequest]) -> Misfit:
    """Return what says of footage whether the shot's clip can still be made of it.

    Args:
        engine: Whose footage it is.
        shots: The shots, by the item ids of their footage.
    """

    def misfit(item: Item[Any], record: ActionRecord) -> str | None:
        shot, facts = shots[item.id], record.outputs["footage"].facts
        asked = item.request.model_dump(mode="json")
        if record.request.get("size") != asked["size"]:
            was = _size(record.request.get("size"))
            return f"its footage is {was}, and the film needs {_size(asked['size'])}"
        most = 0 if shot.end is None else engine.conforming().most_retime
        try:
            retime(
                facts.frames or 0,
                facts.frame_rate or engine.footage_rate,
                shot.frames,
                shot.frame_rate,
                ends_on_keyframe=shot.ends_on_keyframe,
                most_retime=Fraction(str(most)),
            )
        except EngineInputError as error:
            return str(error).partition(". Make ")[0]
        return None

    return misfit


def _frames(was: JsonValue, asked: JsonValue) -> str:
    if not isinstance(was, int) or not isinstance(asked, int):
        return f"{was} frames, and its shot {asked}"
    by = f"{abs(asked - was)} {'more' if asked > was else 'fewer'}"
    return f"{was} frames, and its shot needs {asked}, which is {by}"


def _rate(rate: JsonValue) -> str:
    return f"{float(Fraction(rate)):.5g}" if isinstance(rate, str) else str(rate)


def _size(size: JsonValue) -> str:
    return f"{size['width']}x{size['height']}" if isinstance(size, dict) else "of no known size"


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
