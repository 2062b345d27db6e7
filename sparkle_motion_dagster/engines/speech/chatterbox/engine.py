"""Speech from Chatterbox, in a worker: expressive, in many languages, in any voice it has heard."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import numpy as np
from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineInputError, Made, MadeFile
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.equipped import WorkerEngine
from sparkle_motion_dagster.engines.machinery.weights import revision_of
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
from sparkle_motion_dagster.engines.machinery.workers import WorkerError
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest
from sparkle_motion_dagster.engines.speech.chatterbox import PROGRAM
from sparkle_motion_dagster.engines.speech.chatterbox.lines import (
    SILENCE,
    check_reference,
    excerpt,
    language_of,
    said,
    spoken_text,
)
from sparkle_motion_dagster.engines.speech.chatterbox.models import (
    BUILTIN_VOICE,
    MODELS,
    ChatterboxModel,
)
from sparkle_motion_dagster.engines.speech.chatterbox.settings import ChatterboxSettings
from sparkle_motion_dagster.engines.speech.chatterbox.voice import BUILTIN, ChatterboxDelivery
from sparkle_motion_dagster.engines.speech.scripts import check_readable

_LEAST_CFG = 1e-6
"""What is asked for in place of 0, at which Chatterbox 0.1.7's English model fails: it then
prepares its text for one reading, but its start for two."""

_PLAYED = frozenset({"exaggeration", "cfg_weight"})
"""What Turbo does not know of a voice."""


class ChatterboxEngine(
    WorkerEngine[SpeechRequest, ChatterboxSettings], SpeechEngine[ChatterboxSettings]
):
    """Speaks lines with Chatterbox: the model is loaded once a call, a voice is heard once.

    What of a take is wrong is measured (``speech/judging.py``): a line that is silent, clipped, cut
    short or far from the length that its text lets expect is spoken again with the seed that
    follows, three times at most; of several takes with faults, the one with the fewest is kept.

    The same request is the same bytes, on the same kind of device.
    """

    name: ClassVar[str] = "chatterbox"
    version: ClassVar[int] = 2
    settings_model: ClassVar[type[ChatterboxSettings]] = ChatterboxSettings
    program = PROGRAM
    # Reckoned: 3 GiB of weights, what 1000 tokens of two readings keep, CUDA itself; and as much.
    device_bytes: ClassVar[int | None] = 8 * 2**30
    unused_fields = frozenset({"tempo"})
    speaks_at_tempo: ClassVar[bool] = False
    gives_timings: ClassVar[bool] = False

    def model(self) -> tuple[str, str]:
        """Return the model's id and revision; see ``WorkerEngine.model``."""
        weights = self._chosen.weights
        return weights.repository, revision_of(weights, self.settings.weights)

    def check(self, request: SpeechRequest) -> None:
        """Make sure that a line can be spoken; see ``Engine.check``.

        Raises:
            NothingToSayError: It holds nothing that can be pronounced.
            UnreadableTextError: It is written in letters that its voice cannot read.
            EngineInputError: The model does not speak its language or does not know its voice, the
                voice's settings are wrong, or its recording cannot be imitated.
        """
        line = said(request, self._chosen)
        language_of(request, self._chosen)
        check_readable(line.text, request.voice.language)
        request.delivered(ChatterboxDelivery, "Chatterbox")
        if request.voice.reference is not None:
            check_reference(request.voice.reference, request, self._chosen)
        elif request.voice.provider_voice != BUILTIN:
            raise EngineInputError(
                f"Chatterbox has no voice {request.voice.provider_voice!r}, which "
                f"{excerpt(request)} is to be spoken with. It has one, {BUILTIN!r}, and imitates "
                "recordings: give the character a voice_profile.reference_wav."
            )

    def check_ready(self) -> None:
        """Look for a device, the weights and the environment; see ``SpeechEngine``."""
        _ = self.facilities.gpu.preset  # there is a device
        self._chosen.located(self.settings.weights)
        Environments.from_environment().of(PROGRAM).ready_python()

    def make(self, requests: Sequence[SpeechRequest], folder: Path) -> Generator[Made]:
        """Speak one line a request; see ``Engine.make``.

        The metadata says what was measured: ``sample_rate``, ``watermark`` (how surely the file has
        it, from 0 to 1), ``takes`` (of each: seed, seconds, peak, level, faults), ``seed`` and
        ``faults`` of the take that was kept, ``real_time_factor`` (seconds of work a second of
        speech), ``unspoken`` (what of the line is passed over), ``directions`` (which stage
        directions are left out), and ``not_used`` (which of the voice's settings the model does not
        know).

        Raises:
            EngineInputError: A line cannot be spoken as it is written; nothing is loaded for it.
            MissingWeightsError: The model is not on this machine, or not whole.
            MissingEnvironmentError: Chatterbox's environment is not there, or not whole.
            WorkerError: The worker failed, or a line stayed silent.
        """
        for request in requests:
            self.check(request)
        weights = self._chosen.located(self.settings.weights)
        self._require_builtin(requests, weights)
        settings: Mapping[str, JsonValue] = {"model": self._chosen.name, "weights": str(weights)}
        orders = [self._order(request) for request in requests]
        with (
            # The worker is ahead of us: what nobody has asked for yet is gone when we are closed.
            TemporaryDirectory(dir=folder, prefix="chatterbox-") as scratch,
            closing(self.worked(settings, orders, Path(scratch))) as results,
        ):
            for index, (request, result) in enumerate(zip(requests, results, strict=True)):
                audio = result.files["audio"].rename(folder / f"take_{index:04}.wav")
                yield self._made(request, audio, result.facts)

    @property
    def _chosen(self) -> ChatterboxModel:
        return MODELS[self.settings.model]

    def _require_builtin(self, requests: Sequence[SpeechRequest], weights: Path) -> None:
        """Make sure that the model's own voice is there, if anybody speaks with it."""
        speaking = [request for request in requests if request.voice.reference is None]
        if speaking and not (weights / BUILTIN_VOICE).is_file():
            raise MissingWeightsError(
                f"{excerpt(speaking[0])} is to be spoken with the voice that Chatterbox comes "
                f"with, and {weights} does not hold it: {BUILTIN_VOICE} is not there. Add that "
                "file, or give every character a voice_profile.reference_wav."
            )

    def _order(self, request: SpeechRequest) -> Mapping[str, JsonValue]:
        """Return a request as the worker wants it."""
        reference = request.voice.reference
        return {
            "text": spoken_text(request, self._chosen),
            "seed": request.seed,
            "reference": str(reference.path) if reference is not None else None,
            "delivery": self._arguments(request),
        }

    def _arguments(self, request: SpeechRequest) -> dict[str, JsonValue]:
        """Return what Chatterbox's `generate` is given beside the text."""
        delivery, settings = request.delivered(ChatterboxDelivery, "Chatterbox"), self.settings
        arguments: dict[str, JsonValue] = {"temperature": delivery.temperature}
        sampling = {"repetition_penalty": settings.repetition_penalty, "top_p": settings.top_p}
        if self._chosen.played:
            arguments["exaggeration"] = delivery.exaggeration
            arguments["cfg_weight"] = max(delivery.cfg_weight, _LEAST_CFG)
            sampling["min_p"] = settings.min_p
        if self._chosen.name == "multilingual":
            arguments["language_id"] = language_of(request, self._chosen)
        return arguments | {name: value for name, value in sampling.items() if value is not None}

    def _made(self, request: SpeechRequest, audio: Path, facts: Mapping[str, JsonValue]) -> Made:
        _check_sounds(audio, facts["sample_rate"], request)
        line = said(request, self._chosen)
        not_used = [] if self._chosen.played else sorted(_PLAYED & request.voice.settings.keys())
        return Made(
            outputs={"audio": MadeFile(audio, "audio/wav")},
            metadata={
                **facts,
                "unspoken": [*line.passed_over],
                "directions": [*line.directions],
                **({"not_used": [*not_used]} if not_used else {}),
            },
        )


def _check_sounds(audio: Path, said_rate: JsonValue, request: SpeechRequest) -> None:
    """Make sure that a worker's file is what it says, and can be heard."""
    import soundfile

    try:
        samples, rate = soundfile.read(audio, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise WorkerError(
            f"What Chatterbox made of {excerpt(request)} is no sound file: {error.error_string}"
        ) from error
    if samples.shape[1] != 1 or rate != said_rate:
        raise WorkerError(
            f"What Chatterbox made of {excerpt(request)} has {samples.shape[1]} channels at "
            f"{rate} Hz, and should have one at {said_rate} Hz."
        )
    if float(np.max(np.abs(samples), initial=0.0)) < SILENCE:
        raise WorkerError(f"What Chatterbox made of {excerpt(request)} is silent.")
