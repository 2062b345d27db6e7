"""The LoRAs with which Wan's models need few steps: those that are pinned, and a user's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, JsonValue

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.lora import lora_digest
from sparkle_motion_dagster.engines.machinery.weights import APACHE, Weights, located
from sparkle_motion_dagster.engines.video.wan.differences import differences_in
from sparkle_motion_dagster.engines.video.wan.models import WanModel
from sparkle_motion_dagster.units import Record

_NAMES = ("lora", "lora_low_noise")
"""What fingerprints call the LoRAs of a model's experts."""

Solver = Literal["checkpoint", "euler"]
"""What turns noise into pictures: the scheduler of the model's checkpoint, UniPC, or Euler's method
with even steps, which weights are distilled with that need few of them."""


class DistilledLora(Record):
    """Weights that were distilled to need few steps, added to the model's."""

    file: Path = Field(
        exclude=True,
        description="a safetensors file; its digest is part of the fingerprint, its path is not",
    )
    file_low_noise: Path | None = Field(
        default=None,
        exclude=True,
        description="of a model with two experts the file for the one for low noise; the other is "
        "then for high noise",
    )
    steps: int = Field(ge=1, description="how many steps they need")
    guidance: float = Field(
        default=1.0,
        ge=1,
        description="their scale of guidance; 1 is none, which halves the time again",
    )
    shift: float | None = Field(
        default=None,
        gt=0,
        exclude_if=lambda shift: shift is None,
        description="how far the noise schedule was shifted that they were distilled for; null: as "
        "without them",
    )
    strength: float = Field(default=1.0, gt=0, description="how much of them is added")
    solver: Solver = Field(
        default="checkpoint",
        exclude_if=lambda solver: solver == "checkpoint",
        description="what turns noise into pictures step by step: the scheduler of the model's "
        "checkpoint, or Euler's method",
    )

    @property
    def files(self) -> tuple[Path, ...]:
        """A file for each expert, in the order in which they work."""
        return (self.file,) if self.file_low_noise is None else (self.file, self.file_low_noise)

    def digests(self) -> dict[str, JsonValue]:
        """Return the digests of its files, as the fingerprint holds them.

        A file with whole differences is marked: before these were added, it made other footage.

        Raises:
            EngineInputError: One cannot be read, is no safetensors file, or holds what cannot be
                added.
        """
        return {
            name: lora_digest(file) + (" and differences" if differences_in(file) else "")
            for name, file in zip(_NAMES, self.files, strict=False)
        }


ChosenLora = DistilledLora | Literal["distilled"]
"""A LoRA of the user's own, or the word for the one that is pinned for the model."""


@dataclass(frozen=True)
class PinnedLora:
    """A LoRA of the catalogue. Unless it says otherwise, it is sampled as lightx2v does it.

    Its four steps begin at 1, 0.75, 0.5 and 0.25 of the noise before that is shifted by 5: at
    timesteps 1000, 937.5, 833.3 and 625 (``denoising_step_list`` and ``sample_shift`` in
    configs/distill of github.com/ModelTC/LightX2V, and ``WanStepDistillScheduler`` there).

    Attributes:
        model: The short name of the model that it is for.
        weights: Where it comes from, its files by their whole names: one for each expert.
        steps: How many steps it needs.
        guidance: The scale of classifier-free guidance; 1 is none.
        shift: How far the noise schedule is shifted.
    """

    model: str
    weights: Weights
    steps: int = 4
    guidance: float = 1.0
    shift: float = 5.0

    @property
    def name(self) -> str:
        """What `sparkle engines` calls it."""
        return f"{self.model}-distilled"

    def identity(self) -> dict[str, JsonValue]:
        """Return what fingerprints hold of it: repository, revision and file, for each expert."""
        pinned = f"{self.weights.repository}@{self.weights.revision}"
        files = self.weights.files
        return {name: f"{pinned}/{file}" for name, file in zip(_NAMES, files, strict=False)}

    def located(self, engine: str) -> DistilledLora:
        """Return it as it lies on this machine.

        Args:
            engine: Who needs it; for the message.

        Raises:
            MissingWeightsError: It is not there; the message says what to type.
        """
        folder = located(self.weights, None, engine, self.name)
        file, *low_noise = (folder / name for name in self.weights.files)
        return DistilledLora(
            file=file,
            file_low_noise=low_noise[0] if low_noise else None,
            steps=self.steps,
            guidance=self.guidance,
            shift=self.shift,
            solver="euler",
        )


PINNED_LORAS = (
    # FLF2V has the layers of image-to-video, those for a picture's tokens among them.
    PinnedLora(
        model="wan-2.1",
        weights=Weights(
            repository="lightx2v/Wan2.1-Distill-Loras",
            revision="27ae38da91014b947dd39cc3fa78b97cd7b386dd",
            files=("wan2.1_i2v_lora_rank64_lightx2v_4step.safetensors",),
            licence=APACHE,
            size_gib=0.6887,
        ),
    ),
    # VACE has those of text-to-video, and its own beside them.
    PinnedLora(
        model="wan-2.1-vace-14b",
        weights=Weights(
            repository="lightx2v/Wan2.1-Distill-Loras",
            revision="27ae38da91014b947dd39cc3fa78b97cd7b386dd",
            files=("wan2.1_t2v_14b_lora_rank64_lightx2v_4step.safetensors",),
            licence=APACHE,
            size_gib=0.6,
        ),
    ),
    PinnedLora(
        model="wan-2.2",
        weights=Weights(
            repository="lightx2v/Wan2.2-Lightning",
            revision="18bccf8884ec0a078eed79785eb4ef13ea16ce1e",
            files=(
                "Wan2.2-I2V-A14B-4steps-lora-rank64-Seko-V1/high_noise_model.safetensors",
                "Wan2.2-I2V-A14B-4steps-lora-rank64-Seko-V1/low_noise_model.safetensors",
            ),
            licence=APACHE,
            size_gib=2.3,
        ),
    ),
)
"""The LoRAs that are pinned; a model has one or none."""


def pinned_lora(model: WanModel) -> PinnedLora:
    """Return the LoRA that is pinned for a model.

    Raises:
        EngineInputError: There is none; the message says what to do instead.
    """
    for lora in PINNED_LORAS:
        if lora.model == model.name:
            return lora
    *others, last = (lora.model for lora in PINNED_LORAS)
    raise EngineInputError(
        f"No distilled LoRA is pinned for {model.name}, which the profile asks for (speed.lora: "
        f"distilled). Name {', '.join(others)} or {last} in the plan's "
        "render_profile.video.model_id, a LoRA of your own in speed.lora of the video engine wan, "
        "or render under a profile without one, such as cinematic."
    )


def check_lora(chosen: ChosenLora, model: WanModel) -> None:
    """Make sure that a chosen LoRA can be added to a model: that there is one for each expert.

    Raises:
        EngineInputError: It cannot.
    """
    if chosen == "distilled":
        pinned_lora(model)
    elif len(chosen.files) < len(model.experts):
        raise EngineInputError(
            f"{model.name} has two experts, and speed.lora has a file for the one for high noise "
            "alone. Name that for the other one in speed.lora.file_low_noise."
        )
    elif len(chosen.files) > len(model.experts):
        raise EngineInputError(
            f"{model.name} has one transformer, and speed.lora has two files. Leave out "
            "speed.lora.file_low_noise, which is for models with two experts."
        )


def lora_identity(chosen: ChosenLora, model: WanModel) -> dict[str, JsonValue]:
    """Return what fingerprints hold of a chosen LoRA: what is pinned, or its files' digests.

    Raises:
        EngineInputError: None is pinned for the model, or a file cannot be read.
    """
    return pinned_lora(model).identity() if chosen == "distilled" else chosen.digests()


def located_lora(chosen: ChosenLora | None, model: WanModel, engine: str) -> DistilledLora | None:
    """Return a chosen LoRA as it lies on this machine, with how it is sampled; None: none is.

    Args:
        chosen: The setting.
        model: What it is added to.
        engine: Who needs it; for the message.

    Raises:
        EngineInputError: None is pinned for the model, or it holds what cannot be added.
        MissingWeightsError: It is not there; the message says what to type.
    """
    lora = pinned_lora(model).located(engine) if chosen == "distilled" else chosen
    for file in () if lora is None else lora.files:
        differences_in(file)
    return lora
