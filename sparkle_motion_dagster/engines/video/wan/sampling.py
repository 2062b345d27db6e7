"""How noise becomes footage: steps, guidance and noise schedule, and who decides each of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.video.wan.checkpoint import own_shift
from sparkle_motion_dagster.engines.video.wan.loras import DistilledLora, Solver
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
        solver: What goes from one step to the next.
    """

    steps: int
    guidance: float
    guidance_low_noise: float | None
    shift: float
    shift_from: ShiftSource
    solver: Solver = "checkpoint"

    def scheduler(self, own: Any) -> Any:
        """Return diffusers' scheduler that samples so.

        Args:
            own: The one that came with the checkpoint.
        """
        if self.solver == "checkpoint":
            return type(own).from_config(own.config, flow_shift=self.shift)
        from diffusers import FlowMatchEulerDiscreteScheduler

        euler: Any = FlowMatchEulerDiscreteScheduler(shift=self.shift)
        # Its sigmas go from the one to the other in even steps, and are shifted then. As it is, it
        # goes on to nearly 0: of four steps the last would do nothing.
        euler.sigma_max, euler.sigma_min = 1.0, 1 / self.steps
        return euler

    def facts(self) -> dict[str, JsonValue]:
        """Return what the metadata of what is made says of it."""
        facts: dict[str, JsonValue] = {
            "flow_shift": self.shift,
            "flow_shift_from": self.shift_from,
            "solver": self.solver,
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


def sampling_of(
    settings: WanSettings, model: WanModel, folder: Path, lora: DistilledLora | None
) -> Sampling:
    """Return how footage is sampled: as the LoRA needs it, else as settings or authors say.

    Args:
        settings: The engine's.
        model: What samples.
        folder: Where its weights lie.
        lora: The LoRA that takes part.

    Raises:
        EngineInputError: The model cannot be sampled as the settings say.
        UnfitWeightsError: The scheduler in the checkpoint has no shift.
    """
    check_sampling(settings, model)
    steps, guidance, low_noise = settings.steps, settings.guidance, settings.guidance_low_noise
    solver: Solver = "checkpoint"
    if guidance is None:
        guidance = model.guidance
    if lora is not None:
        steps, guidance, low_noise, solver = lora.steps, lora.guidance, None, lora.solver
    if len(model.experts) > 1 and low_noise is None:
        low_noise = guidance
    shift, shift_from = _shift(settings, model, folder, lora)
    return Sampling(steps, guidance, low_noise, shift, shift_from, solver)


def _shift(
    settings: WanSettings, model: WanModel, folder: Path, lora: DistilledLora | None
) -> tuple[float, ShiftSource]:
    if lora is not None and lora.shift is not None:
        return lora.shift, "lora"
    if settings.flow_shift is not None:
        return settings.flow_shift, "setting"
    if model.shift is not None:
        return model.shift, "authors"
    return own_shift(folder), "checkpoint"
