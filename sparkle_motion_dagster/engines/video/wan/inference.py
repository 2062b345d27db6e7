"""One call of Wan: a chunk of footage, by diffusers' pipelines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sparkle_motion_dagster.engines.video.wan.frames import Chunk
from sparkle_motion_dagster.engines.video.wan.keyframes import Frames, Picture
from sparkle_motion_dagster.engines.video.wan.sampling import Sampling
from sparkle_motion_dagster.engines.video.wan.texts import Texts

_KNOWN, _UNKNOWN = 0, 255
"""What the mask shows where pixels are given, and where they are to be made."""

_GREY = 128
"""What unknown pixels show: the middle of the range, as VACE was trained."""


@dataclass(frozen=True, eq=False)
class ChunkRequest:
    """One call of the model.

    Attributes:
        chunk: What it makes.
        head: The frames that are known at its start: as many as the chunk says.
        end: The frame that is known at its end; None where the chunk does not end there.
        texts: What it shows.
        sampling: How it is sampled.
        seed: Decides the noise that it starts from.
        stepped: Called after every step with the number of steps that are done.
    """

    chunk: Chunk
    head: Frames
    end: Picture | None
    texts: Texts
    sampling: Sampling
    seed: int
    stepped: Callable[[int], None]


def run(pipeline: Any, request: ChunkRequest) -> Frames:
    """Return a chunk's frames, those included that were given, as the model shows them.

    Whatever is raised in the meantime leaves the pipeline ready for the next call.
    """
    import torch

    rows, columns = request.head.shape[1:3]
    own = pipeline.scheduler

    def stepped(_: Any, step: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        request.stepped(step + 1)
        return tensors

    try:
        pipeline.scheduler = request.sampling.scheduler(own)
        shown = pipeline(
            **_given(pipeline, request),
            height=rows,
            width=columns,
            num_frames=request.chunk.frames,
            num_inference_steps=request.sampling.steps,
            guidance_scale=request.sampling.guidance,
            guidance_scale_2=request.sampling.guidance_low_noise,
            generator=torch.Generator("cpu").manual_seed(request.seed),
            prompt_embeds=request.texts.wanted,
            negative_prompt_embeds=request.texts.unwanted,
            output_type="pt",
            callback_on_step_end=stepped,
        ).frames[0]
    except BaseException:
        # Puts back what is offloaded, and forgets what a cache keeps from step to step.
        pipeline.maybe_free_model_hooks()
        raise
    finally:
        pipeline.scheduler = own
    levels = shown.mul(255).round_().to(torch.uint8).permute(0, 2, 3, 1)
    return np.asarray(levels.cpu().numpy(), np.uint8)


def _given(pipeline: Any, request: ChunkRequest) -> dict[str, Any]:
    """Return what is known to a call, as its pipeline takes it."""
    from PIL import Image

    head = [Image.fromarray(frame) for frame in request.head]
    end = [] if request.end is None else [Image.fromarray(request.end)]
    if not hasattr(pipeline.transformer.config, "vace_layers"):
        return {"image": head[0], "last_image": end[0] if end else None}
    unknown = request.chunk.frames - len(head) - len(end)
    size = head[0].size
    grey = Image.new("RGB", size, (_GREY,) * 3)
    known, wanted = (Image.new("L", size, level) for level in (_KNOWN, _UNKNOWN))
    return {
        "video": [*head, *[grey] * unknown, *end],
        "mask": [*[known] * len(head), *[wanted] * unknown, *[known] * len(end)],
    }
