"""The check of what is written on the screen: whether every screen shows all of it."""

from collections.abc import Iterable

from sparkle_motion_dagster.engines.builtin.ink import box_written_in
from sparkle_motion_dagster.film.checks.promises import TEXT_IS_SAFE
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.media.titling.safe_area import title_safe
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.units import FrameSize


def text_is_safe(items: Iterable[Produced], size: FrameSize) -> Verdict:
    """Compare where something was written with the safe area.

    Args:
        items: Cards, or clips that were written over.
        size: The frame's.
    """
    boxes = {item.item_id: box_written_in(item.record.metadata) for item in items}
    written = {name: box for name, box in boxes.items() if box is not None}
    safe = title_safe(size)
    outside = [name for name, box in written.items() if not safe.holds(box)]
    return TEXT_IS_SAFE.verdict(
        {"written_over": len(written), "outside": ", ".join(outside) or "none"}, kept=not outside
    )
