"""SDXL's weights: what is pinned, and that only safetensors are read."""

from collections.abc import Iterator
from pathlib import Path

from sparkle_motion_dagster.engines.base import NotReadyError
from sparkle_motion_dagster.engines.images.sdxl.settings import SdxlSettings
from sparkle_motion_dagster.engines.machinery.weights import (
    APACHE,
    EngineWeights,
    Licence,
    Weights,
    WeightsChoice,
    WeightsNeed,
)
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError

_OPEN_RAIL = Licence(
    name="CreativeML Open RAIL++-M",
    terms="commercial use is allowed, the uses listed in its attachment A are not (among them "
    "harm, deception and discrimination), and whoever is given the weights is bound by that, too",
)

BASE = Weights(
    repository="stabilityai/stable-diffusion-xl-base-1.0",
    revision="462165984030d82259a11f4367a4eed129e94a7b",
    files=(
        "model_index.json",
        "scheduler/*.json",
        "tokenizer/*",
        "tokenizer_2/*",
        "text_encoder/config.json",
        "text_encoder/*.fp16.safetensors",
        "text_encoder_2/config.json",
        "text_encoder_2/*.fp16.safetensors",
        "unet/config.json",
        "unet/*.fp16.safetensors",
        "vae/config.json",
        "vae/*.fp16.safetensors",
    ),
    licence=_OPEN_RAIL,
    size_gib=6.5,
)

REFINER = Weights(
    repository="stabilityai/stable-diffusion-xl-refiner-1.0",
    revision="5d4cfe854c9a9a87939ff3653551c2b3c99a4356",
    files=("model_index.json", "scheduler/*.json", "unet/config.json", "unet/*.fp16.safetensors"),
    licence=_OPEN_RAIL,
    size_gib=4.2,
)
"""Only its UNet is used: text encoder and VAE are the base model's."""

ADAPTER = Weights(
    repository="h94/IP-Adapter",
    revision="018e402774aeeddd60609b4ecdb7e298259dc729",
    files=(
        "sdxl_models/ip-adapter-plus-face_sdxl_vit-h.safetensors",
        "models/image_encoder/config.json",
        "models/image_encoder/*.safetensors",
    ),
    licence=APACHE,
    size_gib=3.2,
)
"""The adapter for faces: of 257 pieces of a picture it makes 16 tokens that the UNet looks at."""

_BASE = WeightsChoice("base", "keyframes", BASE, usual=True)
_ADAPTER = WeightsChoice("ip-adapter", "characters who look alike everywhere", ADAPTER, usual=True)
_REFINER = WeightsChoice("refiner", "finer keyframes, if asked for", REFINER, usual=False)


def _needs(settings: SdxlSettings) -> Iterator[WeightsNeed]:
    yield WeightsNeed(_BASE, settings.weights)
    if settings.reference_strength > 0:
        people = "films with characters in their pictures"
        yield WeightsNeed(_ADAPTER, settings.adapter_weights, people)
    if settings.refiner is not None:
        yield WeightsNeed(_REFINER, settings.refiner_weights)


WEIGHTS = EngineWeights((_BASE, _ADAPTER, _REFINER), _needs)

ADAPTER_FOLDER = "sdxl_models"
ADAPTER_FILE = "ip-adapter-plus-face_sdxl_vit-h.safetensors"
IMAGE_ENCODER = "models/image_encoder"

BASE_PARTS = ("text_encoder", "text_encoder_2", "unet", "vae")
REFINER_PARTS = ("unet",)
ADAPTER_PARTS = (ADAPTER_FOLDER, IMAGE_ENCODER)

_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")


class PickledWeightsError(NotReadyError):
    """Weights are there only as pickles, which may run any program when they are read."""


def require_safetensors(folder: Path, parts: tuple[str, ...], engine: str) -> None:
    """Make sure that each part of a model is there as safetensors.

    Args:
        folder: Where the model is.
        parts: The folders in it that hold weights.
        engine: Whose model it is; for the message.

    Raises:
        PickledWeightsError: A part is there, but only as pickles.
        MissingWeightsError: A part is not there.
    """
    for part in parts:
        if any((folder / part).glob("*.safetensors")):
            continue
        pickles = sorted(path for pattern in _PICKLES for path in (folder / part).glob(pattern))
        if pickles:
            raise PickledWeightsError(
                f"{engine} does not read {pickles[0]}: a pickle may run any program when it is "
                f"read. Take the same weights as safetensors, or convert them with the program "
                f"that made them (`save_pretrained` writes safetensors)."
            )
        raise MissingWeightsError(
            f"{engine} finds no safetensors in {folder / part}. Fetch the weights: `sparkle "
            f"engines install {engine}`; or name a folder that holds a whole model in the "
            f"profile's settings."
        )


def require_adapter(folder: Path, engine: str) -> None:
    """Make sure that the adapter for faces is there, and its image encoder, as safetensors.

    The folder of a whole repository holds other adapters, too, and older ones may hold no other.

    Args:
        folder: Where they are.
        engine: Whose they are; for the message.

    Raises:
        PickledWeightsError: They are there, but only as pickles.
        MissingWeightsError: They are not there.
    """
    require_safetensors(folder, ADAPTER_PARTS, engine)
    if not (folder / ADAPTER_FOLDER / ADAPTER_FILE).is_file():
        raise MissingWeightsError(
            f"{engine} finds no {ADAPTER_FILE} in {folder / ADAPTER_FOLDER}, the IP-Adapter for "
            f"faces. Fetch it: `sparkle engines install {engine} --model {_ADAPTER.name}`; or name "
            "a folder that holds it in the profile's setting adapter_weights."
        )


def variant_of(folder: Path, part: str) -> str | None:
    """Return "fp16" where a part's weights are there in 16 bits, else None.

    The same files are read whatever the precision, so that a model's revision (or its folder's
    digest) and its precision say which pictures come out.
    """
    return "fp16" if any((folder / part).glob("*.fp16*.safetensors")) else None
