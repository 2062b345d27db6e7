"""Drawing with SDXL: from prompts and seeds to pixels, a batch at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.base import ImageRequest
from sparkle_motion_dagster.engines.images.sdxl.canvas import Canvas, generation_size
from sparkle_motion_dagster.engines.images.sdxl.likeness import (
    Likeness,
    adapter_arguments,
    likenesses,
)
from sparkle_motion_dagster.engines.images.sdxl.pipeline import Pipelines
from sparkle_motion_dagster.engines.images.sdxl.prompts import (
    Embedded,
    chunks_of,
    embedded,
    negative_wording,
    wording,
)
from sparkle_motion_dagster.engines.images.sdxl.settings import (
    SCHEDULERS,
    Refiner,
    Sampling,
    SdxlSettings,
)

if TYPE_CHECKING:
    from torch import Tensor

ATTENTION: Mapping[str, str | None] = {
    "native": None,
    "_native_cudnn": "CUDNN_ATTENTION",
    "_native_efficient": "EFFICIENT_ATTENTION",
    "_native_flash": "FLASH_ATTENTION",
    "_native_math": "MATH",
}
"""The attention backends that SDXL's UNet knows: torch's own, by diffusers' names for them."""

_LOOK_AHEAD = 2
"""How many batches' worth of waiting pictures are looked through for those that go together."""


@dataclass(frozen=True)
class Wish:
    """A picture that is to be drawn.

    Attributes:
        index: Its place among the requests.
        chunks: How many chunks of 75 tokens its prompts take.
        canvas: The size at which it is drawn.
        people: Who is in it, and whom they look like.
    """

    index: int
    prompt: str
    negative: str
    chunks: int
    canvas: Canvas
    people: tuple[Likeness, ...]
    seed: int

    @property
    def kind(self) -> tuple[Canvas, int, tuple[Likeness, ...]]:
        """What pictures that are drawn together have in common."""
        return self.canvas, self.chunks, self.people


def wish_for(
    index: int, request: ImageRequest, settings: SdxlSettings, pipelines: Pipelines
) -> Wish:
    """Return what a request comes down to."""
    prompt = wording(request)
    negative = negative_wording(request, settings.negative_prompt)
    return Wish(
        index=index,
        prompt=prompt,
        negative=negative if settings.sampling.guided else "",
        chunks=chunks_of(pipelines.base, prompt, negative if settings.sampling.guided else ""),
        canvas=generation_size(request.size, settings.native_area),
        people=likenesses(request) if settings.reference_strength > 0 else (),
        seed=request.seed,
    )


def next_batch(waiting: Sequence[Wish], most: int) -> list[Wish]:
    """Return the first of the waiting pictures, and those soon after it that go with it."""
    soon = waiting[: _LOOK_AHEAD * most]
    return [wish for wish in soon if wish.kind == waiting[0].kind][:most]


def draw(
    pipelines: Pipelines,
    wishes: Sequence[Wish],
    settings: SdxlSettings,
    attention: str,
    stepped: Callable[[int], None],
) -> list[NDArray[np.uint8]]:
    """Draw pictures of one kind.

    Each has a random generator of its own, on the processor, so that a picture depends on its seed
    and on no device's. The VAE decodes one picture at a time.

    Args:
        pipelines: SDXL on a device.
        wishes: What to draw.
        settings: How.
        attention: The attention backend: one of `ATTENTION`.
        stepped: Called after each step with how many are done; what it raises passes unchanged.

    Returns:
        For each wish its picture: height x width x 3 (RGB).

    Raises:
        EngineInputError: A reference is no picture.
    """
    try:
        latents = _latents(pipelines, wishes, settings, attention, stepped)
        return [_decoded(pipelines.base, latent) for latent in latents]
    finally:
        pipelines.rest()


def _latents(
    pipelines: Pipelines,
    wishes: Sequence[Wish],
    settings: SdxlSettings,
    attention: str,
    stepped: Callable[[int], None],
) -> Tensor:
    """Return pictures as the VAE reads them: pictures x 4 x height / 8 x width / 8."""
    sampling = settings.sampling
    texts = _texts(pipelines.base, wishes, sampling)
    people = adapter_arguments(
        pipelines,
        wishes[0].people,
        wishes[0].canvas,
        strength=settings.reference_strength,
        guided=sampling.guided,
    )
    handover = _handover(pipelines, sampling, settings.refiner)
    common = {
        "num_inference_steps": sampling.steps,
        "guidance_scale": sampling.guidance,
        "generator": _generators(wishes),
        "output_type": "latent",
    }
    with _attending(attention):
        pipelines.base.scheduler = _scheduler(sampling, pipelines.schedule)
        latents: Tensor = pipelines.base(
            **common,
            **texts,
            **people,
            width=wishes[0].canvas.width,
            height=wishes[0].canvas.height,
            denoising_end=handover.at,
            callback_on_step_end=_counting(stepped, 0),
        ).images
        if pipelines.refiner is not None:
            pipelines.refiner.scheduler = _scheduler(sampling, pipelines.schedule)
            latents = pipelines.refiner(
                **common,
                **_for_refiner(texts, pipelines.base),
                image=latents,
                denoising_start=handover.at,
                callback_on_step_end=_counting(stepped, handover.after),
            ).images
    return latents


def _texts(base: Any, wishes: Sequence[Wish], sampling: Sampling) -> dict[str, Tensor]:
    """Return prompts as a pipeline takes them; an empty negative prompt is zeros, as trained."""
    read = embedded(base, [wish.prompt for wish in wishes], wishes[0].chunks)
    texts = {"prompt_embeds": read.tokens, "pooled_prompt_embeds": read.pooled}
    if not sampling.guided:
        return texts
    negatives = [wish.negative for wish in wishes]
    unwanted = embedded(base, negatives, wishes[0].chunks)
    if base.config.force_zeros_for_empty_prompt:
        unwanted = _zeroed(unwanted, [index for index, text in enumerate(negatives) if not text])
    return texts | {
        "negative_prompt_embeds": unwanted.tokens,
        "negative_pooled_prompt_embeds": unwanted.pooled,
    }


def _zeroed(texts: Embedded, indexes: list[int]) -> Embedded:
    tokens, pooled = texts.tokens.clone(), texts.pooled.clone()
    tokens[indexes], pooled[indexes] = 0, 0
    return Embedded(tokens, pooled)


def _for_refiner(texts: dict[str, Tensor], base: Any) -> dict[str, Tensor]:
    """Return prompts as the refiner takes them: it knows the second text encoder only."""
    width = base.text_encoder_2.config.hidden_size
    return {name: read if "pooled" in name else read[..., -width:] for name, read in texts.items()}


@dataclass(frozen=True)
class _Handover:
    """When the refiner takes over: after how many steps, and where on diffusers' scale 0 to 1."""

    after: int
    at: float | None


def _handover(pipelines: Pipelines, sampling: Sampling, refiner: Refiner | None) -> _Handover:
    """Return the handover that leaves both models at least a step, whatever the scheduler."""
    if refiner is None:
        return _Handover(sampling.steps, None)
    after = min(max(round(refiner.after * sampling.steps), 1), sampling.steps - 1)
    scheduler = _scheduler(sampling, pipelines.schedule)
    scheduler.set_timesteps(sampling.steps)
    trained = scheduler.config.num_train_timesteps
    # The pipelines cut between timesteps >= trained x (1 - at) and those below.
    return _Handover(after, 1 - (int(scheduler.timesteps[after]) + 1) / trained)


def _scheduler(sampling: Sampling, schedule: Any) -> Any:
    import diffusers

    name, arguments = SCHEDULERS[sampling.scheduler]
    return getattr(diffusers, name).from_config(schedule, **arguments)


def _generators(wishes: Sequence[Wish]) -> list[Any]:
    import torch

    return [torch.Generator("cpu").manual_seed(wish.seed) for wish in wishes]


def _counting(stepped: Callable[[int], None], before: int) -> Callable[..., dict[str, Any]]:
    def step_ended(
        _pipeline: Any, step: int, _time: Any, tensors: dict[str, Any]
    ) -> dict[str, Any]:
        stepped(before + step + 1)
        return tensors

    return step_ended


def _attending(attention: str) -> AbstractContextManager[Any]:
    from torch.nn.attention import SDPBackend, sdpa_kernel

    backend = ATTENTION[attention]
    return (
        contextlib.nullcontext() if backend is None else sdpa_kernel(getattr(SDPBackend, backend))
    )


def _decoded(base: Any, latent: Tensor) -> NDArray[np.uint8]:
    """Return a picture of latent values: height x width x 3."""
    import torch

    vae = base.vae
    with torch.no_grad():
        values = latent[None].to(torch.float32) / vae.config.scaling_factor
        picture = vae.decode(values, return_dict=False)[0][0]
        bytes_ = ((picture / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
    pixels: NDArray[np.uint8] = bytes_.permute(1, 2, 0).contiguous().cpu().numpy()
    return pixels
