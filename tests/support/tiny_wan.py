"""Wan checkpoints for tests: the real classes, tiny, with random weights, saved the normal way."""

from __future__ import annotations

import json
import re
import string
from importlib import import_module
from pathlib import Path
from typing import Any

_TEXT_FEATURES = 16
_IMAGE_FEATURES = 16
_IMAGE_SIDE, _PATCH = 16, 8
_IMAGE_TOKENS = (_IMAGE_SIDE // _PATCH) ** 2 + 1
_HEADS, _HEAD_FEATURES = 2, 12


_MODELS = (
    "AutoencoderKLWan",
    "WanImageToVideoPipeline",
    "WanTransformer3DModel",
    "WanVACEPipeline",
    "WanVACETransformer3DModel",
)
_ENCODERS = ("CLIPImageProcessor", "CLIPVisionModel", "T5TokenizerFast", "UMT5EncoderModel")


def write_flf2v(folder: Path) -> Path:
    """A model that takes the first and the last image."""
    return _write_image_to_video(folder, 2 * _IMAGE_TOKENS)


def write_plain_i2v(folder: Path) -> Path:
    """A model that takes the first image alone."""
    return _write_image_to_video(folder, None)


def write_two_experts(folder: Path) -> Path:
    """A model of two transformers that take the first image, and the last one if there is one."""
    diffusers = _seeded(0)
    high_noise, low_noise = (
        diffusers.WanTransformer3DModel(**_transformer(in_channels=36)) for _ in range(2)
    )
    pipeline = diffusers.WanImageToVideoPipeline(
        **_common(), transformer=high_noise, transformer_2=low_noise, boundary_ratio=0.9
    )
    pipeline.save_pretrained(folder)
    return folder


def write_vace(folder: Path) -> Path:
    """A model that takes any images, by a mask."""
    diffusers = _seeded(2)
    transformer = diffusers.WanVACETransformer3DModel(
        **_transformer(in_channels=16), vace_layers=[0, 1], vace_in_channels=96
    )
    pipeline = diffusers.WanVACEPipeline(**_common(), transformer=transformer)
    pipeline.save_pretrained(folder)
    return folder


def write_pickles(folder: Path) -> Path:
    """The model for two images, its transformer saved as a pickle."""
    write_flf2v(folder)
    diffusers = _seeded(0)
    transformer = diffusers.WanTransformer3DModel.from_pretrained(folder / "transformer")
    (folder / "transformer" / "diffusion_pytorch_model.safetensors").unlink()
    transformer.save_pretrained(folder / "transformer", safe_serialization=False)
    return folder


def write_lora(path: Path, names: dict[str, tuple[int, int]], **more: Any) -> Path:
    """A LoRA of rank 2, for weights of these shapes."""
    torch = import_module("torch")
    torch.manual_seed(5)
    weights = {}
    for name, (rows, columns) in names.items():
        weights[f"{name}.lora_A.weight"] = torch.randn(2, columns) / 4
        weights[f"{name}.lora_B.weight"] = torch.randn(rows, 2) / 4
    import_module("safetensors.torch").save_file({**weights, **more}, path)
    return path


def write_lora_of_all(path: Path, checkpoint: Path) -> Path:
    """A LoRA in the naming of Wan's authors that changes every weight.

    That is what lightx2v's LoRAs hold: low ranks of linear layers, but for the last, and whole
    differences of their biases and of all else.
    """
    torch = import_module("torch")
    config = json.loads((checkpoint / "transformer" / "config.json").read_text())
    kind = getattr(import_module("diffusers"), config["_class_name"])
    torch.manual_seed(6)
    weights = {}
    for name, tensor in kind.from_pretrained(checkpoint / "transformer").state_dict().items():
        layer, _, of = name.rpartition(".")
        if of == "scale_shift_table" and not layer.startswith("vace_"):
            modulation = f"diffusion_model.{layer or 'head'}.diff_m"
            weights[modulation] = torch.randn(tensor.shape) / 4
        theirs = _theirs(layer)
        if theirs is None or of not in ("weight", "bias"):
            continue
        stem = f"diffusion_model.{theirs}"
        if of == "weight" and tensor.ndim == 2 and theirs != "head.head":
            weights[f"{stem}.lora_down.weight"] = torch.randn(2, tensor.shape[1]) / 4
            weights[f"{stem}.lora_up.weight"] = torch.randn(tensor.shape[0], 2) / 4
        else:
            weights[f"{stem}.diff{'' if of == 'weight' else '_b'}"] = torch.randn(tensor.shape) / 4
    import_module("safetensors.torch").save_file(weights, path)
    return path


_THEIRS = (
    (r"blocks\.(\d+)\.attn1\.to_out\.0", r"blocks.\1.self_attn.o"),
    (r"blocks\.(\d+)\.attn2\.to_out\.0", r"blocks.\1.cross_attn.o"),
    (r"blocks\.(\d+)\.attn1\.to_(\w)", r"blocks.\1.self_attn.\2"),
    (r"blocks\.(\d+)\.attn2\.to_(\w)", r"blocks.\1.cross_attn.\2"),
    (r"blocks\.(\d+)\.attn2\.add_(\w)_proj", r"blocks.\1.cross_attn.\2_img"),
    (r"blocks\.(\d+)\.attn1\.norm_(\w)", r"blocks.\1.self_attn.norm_\2"),
    (r"blocks\.(\d+)\.attn2\.norm_added_k", r"blocks.\1.cross_attn.norm_k_img"),
    (r"blocks\.(\d+)\.attn2\.norm_(\w)", r"blocks.\1.cross_attn.norm_\2"),
    (r"blocks\.(\d+)\.norm2", r"blocks.\1.norm3"),
    (r"blocks\.(\d+)\.ffn\.net\.0\.proj", r"blocks.\1.ffn.0"),
    (r"blocks\.(\d+)\.ffn\.net\.2", r"blocks.\1.ffn.2"),
    (r"patch_embedding", "patch_embedding"),
    (r"proj_out", "head.head"),
    (r"condition_embedder\.(te?[xi]\w+)_embedder\.linear_1", r"\1_embedding.0"),
    (r"condition_embedder\.(te?[xi]\w+)_embedder\.linear_2", r"\1_embedding.2"),
    (r"condition_embedder\.time_proj", "time_projection.1"),
    (r"condition_embedder\.image_embedder\.norm1", "img_emb.proj.0"),
    (r"condition_embedder\.image_embedder\.ff\.net\.0\.proj", "img_emb.proj.1"),
    (r"condition_embedder\.image_embedder\.ff\.net\.2", "img_emb.proj.3"),
    (r"condition_embedder\.image_embedder\.norm2", "img_emb.proj.4"),
)
"""diffusers' names of layers, and those of Wan's authors (wan/modules/model.py)."""


def _theirs(layer: str) -> str | None:
    """Return what Wan's authors call a layer; None where plain Wan has none such."""
    for ours, theirs in _THEIRS:
        if match := re.fullmatch(ours, layer):
            return match.expand(theirs)
    return None


def _write_image_to_video(folder: Path, image_places: int | None) -> Path:
    diffusers = _seeded(0)
    transformers = import_module("transformers")
    transformer = diffusers.WanTransformer3DModel(
        **_transformer(in_channels=36),
        image_dim=_IMAGE_FEATURES,
        added_kv_proj_dim=_HEADS * _HEAD_FEATURES,
        pos_embed_seq_len=image_places,
    )
    vision = transformers.CLIPVisionModel(
        transformers.CLIPVisionConfig(
            hidden_size=_IMAGE_FEATURES,
            intermediate_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=_IMAGE_SIDE,
            patch_size=_PATCH,
        )
    )
    sides = {"height": _IMAGE_SIDE, "width": _IMAGE_SIDE}
    pipeline = diffusers.WanImageToVideoPipeline(
        **_common(),
        transformer=transformer,
        image_encoder=vision,
        image_processor=transformers.CLIPImageProcessor(size=sides, crop_size=sides),
    )
    pipeline.save_pretrained(folder)
    return folder


def _seeded(seed: int) -> Any:
    """Return diffusers, its next random weights decided.

    Both libraries import their classes when these are asked for, and some of that draws random
    numbers: so all are asked for before the seed is set.
    """
    diffusers, transformers = import_module("diffusers"), import_module("transformers")
    for library, names in ((diffusers, _MODELS), (transformers, _ENCODERS)):
        for name in names:
            getattr(library, name)
    import_module("torch").manual_seed(seed)
    return diffusers


def _transformer(in_channels: int) -> dict[str, Any]:
    return {
        "patch_size": (1, 2, 2),
        "num_attention_heads": _HEADS,
        "attention_head_dim": _HEAD_FEATURES,
        "in_channels": in_channels,
        "out_channels": 16,
        "text_dim": _TEXT_FEATURES,
        "freq_dim": 32,
        "ffn_dim": 32,
        "num_layers": 3,
        "cross_attn_norm": True,
        "qk_norm": "rms_norm_across_heads",
        "rope_max_seq_len": 32,
    }


def _common() -> dict[str, Any]:
    diffusers, transformers = import_module("diffusers"), import_module("transformers")
    pieces = ["<pad>", "</s>", "<unk>", "▁", *string.ascii_letters, *string.punctuation]
    return {
        "tokenizer": transformers.T5TokenizerFast(
            vocab=[(piece, -1.0) for piece in pieces], extra_ids=0
        ),
        "text_encoder": transformers.UMT5EncoderModel(
            transformers.UMT5Config(
                vocab_size=len(pieces),
                d_model=_TEXT_FEATURES,
                d_kv=8,
                d_ff=16,
                num_layers=2,
                num_heads=2,
            )
        ),
        "vae": diffusers.AutoencoderKLWan(
            base_dim=3,
            z_dim=16,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            temperal_downsample=[False, True, True],
        ),
        "scheduler": diffusers.UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=7.0
        ),
    }
