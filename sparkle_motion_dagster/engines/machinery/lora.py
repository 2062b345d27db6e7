"""Adding a LoRA to a model's weights for good, so that it costs nothing in a step.

diffusers reads the file, whatever naming it is in. Adding it is ours: diffusers' own fusing (with
peft) computes in the model's precision, which rounds twice, and takes a file of which only a part
fits, or nothing, without a word.
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.weights_size import tensors_of

_DOWN, _UP, _BIAS = ".lora_A.weight", ".lora_B.weight", ".lora_B.bias"
_OTHER_KINDS = ("alpha_pattern", "rank_pattern", "use_rslora", "use_dora")
"""What peft's description of a LoRA says where its layers are not all scaled by alpha / rank."""
_DORA = "dora_scale"
"""What the weights are called by which a DoRA scales a layer's columns beside its low ranks."""


@functools.cache
def lora_digest(file: Path) -> str:
    """Return the sha256 of a file of LoRA weights, read once a process.

    Raises:
        EngineInputError: The file cannot be read, or is no safetensors file.
    """
    check_safe(file)
    try:
        return f"sha256:{digest_file(file)}"
    except OSError as error:
        raise EngineInputError(f"The LoRA {file} cannot be read: {error.strerror}.") from error


def add_lora(
    pipeline: Any, part: str, file: Path, strength: float = 1.0, into: str | None = None
) -> None:
    """Add a LoRA to a part of a pipeline: W + strength * alpha / rank * B A, in float32.

    Args:
        pipeline: One of diffusers' that can load LoRAs.
        part: What files say that they are for: "unet", "transformer".
        file: A safetensors file, in any naming that diffusers reads: its own, that of kohya's
            scripts, that of a model's authors.
        strength: How much of it is added.
        into: The pipeline's part that it is added to, where files call that otherwise
            ("transformer_2"); None: ``part``.

    Raises:
        EngineInputError: The file is no such LoRA, or one for another model.
    """
    import torch

    check_safe(file)
    model = getattr(pipeline, into or part)
    weights, alphas, facts = _read(pipeline, model, file)
    for kind in _OTHER_KINDS:
        if facts.get(f"{part}.{kind}"):
            raise EngineInputError(
                f"The LoRA {file} cannot be added: it has {kind}. Have it merged, or converted to "
                "one rank and one alpha for all layers."
            )
    stems = {name.removesuffix(_DOWN) for name in weights if name.endswith(_DOWN)}
    stems &= {name.removesuffix(_UP) for name in weights if name.endswith(_UP)}
    odd = weights.keys() - {stem + end for stem in stems for end in (_DOWN, _UP, _BIAS)}
    if not stems or odd:
        raise EngineInputError(
            f"{file} is no LoRA that can be added: it holds {min(odd, default='nothing')}."
        )
    modules = dict(model.named_modules())
    with torch.no_grad():
        for stem in sorted(stems):
            module = modules.get(stem.removeprefix(f"{part}."))
            up, down = (weights[stem + end].float().flatten(1) for end in (_UP, _DOWN))
            rank = down.shape[0]
            if module is None or module.weight.flatten(1).shape != (up.shape[0], down.shape[1]):
                raise EngineInputError(
                    f"The LoRA {file} was made for another model: {stem} does not fit this one."
                )
            alpha = float(alphas.get(stem, facts.get(f"{part}.lora_alpha", rank)))
            scale = strength * (alpha / rank)
            added = (up @ down).reshape(module.weight.shape) * scale
            module.weight.copy_(module.weight.float() + added)
            if (bias := weights.get(stem + _BIAS)) is not None:
                if module.bias is None or module.bias.shape != bias.shape:
                    raise EngineInputError(
                        f"The LoRA {file} was made for another model: {stem}{_BIAS} does not fit "
                        "this one."
                    )
                module.bias.copy_(module.bias.float() + scale * bias.float())


def check_safe(file: Path) -> None:
    """Make sure, by its name, that a LoRA is one that runs no code when it is read.

    Raises:
        EngineInputError: It is none.
    """
    if file.suffix != ".safetensors":
        raise EngineInputError(
            f"The LoRA {file} must be a safetensors file: others may run any program when they are "
            "read."
        )


def _read(
    pipeline: Any, model: Any, file: Path
) -> tuple[Mapping[str, Any], Mapping[str, float], Mapping[str, Any]]:
    """Return a file's weights in peft's naming, alphas by layer, and peft's description.

    Raises:
        EngineInputError: diffusers cannot read it, or would leave a part of it out.
    """
    from diffusers.utils import convert_unet_state_dict_to_peft
    from safetensors import SafetensorError

    try:
        # diffusers leaves them out, and goes on.
        for name in tensors_of(file):
            if _DORA in name:
                raise EngineInputError(
                    f"The LoRA {file} cannot be added: it holds {name}. Have it merged."
                )
        # Only SDXL's pipeline keeps the alphas apart; others have them in the weights.
        weights, *kept, facts = pipeline.lora_state_dict(
            str(file),
            unet_config=model.config,
            local_files_only=True,
            use_safetensors=True,
            return_lora_metadata=True,
        )
    except (OSError, ValueError, LookupError, SafetensorError) as error:
        raise EngineInputError(
            f"The LoRA {file} cannot be read by diffusers: {type(error).__name__}: {error}"
        ) from error
    alphas = {
        # They carry the name of their layer, or that of its lower weights.
        name.removesuffix(".alpha").removesuffix(_DOWN): alpha
        for each in kept
        for name, alpha in convert_unet_state_dict_to_peft(each or {}).items()
    }
    return convert_unet_state_dict_to_peft(weights), alphas, facts or {}
