"""The transformers engine: a language model on this machine writes, held to the answer's schema."""

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.engines.base import EngineInputError, Made, MadeFile
from sparkle_motion_dagster.engines.machinery.equipped import ModelEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.weights import revision_of
from sparkle_motion_dagster.engines.machinery.weights_size import weights_bytes
from sparkle_motion_dagster.engines.writer.base import WriterEngine, WritingRequest
from sparkle_motion_dagster.engines.writer.messages import messages
from sparkle_motion_dagster.engines.writer.transformers.answering import Answer, answered
from sparkle_motion_dagster.engines.writer.transformers.asking import read_as
from sparkle_motion_dagster.engines.writer.transformers.loading import LanguageModel, load
from sparkle_motion_dagster.engines.writer.transformers.settings import TransformersSettings
from sparkle_motion_dagster.engines.writer.transformers.weights import (
    architecture_of,
    need_of,
    require_files,
    require_packages,
)
from sparkle_motion_dagster.gpu.context import Loaded
from sparkle_motion_dagster.gpu.errors import GpuPresetError, ModelOOMError
from sparkle_motion_dagster.gpu.presets import DeviceKind, EnginePreset
from sparkle_motion_dagster.shotlist.writing.answers import answer_schema

_REPORTED_EVERY = 8
"""How many tokens are made between two reports: writing one takes as long as a quick token."""


class TransformersWriter(
    ModelEngine[WritingRequest, TransformersSettings], WriterEngine[TransformersSettings]
):
    """Writes with a language model.

    Each token of an answer is one that the answer's schema allows there (llguidance), so that it is
    a shot list unless it was cut off. Equal requests have equal answers on one machine.
    """

    name: ClassVar[str] = "transformers"
    version: ClassVar[int] = 2
    settings_model: ClassVar[type[TransformersSettings]] = TransformersSettings
    usual_presets: ClassVar[Mapping[DeviceKind, EnginePreset]] = {
        "cuda": EnginePreset(precision="bfloat16"),
        "cpu": EnginePreset(precision="bfloat16"),
    }

    def __init__(self, settings: TransformersSettings, facilities: Facilities) -> None:
        super().__init__(settings, facilities)
        if settings.temperature == 0:
            self.unused_fields = frozenset({"seed"})

    def model(self) -> tuple[str, str]:
        """Return the model's repository and revision; of one in a folder, what it is, and a digest.

        See ``ModelEngine.model``.
        """
        need = need_of(self.settings)
        weights, folder = need.choice.weights, need.folder
        if folder is None:
            return weights.repository, weights.revision
        return architecture_of(folder, self.name), revision_of(weights, folder)

    def host_bytes(self) -> int:
        """Return what the model's weights take; see ``ModelEngine.host_bytes``."""
        return weights_bytes(self._folder(), self.preset.precision)

    def make(self, requests: Sequence[WritingRequest], folder: Path) -> Generator[Made, None, None]:
        """Write one answer a request; see ``Engine.make``.

        Raises:
            MissingWeightsError: Weights, or the packages that they run on, are not on this machine.
            EngineInputError: The model is none that can be asked, or what is asked is too long.
            GpuPresetError: The preset wants what language models do not know.
            DecodingError: The answer's schema, or the model's tokens, cannot be worked with.
            ModelOOMError: The model does not fit on the device.
        """
        for number, request in enumerate(requests, 1):
            doing = "the answer" if len(requests) == 1 else f"answer {number} of {len(requests)}"
            read, answer = self._answer(request, doing)
            path = folder / f"answer-{number}.txt"
            path.write_text(answer.text, encoding="utf-8")
            model, revision = self.model()
            metadata: dict[str, JsonValue] = {
                "model": model,
                "revision": revision,
                "prompt_tokens": read,
                "answer_tokens": answer.tokens,
                "ended": answer.ended,
            }
            yield Made({"answer": MadeFile(path, "text/plain")}, metadata)

    def _answer(self, request: WritingRequest, doing: str) -> tuple[int, Answer]:
        """Return how many tokens a request has, and its answer."""
        folder, preset = self._folder(), self._usable_preset()
        with self.facilities.gpu.model_context(
            self._key(preset),
            lambda device: load(folder, preset.precision, device),
            expected_bytes=weights_bytes(folder, preset.precision),
        ) as loaded:
            try:
                return self._answer_of(request, loaded, doing)
            except ModelOOMError as error:
                if not error.evicted:
                    raise _given_up(error) from error
            # Models that were kept warm beside it are freed since.
            try:
                return self._answer_of(request, loaded, doing)
            except ModelOOMError as error:
                raise _given_up(error) from error

    def _answer_of(
        self, request: WritingRequest, loaded: Loaded[LanguageModel], doing: str
    ) -> tuple[int, Answer]:
        most, steps = self.settings.max_tokens, self.facilities.steps

        def stepped(tokens: int) -> None:
            if tokens % _REPORTED_EVERY == 1:
                steps.done(tokens, most, doing)

        read = read_as(messages(request), loaded.model.tokenizer)
        self._require_room(read.shape[1], loaded.model.context, len(request.attempts))
        schema = answer_schema(request.brief, request.before)
        with loaded.inference(doing):
            answer = answered(read, loaded.model, schema, self.settings, request.seed, stepped)
        return read.shape[1], answer

    def _require_room(self, read: int, context: int | None, attempts: int) -> None:
        """Make sure that a model's context holds what it reads, and the longest answer.

        Raises:
            EngineInputError: It does not.
        """
        most = self.settings.max_tokens
        if context is not None and read + most > context:
            again = f", with {attempts} answers that were not taken," if attempts else ""
            raise EngineInputError(
                f"What {self.model()[0]} is asked{again} takes {read} tokens, and its answer up to "
                f"{most} (the setting max_tokens); it reads {context} at most. Ask for a shorter "
                "film, in fewer words, lower max_tokens, or take a model that reads more."
            )

    def _folder(self) -> Path:
        """Return where the model is, when all of it is there, and what it runs on."""
        require_packages(self.name)
        folder = need_of(self.settings).located(self.name)
        require_files(folder, self.name)
        return folder

    def _usable_preset(self) -> EnginePreset:
        preset = self.preset
        if preset.offload != "none" or preset.attention != "native":
            raise GpuPresetError(
                f"The device preset {self.facilities.gpu.preset.name} wants offload "
                f"{preset.offload} and attention {preset.attention} for {self.name}. It knows "
                "offload none and attention native: take a smaller model instead."
            )
        return preset

    def _key(self, preset: EnginePreset) -> str:
        """Return what the loaded model is known by: equal keys mean equal models."""
        model, revision = self.model()
        loaded: dict[str, JsonValue] = {
            "model": model,
            "revision": revision,
            "preset": preset.model_dump(mode="json"),
        }
        return f"{model} {digest_json(loaded)[:12]}"


def _given_up(error: ModelOOMError) -> ModelOOMError:
    return error.explained(
        "The language model does not fit on the device with what it is asked. Take a smaller one "
        f"(the setting model), or ask for a shorter film. {error}"
    )
