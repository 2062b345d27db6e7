"""SDXL on this device: pictures of two people, one and eight at once; encoding beside drawing."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

from benchmarks.gpu_adapter import save_adapter
from benchmarks.gpu_clips import keyframe
from benchmarks.gpu_cost import cost_of
from benchmarks.gpu_images import image_requests, picture_in
from benchmarks.smoke_record import Finding
from benchmarks.smoke_scale import Smoke, gib
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.engines.base import Made
from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest, OwnPicture
from sparkle_motion_dagster.engines.images.sdxl.engine import SdxlEngine
from sparkle_motion_dagster.engines.images.sdxl.pipeline import Recipe
from sparkle_motion_dagster.engines.images.sdxl.settings import SdxlSettings
from sparkle_motion_dagster.engines.images.sdxl.weights_size import recipe_bytes
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.events import GpuEvent, InferenceEvent, LoadEvent
from sparkle_motion_dagster.media.picture_review import psnr
from sparkle_motion_dagster.units import FrameSize

_BATCH = 8
_PEOPLE = ("mara", "jonas")
_REFERENCE = FrameSize(width=512, height=512)
_PATIENCE_S = 120
"""How long a batch may take while nobody takes the one before, in seconds."""


def sdxl(smoke: Smoke) -> Iterator[Finding]:
    """Draw two people after their references, in bands: one picture at a time, and eight."""
    gpu = Gpu(smoke.preset)
    with base_of(smoke) as base:
        precision = SdxlEngine.preset_on(smoke.preset).precision
        adapter = save_adapter(
            smoke.scale.adapter,
            smoke.scale.sdxl,
            smoke.folder / "adapter",
            precision,
            smoke.preset.device,
        )
        how = settings_of(smoke, base).model_copy(
            update={"adapter_weights": adapter, "reference_strength": 0.6, "batch": 1}
        )
        alone, together = (
            SdxlEngine(how.model_copy(update={"batch": batch}), Facilities(gpu))
            for batch in (1, _BATCH)
        )
        requests = _with_people(image_requests(_BATCH, smoke.scale.image_size), smoke.folder)
        (first,) = _made(alone, requests[:1], smoke.folder / "first")
        bands: Any = first.metadata["bands"]
        yield Finding("bands of two people", str(bands), set(bands) == set(_PEOPLE))
        pixels = picture_in(_file(first))
        spread = float(pixels.std())
        yield Finding(
            "a picture is no plain colour: its spread", f"{spread:.1f} levels", spread > 1
        )
        (again,) = _made(alone, requests[:1], smoke.folder / "again")
        same = digest_file(_file(again)) == digest_file(_file(first))
        yield Finding("drawn again, the same bytes", "yes" if same else "no", same)
        made, cost = cost_of(
            lambda: _made(together, requests, smoke.folder / "batch"), smoke.device
        )
        batches = {each.metadata["batch"] for each in made}
        yield Finding("drawn at once", str(batches), batches == {_BATCH})
        alike = psnr(picture_in(_file(made[0])), pixels)
        yield Finding("the same picture, alone and in a batch", f"PSNR {alike} dB", alike > 30)
        yield Finding(f"{_BATCH} pictures", f"{cost.seconds:.1f} s, the model warm")
        loads = [each for each in gpu.events() if isinstance(each, LoadEvent) and not each.reused]
        yield Finding("loading", f"{loads[0].seconds:.1f} s", len(loads) == 1)
        recipe = Recipe(base, together.preset, adapter=adapter)
        yield from smoke.weights_as_reckoned(loads[0].bytes, recipe_bytes(recipe))
        yield from smoke.fits("pictures", gpu.summary().peak_bytes)
    gpu.evict()
    yield from smoke.freed()


def overlap(smoke: Smoke) -> Iterator[Finding]:
    """See the model draw the next batch while nobody takes the last one, and how busy it is."""
    drawn = threading.Semaphore(0)

    def heard(event: GpuEvent) -> None:
        if isinstance(event, InferenceEvent):
            drawn.release()

    gpu = Gpu(smoke.preset, listener=heard)
    with base_of(smoke) as base:
        how = settings_of(smoke, base).model_copy(update={"batch": _BATCH // 2})
        engine = SdxlEngine(how, Facilities(gpu))
        requests = image_requests(2 * _BATCH, smoke.scale.image_size)
        folder = smoke.folder / "ahead"
        folder.mkdir()
        with closing(engine.make(requests, folder)) as making:
            next(making)
            drawn.acquire()
            ahead = drawn.acquire(timeout=_PATIENCE_S)
            yield Finding("the next batch, while none is taken", "drawn" if ahead else "not", ahead)
        _, cost = cost_of(lambda: _made(engine, requests, smoke.folder / "all"), smoke.device)
        busy = "unknown" if cost.busy is None else f"{cost.busy:.1%}"
        pictures = len(requests)
        yield Finding(f"busy while {pictures} pictures are drawn and written", busy)
        yield Finding(f"{pictures} pictures", f"{cost.seconds:.1f} s")
        yield Finding("peak memory of the process's tensors", gib(cost.peak))
    gpu.evict()
    yield from smoke.freed()


def base_of(smoke: Smoke) -> AbstractContextManager[Path]:
    """Have SDXL's checkpoint in a folder as long as a block takes."""
    return smoke.checkpoint(smoke.scale.sdxl, SdxlEngine.preset_on(smoke.preset).precision)


def settings_of(smoke: Smoke, base: Path) -> SdxlSettings:
    """Return how pictures are drawn: at their own size, without references."""
    steps = smoke.scale.image_steps
    return SdxlSettings(weights=base, steps=steps, native_area=0, reference_strength=0)


def _with_people(requests: Sequence[ImageRequest], folder: Path) -> list[ImageRequest]:
    """Return the same pictures with two people in them, of each of whom there is a picture."""
    people = []
    for index, name in enumerate(_PEOPLE):
        file = keyframe(index, _REFERENCE, folder)
        people.append(Appearance(id=name, reference=OwnPicture(sha256=file.sha256, path=file.path)))
    return [request.model_copy(update={"characters": tuple(people)}) for request in requests]


def _made(engine: SdxlEngine, requests: Sequence[ImageRequest], folder: Path) -> list[Made]:
    folder.mkdir()
    return list(engine.make(requests, folder))


def _file(made: Made) -> Path:
    return made.outputs["image"].path
