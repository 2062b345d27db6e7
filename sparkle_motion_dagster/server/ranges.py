"""The parts of a file that a request asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BYTES = re.compile(r"\s*bytes\s*=(?P<specs>.*)", re.IGNORECASE | re.ASCII)
_SPEC = re.compile(r"\s*(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})\s*", re.ASCII)

_MOST = 32
"""Parts in an answer; who asks for more gets the whole file."""


@dataclass(frozen=True)
class Span:
    """Bytes of a file: from ``start`` on, up to the one before ``end``."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes that are."""
        return self.end - self.start

    def content_range(self, size: int) -> str:
        """Return what ``Content-Range`` says of it, in a file of a size in bytes."""
        return f"bytes {self.start}-{self.end - 1}/{size}"


def spans_in(header: str, size: int) -> tuple[Span, ...] | None:
    """Return the parts that a ``Range`` asks for, in order; those that overlap are one.

    Args:
        header: What it says.
        size: The file's size in bytes.

    Returns:
        The parts; none: nothing of what is asked for is there; None: it is to be ignored, because
        it counts no bytes, cannot be read, or asks for too many parts.
    """
    counted = _BYTES.fullmatch(header)
    specs = [spec for spec in counted["specs"].split(",") if spec.strip()] if counted else []
    if not 0 < len(specs) <= _MOST:
        return None
    found = []
    for spec in specs:
        read = _SPEC.fullmatch(spec)
        if read is None or not (read["first"] or read["last"]):
            return None
        if not read["first"]:
            found.append(Span(max(0, size - int(read["last"])), size))
            continue
        first = int(read["first"])
        last = int(read["last"]) if read["last"] else size - 1
        if read["last"] and last < first:
            return None
        found.append(Span(first, min(last + 1, size)))
    return _merged(span for span in found if span.start < span.end)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
