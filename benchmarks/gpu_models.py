"""Builds models with random weights on a device, and saves them as the real ones are saved."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import string
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.gpu_shapes import SdxlShape, WanShape
from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.gpu.presets import Precision

if TYPE_CHECKING:
    import torch

SEED = 0
_SPARE = 1.05
"""How much more room than its weights a checkpoint is given."""

_UNFINISHED = ".unfinished-"
"""How folders are named in which a checkpoint is not whole yet."""


class BenchmarkError(Exception):
    """Something cannot be measured here; the message says why, and what to do."""


def parameters(shape: SdxlShape | WanShape) -> int:
    """Return how many parameters a shape's UNet or transformer has; nothing is allocated."""
    import torch

    with torch.device("meta"):
        return _count(_denoiser(shape))


def check(shape: SdxlShape | WanShape) -> None:
    """Make sure that a shape is what it is taken for.

    Raises:
        BenchmarkError: Its UNet or transformer has another number of parameters.
    """
    found = parameters(shape)
    if found != shape.parameters:
        raise BenchmarkError(f"The model has {found:,} parameters, not {shape.parameters:,}.")


@contextlib.contextmanager
def checkpoint(
    shape: SdxlShape | WanShape, precision: Precision, device: str, keep: Path | None = None
) -> Iterator[Path]:
    """Have a model's checkpoint in a folder as long as a block takes; it is built, if need be.

    Args:
        shape: Which model.
        precision: What its UNet or transformer, and text encoders, are saved in.
        device: torch's name of the device that it is built on.
        keep: A folder in which it stays, for the next time; None: it goes when the block ends.

    Raises:
        BenchmarkError: The shape is not what it should be, or the disk has no room.
    """
    check(shape)
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="bench-gpu-") as name:
            yield _built(shape, Path(name), precision, device)
    else:
        yield _kept(shape, keep, precision, device)


def size_bytes(folder: Path) -> int:
    """Return what the files of a folder take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def forget_pages(folder: Path) -> None:
    """Ask the system to drop a folder's files from its memory, so that they are read anew."""
    for path in folder.rglob("*.safetensors"):
        file = os.open(path, os.O_RDONLY)
        try:
            # Only what is on the disk already can be dropped.
            os.fsync(file)
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(file)


def _kept(shape: SdxlShape | WanShape, keep: Path, precision: Precision, device: str) -> Path:
    """Return a model's checkpoint in a folder of such; what a killed run left half is removed."""
    keep.mkdir(parents=True, exist_ok=True)
    for left in keep.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)
    folder = keep / f"{shape.model}-{precision}-{digest_json(asdict(shape))[:12]}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=keep) as name:
            _built(shape, Path(name), precision, device).rename(folder)
    return folder


def _built(shape: SdxlShape | WanShape, folder: Path, precision: Precision, device: str) -> Path:
    _require_room(folder, shape, precision)
    build = _build_sdxl if isinstance(shape, SdxlShape) else _build_wan
    build(shape, folder / "model", precision, device)  # type: ignore[arg-type]
    _empty_cache(device)
    return folder / "model"


def _require_room(folder: Path, shape: SdxlShape | WanShape, precision: Precision) -> None:
    import torch

    with torch.device("meta"):
        parts = [_denoiser(shape), *_others(shape)]
    width = getattr(torch, precision).itemsize
    needed = int(_SPARE * (_count(parts[0]) * width + sum(_count(part) * 4 for part in parts[1:])))
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BenchmarkError(
            f"The checkpoint needs {needed / 2**30:.0f} GiB in {folder.parent}, which has "
            f"{free / 2**30:.0f} GiB free. Name a folder with more room by --keep, or in TMPDIR."
        )


def _denoiser(shape: SdxlShape | WanShape) -> Any:
    import diffusers

    if isinstance(shape, SdxlShape):
        return diffusers.UNet2DConditionModel(**shape.unet)
    if shape.vace:
        return diffusers.WanVACETransformer3DModel(**shape.transformer)
    return diffusers.WanTransformer3DModel(**shape.transformer)


def _others(shape: SdxlShape | WanShape) -> list[Any]:
    """Return a model's other parts: VAE, text encoders, image encoder."""
    import diffusers
    import transformers

    if isinstance(shape, SdxlShape):
        return [
            diffusers.AutoencoderKL(**shape.vae),
            transformers.CLIPTextModel(transformers.CLIPTextConfig(**shape.text)),
            transformers.CLIPTextModelWithProjection(transformers.CLIPTextConfig(**shape.text_2)),
        ]
    parts = [
        diffusers.AutoencoderKLWan(**shape.vae),
        transformers.UMT5EncoderModel(
            transformers.UMT5Config(vocab_size=len(_PIECES), **shape.text)
        ),
    ]
    if shape.vision is not None:
        parts.append(transformers.CLIPVisionModel(transformers.CLIPVisionConfig(**shape.vision)))
    return parts


def _build_sdxl(shape: SdxlShape, folder: Path, precision: Precision, device: str) -> None:
    import diffusers

    with building(precision, device):
        unet = _denoiser(shape)
        vae, text, text_2 = _others(shape)
    pipeline = diffusers.StableDiffusionXLPipeline(
        vae=vae,
        text_encoder=text,
        text_encoder_2=text_2,
        tokenizer=_clip_tokenizer("<|endoftext|>"),
        tokenizer_2=_clip_tokenizer("!"),
        unet=unet,
        scheduler=diffusers.EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            steps_offset=1,
            timestep_spacing="leading",
        ),
    )
    pipeline.save_pretrained(folder, variant="fp16" if precision == "float16" else None)


def _build_wan(shape: WanShape, folder: Path, precision: Precision, device: str) -> None:
    """Build Wan: the VAE and the image encoder in float32, as they are published and computed."""
    import diffusers
    import torch
    import transformers

    with building(precision, device):
        transformer = _denoiser(shape)
        vae, text, *vision = _others(shape)
    parts = {
        "tokenizer": transformers.T5TokenizerFast(
            vocab=[(piece, -1.0) for piece in _PIECES], extra_ids=0
        ),
        "text_encoder": text,
        "vae": vae.to(torch.float32),
        "transformer": transformer,
        "scheduler": diffusers.UniPCMultistepScheduler(
            prediction_type="flow_prediction",
            use_flow_sigmas=True,
            num_train_timesteps=1000,
            flow_shift=5.0,
        ),
    }
    if shape.vision is None:
        diffusers.WanVACEPipeline(**parts).save_pretrained(folder)
        return
    side = shape.vision["image_size"]
    sides = {"height": side, "width": side}
    diffusers.WanImageToVideoPipeline(
        **parts,
        image_encoder=vision[0].to(torch.float32),
        image_processor=transformers.CLIPImageProcessor(size=sides, crop_size=sides),
    ).save_pretrained(folder)


@contextlib.contextmanager
def building(precision: Precision, device: str) -> Iterator[None]:
    """Make new modules on a device, in a precision, with the same random weights every time."""
    import torch

    torch.manual_seed(SEED)
    usual = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, precision))
    try:
        with torch.device(device):
            yield
    finally:
        torch.set_default_dtype(usual)


def _count(module: torch.nn.Module) -> int:
    return sum(weights.numel() for weights in module.parameters())


def _empty_cache(device: str) -> None:
    import gc

    import torch

    gc.collect()
    if device.startswith("cuda"):
        torch.cuda.empty_cache()


_PIECES = ("<pad>", "</s>", "<unk>", "▁", *string.ascii_letters, *string.punctuation)
"""What the text encoder's tokenizer knows: single characters."""


def _clip_tokenizer(pad: str) -> Any:
    """Return a CLIP tokenizer that knows single characters only: no merges, 514 ids."""
    from transformers import CLIPTokenizer
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    units = list(bytes_to_unicode().values())
    pieces = [*units, *(f"{unit}</w>" for unit in units), "<|startoftext|>", "<|endoftext|>"]
    with tempfile.TemporaryDirectory() as folder:
        vocabulary, merges = Path(folder, "vocab.json"), Path(folder, "merges.txt")
        vocabulary.write_text(json.dumps({piece: index for index, piece in enumerate(pieces)}))
        merges.write_text("#version: 0.2\n")
        return CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77, pad_token=pad)
