"""What Wan does when its device's memory does not suffice: what the next try gives up."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from pydantic import JsonValue

from sparkle_motion_dagster.gpu.errors import ModelOOMError
from sparkle_motion_dagster.gpu.oom import suggest_shrink_for_oom
from sparkle_motion_dagster.gpu.presets import Offload

MOST_TRIES = 3
"""How often less memory is tried with before giving up."""

_MORE_OFFLOADED: dict[Offload, Offload] = {"none": "model", "model": "group"}
"""What moves more weights out of the device's memory; after groups of layers there is nothing."""


Lever = Literal["again", "chunks", "tiling", "offload"]
"""What is done about it: the same again, beside less; shorter chunks; the VAE in tiles; weights
that wait elsewhere."""


@dataclass(frozen=True)
class Step:
    """What was done about it.

    Attributes:
        lever: Which kind of thing.
        attempted: How many frames were being made when memory ran out; None: weights were loaded.
        change: What was changed, for people.
        said: What the allocator said.
    """

    lever: Lever
    attempted: int | None
    change: str
    said: str

    def record(self) -> dict[str, JsonValue]:
        """Return it as the metadata of what was made holds it."""
        return {"attempted_frames": self.attempted, "change": self.change, "said": self.said}


@dataclass(frozen=True)
class OomRung:
    """A rung of the OOM ladder: the pictures' size stays, all else may be given up, in turn.

    Where other models were warm on the device, and have been freed, the same is tried once more.
    Then chunks get shorter (only VACE has them), then the VAE works in tiles, then weights wait in
    the machine's memory: whole parts, then groups of layers. Where nothing else is left, chunks get
    shorter again.

    Attributes:
        most_frames: The longest chunk, in frames, 4k+1.
        shortest: The shortest that makes sense, 4k+1; ``most_frames`` where it cannot shrink.
        tiling: Whether the VAE works in tiles.
        offload: Where weights wait.
        steps: What was done about it so far.
    """

    most_frames: int
    shortest: int
    tiling: bool
    offload: Offload
    steps: tuple[Step, ...] = ()

    def after(self, error: ModelOOMError, attempted: int) -> "OomRung | None":
        """Return how to try again; None: there is nothing left to give up, or no try.

        Args:
            error: What happened.
            attempted: How many frames the chunk had that did not fit.
        """
        frames = None if error.stage == "load" else attempted
        if error.evicted and not self._has("again"):
            beside = f"nothing but what was kept warm beside it: {', '.join(error.evicted)}"
            return _noting(self, Step("again", frames, beside, error.detail))
        if sum(step.lever != "again" for step in self.steps) == MOST_TRIES:
            return None
        tries = self._while_loading() if error.stage == "load" else self._tries(error, attempted)
        following = next(tries, None)
        if following is None:
            return None
        changed, lever, change = following
        return _noting(changed, Step(lever, frames, change, error.detail))

    def _has(self, lever: Lever) -> bool:
        return any(step.lever == lever for step in self.steps)

    def _tries(self, error: ModelOOMError, attempted: int) -> "Iterator[_Try]":
        if not self._has("chunks"):
            yield from self._shorter_chunks(error, attempted)
        if not self.tiling:
            yield replace(self, tiling=True), "tiling", "the VAE works in tiles"
        yield from self._while_loading()
        yield from self._shorter_chunks(error, attempted)

    def _while_loading(self) -> "Iterator[_Try]":
        more = _MORE_OFFLOADED.get(self.offload)
        if more is not None:
            yield replace(self, offload=more), "offload", f"weights are offloaded: {more}"

    def _shorter_chunks(self, error: ModelOOMError, attempted: int) -> "Iterator[_Try]":
        suggested = suggest_shrink_for_oom(
            attempted, self.shortest, message=error.detail, snapshot=error.snapshot
        )
        frames = max(self.shortest, (suggested - 1) // 4 * 4 + 1)
        if frames < min(attempted, self.most_frames):
            yield (
                replace(self, most_frames=frames),
                "chunks",
                f"chunks of at most {frames} frames",
            )


_Try: TypeAlias = tuple[OomRung, Lever, str]
"""How the next try is made, by which lever, and what that changes, for people."""


def _noting(rung: OomRung, step: Step) -> OomRung:
    return replace(rung, steps=(*rung.steps, step))
