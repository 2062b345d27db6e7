"""Loading Wan, and one call of it: diffusers' pipelines, from safetensors on this machine alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkle_motion_dagster.engines.base import EngineInputError, NotReadyError
from sparkle_motion_dagster.engines.machinery.lora import add_lora
from sparkle_motion_dagster.engines.machinery.quiet import quiet_libraries
from sparkle_motion_dagster.engines.video.wan.frames import Chunk
from sparkle_motion_dagster.engines.video.wan.keyframes import Frames, Picture
from sparkle_motion_dagster.engines.video.wan.models import Family, WanModel
from sparkle_motion_dagster.engines.video.wan.speed import WanSpeed, speed_up
from sparkle_motion_dagster.gpu.presets import Offload, Precision

if TYPE_CHECKING:
    import torch

_CLASSES = {"flf2v": "WanImageToVideoPipeline", "vace": "WanVACEPipeline"}

_TEXT_TOKENS = 512
"""How many tokens Wan's text encoder takes; a longer prompt is cut off there."""

_KNOWN, _UNKNOWN = 0, 255
"""What the mask shows where pixels are given, and where they are to be made."""

_GREY = 128
"""What unknown pixels show: the middle of the range, as VACE was trained."""


class UnfitWeightsError(NotReadyError):
    """Weights are not those of the model that they are taken for, or cannot be loaded safely."""


@dataclass(frozen=True)
class Recipe:
    """All that makes a loaded pipeline what it is.

    Attributes:
        model: Which model it is.
        folder: Where its weights lie.
        precision: What the transformer computes in; the VAE computes in float32.
        attention: The attention backend, as diffusers calls it.
        tiling: Whether the VAE works in tiles.
        offload: Where weights wait that are not used.
        speed: What makes it faster.
        steps: How many steps a video takes, which a cache must know.
    """

    model: WanModel
    folder: Path
    precision: Precision
    attention: str
    tiling: bool
    offload: Offload
    speed: WanSpeed
    steps: int


@dataclass(frozen=True, eq=False)
class Texts:
    """A prompt and what is not wanted, encoded: (1, tokens, features); None without guidance."""

    wanted: torch.Tensor
    unwanted: torch.Tensor | None

    def on(self, device: str) -> Texts:
        """Return them on a device."""
        return Texts(
            self.wanted.to(device), None if self.unwanted is None else self.unwanted.to(device)
        )


@dataclass(frozen=True, eq=False)
class ChunkRequest:
    """One call of the model.

    Attributes:
        chunk: What it makes.
        head: The frames that are known at its start: as many as the chunk says.
        end: The frame that is known at its end; None where the chunk does not end there.
        texts: What it shows.
        steps: How many steps it takes.
        guidance: How strongly it follows the prompt.
        shift: How far the noise schedule is shifted.
        seed: Decides the noise that it starts from.
        stepped: Called after every step with the number of steps that are done.
    """

    chunk: Chunk
    head: Frames
    end: Picture | None
    texts: Texts
    steps: int
    guidance: float
    shift: float
    seed: int
    stepped: Callable[[int], None]


def check_weights(folder: Path, model: WanModel) -> None:
    """Make sure, from their configuration alone, that weights are what they are taken for.

    Weights for one image, without a last one (plain image-to-video), load like those for two and
    fail in the first step; ``pos_embed_seq_len`` tells them apart: two images' tokens.

    Raises:
        UnfitWeightsError: They are not.
    """
    pipeline = _config(folder, "model_index.json").get("_class_name")
    if pipeline != _CLASSES[model.family]:
        raise UnfitWeightsError(
            f"The weights in {folder} are those of a {pipeline}, but {model.name} needs those of a "
            f"{_CLASSES[model.family]}: {model.weights.repository}."
        )
    transformer = _config(folder, "transformer/config.json")
    if model.family == "flf2v":
        tokens = _image_tokens(folder / "image_encoder")
        if transformer.get("pos_embed_seq_len") != 2 * tokens:
            raise UnfitWeightsError(
                f"The weights in {folder} know a first image, but no last one (their "
                f"pos_embed_seq_len is {transformer.get('pos_embed_seq_len')}, not {2 * tokens}): "
                f"they are for plain image-to-video. Use {model.weights.repository}."
            )


def load_texts(folder: Path, family: Family, precision: Precision, device: str) -> Any:
    """Return a pipeline of the text encoder and its tokenizer alone, on a device.

    Raises:
        UnfitWeightsError: They cannot be loaded.
    """
    import torch

    absent = ["transformer", "vae", "scheduler"]
    if family == "flf2v":
        absent += ["image_encoder", "image_processor"]
    pipeline = _from_pretrained(folder, family, getattr(torch, precision), absent)
    return pipeline.to(device)


def encode_text(pipeline: Any, text: str) -> torch.Tensor:
    """Return a text as the model reads it: (1, tokens, features), in the machine's memory."""
    import torch

    with torch.no_grad():
        on_device, _ = pipeline.encode_prompt(
            text, do_classifier_free_guidance=False, max_sequence_length=_TEXT_TOKENS
        )
    encoded: torch.Tensor = on_device.cpu()
    return encoded


def load_pipeline(recipe: Recipe, device: str) -> Any:
    """Return a pipeline without its text encoder, on a device.

    Raises:
        UnfitWeightsError: Its weights cannot be loaded.
        EngineInputError: A LoRA or the attention backend does not fit.
    """
    import torch

    dtype = getattr(torch, recipe.precision)
    parts = {"default": dtype, "vae": torch.float32, "image_encoder": torch.float32}
    pipeline = _from_pretrained(
        recipe.folder, recipe.model.family, parts, ["text_encoder", "tokenizer"]
    )
    pipeline.set_progress_bar_config(disable=True)
    if "flow_shift" not in pipeline.scheduler.config:
        raise UnfitWeightsError(
            f"The scheduler in {recipe.folder}, {type(pipeline.scheduler).__name__}, has no flow "
            "shift. Wan needs the one of its repository."
        )
    if recipe.speed.lora is not None:
        lora = recipe.speed.lora
        add_lora(pipeline, "transformer", lora.file, lora.strength)
    _set_attention(pipeline.transformer, recipe.attention)
    speed_up(pipeline.transformer, recipe.speed, recipe.steps, dtype)
    if recipe.tiling:
        pipeline.vae.enable_tiling()
    return _placed(pipeline, recipe.offload, device)


def run(pipeline: Any, request: ChunkRequest) -> Frames:
    """Return a chunk's frames, those included that were given, as the model shows them.

    Whatever is raised in the meantime leaves the pipeline ready for the next call.
    """
    import torch

    rows, columns = request.head.shape[1:3]
    pipeline.scheduler = type(pipeline.scheduler).from_config(
        pipeline.scheduler.config, flow_shift=request.shift
    )

    def stepped(_: Any, step: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        request.stepped(step + 1)
        return tensors

    try:
        shown = pipeline(
            **_given(pipeline, request),
            height=rows,
            width=columns,
            num_frames=request.chunk.frames,
            num_inference_steps=request.steps,
            guidance_scale=request.guidance,
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
    levels = shown.mul(255).round_().to(torch.uint8).permute(0, 2, 3, 1)
    return np.asarray(levels.cpu().numpy(), np.uint8)


def _given(pipeline: Any, request: ChunkRequest) -> dict[str, Any]:
    """Return what is known to a call, as its pipeline takes it."""
    from PIL import Image

    head = [Image.fromarray(frame) for frame in request.head]
    end = [] if request.end is None else [Image.fromarray(request.end)]
    if not hasattr(pipeline.transformer.config, "vace_layers"):
        return {"image": head[0], "last_image": end[0]}
    unknown = request.chunk.frames - len(head) - len(end)
    size = head[0].size
    grey = Image.new("RGB", size, (_GREY,) * 3)
    known, wanted = (Image.new("L", size, level) for level in (_KNOWN, _UNKNOWN))
    return {
        "video": [*head, *[grey] * unknown, *end],
        "mask": [*[known] * len(head), *[wanted] * unknown, *[known] * len(end)],
    }


def _placed(pipeline: Any, offload: Offload, device: str) -> Any:
    """Put a pipeline's weights where they wait; the machine's own memory is one place for all."""
    import torch

    if offload == "group":
        pipeline.transformer.enable_group_offload(
            onload_device=torch.device(device),
            offload_type="block_level",
            num_blocks_per_group=1,
            use_stream=device != "cpu",
            # Else all weights are copied to pinned memory at once, each tensor rounded up to a
            # power of two: reckoned, 75 GiB of the machine's memory for FLF2V's 31.
            low_cpu_mem_usage=True,
        )
        for part in (pipeline.vae, getattr(pipeline, "image_encoder", None)):
            if part is not None:
                part.to(device)
        return pipeline
    if offload == "model" and device != "cpu":
        pipeline.enable_model_cpu_offload(device=device)
        return pipeline
    return pipeline.to(device)


def _set_attention(transformer: Any, backend: str) -> None:
    """Have a transformer's attention computed by a backend.

    Raises:
        EngineInputError: There is none of that name, its package is missing, or it is one of those
            whose code diffusers fetches from the hub: rendering fetches nothing.
    """
    from diffusers.models.attention_dispatch import AttentionBackendName

    known = sorted(name.value for name in AttentionBackendName if not name.value.endswith("_hub"))
    if backend not in known:
        why = "is code that would be fetched" if backend.endswith("_hub") else "there is not"
        raise EngineInputError(
            f"The device preset names the attention backend {backend!r}, which {why}. Known ones: "
            f"{', '.join(known)}."
        )
    try:
        with quiet_libraries():
            transformer.set_attention_backend(backend)
    except (RuntimeError, ImportError) as error:
        raise EngineInputError(
            f"The device preset names the attention backend {backend!r}, which cannot be used on "
            f"this machine: {error}"
        ) from error


def _from_pretrained(folder: Path, family: Family, dtype: Any, absent: Sequence[str]) -> Any:
    try:
        with quiet_libraries():
            import diffusers

            return getattr(diffusers, _CLASSES[family]).from_pretrained(
                folder,
                dtype=dtype,
                use_safetensors=True,
                local_files_only=True,
                **dict.fromkeys(absent),
            )
    except (OSError, ValueError) as error:
        raise UnfitWeightsError(
            f"The weights in {folder} cannot be loaded; only safetensors are, never pickles. "
            f"{error}"
        ) from error


def _image_tokens(encoder: Path) -> int:
    """Return how many tokens an image becomes: one a patch, and one for all of it."""
    from transformers import CLIPVisionConfig

    try:
        vision = CLIPVisionConfig.from_pretrained(encoder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise UnfitWeightsError(f"The image encoder in {encoder} cannot be read.") from error
    patches: int = vision.image_size // vision.patch_size
    return patches**2 + 1


def _config(folder: Path, name: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnfitWeightsError(f"The weights in {folder} lack a readable {name}.") from error
    return content
