"""Captions: lines of text that any player shows as they are, when it should."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.plan.captions.captioning import without_markup

_MOST_BYTES = 0xFFFF
"""A caption's length is written in 16 bits (3GPP TS 26.245, 5.17)."""


@dataclass(frozen=True)
class Caption:
    """A text, shown from `start_s` to `end_s` (seconds from the film's first frame)."""

    start_s: float
    end_s: float
    text: str
    italic: bool = False

    def shown(self) -> str:
        """Return what is shown: the text in its own lines, without what players take for markup."""
        lines = (" ".join(line.split()) for line in self.text.splitlines())
        return without_markup("\n".join(line for line in lines if line))


def require_order(captions: Sequence[Caption]) -> None:
    """Check that captions can be shown, one after the other.

    Raises:
        MediaError: A caption is too long to be written, ends before it begins, or begins before
            the one before it ends.
    """
    for caption in captions:
        size = len(caption.shown().encode())
        if size > _MOST_BYTES:
            raise MediaError(
                f"the line that begins at {caption.start_s:g} s, {caption.shown()[:60]!r}..., has "
                f"{size:,} bytes; a caption holds {_MOST_BYTES:,}. Split the line."
            )
        if not 0 <= milliseconds(caption.start_s) < milliseconds(caption.end_s):
            raise MediaError(
                f"the caption {caption.shown()!r} cannot be shown from {caption.start_s:g} s to "
                f"{caption.end_s:g} s"
            )
    for one, other in pairwise(captions):
        if milliseconds(other.start_s) < milliseconds(one.end_s):
            raise MediaError(
                f"the caption {other.shown()!r} begins at {other.start_s:g} s, before "
                f"{one.shown()!r} ends at {one.end_s:g} s"
            )


def milliseconds(seconds: float) -> int:
    """Return a time as captions hold it: in whole milliseconds."""
    return round(1000 * seconds)
