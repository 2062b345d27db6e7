"""Scanning all hashes of a home for those that are near some: a popcount over whole columns.

A metric tree (BK, VP) visits most of its nodes at the radius that crops need, 14 of 64 bits. Going
through 100,000 pictures is four million XORs and popcounts, which numpy does in milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.perceptual_hash import BITS
from sparkle_motion_dagster.similar.hashing import WINDOWS, Hashes

_AT_ONCE = 16_384
"""So many pictures are gone through at once: what is worked on stays in the processor's cache."""


@dataclass(frozen=True)
class Candidate:
    """A picture whose hashes are near those that were asked for.

    Attributes:
        number: Its number in the index.
        bits: In how many bits the nearest two hashes differ.
        window: Which window of the larger picture the other one is like.
        is_larger: Whether the larger one is the candidate.
    """

    number: int
    bits: int
    window: int
    is_larger: bool


@dataclass(frozen=True, eq=False)
class HashTable:
    """The hashes of many pictures.

    Attributes:
        numbers: Their numbers in the index, ascending: (pictures,).
        windows: The hashes of each window: (len(WINDOWS), pictures).
    """

    numbers: NDArray[np.int64]
    windows: NDArray[np.uint64]

    @classmethod
    def empty(cls) -> HashTable:
        """Return the table of no picture."""
        return cls(np.zeros(0, np.int64), np.zeros((len(WINDOWS), 0), np.uint64))

    def with_rows(self, rows: Sequence[tuple[int, bytes]]) -> HashTable:
        """Return it with more pictures: their numbers, and their hashes `as_bytes`."""
        if not rows:
            return self
        numbers, blobs = zip(*rows, strict=True)
        added = np.frombuffer(b"".join(blobs), "<u8").reshape(len(rows), len(WINDOWS)).T
        return HashTable(
            np.concatenate([self.numbers, np.array(numbers, np.int64)]),
            np.concatenate([self.windows, added], axis=1),
        )

    def near(self, hashes: Hashes, bits: int) -> tuple[Candidate, ...]:
        """Return the pictures that a picture may be a part of, or they of it, the nearest first.

        What may be both is there twice.

        Args:
            hashes: The picture's.
            bits: In how many bits hashes may differ at most.
        """
        return tuple(sorted(self._near(hashes, bits), key=lambda one: (one.bits, one.number)))

    def near_wholes(self, whole: int, bits: int) -> tuple[tuple[int, int], ...]:
        """Return the pictures whose hash as a whole is near one: numbers, and how many bits differ.

        Args:
            whole: The hash.
            bits: In how many bits hashes may differ at most.
        """
        differing = np.bitwise_count(self.windows[0] ^ np.uint64(whole))
        rows = np.flatnonzero(differing <= bits)
        return tuple((int(self.numbers[row]), int(differing[row])) for row in rows)

    def _near(self, hashes: Hashes, bits: int) -> Iterator[Candidate]:
        for begin in range(0, len(self.numbers), _AT_ONCE):
            windows = self.windows[:, begin : begin + _AT_ONCE]
            part = _fewest(windows, hashes[:1])
            whole = _fewest(windows[:1], hashes[1:])
            for row in np.flatnonzero(part <= bits):
                window = int(np.bitwise_count(windows[:, row] ^ hashes[0]).argmin())
                yield Candidate(
                    int(self.numbers[begin + row]), int(part[row]), window, is_larger=True
                )
            for row in np.flatnonzero(whole <= bits):
                window = 1 + int(np.bitwise_count(windows[0, row] ^ hashes[1:]).argmin())
                yield Candidate(
                    int(self.numbers[begin + row]), int(whole[row]), window, is_larger=False
                )


def _fewest(many: NDArray[np.uint64], hashes: Hashes) -> NDArray[np.uint8]:
    """Return in how many bits the nearest two hashes differ, for each picture.

    Args:
        many: Hashes of the pictures: (any, pictures).
        hashes: Those that they are held against.
    """
    fewest = np.full(many.shape[1], BITS, np.uint8)
    differing, bits = np.empty_like(many[0]), np.empty_like(fewest)
    for row in many:
        for hash_ in hashes:
            np.bitwise_xor(row, hash_, out=differing)
            np.bitwise_count(differing, out=bits)
            np.minimum(fewest, bits, out=fewest)
    return fewest


def as_bytes(hashes: Hashes) -> bytes:
    """Return a picture's hashes as they are kept: little endian, one after the other."""
    return hashes.astype("<u8").tobytes()
