"""Which Wan 2.1 models there are."""

from dataclasses import dataclass
from typing import Literal

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.weights import APACHE, Weights

Family = Literal["flf2v", "vace"]
"""How a model is told what is known: the first and the last frame, or any frames by a mask."""

_FILES = ("model_index.json", "*/*.json", "*/*.safetensors", "tokenizer/*")


@dataclass(frozen=True)
class WanModel:
    """A model.

    Attributes:
        name: What plans and profiles call it, in short.
        family: How it is told what is known.
        weights: Where it comes from.
        guidance: How strongly it follows the prompt unless a setting says otherwise: the scale of
            classifier-free guidance that its authors recommend.
    """

    name: str
    family: Family
    weights: Weights
    guidance: float


WAN_MODELS = (
    WanModel(
        name="wan-2.1",
        family="flf2v",
        weights=Weights(
            repository="Wan-AI/Wan2.1-FLF2V-14B-720P-diffusers",
            revision="17c30769b1e0b5dcaa1799b117bf20a9c31f59d7",
            files=_FILES,
            licence=APACHE,
            size_gib=84,
        ),
        guidance=5.5,
    ),
    WanModel(
        name="wan-2.1-vace-1.3b",
        family="vace",
        weights=Weights(
            repository="Wan-AI/Wan2.1-VACE-1.3B-diffusers",
            revision="ec4d2cb062b548996b179d493fdd05340de702a1",
            files=_FILES,
            licence=APACHE,
            size_gib=18,
        ),
        guidance=5.0,
    ),
    WanModel(
        name="wan-2.1-vace-14b",
        family="vace",
        weights=Weights(
            repository="Wan-AI/Wan2.1-VACE-14B-diffusers",
            revision="db79b90c60bbb45ceec9e41b9d5a4df934538ac4",
            files=_FILES,
            licence=APACHE,
            size_gib=70,
        ),
        guidance=5.0,
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
