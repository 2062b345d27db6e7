"""The SDXL engine: keyframes drawn by Stable Diffusion XL."""

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.engines.base import Made, MadeFile, frame_work
from sparkle_motion_dagster.engines.images.base import ImageEngine, ImageRequest
from sparkle_motion_dagster.engines.images.sdxl.canvas import fitted
from sparkle_motion_dagster.engines.images.sdxl.drawing import (
    ATTENTION,
    Wish,
    draw,
    next_batch,
    wish_for,
)
from sparkle_motion_dagster.engines.images.sdxl.pipeline import Pipelines, Recipe, load
from sparkle_motion_dagster.engines.images.sdxl.settings import SdxlSettings
from sparkle_motion_dagster.engines.images.sdxl.weights import (
    ADAPTER,
    BASE,
    BASE_PARTS,
    REFINER,
    REFINER_PARTS,
    require_adapter,
    require_safetensors,
)
from sparkle_motion_dagster.engines.images.sdxl.weights_size import recipe_bytes
from sparkle_motion_dagster.engines.machinery.equipped import ModelEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.lora import lora_digest
from sparkle_motion_dagster.engines.machinery.prefetch import Prefetch, prefetched
from sparkle_motion_dagster.engines.machinery.weights import (
    SECONDS_A_GIB,
    Weights,
    located,
    revision_of,
)
from sparkle_motion_dagster.gpu.context import Loaded
from sparkle_motion_dagster.gpu.errors import GpuPresetError, ModelOOMError
from sparkle_motion_dagster.gpu.presets import DeviceKind, EnginePreset
from sparkle_motion_dagster.units import FrameSize

MOST_SHRINKS = 3
"""How often the batch is halved, where memory does not suffice, before the engine gives up."""


_A100_S, _A100_WORK = 3.31, frame_work(FrameSize(width=1024, height=1024))


@dataclass(frozen=True)
class _Drawn:
    """A picture as it was drawn, on its way to its file."""

    index: int
    pixels: NDArray[np.uint8]
    metadata: Mapping[str, JsonValue]


class SdxlEngine(ModelEngine[ImageRequest, SdxlSettings], ImageEngine[SdxlSettings]):
    """Draws keyframes with Stable Diffusion XL.

    The same requests in the same batches are the same pictures, bit for bit. How many are drawn at
    once changes the order in which sums are made: pictures drawn in batches of 1, 2, 3, 5 and 8
    had a PSNR of 86 dB or more against each other (a tiny model with random weights, float32, 3
    steps, on a processor; on a GPU in float16 it is not measured yet).
    """

    name: ClassVar[str] = "sdxl"
    version: ClassVar[int] = 2
    settings_model: ClassVar[type[SdxlSettings]] = SdxlSettings
    usual_presets: ClassVar[Mapping[DeviceKind, EnginePreset]] = {
        "cuda": EnginePreset(precision="float16"),
        "cpu": EnginePreset(precision="float32"),
    }

    def __init__(self, settings: SdxlSettings, facilities: Facilities) -> None:
        super().__init__(settings, facilities)
        unused = {"shot"}
        if not settings.sampling.guided:
            unused.add("negative_prompt")
        self.unused_fields = frozenset(unused)

    @property
    def needs_portraits(self) -> bool:
        """Whether references weigh anything; see ``ImageEngine.needs_portraits``."""
        return self.settings.reference_strength > 0

    def model(self) -> tuple[str, str]:
        """Return the base model's id and revision; see ``ModelEngine.model``."""
        return BASE.repository, revision_of(BASE, self.settings.weights)

    def weights(self) -> Mapping[str, JsonValue]:
        """Return the refiner, the adapter and the LoRA that take part; see ``ModelEngine``."""
        settings = self.settings
        parts: dict[str, JsonValue] = {}
        if settings.refiner is not None:
            parts["refiner_model"] = _named(REFINER, settings.refiner_weights)
        if self.needs_portraits:
            parts["adapter_model"] = _named(ADAPTER, settings.adapter_weights)
        if settings.distilled is not None:
            parts["lora"] = lora_digest(settings.distilled.lora)
        return parts

    def host_bytes(self) -> int:
        """Return what pictures without references take; see ``ModelEngine.host_bytes``."""
        return recipe_bytes(self._recipe(()))

    def work_of(self, request: ImageRequest) -> float:
        """Return its megapixels times the steps; see ``Engine.work_of``."""
        return request.work * self.settings.sampling.steps

    def estimate(self, request: ImageRequest) -> float | None:
        """Return the seconds of a picture on a GPU; see ``Engine.estimate``.

        30 steps of one of 1024x1024 take 3.31 s on an A100, in bfloat16 with torch's attention
        ("Accelerating Generative AI Part III: Diffusion, Fast", pytorch.org/blog, 2024). On a
        processor it is for tests, and nobody knows.
        """
        if self.facilities.gpu.preset.device != "cuda":
            return None
        return _A100_S / 30 / _A100_WORK * self.work_of(request)

    def estimated_bytes(self, request: ImageRequest) -> int:
        """Return the bytes of a picture that is not compressed; see ``Engine.estimated_bytes``."""
        return 3 * request.size.width * request.size.height

    def estimated_start(self) -> float:
        """Return how long its weights are read from a disk; see ``Engine.estimated_start``.

        On a processor it is for tests, with other weights, and nobody knows.
        """
        if self.facilities.gpu.preset.device != "cuda":
            return 0.0
        return BASE.size_gib * SECONDS_A_GIB

    def make(self, requests: Sequence[ImageRequest], folder: Path) -> Generator[Made, None, None]:
        """Draw one picture a request; see ``Engine.make``.

        The model draws the next batch while this one is written. The metadata says how a picture
        was drawn: ``steps``, ``scheduler``, ``guidance``, ``generation_size``, ``batch`` (how many
        were drawn together), ``seconds`` (its share of their time); ``prompt_chunks`` where its
        prompt took more than CLIP reads at once; ``references`` (by character, the digest of the
        picture that they look like) and, where several people are in it, ``bands`` (by character,
        where that counted: from and to, in widths of the picture); ``oom`` where memory ran out:
        beside models that were kept warm, which were freed, or so that the batch was made smaller.

        Raises:
            MissingWeightsError: Weights are not on this machine.
            PickledWeightsError: Weights are there only as pickles.
            GpuPresetError: The preset wants what SDXL does not know.
            ModelOOMError: Not even one picture at a time fits.
        """
        recipe = self._recipe(requests)
        written: dict[int, Made] = {}
        due = 0
        with closing(
            prefetched(lambda prefetch: self._drawn(requests, recipe, prefetch))
        ) as batches:
            for batch in batches:
                for drawn in batch:
                    size = requests[drawn.index].size
                    written[drawn.index] = _written(drawn, size, folder)
                    while due in written:
                        yield written.pop(due)
                        due += 1

    def _recipe(self, requests: Sequence[ImageRequest]) -> Recipe:
        """Return what to load for some requests, when all of it is there."""
        settings, preset = self.settings, self.preset
        if preset.attention not in ATTENTION:
            raise GpuPresetError(
                f"The device preset {self.facilities.gpu.preset.name} wants the attention backend "
                f"{preset.attention!r} for sdxl. SDXL knows: {', '.join(ATTENTION)}."
            )
        # Who is drawn alike later is drawn by the same loaded model first.
        looks = self.needs_portraits and any(each.characters for each in requests)
        base = located(BASE, settings.weights, self.name)
        require_safetensors(base, BASE_PARTS, self.name)
        refiner = adapter = lora = None
        if settings.refiner is not None:
            refiner = located(REFINER, settings.refiner_weights, self.name)
            require_safetensors(refiner, REFINER_PARTS, self.name)
        if looks:
            adapter = located(ADAPTER, settings.adapter_weights, self.name)
            require_adapter(adapter, self.name)
        if settings.distilled is not None:
            lora = settings.distilled.lora
        return Recipe(
            base=base,
            preset=preset,
            refiner=refiner,
            adapter=adapter,
            lora=lora,
            layerwise_casting=settings.layerwise_casting,
            regional_compile=settings.regional_compile,
        )

    def _key(self, recipe: Recipe) -> str:
        """Return what the loaded model is known by: equal keys mean equal models."""
        loaded: dict[str, JsonValue] = {
            "model": list(self.model()),
            "parts": dict(self.weights()),
            "adapter": recipe.adapter is not None,
            "preset": recipe.preset.model_dump(mode="json"),
            "layerwise_casting": recipe.layerwise_casting,
            "regional_compile": recipe.regional_compile,
        }
        return f"SDXL {digest_json(loaded)[:12]}"

    def _drawn(
        self, requests: Sequence[ImageRequest], recipe: Recipe, prefetch: Prefetch
    ) -> Generator[list[_Drawn], None, None]:
        """Yield batches of pictures, in an order that lets many be drawn together."""
        with self.facilities.gpu.model_context(
            self._key(recipe),
            lambda device: load(recipe, device),
            expected_bytes=recipe_bytes(recipe),
            given_up=prefetch.abandoned,
        ) as loaded:
            waiting = [
                wish_for(index, request, self.settings, loaded.model)
                for index, request in enumerate(requests)
            ]
            most, shrinks, tries = self.settings.batch, 0, list[JsonValue]()
            while waiting:
                prefetch.check()
                batch = next_batch(waiting, most)
                started = time.monotonic()
                try:
                    pictures = self._draw(loaded, batch, prefetch)
                except ModelOOMError as error:
                    if error.evicted:
                        freed = f"beside {', '.join(error.evicted)}, freed since"
                        tries.append(f"{len(batch)} at once did not fit {freed}: {error.detail}")
                        continue
                    if len(batch) == 1 or shrinks == MOST_SHRINKS:
                        raise self._given_up(error, batch) from error
                    most, shrinks = len(batch) // 2, shrinks + 1
                    tries.append(f"{len(batch)} at once did not fit, so {most}: {error.detail}")
                    continue
                seconds = (time.monotonic() - started) / len(batch)
                yield [
                    _Drawn(
                        wish.index,
                        pixels,
                        self._metadata(wish, len(batch), seconds)
                        | ({"oom": [*tries]} if tries else {}),
                    )
                    for wish, pixels in zip(batch, pictures, strict=True)
                ]
                waiting = [wish for wish in waiting if wish not in batch]

    def _draw(
        self, loaded: Loaded[Pipelines], batch: Sequence[Wish], prefetch: Prefetch
    ) -> list[NDArray[np.uint8]]:
        doing, steps = _pictures(batch), self.settings.sampling.steps

        def stepped(step: int) -> None:
            prefetch.check()
            self.facilities.steps.done(step, steps, doing)

        with loaded.inference(doing):
            return draw(loaded.model, batch, self.settings, self.preset.attention, stepped)

    def _metadata(self, wish: Wish, together: int, seconds: float) -> dict[str, JsonValue]:
        sampling = self.settings.sampling
        metadata: dict[str, JsonValue] = {
            "steps": sampling.steps,
            "scheduler": sampling.scheduler,
            "guidance": sampling.guidance,
            "generation_size": str(wish.canvas),
            "batch": together,
            "seconds": round(seconds, 3),
        }
        if wish.chunks > 1:
            metadata["prompt_chunks"] = wish.chunks
        if wish.people:
            metadata["references"] = {each.character: each.picture.sha256 for each in wish.people}
        if any(each.people > 1 for each in wish.people):
            metadata["bands"] = {each.character: list(each.band) for each in wish.people}
        return metadata

    def _given_up(self, error: ModelOOMError, batch: Sequence[Wish]) -> ModelOOMError:
        return error.explained(
            f"{_pictures(batch)}: SDXL does not fit on the device even {len(batch)} at a time "
            f"({batch[0].canvas}). Draw smaller pictures; or, in a checkout, give sdxl in "
            "configs/gpu.yaml `vae_tiling: true` and `offload: model`, then `offload: group`. "
            f"{error}"
        )


def _named(weights: Weights, folder: Path | None) -> str:
    return f"{weights.repository}@{revision_of(weights, folder)}"


def _pictures(batch: Sequence[Wish]) -> str:
    """Return which pictures a batch is, counted from 1: "pictures 1 to 8"."""
    numbers = [wish.index + 1 for wish in batch]
    if len(numbers) == 1:
        return f"picture {numbers[0]}"
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"pictures {numbers[0]} to {numbers[-1]}"
    return f"pictures {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _written(drawn: _Drawn, size: FrameSize, folder: Path) -> Made:
    path = folder / f"image_{drawn.index:04d}.png"
    fitted(drawn.pixels, size).save(path, format="PNG", compress_level=1)
    return Made({"image": MadeFile(path, "image/png")}, drawn.metadata)
