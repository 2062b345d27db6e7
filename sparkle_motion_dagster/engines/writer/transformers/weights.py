"""Which weights a language model needs, and whether a folder holds them."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

from sparkle_motion_dagster.engines.machinery.weights import (
    INSTALL_PACKAGES,
    EngineWeights,
    WeightsChoice,
    WeightsNeed,
)
from sparkle_motion_dagster.engines.machinery.weights_errors import (
    DamagedWeightsError,
    MissingWeightsError,
)
from sparkle_motion_dagster.engines.writer.transformers.models import (
    MODELS,
    model_named,
    other_model,
)
from sparkle_motion_dagster.engines.writer.transformers.settings import TransformersSettings

_PACKAGES = ("torch", "transformers", "llguidance")

_CONFIG = "config.json"
_FILES = (_CONFIG, "tokenizer.json", "model*.safetensors")


def need_of(settings: TransformersSettings) -> WeightsNeed:
    """Return the weights that settings want."""
    return WeightsNeed(_choice(settings.model), settings.weights)


def _choice(model: str) -> WeightsChoice:
    choice = model_named(model)
    if choice is None:  # settings are validated
        raise ValueError(f"there is no model {model!r}")
    return choice


def _needs(settings: TransformersSettings) -> Iterator[WeightsNeed]:
    yield need_of(settings)


WEIGHTS = EngineWeights(MODELS, _needs, other=other_model)


def require_packages(engine: str) -> None:
    """Make sure that the packages are installed that language models run on.

    Raises:
        MissingWeightsError: They are not; the message says what to type.
    """
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingWeightsError(
            f"Packages that {engine} runs on are not installed: {', '.join(missing)}. "
            f"{INSTALL_PACKAGES}"
        )


def require_files(folder: Path, engine: str) -> None:
    """Make sure that a folder holds what a language model consists of.

    Raises:
        MissingWeightsError: It does not. Pickles and slow tokenizers are not read.
    """
    if missing := [pattern for pattern in _FILES if not any(folder.glob(pattern))]:
        raise MissingWeightsError(
            f"{folder}, from which {engine} is to take its model, holds no "
            f"{' and no '.join(missing)}. Name a folder with a model that was saved with "
            "`save_pretrained`, its fast tokenizer beside it, or leave `weights` out and type "
            f"`sparkle engines install {engine}`."
        )


def architecture_of(folder: Path, engine: str) -> str:
    """Return what a model in a folder is: "Qwen2ForCausalLM".

    Raises:
        MissingWeightsError: The folder does not say.
        DamagedWeightsError: What says so cannot be read.
    """
    require_files(folder, engine)
    try:
        told = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        return str(told["architectures"][0])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise DamagedWeightsError(
            f"{folder / _CONFIG} does not say which model it is of: {type(error).__name__}: "
            f"{error}. Save the model again with `save_pretrained`."
        ) from error
