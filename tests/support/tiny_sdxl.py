"""Tiny SDXL checkpoints with random weights, saved the way real ones are; for tests."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

SEED = 0


def save_base(folder: Path) -> Path:
    """Write a base model: two text encoders, a UNet and a VAE that scales by 8, about 1 MB."""
    pipeline = _base()
    pipeline.save_pretrained(folder)
    return folder


def save_refiner(folder: Path) -> Path:
    """Write what is used of a refiner: its UNet, that reads the second text encoder only."""
    import torch
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLImg2ImgPipeline

    torch.manual_seed(SEED + 1)
    pipeline = StableDiffusionXLImg2ImgPipeline(
        vae=None,
        text_encoder=None,
        text_encoder_2=None,
        tokenizer=None,
        tokenizer_2=None,
        unet=_unet(cross_attention=32, added=5 * 8 + 32),
        scheduler=EulerDiscreteScheduler(**_SCHEDULE),
        requires_aesthetics_score=True,
    )
    pipeline.save_pretrained(folder)
    return folder


def save_adapter(folder: Path, base: Path) -> Path:
    """Write an IP-Adapter for a base model, and its image encoder, named as in the real one."""
    import torch
    from diffusers import UNet2DConditionModel
    from safetensors.torch import save_file
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(SEED + 2)
    encoder = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=32,
            intermediate_size=37,
            projection_dim=16,
            num_hidden_layers=2,
            num_attention_heads=4,
            image_size=32,
            patch_size=8,
        )
    )
    encoder.save_pretrained(folder / "models" / "image_encoder")
    unet = UNet2DConditionModel.from_pretrained(base, subfolder="unet")
    crossed = unet.config.cross_attention_dim
    state = {f"image_proj.{name}": value for name, value in _resampler(32, crossed).items()}
    for index, width in zip(itertools.count(1, 2), _in_adapter_order(unet), strict=False):
        for part in ("to_k_ip", "to_v_ip"):
            state[f"ip_adapter.{index}.{part}.weight"] = torch.randn(width, crossed) * 0.3
    (folder / "sdxl_models").mkdir()
    save_file(state, folder / "sdxl_models" / "ip-adapter-plus-face_sdxl_vit-h.safetensors")
    return folder


def _resampler(seen: int, crossed: int) -> dict[str, Any]:
    """Return what makes 16 tokens of what an image encoder sees, named as in the real adapter.

    It has four layers, each of which attends in heads of 64: diffusers knows no others.

    Args:
        seen: How wide the image encoder's hidden states are.
        crossed: How wide the tokens are.
    """
    import torch

    width, head = 16, 64
    state = {
        "latents": torch.randn(1, 16, width),
        "proj_in.weight": torch.randn(width, seen) / seen**0.5,
        "proj_in.bias": torch.randn(width),
        "proj_out.weight": torch.randn(crossed, width) / width**0.5,
        "proj_out.bias": torch.randn(crossed),
        "norm_out.weight": torch.ones(crossed),
        "norm_out.bias": torch.zeros(crossed),
    }
    for layer in range(4):
        attends, feeds = f"layers.{layer}.0", f"layers.{layer}.1"
        for norm in (f"{attends}.norm1", f"{attends}.norm2", f"{feeds}.0"):
            state |= {f"{norm}.weight": torch.ones(width), f"{norm}.bias": torch.zeros(width)}
        state |= {
            f"{attends}.to_q.weight": torch.randn(head, width) / width**0.5,
            f"{attends}.to_kv.weight": torch.randn(2 * head, width) / width**0.5,
            f"{attends}.to_out.weight": torch.randn(width, head) / head**0.5,
            f"{feeds}.1.weight": torch.randn(4 * width, width) / width**0.5,
            f"{feeds}.3.weight": torch.randn(width, 4 * width) / (4 * width) ** 0.5,
        }
    return state


def _in_adapter_order(unet: Any) -> list[int]:
    """Return the widths of the cross attentions in the order in which adapters number them."""
    return [
        unet.get_submodule(name.removesuffix(".processor")).to_k.out_features
        for name in unet.attn_processors
        if name.endswith("attn2.processor")
    ]


_SCHEDULE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
    "timestep_spacing": "leading",
}


def _base() -> Any:
    import torch
    from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    torch.manual_seed(SEED)
    vae = AutoencoderKL(
        block_out_channels=(16, 16, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        norm_num_groups=8,
        latent_channels=4,
        sample_size=64,
    )
    return StableDiffusionXLPipeline(
        vae=vae,
        text_encoder=CLIPTextModel(_text_config()),
        text_encoder_2=CLIPTextModelWithProjection(_text_config()),
        tokenizer=_tokenizer("<|endoftext|>"),
        tokenizer_2=_tokenizer("!"),
        unet=_unet(cross_attention=64, added=6 * 8 + 32),
        scheduler=EulerDiscreteScheduler(**_SCHEDULE),
    )


def _unet(*, cross_attention: int, added: int) -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        transformer_layers_per_block=(1, 1),
        projection_class_embeddings_input_dim=added,
        cross_attention_dim=cross_attention,
        norm_num_groups=8,
    )


def _text_config() -> Any:
    from transformers import CLIPTextConfig

    return CLIPTextConfig(
        hidden_size=32,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=2,
        projection_dim=32,
        vocab_size=514,
        bos_token_id=512,
        eos_token_id=513,
        pad_token_id=1,
    )


def _tokenizer(pad: str) -> Any:
    """Return a tokenizer that knows single characters only: no merges, 514 ids."""
    from tempfile import TemporaryDirectory

    from transformers import CLIPTokenizer
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    with TemporaryDirectory() as folder:
        units = list(bytes_to_unicode().values())
        pieces = [*units, *(f"{unit}</w>" for unit in units), "<|startoftext|>", "<|endoftext|>"]
        vocabulary, merges = Path(folder, "vocab.json"), Path(folder, "merges.txt")
        vocabulary.write_text(json.dumps({piece: i for i, piece in enumerate(pieces)}))
        merges.write_text("#version: 0.2\n")
        return CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77, pad_token=pad)


def save_lora(file: Path, base: Path, *, alpha: float | None = None) -> Path:
    """Write a LoRA of rank 2 for some of a UNet's layers, convolutions among them.

    Without an alpha the layers are named as diffusers does; with one as kohya's scripts do.
    """
    import torch
    from diffusers import UNet2DConditionModel
    from safetensors.torch import save_file

    torch.manual_seed(SEED + 3)
    unet = UNet2DConditionModel.from_pretrained(base, subfolder="unet")
    state: dict[str, torch.Tensor] = {}
    for name, module in unet.named_modules():
        if not name.endswith(("to_q", "to_v", "conv1")):
            continue
        down = torch.randn(2, *module.weight.shape[1:])
        up = torch.randn(module.weight.shape[0], 2, *(1 for _ in module.weight.shape[2:]))
        if alpha is None:
            state |= {f"unet.{name}.lora_A.weight": down, f"unet.{name}.lora_B.weight": up * 0.5}
        else:
            stem = f"lora_unet_{name.replace('.', '_')}"
            state |= {f"{stem}.lora_down.weight": down, f"{stem}.lora_up.weight": up}
            state[f"{stem}.alpha"] = torch.tensor(alpha)
    save_file(state, file)
    return file
