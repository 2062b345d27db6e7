"""What Wan reads: prompts, encoded before the model itself is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.engines.video.wan.checkpoint import from_pretrained
from sparkle_motion_dagster.engines.video.wan.models import Family
from sparkle_motion_dagster.gpu.presets import Precision

if TYPE_CHECKING:
    import torch

_TEXT_TOKENS = 512
"""How many tokens Wan's text encoder takes; a longer prompt is cut off there."""


@dataclass(frozen=True, eq=False)
class Texts:
    """A prompt and what is not wanted, encoded: (1, tokens, features); None without guidance."""

    wanted: torch.Tensor
    unwanted: torch.Tensor | None

    def on(self, device: str) -> Texts:
        """Return them on a device."""
        return Texts(
            self.wanted.to(device), None if self.unwanted is None else self.unwanted.to(device)
        )


def load_texts(folder: Path, family: Family, precision: Precision, device: str) -> Any:
    """Return a pipeline of the text encoder and its tokenizer alone, on a device.

    Raises:
        UnfitWeightsError: They cannot be loaded.
    """
    import torch

    absent = ["transformer", "vae", "scheduler"]
    if family != "vace":
        absent += ["image_encoder", "image_processor"]
    if family == "i2v":
        absent += ["transformer_2"]
    pipeline = from_pretrained(folder, family, getattr(torch, precision), absent)
    return pipeline.to(device)


def encode_text(pipeline: Any, text: str) -> torch.Tensor:
    """Return a text as the model reads it: (1, tokens, features), in the machine's memory."""
    import torch

    with torch.no_grad():
        on_device, _ = pipeline.encode_prompt(
            text, do_classifier_free_guidance=False, max_sequence_length=_TEXT_TOKENS
        )
    encoded: torch.Tensor = on_device.cpu()
    return encoded
