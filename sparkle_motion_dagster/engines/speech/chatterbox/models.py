"""Which Chatterbox models there are: what each reads, speaks, and takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sparkle_motion_dagster.engines.machinery.weights import MIT, Weights, located
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError

ModelName = Literal["english", "multilingual", "turbo"]

_CHATTERBOX = "ResembleAI/chatterbox"
_CHATTERBOX_REVISION = "5bb1f6ee58e50c3b8d408bc82a6d3740c2db6e18"

BUILTIN_VOICE = "conds.pt"
"""The file that holds the voice that a model comes with."""


@dataclass(frozen=True)
class ChatterboxModel:
    """A model.

    Attributes:
        name: What profiles call it.
        purpose: What it is for, in a few words.
        weights: Where it comes from. All of its files are needed, but for the built-in voice.
        languages: The languages that it speaks, by the codes that it knows them by.
        shortest_reference_s: How long a recording must be to be imitated, in seconds. Turbo's is
            Chatterbox's own (`prepare_conditionals` asserts it); the others have none, and a
            speaker is not known by less.
        played: Whether it plays emotion and follows a recording's pace as closely as it is told.
    """

    name: ModelName
    purpose: str
    weights: Weights
    languages: tuple[str, ...]
    shortest_reference_s: float
    played: bool

    def located(self, folder: Path | None) -> Path:
        """Return the folder that holds the model.

        Args:
            folder: Where the user keeps weights instead; None: the hub's cache on this machine.

        Raises:
            MissingWeightsError: It is not there, or not whole; the message says what to do.
        """
        found = located(self.weights, folder, "chatterbox", self.name)
        missing = [
            file
            for file in self.weights.files
            if file != BUILTIN_VOICE and not (found / file).is_file()
        ]
        if missing:
            raise MissingWeightsError(
                f"{found} does not hold Chatterbox's {self.name} model: {', '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not there. It is the repository "
                f"{self.weights.repository}, revision {self.weights.revision[:8]}."
            )
        return found


_MODELS = (
    ChatterboxModel(
        name="english",
        purpose="English, with emotion",
        weights=Weights(
            repository=_CHATTERBOX,
            revision=_CHATTERBOX_REVISION,
            files=(
                "ve.safetensors",
                "t3_cfg.safetensors",
                "s3gen.safetensors",
                "tokenizer.json",
                BUILTIN_VOICE,
            ),
            restricted_pickles=(BUILTIN_VOICE,),
            licence=MIT,
            size_gib=3.0,
        ),
        languages=("en",),
        shortest_reference_s=2.0,
        played=True,
    ),
    ChatterboxModel(
        name="multilingual",
        purpose="23 languages, with emotion",
        weights=Weights(
            repository=_CHATTERBOX,
            revision=_CHATTERBOX_REVISION,
            files=(
                "ve.pt",
                "t3_mtl23ls_v2.safetensors",
                "s3gen.pt",
                "grapheme_mtl_merged_expanded_v1.json",
                "Cangjie5_TC.json",
                BUILTIN_VOICE,
            ),
            restricted_pickles=("ve.pt", "s3gen.pt", BUILTIN_VOICE),
            licence=MIT,
            size_gib=3.0,
        ),
        languages=(
            *("ar", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "it", "ja"),
            *("ko", "ms", "nl", "no", "pl", "pt", "ru", "sv", "sw", "tr", "zh"),
        ),
        shortest_reference_s=2.0,
        played=True,
    ),
    ChatterboxModel(
        name="turbo",
        purpose="English, quickly",
        weights=Weights(
            repository="ResembleAI/chatterbox-turbo",
            revision="749d1c1a46eb10492095d68fbcf55691ccf137cd",
            files=(
                "ve.safetensors",
                "t3_turbo_v1.safetensors",
                "s3gen_meanflow.safetensors",
                "vocab.json",
                "merges.txt",
                "added_tokens.json",
                "special_tokens_map.json",
                "tokenizer_config.json",
                BUILTIN_VOICE,
            ),
            restricted_pickles=(BUILTIN_VOICE,),
            licence=MIT,
            size_gib=2.8,
        ),
        languages=("en",),
        shortest_reference_s=5.0,
        played=False,
    ),
)

MODELS: Mapping[ModelName, ChatterboxModel] = {model.name: model for model in _MODELS}
"""The models by name, the default first."""
