"""Which parts of a file a Range asks for, held against a list of its bytes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.server.ranges import Span, spans_in

SIZES = st.integers(0, 12)
NUMBERS = st.integers(0, 15)
SPECS = st.one_of(
    st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, st.none()), st.tuples(st.none(), NUMBERS)
)


def asked(first: int | None, last: int | None, size: int) -> set[int]:
    """Return the positions that a part asks for, as the standard says it."""
    if first is None:
        return set(range(size)[-last:]) if last else set()
    return {at for at in range(size) if at >= first and (last is None or at <= last)}


@given(SIZES, st.lists(SPECS, min_size=1, max_size=5))
def test_the_parts_hold_what_is_asked_for(
    size: int, specs: list[tuple[int | None, int | None]]
) -> None:
    written = ("" if first is None else first for first, _ in specs)
    ends = ("" if last is None else last for _, last in specs)
    header = "bytes=" + ", ".join(f"{a}-{b}" for a, b in zip(written, ends, strict=True))
    spans = spans_in(header, size)
    if any(None not in spec and spec[1] < spec[0] for spec in specs):  # type: ignore[operator]
        assert spans is None
        return
    assert spans is not None
    positions = [at for span in spans for at in range(span.start, span.end)]
    assert positions == sorted(set().union(*(asked(*spec, size) for spec in specs)))
    assert all(one.end < after.start for one, after in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes", "bytes=", "bytes=-", "bytes=,", "items=0-1", "bytes=a-b", "bytes=0-1,x"),
        *("bytes=--1", "bytes=1", "bytes=0x1-2", "bytes=+1-2", "bytes=1_0-20", "bytes=٣-٤"),
        *("bytes=0-" + "9" * 40, "bytes=" + ",".join("0-1" for _ in range(33)), "0-1"),
    ],
)
def test_what_is_no_range_is_ignored(header: str) -> None:
    assert spans_in(header, 100) is None


def test_spaces_and_case_do_not_matter() -> None:
    assert spans_in("BYTES = 0-1 , 5-6,", 10) == (Span(0, 2), Span(5, 7))
