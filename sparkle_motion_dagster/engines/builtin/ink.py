"""Where something was written, as it is recorded of what was made."""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from sparkle_motion_dagster.media.titling.safe_area import Box

_WRITTEN = "written_in"


def written_in(inks: Iterable[Box | None]) -> dict[str, JsonValue]:
    """Return the metadata of what was written over: the box around all of it, in pixels.

    Args:
        inks: Where each text was drawn; None: nothing of it was.
    """
    drawn = [ink for ink in inks if ink is not None]
    if not drawn:
        return {}
    return {
        _WRITTEN: [
            min(ink.left for ink in drawn),
            min(ink.top for ink in drawn),
            max(ink.right for ink in drawn),
            max(ink.bottom for ink in drawn),
        ]
    }


def box_written_in(metadata: Mapping[str, JsonValue]) -> Box | None:
    """Return the box that `written_in` recorded; None: nothing was written."""
    match metadata.get(_WRITTEN):
        case [int(left), int(top), int(right), int(bottom)]:
            return Box(left, top, right, bottom)
        case _:
            return None
