"""Which weights Wan can use, and which of them its settings need."""

from collections.abc import Iterator

from sparkle_motion_dagster.engines.machinery.weights import (
    EngineWeights,
    WeightsChoice,
    WeightsNeed,
)
from sparkle_motion_dagster.engines.video.wan.loras import PINNED_LORAS, pinned_lora
from sparkle_motion_dagster.engines.video.wan.models import WAN_MODELS, wan_model
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings

_PURPOSES = {
    "flf2v": "clips of up to 5 s",
    "i2v": "clips of up to 5 s, with or without an end",
    "vace": "clips of any length, in chunks",
}

_CHOICES = {
    model: WeightsChoice(
        model.name, _PURPOSES[model.family], model.weights, usual=model is WAN_MODELS[0]
    )
    for model in WAN_MODELS
}

_LORAS = {
    lora: WeightsChoice(lora.name, f"clips in {lora.steps} steps", lora.weights, usual=False)
    for lora in PINNED_LORAS
}


def _needs(settings: WanSettings) -> Iterator[WeightsNeed]:
    model = WAN_MODELS[0] if settings.model_id is None else wan_model(settings.model_id)
    yield WeightsNeed(_CHOICES[model], settings.weights)
    if settings.speed.lora == "distilled":
        yield WeightsNeed(_LORAS[pinned_lora(model)])


WEIGHTS = EngineWeights((*_CHOICES.values(), *_LORAS.values()), _needs)
