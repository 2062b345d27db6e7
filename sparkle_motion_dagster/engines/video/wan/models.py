"""Which Wan models there are."""

from dataclasses import dataclass
from typing import Literal

from sparkle_motion_dagster.engines.base import EngineInputError, frame_work
from sparkle_motion_dagster.engines.machinery.weights import APACHE, Weights
from sparkle_motion_dagster.units import FrameSize

Family = Literal["flf2v", "i2v", "vace"]
"""How a model is told what is known: the first and the last frame; the first one, and the last one
where there is one; any frames, by a mask."""

EXPERTS = ("transformer", "transformer_2")
"""What diffusers calls the transformers of a model that has two, the experts for high noise and for
low noise; the first one is also the one of a model that has no other."""

_FILES = ("model_index.json", "*/*.json", "*/*.safetensors", "tokenizer/*")

_ROUNDED = ("text_encoder", "transformer", "transformer_2")
"""Of those that a model has. What sees pictures computes in float32."""

_UNWANTED = (
    "色调艳丽，过曝，静态，细节模糊不清，字幕，风格，作品，画作，画面，静止，整体发灰，最差质量，低质量，JPEG压缩残留，"
    "丑陋的，残缺的，多余的手指，画得不好的手部，画得不好的脸部，畸形的，毁容的，形态畸形的肢体，手指融合，"
    "静止不动的画面，杂乱的背景，三条腿，背景人很多，倒着走"
)
"""What Wan's authors ask all their models not to show, in the language that these were trained in
most: `sample_neg_prompt` of github.com/Wan-Video/Wan2.1 and of Wan2.2, in
wan/configs/shared_config.py."""

_UNSTEADY = "镜头切换，镜头晃动，"
"""What they put before it for FLF2V: "shot change, camera shake" (wan/configs/__init__.py and
wan_i2v_14B.py)."""

_480P = FrameSize(width=832, height=480)
_720P = FrameSize(width=1280, height=720)


@dataclass(frozen=True)
class WanModel:
    """A model.

    Attributes:
        name: What plans and profiles call it, in short.
        family: How it is told what is known.
        weights: Where it comes from.
        guidance: How strongly it follows the prompt unless a setting says otherwise: the scale of
            classifier-free guidance that its authors recommend; of two experts, for both.
        shift: How far its noise schedule is shifted unless a setting says otherwise; None: as the
            checkpoint's own scheduler says.
        unwanted: What it is asked not to show unless a plan or a setting says otherwise.
        trained: The sizes that its authors name for it, lying; pictures of other shapes have the
            area of one of them.
    """

    name: str
    family: Family
    weights: Weights
    guidance: float
    shift: float | None
    unwanted: str
    trained: tuple[FrameSize, ...]

    @property
    def seconds_a_unit(self) -> float:
        """Seconds a frame, a megapixel and a look of the model: as published for one GPU.

        Of models with 14 billion parameters, 81 frames of 1280x720 take 974 s on an H200, in 40
        steps of two looks, by their authors' own program (LightX2V's documentation, benchmark, at
        https://github.com/ModelTC/LightX2V). Of those with 1.3, 81 of 832x480 take about 4 minutes
        on a RTX 4090 (Wan 2.1's README), in the 50 steps that its program makes.
        """
        is_small = "1.3b" in self.name
        seconds, steps, size = (240.0, 50, _480P) if is_small else (974.0, 40, _720P)
        return seconds / (81 * frame_work(size) * 2 * steps)

    @property
    def experts(self) -> tuple[str, ...]:
        """What diffusers calls its transformers: one, or those for high and for low noise."""
        return EXPERTS if self.family == "i2v" else EXPERTS[:1]

    @property
    def in_chunks(self) -> bool:
        """Whether it makes footage of any length, in chunks."""
        return self.family == "vace"

    @property
    def ends_open(self) -> bool:
        """Whether it makes footage that ends anywhere, from its start alone."""
        return self.family != "flf2v"


_VACE_SHIFT = 16.0
"""What the scripts of Wan's and of VACE's authors take for VACE at any size (generate.py,
vace_wan_inference.py). The scheduler in its checkpoints says 3, which diffusers' converter
(convert_wan_to_diffusers.py) writes for all models but FLF2V, for which it writes its authors' 16.
"""


WAN_MODELS = (
    WanModel(
        name="wan-2.1",
        family="flf2v",
        weights=Weights(
            repository="Wan-AI/Wan2.1-FLF2V-14B-720P-diffusers",
            revision="17c30769b1e0b5dcaa1799b117bf20a9c31f59d7",
            files=_FILES,
            rounded=_ROUNDED,
            licence=APACHE,
            size_gib=84,
        ),
        guidance=5.5,
        shift=None,
        unwanted=_UNSTEADY + _UNWANTED,
        trained=(_720P,),
    ),
    WanModel(
        name="wan-2.1-vace-1.3b",
        family="vace",
        weights=Weights(
            repository="Wan-AI/Wan2.1-VACE-1.3B-diffusers",
            revision="ec4d2cb062b548996b179d493fdd05340de702a1",
            files=_FILES,
            rounded=_ROUNDED,
            licence=APACHE,
            size_gib=18,
        ),
        guidance=5.0,
        shift=_VACE_SHIFT,
        unwanted=_UNWANTED,
        trained=(_480P,),
    ),
    WanModel(
        name="wan-2.1-vace-14b",
        family="vace",
        weights=Weights(
            repository="Wan-AI/Wan2.1-VACE-14B-diffusers",
            revision="db79b90c60bbb45ceec9e41b9d5a4df934538ac4",
            files=_FILES,
            rounded=_ROUNDED,
            licence=APACHE,
            size_gib=70,
        ),
        guidance=5.0,
        shift=_VACE_SHIFT,
        unwanted=_UNWANTED,
        trained=(_480P, _720P),
    ),
    # Figures of github.com/Wan-Video/Wan2.2, wan/configs/wan_i2v_A14B.py, which has 3.5 for each of
    # the two experts.
    WanModel(
        name="wan-2.2",
        family="i2v",
        weights=Weights(
            repository="Wan-AI/Wan2.2-I2V-A14B-Diffusers",
            revision="596658fd9ca6b7b71d5057529bbf319ecbc61d74",
            files=_FILES,
            rounded=_ROUNDED,
            licence=APACHE,
            size_gib=118,
        ),
        guidance=3.5,
        shift=5.0,
        unwanted=_UNWANTED,
        trained=(_480P, _720P),
    ),
)
"""The models, the default first; all of them show 16 frames a second."""


def wan_model(model_id: str) -> WanModel:
    """Return a model by its short name or its repository, in any case.

    Raises:
        EngineInputError: There is none of that name; the message lists them.
    """
    wanted = model_id.strip().lower()
    for model in WAN_MODELS:
        if wanted in (model.name, model.weights.repository.lower()):
            return model
    known = "; ".join(f"{model.name} ({model.weights.repository})" for model in WAN_MODELS)
    raise EngineInputError(
        f"The video engine wan has no model {model_id!r}. Name one of these in the plan's "
        f"render_profile.video.model_id or in the profile: {known}."
    )
