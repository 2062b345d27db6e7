"""The scan finds what going through everything bit by bit finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.similar.hashing import WINDOWS
from sparkle_motion_dagster.similar.scanning import HashTable, as_bytes

COUNT = len(WINDOWS)
Pictures = list[list[int]]


def some(seed: int, count: int) -> Pictures:
    """Return the hashes of pictures, of few bits each, so that many are near each other."""
    dice = np.random.default_rng(seed)
    masks = dice.integers(0, 2**64, 3, np.uint64)
    hashes = dice.integers(0, 2**64, (count, COUNT), np.uint64) & masks[0] & masks[1] & masks[2]
    return [[int(hash_) for hash_ in picture] for picture in hashes]


PICTURES = st.builds(some, st.integers(0, 2**32), st.integers(0, 40))
ASKED = st.builds(lambda seed: some(seed, 1)[0], st.integers(0, 2**32))


def table_of(pictures: Pictures, first: int = 1) -> HashTable:
    rows = [
        (number, as_bytes(np.array(hashes, np.uint64)))
        for number, hashes in enumerate(pictures, first)
    ]
    return HashTable.empty().with_rows(rows)


def nearest(picture: list[int], asked: list[int]) -> int:
    """Return the fewest bits between the whole of one and any window of the other."""
    part = [(hash_ ^ asked[0]).bit_count() for hash_ in picture]
    whole = [(picture[0] ^ hash_).bit_count() for hash_ in asked]
    return min(part + whole)


@given(pictures=PICTURES, asked=ASKED, bits=st.integers(0, 20))
def test_the_scan_finds_what_brute_force_finds(
    pictures: Pictures, asked: list[int], bits: int
) -> None:
    found = table_of(pictures).near(np.array(asked, np.uint64), bits)
    expected = {
        number: nearest(picture, asked)
        for number, picture in enumerate(pictures, 1)
        if nearest(picture, asked) <= bits
    }
    # The nearest come first; what may be larger and smaller is there twice.
    assert {one.number: one.bits for one in reversed(found)} == expected
    assert len({(one.number, one.is_larger) for one in found}) == len(found)
    assert [one.bits for one in found] == sorted(one.bits for one in found)
    for one in found:
        picture = pictures[one.number - 1]
        larger, smaller = (picture, asked) if one.is_larger else (asked, picture)
        assert (larger[one.window] ^ smaller[0]).bit_count() == one.bits


@given(pictures=PICTURES, asked=ASKED, bits=st.integers(0, 20))
def test_wholes_are_held_against_wholes_alone(
    pictures: Pictures, asked: list[int], bits: int
) -> None:
    found = table_of(pictures).near_wholes(asked[0], bits)
    expected = [
        (number, (picture[0] ^ asked[0]).bit_count())
        for number, picture in enumerate(pictures, 1)
        if (picture[0] ^ asked[0]).bit_count() <= bits
    ]
    assert list(found) == expected


@given(first=PICTURES, more=PICTURES, asked=ASKED)
def test_a_table_that_grew_is_one_that_was_read_at_once(
    first: Pictures, more: Pictures, asked: list[int]
) -> None:
    numbered = enumerate(more, len(first) + 1)
    rows = [(number, as_bytes(np.array(hashes, np.uint64))) for number, hashes in numbered]
    grown, hashes = table_of(first).with_rows(rows), np.array(asked, np.uint64)
    assert grown.near(hashes, 20) == table_of(first + more).near(hashes, 20)


def test_each_of_a_hundred_thousand_is_found_among_all() -> None:
    dice = np.random.default_rng(5)
    hashes = dice.integers(0, 2**64, (100_000, COUNT), np.uint64)
    table = HashTable(np.arange(1, 100_001), np.ascontiguousarray(hashes.T))
    for row in (0, 1, 49_999, 99_999):
        window, flips = int(dice.integers(COUNT)), np.uint64(0b1011 << 20)
        asked = dice.integers(0, 2**64, COUNT, np.uint64)
        asked[0] = hashes[row, window] ^ flips
        (first, *_) = table.near(asked, 14)
        assert (first.number, first.bits, first.window) == (row + 1, 3, window)
        assert first.is_larger
