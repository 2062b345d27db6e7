"""How much the smoke test does: models of true shape on a GPU, tiny ones on the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import gpu_shapes as shapes
from benchmarks.gpu_models import checkpoint
from benchmarks.smoke_record import Finding
from sparkle_motion_dagster.gpu.memory import GIB, allocated
from sparkle_motion_dagster.gpu.presets import DevicePreset, Precision
from sparkle_motion_dagster.units import FrameSize

_LEFT = 256 * 2**20
"""The bytes that may stay taken when all models are freed: cuBLAS keeps its workspaces, of 32 MiB
for each stream on a Hopper GPU (its documentation, `cublasSetWorkspace`)."""


@dataclass(frozen=True)
class Scale:
    """How much is done.

    Attributes:
        sdxl: Which SDXL.
        adapter: Which IP-Adapter beside it.
        image_size: Of pictures.
        image_steps: Of each.
        vace: Which VACE model.
        chunk: How many frames it makes at once.
        flf2v: Which model from a first frame to a last.
        clip_size: Of footage.
        few_frames: How many are made where not their number counts.
        clip_steps: Of each chunk.
    """

    sdxl: shapes.SdxlShape
    adapter: shapes.AdapterShape
    image_size: FrameSize
    image_steps: int
    vace: shapes.WanShape
    chunk: int
    flf2v: shapes.WanShape
    clip_size: FrameSize
    few_frames: int
    clip_steps: int


FULL = Scale(
    sdxl=shapes.SDXL,
    adapter=shapes.ADAPTER,
    image_size=FrameSize(width=1024, height=1024),
    image_steps=8,
    vace=shapes.WAN_1_3B,
    chunk=81,
    flf2v=shapes.WAN_14B,
    clip_size=FrameSize(width=832, height=480),
    few_frames=17,
    clip_steps=2,
)
TINY = Scale(
    sdxl=shapes.TINY_SDXL,
    adapter=shapes.TINY_ADAPTER,
    image_size=FrameSize(width=64, height=64),
    image_steps=2,
    vace=shapes.TINY_WAN_VACE,
    chunk=13,
    flf2v=shapes.TINY_WAN_FLF2V,
    clip_size=FrameSize(width=64, height=64),
    few_frames=5,
    clip_steps=2,
)


@dataclass(frozen=True)
class Smoke:
    """What a part may use.

    Attributes:
        preset: How models run on the device.
        scale: How much is done.
        folder: Where files may lie.
        keep: Where checkpoints stay for other runs; None: nowhere.
    """

    preset: DevicePreset
    scale: Scale
    folder: Path
    keep: Path | None

    @property
    def device(self) -> str:
        """The device, as torch names it."""
        return "cuda:0" if self.on_gpu else "cpu"

    @property
    def on_gpu(self) -> bool:
        """Whether that is a GPU, which tells how much memory models take of it."""
        return self.preset.device == "cuda"

    def checkpoint(
        self, shape: shapes.SdxlShape | shapes.WanShape, precision: Precision
    ) -> AbstractContextManager[Path]:
        """Have a model's checkpoint in a folder as long as a block takes; see `gpu_models`."""
        return checkpoint(shape, precision, self.preset.device, self.keep)

    def fits(self, what: str, peak: int | None) -> Iterator[Finding]:
        """Say how much memory something took at most, and whether the preset allows it."""
        if self.on_gpu and peak is not None and self.preset.memory_gib is not None:
            allowed = self.preset.memory_gib
            yield Finding(
                f"{what}: peak memory",
                f"{gib(peak)} of the preset's {allowed} GiB",
                peak / GIB <= allowed,
            )

    def weights_as_reckoned(self, taken: int, reckoned: int) -> Iterator[Finding]:
        """Say whether weights on the device take what their files' headers say they will."""
        if self.on_gpu:
            yield Finding(
                "weights on the device",
                f"{gib(taken)}, reckoned from their files {gib(reckoned)}",
                abs(taken - reckoned) <= 0.1 * reckoned,
            )

    def freed(self) -> Iterator[Finding]:
        """Say what is still taken when all models have been freed."""
        left = allocated(self.device)
        if left is not None:
            yield Finding("still taken after eviction", gib(left), left <= _LEFT)


def gib(amount: int) -> str:
    """Return bytes as people read them."""
    return f"{amount / GIB:.2f} GiB"
