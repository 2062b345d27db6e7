"""What Wan reads: prompts, encoded before the model itself is loaded."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.prefetch import Prefetch
from sparkle_motion_dagster.engines.video.wan.checkpoint import from_pretrained
from sparkle_motion_dagster.engines.video.wan.models import Family
from sparkle_motion_dagster.engines.video.wan.weights_size import texts_bytes
from sparkle_motion_dagster.gpu.presets import DeviceKind, Precision

if TYPE_CHECKING:
    import torch

_TEXT_TOKENS = 512
"""How many tokens Wan's text encoder takes; a longer prompt is cut off there."""

_READERS = ("text_encoder", "tokenizer")
"""The parts of a pipeline that read texts."""

_PACKAGES = ("diffusers", "ftfy", "tokenizers", "torch", "transformers")
"""What cleans, splits and encodes a text."""


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


@dataclass(frozen=True)
class TextEncoder:
    """The part of Wan that reads texts.

    Attributes:
        folder: Where the model's weights lie.
        family: Which of diffusers' pipelines it is part of.
        model_id: The model's repository.
        revision: Its pinned revision, or a digest.
        precision: What it computes in.
    """

    folder: Path
    family: Family
    model_id: str
    revision: str
    precision: Precision

    def encode(
        self, texts: Iterable[str], facilities: Facilities, prefetch: Prefetch
    ) -> Mapping[str, torch.Tensor]:
        """Return texts as the model reads them, in the machine's memory: (1, tokens, features).

        Those that were encoded before are taken from where they are kept. For the others the
        encoder is loaded onto the device, and let go of.

        Raises:
            UnfitWeightsError: It cannot be loaded.
            GpuError, GivenUpError: As for `Gpu.model_context`.
            AbandonedError: Nobody wants them any more.
        """
        kept, identity = facilities.encoded_texts, self._identity(facilities.gpu.preset.device)
        found = {text: kept.find(identity, text) for text in texts}
        encoded = {text: _padded(known) for text, known in found.items() if known is not None}
        if encoded.keys() == found.keys():
            return encoded
        with facilities.gpu.model_context(
            f"wan texts {self.revision} {self.precision}",
            self._load,
            expected_bytes=texts_bytes(self.folder, self.precision),
            keep_warm=False,
            given_up=prefetch.abandoned,
        ) as loaded:
            for text in sorted(found.keys() - encoded.keys()):
                prefetch.check()
                began = time.monotonic()
                with loaded.inference("prompt"):
                    encoded[text] = _encode(loaded.model, text)
                seconds = time.monotonic() - began
                kept.keep(identity, text, _without_padding(encoded[text]), seconds)
        return encoded

    def _identity(self, device: DeviceKind) -> EngineIdentity:
        """Return all that, beside a text itself, decides how it is read.

        That is more than what a film's fingerprint holds: encoding again is cheaper than doubt.
        """
        return EngineIdentity(
            name="wan texts",
            version=1,
            model_id=self.model_id,
            revision=self.revision,
            settings={
                "precision": self.precision,
                "device": device,
                "tokens": _TEXT_TOKENS,
                "packages": {name: version(name) for name in _PACKAGES},
            },
        )

    def _load(self, device: str) -> Any:
        """Return a pipeline of the text encoder and its tokenizer alone, on a device."""
        import torch

        index = json.loads((self.folder / "model_index.json").read_bytes())
        parts = (name for name, part in index.items() if isinstance(part, list))
        absent = [name for name in parts if name not in _READERS]
        dtype = getattr(torch, self.precision)
        return from_pretrained(self.folder, self.family, dtype, absent).to(device)


def _encode(pipeline: Any, text: str) -> torch.Tensor:
    import torch

    with torch.no_grad():
        on_device, _ = pipeline.encode_prompt(
            text, do_classifier_free_guidance=False, max_sequence_length=_TEXT_TOKENS
        )
    encoded: torch.Tensor = on_device.cpu()
    return encoded


def _without_padding(encoded: torch.Tensor) -> torch.Tensor:
    """Return an encoded text without the zeros that diffusers' `encode_prompt` fills it up with."""
    filled = encoded[0].any(dim=1).nonzero()
    tokens = int(filled[-1]) + 1 if len(filled) else 0
    return encoded[:, :tokens].contiguous()


def _padded(encoded: torch.Tensor) -> torch.Tensor:
    """Return an encoded text filled up with zeros again."""
    from torch.nn.functional import pad

    return pad(encoded, (0, 0, 0, _TEXT_TOKENS - encoded.shape[1]))
