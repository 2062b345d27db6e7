"""The LoRAs with which Wan's models need few steps: those that are pinned, and a user's own."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.lora import lora_digest
from sparkle_motion_dagster.engines.machinery.weights import APACHE, Weights, located
from sparkle_motion_dagster.engines.video.wan.models import WanModel
from sparkle_motion_dagster.engines.video.wan.speed import ChosenLora, DistilledLora

_REPOSITORY = "lightx2v/Wan2.1-Distill-Loras"
_REVISION = "27ae38da91014b947dd39cc3fa78b97cd7b386dd"


@dataclass(frozen=True)
class PinnedLora:
    """A LoRA of the catalogue. Unless it says otherwise, it is sampled as lightx2v does it.

    Its four steps begin at 1, 0.75, 0.5 and 0.25 of the noise before that is shifted by 5: at
    timesteps 1000, 937.5, 833.3 and 625 (``denoising_step_list`` and ``sample_shift`` in
    configs/distill of github.com/ModelTC/LightX2V, and ``WanStepDistillScheduler`` there).

    Attributes:
        model: The short name of the model that it is for.
        weights: Where it comes from, and its file by its whole name.
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

    @property
    def identity(self) -> str:
        """What tells it apart from all others: repository, revision and file."""
        return f"{self.weights.repository}@{self.weights.revision}/{self._file}"

    def located(self, engine: str) -> DistilledLora:
        """Return it as it lies on this machine.

        Args:
            engine: Who needs it; for the message.

        Raises:
            MissingWeightsError: It is not there; the message says what to type.
        """
        return DistilledLora(
            file=located(self.weights, None, engine, self.name) / self._file,
            steps=self.steps,
            guidance=self.guidance,
            shift=self.shift,
            solver="euler",
        )

    @property
    def _file(self) -> str:
        (file,) = self.weights.files
        return file


def _lora(model: str, file: str, size_gib: float) -> PinnedLora:
    weights = Weights(
        repository=_REPOSITORY,
        revision=_REVISION,
        files=(file,),
        licence=APACHE,
        size_gib=size_gib,
    )
    return PinnedLora(model, weights)


PINNED_LORAS = (
    # FLF2V has the layers of image-to-video, those for a picture's tokens among them.
    _lora("wan-2.1", "wan2.1_i2v_lora_rank64_lightx2v_4step.safetensors", 0.69),
    # VACE has those of text-to-video, and its own beside them.
    _lora("wan-2.1-vace-14b", "wan2.1_t2v_14b_lora_rank64_lightx2v_4step.safetensors", 0.6),
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
    able = " or ".join(lora.model for lora in PINNED_LORAS)
    raise EngineInputError(
        f"No distilled LoRA is pinned for {model.name}, which the profile asks for (speed.lora: "
        f"distilled). Name {able} in the plan's render_profile.video.model_id, a LoRA of your own "
        "in speed.lora of the video engine wan, or render under a profile without one, such as "
        "cinematic."
    )


def check_lora(chosen: ChosenLora | None, model: WanModel) -> None:
    """Make sure that there is a chosen LoRA for a model.

    Raises:
        EngineInputError: None is pinned for it.
    """
    if chosen == "distilled":
        pinned_lora(model)


def lora_identity(chosen: ChosenLora, model: WanModel) -> str:
    """Return what tells a chosen LoRA apart from all others: what is pinned, or a file's digest.

    Raises:
        EngineInputError: None is pinned for the model, or the file cannot be read.
    """
    if chosen == "distilled":
        return pinned_lora(model).identity
    return lora_digest(chosen.file)


def located_lora(chosen: ChosenLora | None, model: WanModel, engine: str) -> DistilledLora | None:
    """Return a chosen LoRA as it lies on this machine, with how it is sampled; None: none is.

    Args:
        chosen: The setting.
        model: What it is added to.
        engine: Who needs it; for the message.

    Raises:
        EngineInputError: None is pinned for the model.
        MissingWeightsError: It is not there; the message says what to type.
    """
    return pinned_lora(model).located(engine) if chosen == "distilled" else chosen
