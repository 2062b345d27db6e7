"""How noise becomes footage: steps, guidance and noise schedule, and who decides each of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sparkle_motion_dagster.engines.video.wan.checkpoint import own_shift
from sparkle_motion_dagster.engines.video.wan.models import WanModel
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.speed import DistilledLora, Solver

ShiftSource = Literal["lora", "setting", "authors", "checkpoint"]
"""Who says how far the noise schedule is shifted: the LoRA that is added, the setting, the scripts
of the model's authors, or the scheduler in the checkpoint."""


@dataclass(frozen=True)
class Sampling:
    """How footage is sampled.

    Attributes:
        steps: How many steps it takes.
        guidance: The scale of classifier-free guidance; 1 is none.
        shift: How far the noise schedule is shifted: with 16 two thirds of the steps have more
            than nine tenths of the noise, with 5 one third. There it is decided what moves.
        shift_from: Who says so.
        solver: What goes from one step to the next.
    """

    steps: int
    guidance: float
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
        UnfitWeightsError: The scheduler in the checkpoint has no shift.
    """
    shift, shift_from = _shift(settings, model, folder, lora)
    if lora is not None:
        return Sampling(lora.steps, lora.guidance, shift, shift_from, lora.solver)
    guidance = model.guidance if settings.guidance is None else settings.guidance
    return Sampling(settings.steps, guidance, shift, shift_from)


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
