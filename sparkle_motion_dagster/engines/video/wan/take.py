"""One piece of footage while it is made: what is there of it, and what comes next."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import JsonValue

from sparkle_motion_dagster.engines.video.base import FootageRequest
from sparkle_motion_dagster.engines.video.wan.colour import ColourMatch, distance
from sparkle_motion_dagster.engines.video.wan.frames import Chunk, chunks
from sparkle_motion_dagster.engines.video.wan.keyframes import Frames, Picture, padded_keyframe
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.picture_review import psnr
from sparkle_motion_dagster.plan.seeds import derive_seed


@dataclass(frozen=True, eq=False)
class Piece:
    """Frames of footage that follow those before; with the last ones, how it all was made."""

    frames: Frames
    facts: Mapping[str, JsonValue] | None


def pictures(pieces: Iterator[Piece], facts: dict[str, JsonValue]) -> Iterator[YuvFrame]:
    """Yield the frames of one piece of footage, and note how it was made."""
    for piece in pieces:
        yield from map(YuvFrame.from_rgb, piece.frames)
        if piece.facts is not None:
            facts.update(piece.facts)
            return


class Take:
    """Footage that grows chunk by chunk; only as much of it is kept as the next chunk begins with.

    Args:
        request: What is asked for.
        number: Which of them this is, from 1.
        of: How many there are.
        overlap: How many last frames a chunk begins with.
    """

    def __init__(self, request: FootageRequest, number: int, of: int, overlap: int) -> None:
        self.request = request
        self._overlap = overlap
        self._called = f"footage {number} of {of}"
        self._lengths: list[int] = []
        self._done = 0
        self._last: Frames | None = None
        self._seams: dict[str, float] = {}
        self._joins: list[float] = []
        self._colours: list[float] = []

    @property
    def complete(self) -> bool:
        """Whether all of it is there."""
        return self._done == self.request.frames

    @property
    def seed(self) -> int:
        """The seed of its next chunk."""
        return derive_seed(self.request.seed, len(self._lengths))

    @functools.cached_property
    def start(self) -> Picture:
        """The start keyframe, padded."""
        return padded_keyframe(self.request.start.path, self.request.size)

    @functools.cached_property
    def end(self) -> Picture | None:
        """The end keyframe, padded; None where there is none."""
        if self.request.end is None:
            return None
        return padded_keyframe(self.request.end.path, self.request.size)

    def next_chunk(self, most: int) -> Chunk:
        """Return what comes next, of at most so many frames; see `chunks`."""
        return self._planned(most)[0]

    def doing(self, most: int) -> str:
        """Return, for people, what comes next."""
        there = len(self._lengths)
        return f"{self._called}, chunk {there + 1} of {there + len(self._planned(most))}"

    def head(self, chunk: Chunk) -> Frames:
        """Return the frames that a chunk begins with: the start keyframe, or the last ones."""
        return self.start[None] if self._last is None else self._last[-chunk.known :]

    def took(self, chunk: Chunk, shown: Frames) -> Frames:
        """Note a chunk's frames, and return those that are new, in the colours of those before."""
        fresh = shown[chunk.repeated :]
        if chunk.repeated:
            fresh = self._joined(chunk, shown)
        else:
            self._seams["keyframe_psnr_start"] = psnr(shown[0], self.start)
        if chunk.ends and self.end is not None:
            self._seams["keyframe_psnr_end"] = psnr(shown[-1], self.end)
        self._lengths.append(chunk.frames)
        self._done += len(fresh)
        before = fresh[:0] if self._last is None else self._last
        self._last = np.concatenate((before, fresh[-self._overlap :]))[-self._overlap :]
        return fresh

    def _joined(self, chunk: Chunk, shown: Frames) -> Frames:
        """Return the new frames of a chunk that goes on from others, whose colours it takes over.

        Where it arrives at an end keyframe, that one's colours are the end's: it was drawn so.
        """
        repeated, real = shown[: chunk.repeated], self.head(chunk)
        self._joins.append(psnr(repeated, real))
        match = ColourMatch.between(repeated, real)
        self._colours.append(distance(match.moved(repeated, fading=False), repeated))
        arrives = chunk.ends and self.end is not None
        return match.moved(shown[chunk.repeated :], fading=arrives)

    def facts(self) -> dict[str, JsonValue]:
        """Return how it was made."""
        return {
            "chunks": list(self._lengths),
            "join_psnr": list(self._joins),
            "join_colour": list(self._colours),
            **self._seams,
        }

    def _planned(self, most: int) -> tuple[Chunk, ...]:
        return chunks(self.request.frames, self._done, most, self._overlap)
