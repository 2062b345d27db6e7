"""Wan on this device: chunks and their joins, and weights that wait in one place or another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.gpu_clips import footage_requests
from benchmarks.gpu_cost import tidy
from benchmarks.gpu_shapes import WanShape
from benchmarks.smoke_record import Finding
from benchmarks.smoke_scale import Smoke, gib
from sparkle_motion_dagster.engines.base import Made
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.video.base import FootageRequest
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.weights_size import pipeline_bytes
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.events import LoadEvent
from sparkle_motion_dagster.gpu.presets import Offload
from sparkle_motion_dagster.media.frames import read_frames
from sparkle_motion_dagster.media.picture_review import psnr

_SAME_DB = 60
"""From which PSNR on two pieces of footage show the same: both were encoded nearly lossless."""


def vace(smoke: Smoke) -> Iterator[Finding]:
    """Make footage in two chunks; then little footage, wherever weights wait."""
    scale = smoke.scale
    with weights_of(smoke, scale.vace) as weights:
        settings = settings_of(smoke, scale.vace, weights)
        frames = 2 * scale.chunk - settings.overlap
        one = _Placed(smoke, settings, "none", frames)
        yield from one.findings()
        chunks = one.made.metadata["chunks"]
        yield Finding("chunks, in frames", str(chunks), chunks == [scale.chunk] * 2)
        for fact in ("join_psnr", "join_colour", "keyframe_psnr_start", "keyframe_psnr_end"):
            yield Finding(fact, str(one.made.metadata[fact]))
        yield from smoke.weights_as_reckoned(
            one.load.bytes, pipeline_bytes(weights, one.engine.preset.precision)
        )
        yield from _wherever_weights_wait(smoke, settings, ("none", "model", "group"))
    yield from smoke.freed()


def flf2v(smoke: Smoke) -> Iterator[Finding]:
    """Make little footage by the 14B model, all of it on the device, and its layers elsewhere."""
    with weights_of(smoke, smoke.scale.flf2v) as weights:
        settings = settings_of(smoke, smoke.scale.flf2v, weights)
        yield from _wherever_weights_wait(smoke, settings, ("none", "group"))
    yield from smoke.freed()


def _wherever_weights_wait(
    smoke: Smoke, settings: WanSettings, places: Sequence[Offload]
) -> Iterator[Finding]:
    """Make the same footage with weights in different places; each takes less memory than the last.

    The VAE works in tiles, or it would take the most memory, and as much wherever weights wait.
    """
    first: _Placed | None = None
    before: _Placed | None = None
    for place in places:
        one = _Placed(smoke, settings, place, smoke.scale.few_frames)
        yield from one.findings()
        if first is None:
            first = one
        else:
            alike = psnr(one.luma, first.luma)
            yield Finding(
                f"weights {place}, the same frames", f"PSNR {alike} dB", alike >= _SAME_DB
            )
        if before is not None and smoke.on_gpu:
            less = one.peak < before.peak
            yield Finding(f"weights {place}, less memory", f"{gib(before.peak)} before", less)
        before = one


class _Placed:
    """Footage that was made with weights in one place, and what is known of it.

    Attributes:
        engine: What made it.
        made: What came back.
        luma: Its frames, as they are in the file: frames x height x width.
        load: How the model was loaded.
        peak: The most bytes that were taken on the device.
    """

    def __init__(self, smoke: Smoke, settings: WanSettings, place: Offload, frames: int) -> None:
        few = frames == smoke.scale.few_frames
        preset = WanEngine.preset_on(smoke.preset).model_copy(
            update={"offload": place, "vae_tiling": few}
        )
        self._smoke, self._place, self._frames = smoke, place, frames
        gpu = Gpu(smoke.preset.model_copy(update={"engines": {WanEngine.name: preset}}))
        self.engine = WanEngine(settings, Facilities(gpu))
        tidy(smoke.device)
        self.made = footage(self.engine, smoke, frames)
        self.luma = luma_of(self.made)
        self.load = [each for each in gpu.events() if isinstance(each, LoadEvent)][-1]
        self._summary = gpu.summary()
        self.peak = self._summary.peak_bytes or 0
        gpu.evict()

    def findings(self) -> Iterator[Finding]:
        """Yield what is to be said of it alone."""
        size = self._smoke.scale.clip_size
        wanted = (self._frames, size.height, size.width)
        about = f"weights {self._place}, {self._frames} frames"
        yield Finding(
            f"{about}: shape of the footage", str(self.luma.shape), self.luma.shape == wanted
        )
        spread = float(self.luma.std())
        yield Finding(f"{about}: its spread", f"{spread:.1f} levels", spread > 1)
        yield Finding(f"{about}: loading", f"{self.load.seconds:.1f} s")
        yield Finding(f"{about}: working", f"{self._summary.inference_s:.1f} s")
        waits, expected = str(self.made.metadata["weights_wait"]), self._expected()
        yield Finding(f"{about}: weights wait", waits, waits in expected)
        yield Finding(f"{about}: given up for want of memory", *self._given_up())
        yield from self._smoke.fits(about, self._summary.peak_bytes)

    def _given_up(self) -> tuple[str, bool]:
        steps = self.made.metadata["oom"]
        return (str(steps), False) if steps else ("nothing", True)

    def _expected(self) -> tuple[str, ...]:
        """Return where weights may wait; of the CPU's memory, which there is but one of, layers."""
        if self._place == "group":
            return ("pinned layers",) if self._smoke.on_gpu else ("layers",)
        return ("parts",) if self._place == "model" and self._smoke.on_gpu else ("device",)


def weights_of(smoke: Smoke, shape: WanShape) -> AbstractContextManager[Path]:
    """Have a Wan model's checkpoint in a folder as long as a block takes."""
    return smoke.checkpoint(shape, WanEngine.preset_on(smoke.preset).precision)


def settings_of(smoke: Smoke, shape: WanShape, weights: Path) -> WanSettings:
    """Return how footage is made: in few steps."""
    scale = smoke.scale
    return WanSettings(
        model_id=shape.model, weights=weights, steps=scale.clip_steps, most_frames=scale.chunk
    )


def footage(engine: WanEngine, smoke: Smoke, frames: int) -> Made:
    """Make one piece of footage."""
    folder = smoke.folder / f"footage-{len(list(smoke.folder.glob('footage-*')))}"
    folder.mkdir()
    requests: list[FootageRequest] = footage_requests(1, frames, smoke.scale.clip_size, folder)
    (made,) = engine.make(requests, folder)
    return made


def luma_of(made: Made) -> NDArray[np.uint8]:
    """Return footage as it is in its file: frames x height x width."""
    return np.stack([frame.y for frame in read_frames(made.outputs["footage"].path)])
