"""Which weights Chatterbox can use, and which of them its settings need."""

from collections.abc import Iterator

from sparkle_motion_dagster.engines.machinery.weights import (
    EngineWeights,
    WeightsChoice,
    WeightsNeed,
)
from sparkle_motion_dagster.engines.speech.chatterbox.models import MODELS
from sparkle_motion_dagster.engines.speech.chatterbox.settings import ChatterboxSettings

_CHOICES = {
    name: WeightsChoice(model.name, model.purpose, model.weights, usual=name == "english")
    for name, model in MODELS.items()
}


def _needs(settings: ChatterboxSettings) -> Iterator[WeightsNeed]:
    yield WeightsNeed(_CHOICES[settings.model], settings.weights)


WEIGHTS = EngineWeights(tuple(_CHOICES.values()), _needs)
