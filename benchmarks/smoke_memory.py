"""Memory on this device: what stays warm beside a worker, and what engines do without enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.gpu_images import image_requests, picture_in
from benchmarks.smoke_clips import footage, luma_of, weights_of
from benchmarks.smoke_clips import settings_of as clip_settings
from benchmarks.smoke_images import base_of
from benchmarks.smoke_images import settings_of as image_settings
from benchmarks.smoke_record import Finding
from benchmarks.smoke_scale import Smoke
from sparkle_motion_dagster.engines.images.sdxl.engine import SdxlEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.speech.chatterbox.engine import ChatterboxEngine
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.events import EvictEvent, GpuEvent, InferenceEvent
from sparkle_motion_dagster.gpu.memory import GIB, report_memory

_GUEST = "a guest"
_LEFT = 64 * 2**20
"""The bytes that are left free on a GPU whose memory is filled."""

_TOO_MUCH = 2**50
"""More bytes than any machine's memory has."""

_BATCH = 4


def memory(smoke: Smoke) -> Iterator[Finding]:
    """See a model stay warm beside a worker, and engines recover when memory runs out."""
    yield from _beside_a_worker(smoke)
    yield from _smaller_batch(smoke)
    yield from _again_without_guests(smoke)
    yield from smoke.freed()


def _beside_a_worker(smoke: Smoke) -> Iterator[Finding]:
    gpu = Gpu(smoke.preset)
    _invite(gpu)
    needs = ChatterboxEngine.device_bytes if smoke.on_gpu else 2**20
    with gpu.worker_context(needs):
        stays = not _evictions(gpu)
    yield Finding("a warm model beside a worker that says its size", _stays(stays), stays)
    with gpu.worker_context(None):
        goes = [each.reason for each in _evictions(gpu)] == ["worker"]
    yield Finding("a warm model beside a worker of unknown size", _stays(not goes), goes)


def _smaller_batch(smoke: Smoke) -> Iterator[Finding]:
    """Have SDXL run out of memory in its first batch."""
    shortage = _Shortage(smoke)
    gpu = Gpu(smoke.preset, listener=shortage.heard)
    with base_of(smoke) as base:
        how = image_settings(smoke, base).model_copy(update={"batch": _BATCH})
        engine = SdxlEngine(how, Facilities(gpu, shortage))
        folder = smoke.folder / "short-of-memory"
        folder.mkdir()
        made = list(engine.make(image_requests(_BATCH, smoke.scale.image_size), folder))
    steps = made[0].metadata.get("oom")
    yield Finding("SDXL out of memory: what it did", str(steps), bool(steps))
    batches = [each.metadata["batch"] for each in made]
    yield Finding("its batches then", str(batches), batches == [_BATCH // 2] * _BATCH)
    spreads = [float(picture_in(each.outputs["image"].path).std()) for each in made]
    yield Finding("its pictures' least spread", f"{min(spreads):.1f} levels", min(spreads) > 1)
    gpu.evict()


def _again_without_guests(smoke: Smoke) -> Iterator[Finding]:
    """Have Wan run out of memory beside a warm model, which is freed, so that the same fits."""
    shape = smoke.scale.vace
    with weights_of(smoke, shape) as weights:
        shortage = _Shortage(smoke)
        gpu = Gpu(smoke.preset, listener=shortage.heard)
        _invite(gpu)
        engine = WanEngine(clip_settings(smoke, shape, weights), Facilities(gpu, shortage))
        made = footage(engine, smoke, smoke.scale.few_frames)
        evicted = [each.key for each in _evictions(gpu) if each.reason == "memory"]
        steps: Any = made.metadata["oom"]
        yield Finding("Wan out of memory: what it did", str(steps), len(steps) == 1)
        yield Finding("what was freed for it", str(evicted), _GUEST in evicted)
        spread = float(luma_of(made).std())
        yield Finding("its frames' spread", f"{spread:.1f} levels", spread > 1)
        gpu.evict()


class _Shortage(Steps):
    """Fills a GPU's memory after the first step, until work there has failed for want of it.

    So a model runs out of memory by itself, in the next thing that it does. The CPU's memory is
    not filled: there the step itself asks for more than there is.
    """

    def __init__(self, smoke: Smoke) -> None:
        self._smoke = smoke
        self._over = False
        self._filling: Any = None

    def done(self, step: int, of: int, doing: str) -> None:
        """Fill it, once."""
        if self._over or self._filling is not None:
            return
        import torch

        size = _TOO_MUCH
        if self._smoke.on_gpu:
            # What the allocator keeps for later would do for the next step.
            torch.cuda.empty_cache()
            size = (report_memory(self._smoke.device).free or 0) - _LEFT
        self._filling = torch.empty(size, dtype=torch.uint8, device=self._smoke.device)

    def heard(self, event: GpuEvent) -> None:
        """Empty it when work has failed."""
        if isinstance(event, InferenceEvent) and event.error is not None:
            self._over, self._filling = True, None


def _invite(gpu: Gpu) -> None:
    """Have a small model on the device that is kept warm."""

    def load(device: str) -> Any:
        import torch

        return torch.ones(GIB // 4 if device.startswith("cuda") else 1000, device=device)

    with gpu.model_context(_GUEST, load):
        pass


def _evictions(gpu: Gpu) -> list[EvictEvent]:
    return [event for event in gpu.events() if isinstance(event, EvictEvent)]


def _stays(whether: bool) -> str:  # noqa: FBT001 - what is said of it is all that this is for
    return "stays" if whether else "is freed"
