"""Speech from Kokoro-82M: a neural voice on any processor, with exact timings."""

import threading
from collections.abc import Generator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.engines.base import EngineInputError, Made
from sparkle_motion_dagster.engines.speech.base import (
    NothingToSayError,
    SpeechEngine,
    SpeechRequest,
)
from sparkle_motion_dagster.engines.speech.kokoro.model import SAMPLE_RATE, Floats, KokoroModel
from sparkle_motion_dagster.engines.speech.kokoro.script import Script, script_of
from sparkle_motion_dagster.engines.speech.kokoro.settings import KokoroSettings
from sparkle_motion_dagster.engines.speech.kokoro.shaping import shaped
from sparkle_motion_dagster.engines.speech.kokoro.speaking import (
    Passage,
    joined,
    speak,
    speed_of_length,
)
from sparkle_motion_dagster.engines.speech.kokoro.styles import style_of
from sparkle_motion_dagster.engines.speech.kokoro.symbols import written_in
from sparkle_motion_dagster.engines.speech.kokoro.voice import KokoroDelivery, mix_of
from sparkle_motion_dagster.engines.speech.kokoro.weights import graph_of
from sparkle_motion_dagster.engines.speech.phonemes.word_sounds import word_sounds
from sparkle_motion_dagster.engines.speech.take import Samples, Take, trimmed_take
from sparkle_motion_dagster.engines.speech.writing.said_line import speakable_line
from sparkle_motion_dagster.shotlist.pace import LETTERS_A_SECOND

_FULL_SCALE = 0.98
"""The highest peak of a take: one that would be louder is made softer as a whole."""

_TOLERANCE, _TOLERANCE_SAMPLES = 0.01, SAMPLE_RATE // 50
_TEMPO_TRIES = 3
"""A take may miss its length by 1 % or 20 ms: what trims itself at its ends is not foreseen."""


class KokoroEngine(SpeechEngine[KokoroSettings]):
    """Speaks lines with Kokoro-82M, whose graph is loaded once for all that are asked for together.

    Every word and phoneme is timed by the model's own durations. It speaks at the tempo that it is
    asked for: the take is its usual length divided by the tempo, within 1 % or 40 ms, unless that
    is quicker than the model can speak, at 25 ms a phoneme.
    """

    name = "kokoro"
    version = 1
    settings_model = KokoroSettings
    starts_each_time = True
    usual_pace = 0.3 / LETTERS_A_SECOND
    """0.16 of the sound's length on a quiet machine with 2 threads, 0.31 to 0.46 on a busy one."""
    usual_start_s = 0.5
    """0.3 to 0.7 s, on the same machine."""
    usual_bytes = 5e3
    unused_fields = frozenset({"seed"})
    speaks_at_tempo = True
    gives_timings = True

    def __init__(self, settings: KokoroSettings) -> None:
        super().__init__(settings)
        # The graph takes any number of callers; one after the other they would leave cores idle,
        # as most of it is worked on in one thread. Of a device each line takes all.
        self.at_once = settings.device == "cpu"
        self._loading = threading.Lock()

    def identity(self) -> EngineIdentity:
        """Return all that, beside the request, decides what is spoken: the graph, by its digest.

        Raises:
            MissingWeightsError: The graph is not on this machine.
        """
        graph = graph_of(self.settings)
        introduced = self.introduction()
        return introduced.model_copy(update={"model_id": graph.model_id, "revision": graph.sha256})

    def check(self, request: SpeechRequest) -> None:
        """Make sure that a line can be spoken; see ``Engine.check``.

        Raises:
            NothingToSayError, UnreadableTextError, EngineInputError: As `make` says.
        """
        speakable_line(request.text, request.voice.language)
        _language(request)
        request.delivered(KokoroDelivery, self.name)
        style_of(mix_of(request.voice.provider_voice), tokens=1)

    def check_ready(self) -> None:
        """Look for the graph; see ``SpeechEngine``."""
        graph_of(self.settings)

    def make(self, requests: Sequence[SpeechRequest], folder: Path) -> Generator[Made]:
        """Speak one take a request.

        Its metadata says what of its line is passed over (``unspoken``), and which stage directions
        are left out (``directions``).

        Raises:
            NothingToSayError: A line holds nothing that can be pronounced.
            UnreadableTextError: A line is written in letters that its voice cannot read.
            EngineInputError: Kokoro has no such voice, or does not speak its language.
            MissingWeightsError, DamagedWeightsError: The graph is not there, or not whole.
            EngineError: espeak-ng, which says how words sound, failed.
        """
        for index, request in enumerate(requests):
            said = speakable_line(request.text, request.voice.language)
            take = self._take(request)
            yield Made(
                outputs=take.written(folder, index),
                metadata={
                    "unspoken": [*said.passed_over],
                    "directions": [*said.directions],
                },
            )

    def unload(self) -> None:
        """Free the graph, and the memory that it worked in: 300 to 400 MB."""
        with self._loading:
            vars(self).pop("_loaded_model", None)

    @property
    def _model(self) -> KokoroModel:
        with self._loading:
            return self._loaded_model

    @cached_property
    def _loaded_model(self) -> KokoroModel:
        settings = self.settings
        return KokoroModel(graph_of(settings), settings.device, settings.threads)

    def _take(self, request: SpeechRequest) -> Take:
        delivery = request.delivered(KokoroDelivery, self.name)
        script = _script(request)
        # A small speaker is heard by playing faster what was spoken as much more slowly.
        speed = self.settings.speed * delivery.rate * delivery.size
        passages, take = self._spoken(request, script, speed)
        wanted = len(take.samples) / request.tempo
        for _ in range(_TEMPO_TRIES):
            if abs(len(take.samples) - wanted) <= max(_TOLERANCE * wanted, _TOLERANCE_SAMPLES):
                break
            speed = speed_of_length(passages, speed, wanted / len(take.samples))
            passages, take = self._spoken(request, script, speed)
        return take

    def _spoken(
        self, request: SpeechRequest, script: Script, speed: float
    ) -> tuple[Sequence[Passage], Take]:
        delivery = request.delivered(KokoroDelivery, self.name)
        mix = mix_of(request.voice.provider_voice)
        passages = [*speak(self._model, script, mix, speed)]
        samples, sounds = joined(passages)
        mastered = _mastered(shaped(samples, delivery), delivery)
        rate = round(SAMPLE_RATE / delivery.size)
        take = trimmed_take(mastered, rate, sounds, script.words)
        if take is None:
            raise NothingToSayError.of_line(request.text)
        return passages, take


def _mastered(samples: Floats, delivery: KokoroDelivery) -> Samples:
    """Return samples as loud as the voice is to be, below full scale, as 16-bit numbers."""
    peak = float(np.abs(samples).max(initial=0.0)) * delivery.volume
    gain = delivery.volume * min(1.0, _FULL_SCALE / max(peak, _FULL_SCALE))
    return np.round(samples * np.float32(gain * 32767)).astype(np.int16)


def _script(request: SpeechRequest) -> Script:
    words = word_sounds(request.text, request.voice.language)
    script = script_of(words, _language(request))
    if not script.phonemes:
        raise NothingToSayError.of_line(request.text)
    return script


def _language(request: SpeechRequest) -> str:
    language = written_in(request.voice.language)
    if language is None:
        raise EngineInputError(
            f"Kokoro does not speak {request.voice.language}, which the line {request.excerpt} is "
            "in. Let another engine speak it."
        )
    return language
