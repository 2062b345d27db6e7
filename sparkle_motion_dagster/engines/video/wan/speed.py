"""What makes Wan faster: all of it asked for by a setting, and part of the fingerprint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.video.wan.loras import ChosenLora, check_lora
from sparkle_motion_dagster.engines.video.wan.models import WanModel
from sparkle_motion_dagster.units import Record

if TYPE_CHECKING:
    import torch

_TAYLOR_MODULES = [r"blocks\.\d+\.attn[12]", r"blocks\.\d+\.ffn"]
"""What TaylorSeer predicts, as its authors do it: both attentions and the feed-forward of every
block. diffusers' own patterns match no module of Wan's."""


class FirstBlockCache(Record):
    """Leave out all blocks but the first in steps in which that one changed little."""

    kind: Literal["first_block"] = Field(
        description="blocks but the first are left out in steps in which that one changed little"
    )
    threshold: float = Field(
        default=0.05, gt=0, description="by how much it may change, as a share"
    )


class MagCache(Record):
    """Leave out all blocks in steps whose residual is known to be much like the one before."""

    kind: Literal["mag"] = Field(
        description="all blocks are left out in steps that are known to change little"
    )
    ratios: tuple[float, ...] = Field(
        min_length=1,
        description="how large the residual is in each step against the one before: measured once "
        "for a model (diffusers' MagCacheConfig(calibrate=True) prints them)",
    )
    threshold: float = Field(default=0.06, gt=0, description="how much error may add up")
    most_skipped: int = Field(
        default=3, ge=1, description="how many steps may be left out in a row"
    )
    retention: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="the share of the steps, from the first, that are never left out",
    )


class TaylorSeerCache(Record):
    """Predict what comes out from how it changed in earlier steps."""

    kind: Literal["taylorseer"] = Field(
        description="what comes out is predicted from how it changed in earlier steps"
    )
    interval: int = Field(
        default=5, ge=2, description="how many steps lie from one that is computed to the next"
    )
    from_step: int = Field(default=3, ge=1, description="the first step that may be predicted")
    order: int = Field(default=1, ge=1, le=4, description="up to which derivative is looked at")
    keeps: Literal["output", "modules"] = Field(
        default="output",
        description="what is predicted: what the transformer gives at its end; or what all "
        "attentions and feed-forwards give, which is nearer to the truth, but has to be kept: for "
        "81 frames of 832x480, reckoned, 34 GiB with VACE 1.3B, and more than any GPU has with 14B",
    )


Cache = Annotated[FirstBlockCache | MagCache | TaylorSeerCache, Field(discriminator="kind")]


class WanSpeed(Record):
    """Ways to be faster; each changes the pictures, if only a little."""

    cache: Cache | None = Field(
        default=None, description="what is not computed again in every step"
    )
    compiled: bool = Field(
        default=False,
        description="whether the transformer's blocks are compiled, which takes a minute at first",
    )
    layerwise_casting: bool = Field(
        default=False,
        description="whether weights wait as 8-bit floats, which saves half the memory",
    )
    lora: ChosenLora | None = Field(
        default=None,
        description='weights that need few steps: "distilled" are those that are pinned for the '
        "model; or a file of your own",
    )


def check_speed(speed: WanSpeed, model: WanModel) -> None:
    """Make sure that a model can be made faster that way.

    Raises:
        EngineInputError: It cannot.
    """
    if speed.lora is not None:
        check_lora(speed.lora, model)
    if speed.cache is not None and speed.lora is not None:
        # A cache lives on steps that change little; distilled weights go the whole way in a few.
        raise EngineInputError(
            f"The cache {speed.cache.kind} cannot work beside a distilled LoRA, whose few steps "
            "all change much: it would leave out what there is. Take away speed.cache or "
            "speed.lora of the video engine wan."
        )
    if isinstance(speed.cache, MagCache) and len(model.experts) > 1:
        # A cache's state is each expert's own, and begins anew with its first step. But mag takes
        # the ratios, and the steps that are never left out, by how many steps a transformer has
        # taken of all of them; the second expert's first step would take those of the first one's.
        raise EngineInputError(
            f"The cache mag counts the steps of one transformer, and those of {model.name} are "
            "shared by two experts. Use the cache first_block or taylorseer, or none."
        )
    if model.family == "vace" and isinstance(speed.cache, FirstBlockCache | MagCache):
        # They keep what the blocks add together with what VACE adds between them, and the
        # transformer adds the latter once more in every step that is left out.
        raise EngineInputError(
            f"The cache {speed.cache.kind} gives wrong pictures with {model.name}: it would add "
            "what the mask says twice. Use the cache taylorseer, or none."
        )


def speed_up(transformer: Any, speed: WanSpeed, steps: int, dtype: torch.dtype) -> None:
    """Apply all but the LoRA to a transformer that is loaded.

    Args:
        transformer: diffusers' `WanTransformer3DModel` or `WanVACETransformer3DModel`.
        speed: What to apply.
        steps: How many steps a video takes.
        dtype: What it computes in.
    """
    import torch

    if speed.layerwise_casting:
        transformer.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=dtype)
    if speed.compiled:
        transformer.compile_repeated_blocks()
    if speed.cache is not None:
        transformer.enable_cache(_config(speed.cache, steps, dtype))


def _config(cache: Cache, steps: int, dtype: torch.dtype) -> Any:
    import diffusers

    configs: Any = diffusers
    match cache:
        case FirstBlockCache():
            return configs.FirstBlockCacheConfig(threshold=cache.threshold)
        case MagCache():
            return configs.MagCacheConfig(
                threshold=cache.threshold,
                max_skip_steps=cache.most_skipped,
                retention_ratio=cache.retention,
                num_inference_steps=steps,
                mag_ratios=list(cache.ratios),
            )
        case TaylorSeerCache():
            return configs.TaylorSeerCacheConfig(
                cache_interval=cache.interval,
                disable_cache_before_step=cache.from_step,
                max_order=cache.order,
                taylor_factors_dtype=dtype,
                use_lite_mode=cache.keeps == "output",
                cache_identifiers=_TAYLOR_MODULES if cache.keeps == "modules" else None,
            )
