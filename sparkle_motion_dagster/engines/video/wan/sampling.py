"""How noise becomes footage: steps, guidance and noise schedule, and who decides each of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.video.wan.checkpoint import own_shift
from sparkle_motion_dagster.engines.video.wan.models import WanModel
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings

ShiftSource = Literal["lora", "setting", "authors", "checkpoint"]
"""Who says how far the noise schedule is shifted: the LoRA that is added, the setting, the scripts
of the model's authors, or the scheduler in the checkpoint."""


@dataclass(frozen=True)
class Sampling:
    """How footage is sampled.

    Attributes:
        steps: How many steps it takes.
        guidance: The scale of classifier-free guidance; 1 is none.
        guidance_low_noise: That of the expert for low noise; None: there is one transformer.
        shift: How far the noise schedule is shifted: with 16 two thirds of the steps have more
            than nine tenths of the noise, with 5 one third. There it is decided what moves.
        shift_from: Who says so.
    """

    steps: int
    guidance: float
    guidance_low_noise: float | None
    shift: float
    shift_from: ShiftSource

    def facts(self) -> dict[str, JsonValue]:
        """Return what the metadata of what is made says of it."""
        facts: dict[str, JsonValue] = {
            "flow_shift": self.shift,
            "flow_shift_from": self.shift_from,
            "guidance": self.guidance,
        }
        if self.guidance_low_noise is not None:
            facts["guidance_low_noise"] = self.guidance_low_noise
        return facts


def check_sampling(settings: WanSettings, model: WanModel) -> None:
    """Make sure that a model can be sampled as settings say.

    Raises:
        EngineInputError: It cannot.
    """
    if settings.guidance_low_noise is not None and len(model.experts) == 1:
        raise EngineInputError(
            f"The setting guidance_low_noise is for models with two experts; {model.name} has one "
            "transformer. Leave it out: the setting guidance holds for all steps."
        )


def sampling_of(settings: WanSettings, model: WanModel, folder: Path) -> Sampling:
    """Return how footage is sampled: as the LoRA needs it, else as settings or authors say.

    Args:
        settings: The engine's.
        model: What samples.
        folder: Where its weights lie.

    Raises:
        EngineInputError: The model cannot be sampled as the settings say.
        UnfitWeightsError: The scheduler in the checkpoint has no shift.
    """
    check_sampling(settings, model)
    steps, guidance, low_noise = settings.steps, settings.guidance, settings.guidance_low_noise
    if guidance is None:
        guidance = model.guidance
    if (lora := settings.speed.lora) is not None:
        steps, guidance, low_noise = lora.steps, lora.guidance, None
    if len(model.experts) > 1 and low_noise is None:
        low_noise = guidance
    return Sampling(steps, guidance, low_noise, *_shift(settings, model, folder))


def _shift(settings: WanSettings, model: WanModel, folder: Path) -> tuple[float, ShiftSource]:
    lora = settings.speed.lora
    if lora is not None and lora.shift is not None:
        return lora.shift, "lora"
    if settings.flow_shift is not None:
        return settings.flow_shift, "setting"
    if model.shift is not None:
        return model.shift, "authors"
    return own_shift(folder), "checkpoint"
