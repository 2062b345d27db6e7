"""The models that are measured, by their true configurations, and tiny ones for the CPU.

Sources: the configuration files of stabilityai/stable-diffusion-xl-base-1.0 and of the Wan-AI
repositories, the latter as diffusers' scripts/convert_wan_to_diffusers.py writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Config = Mapping[str, Any]

_CLIP_TOKENIZER: Config = {"bos_token_id": 512, "eos_token_id": 513, "pad_token_id": 1}
"""Ids of the tokenizer that is made here, which knows single characters only."""


@dataclass(frozen=True)
class SdxlShape:
    """SDXL: the arguments of diffusers' and transformers' classes.

    Attributes:
        parameters: How many parameters its UNet has.
        model: What it is called.
    """

    unet: Config
    text: Config
    text_2: Config
    vae: Config
    parameters: int
    model: str = "sdxl"


@dataclass(frozen=True)
class AdapterShape:
    """An IP-Adapter "plus" for SDXL, and its image encoder.

    Attributes:
        width: Of the layers that make tokens of what the image encoder sees.
        heads: Of their attention, each 64 wide.
        vision: Arguments of the image encoder.
    """

    width: int
    heads: int
    vision: Config


@dataclass(frozen=True)
class WanShape:
    """A Wan 2.1 model.

    Attributes:
        model: The name that the engine knows it by.
        transformer: Arguments of its transformer: a VACE one where it has ``vace_layers``.
        text: Arguments of the text encoder.
        vision: Arguments of the image encoder, where the model has one.
        vae: Arguments of the VAE.
        parameters: How many parameters its transformer has.
    """

    model: str
    transformer: Config
    text: Config
    vae: Config
    parameters: int
    vision: Config | None = field(default=None)

    @property
    def vace(self) -> bool:
        """Whether it is told what is known by a mask."""
        return "vace_layers" in self.transformer


def _clip_text(hidden: int, layers: int, heads: int, act: str, vocabulary: int) -> Config:
    return {
        "hidden_size": hidden,
        "intermediate_size": 4 * hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "projection_dim": hidden,
        "vocab_size": vocabulary,
        "hidden_act": act,
        **_CLIP_TOKENIZER,
    }


_SDXL_BLOCKS: Config = {
    "layers_per_block": 2,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
}
_SDXL_VAE: Config = {
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "latent_channels": 4,
    "scaling_factor": 0.13025,
    "force_upcast": True,
}

SDXL = SdxlShape(
    unet={
        **_SDXL_BLOCKS,
        "sample_size": 128,
        "block_out_channels": (320, 640, 1280),
        "attention_head_dim": (5, 10, 20),
        "transformer_layers_per_block": (1, 2, 10),
        "cross_attention_dim": 2048,
        "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    },
    text=_clip_text(768, 12, 12, "quick_gelu", 49408),
    text_2=_clip_text(1280, 32, 20, "gelu", 49408),
    vae={
        **_SDXL_VAE,
        "block_out_channels": (128, 256, 512, 512),
        "layers_per_block": 2,
        "sample_size": 1024,
    },
    parameters=2_567_463_684,
)

TINY_SDXL = SdxlShape(
    unet={
        **_SDXL_BLOCKS,
        "sample_size": 8,
        "block_out_channels": (32, 32, 64),
        "attention_head_dim": (2, 2, 4),
        "transformer_layers_per_block": (1, 1, 1),
        "cross_attention_dim": 64,
        "addition_time_embed_dim": 8,
        "projection_class_embeddings_input_dim": 6 * 8 + 32,
        "norm_num_groups": 8,
    },
    text=_clip_text(32, 2, 4, "quick_gelu", 514),
    text_2=_clip_text(32, 2, 4, "gelu", 514),
    vae={
        **_SDXL_VAE,
        "block_out_channels": (16, 16, 16, 16),
        "layers_per_block": 1,
        "sample_size": 64,
        "norm_num_groups": 8,
    },
    parameters=1_771_044,
)

_WAN: Config = {
    "attention_head_dim": 128,
    "cross_attn_norm": True,
    "eps": 1e-6,
    "freq_dim": 256,
    "in_channels": 16,
    "out_channels": 16,
    "patch_size": (1, 2, 2),
    "qk_norm": "rms_norm_across_heads",
    "rope_max_seq_len": 1024,
    "text_dim": 4096,
}
_WAN_1_3B: Config = {**_WAN, "num_attention_heads": 12, "num_layers": 30, "ffn_dim": 8960}
_WAN_14B: Config = {**_WAN, "num_attention_heads": 40, "num_layers": 40, "ffn_dim": 13824}
_WAN_VAE: Config = {"base_dim": 96, "z_dim": 16, "dim_mult": [1, 2, 4, 4], "num_res_blocks": 2}
_CLIP_H: Config = {
    "hidden_size": 1280,
    "intermediate_size": 5120,
    "num_hidden_layers": 32,
    "num_attention_heads": 16,
    "image_size": 224,
    "patch_size": 14,
    "projection_dim": 1024,
    "hidden_act": "gelu",
}
_UMT5_LAYER: Config = {
    "d_model": 4096,
    "d_kv": 64,
    "d_ff": 10240,
    "num_layers": 1,
    "num_heads": 64,
    "feed_forward_proj": "gated-gelu",
}
"""UMT5-XXL in all but its 24 layers and its vocabulary: one layer, and the tokenizer's pieces."""

ADAPTER = AdapterShape(width=1280, heads=20, vision=_CLIP_H)
"""ip-adapter-plus-face_sdxl_vit-h (tencent-ailab/IP-Adapter, ip_adapter.py, IPAdapterPlusXL)."""

TINY_ADAPTER = AdapterShape(
    width=16,
    heads=1,
    vision={
        **_CLIP_H,
        "hidden_size": 32,
        "intermediate_size": 37,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "image_size": 32,
        "patch_size": 8,
        "projection_dim": 16,
    },
)

WAN_1_3B = WanShape(
    model="wan-2.1-vace-1.3b",
    transformer={**_WAN_1_3B, "vace_layers": list(range(0, 30, 2)), "vace_in_channels": 96},
    text=_UMT5_LAYER,
    vae=_WAN_VAE,
    parameters=2_153_972_032,
)
"""T2V-1.3B (1,418,996,800 parameters) and VACE's 15 blocks beside it."""

WAN_14B = WanShape(
    model="wan-2.1",
    transformer={
        **_WAN_14B,
        "in_channels": 36,
        "image_dim": 1280,
        "added_kv_proj_dim": 5120,
        "pos_embed_seq_len": 2 * 257,
    },
    text=_UMT5_LAYER,
    vae=_WAN_VAE,
    parameters=16_395_536_704,
    vision=_CLIP_H,
)
"""FLF2V-14B-720P."""

_TINY_WAN: Config = {
    **_WAN,
    "attention_head_dim": 12,
    "num_attention_heads": 2,
    "num_layers": 3,
    "ffn_dim": 32,
    "freq_dim": 32,
    "text_dim": 16,
    "rope_max_seq_len": 32,
}
_TINY_WAN_VAE: Config = {
    "base_dim": 3,
    "z_dim": 16,
    "dim_mult": [1, 1, 1, 1],
    "num_res_blocks": 1,
}
_TINY_UMT5: Config = {"d_model": 16, "d_kv": 8, "d_ff": 16, "num_layers": 1, "num_heads": 2}

TINY_WAN_VACE = WanShape(
    model="wan-2.1-vace-1.3b",
    transformer={**_TINY_WAN, "vace_layers": [0, 1], "vace_in_channels": 96},
    text=_TINY_UMT5,
    vae=_TINY_WAN_VAE,
    parameters=53_648,
)

TINY_WAN_FLF2V = WanShape(
    model="wan-2.1",
    transformer={
        **_TINY_WAN,
        "in_channels": 36,
        "image_dim": 16,
        "added_kv_proj_dim": 24,
        "pos_embed_seq_len": 2 * 5,
    },
    text=_TINY_UMT5,
    vae=_TINY_WAN_VAE,
    parameters=35_760,
    vision={
        **_CLIP_H,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 16,
        "patch_size": 8,
    },
)
