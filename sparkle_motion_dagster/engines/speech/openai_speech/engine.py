"""Speech from a server that speaks OpenAI's protocol: ``POST /audio/speech``."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import Made, MadeFile, ProviderBusyError
from sparkle_motion_dagster.engines.machinery.openai_protocol.installed import importing_the_client
from sparkle_motion_dagster.engines.machinery.openai_protocol.key import key_for
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest
from sparkle_motion_dagster.engines.speech.judging import kept
from sparkle_motion_dagster.engines.speech.openai_speech.settings import OpenaiSpeechSettings
from sparkle_motion_dagster.engines.speech.openai_speech.voice import OpenaiSpeechDelivery
from sparkle_motion_dagster.engines.speech.writing.said_line import SaidLine, said_line

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.speech.openai_speech.answer import ServerTake
    from sparkle_motion_dagster.engines.speech.openai_speech.server import SpeechServer

_PLAINLY = ("tts-1", "tts-1-hd")
"""OpenAI's models that take no instructions (its API reference)."""


class OpenaiSpeechEngine(SpeechEngine[OpenaiSpeechSettings]):
    """Has lines spoken by a server, one question a line, each asked once.

    An answer is measured before it counts as a take: what is no sound, cut off, silent or far from
    the length that its text lets expect is the server's failure, as an answer that does not come
    is. Whoever chose this provider may ask again, or another one: nothing is asked twice here,
    because it may cost money twice.

    No two answers need be the same: the protocol has no seed.
    """

    name = "openai_speech"
    version = 1
    settings_model = OpenaiSpeechSettings
    unused_fields = frozenset({"seed", "tempo"})
    speaks_at_tempo: ClassVar[bool] = False
    gives_timings: ClassVar[bool] = False

    def check(self, request: SpeechRequest) -> None:
        """Make sure that a line can be spoken; see ``Engine.check``. No server is asked.

        Raises:
            NothingToSayError: It holds nothing that can be pronounced.
            EngineInputError: The voice's settings are wrong.
        """
        _said(request)
        request.delivered(OpenaiSpeechDelivery, self.name)

    def check_ready(self) -> None:
        """Look for the client and the key; see ``SpeechEngine``. No server is asked."""
        with connected(self.settings):
            pass

    def make(self, requests: Sequence[SpeechRequest], folder: Path) -> Generator[Made]:
        """Have one line spoken a request; see ``Engine.make``.

        The metadata says ``sent_as`` (what file came), ``takes`` (seconds, peak and level of what
        came, and its faults), ``faults``, ``unspoken`` and ``directions`` (what of the line is
        passed over, and which stage directions are left out), and ``not_used`` where the model
        takes no instructions.

        Raises:
            EngineInputError: A line, a voice or a setting is wrong: here, or to the server.
            NotReadyError: The client is not installed, or the key is missing or not taken.
            ProviderBusyError: The server cannot be reached, is overloaded or not in time, or its
                answer is no take of the line.
            QuotaSpentError: The server says that what it grants is used up.
        """
        for request in requests:
            self.check(request)
        with connected(self.settings) as server:
            for index, request in enumerate(requests):
                said = _said(request)
                take = self._spoken(request, said, server)
                audio = folder / f"take_{index:04}.wav"
                _write(take, audio)
                yield Made(
                    outputs={"audio": MadeFile(audio, "audio/wav")},
                    metadata={
                        "sent_as": str(take.sound),
                        "takes": [take.facts()],
                        "faults": [*take.faults],
                        "unspoken": [*said.passed_over],
                        "directions": [*said.directions],
                        **self._not_used(request),
                    },
                )

    def _spoken(self, request: SpeechRequest, said: SaidLine, server: SpeechServer) -> ServerTake:
        """Return the take of a line that the server answers with."""
        from sparkle_motion_dagster.engines.speech.openai_speech.answer import (
            Length,
            UnusableAnswerError,
            take_in,
        )
        from sparkle_motion_dagster.engines.speech.openai_speech.server import Question

        delivery = request.delivered(OpenaiSpeechDelivery, self.name)
        voice = request.voice.provider_voice
        question = Question(
            text=said.text,
            voice=self.settings.voices.get(voice, voice),
            instructions=self._instructions(delivery),
            speed=delivery.speed,
        )
        length = Length.of(said.text, delivery.speed)
        answer = server.speak(question, length.most_bytes)
        try:
            return take_in(answer, said.text, length, self.settings.sample_rate)
        except UnusableAnswerError as error:
            told = f"{server.name} answered {request.excerpt} with {error}"
            raise ProviderBusyError(told) from None

    def _instructions(self, delivery: OpenaiSpeechDelivery) -> str:
        if self.settings.model in _PLAINLY:
            return ""
        return " ".join(filter(None, (delivery.instructions, self.settings.instructions)))

    def _not_used(self, request: SpeechRequest) -> dict[str, JsonValue]:
        told = self.settings.instructions or request.voice.settings.get("instructions")
        return {"not_used": ["instructions"]} if told and self.settings.model in _PLAINLY else {}


def connected(settings: OpenaiSpeechSettings) -> SpeechServer:
    """Return the server that the settings name, to be closed; nothing is sent yet.

    Raises:
        MissingKeyError: The key to it is not set, or is none.
        NotReadyError: OpenAI's client is not installed.
    """
    key = key_for(settings)
    with importing_the_client(OpenaiSpeechEngine.name):
        from sparkle_motion_dagster.engines.speech.openai_speech.server import SpeechServer
    return SpeechServer(settings, key)


def _said(request: SpeechRequest) -> SaidLine:
    """Return a line as it is said.

    Raises:
        NothingToSayError: It holds nothing that can be pronounced.
    """
    said = said_line(request.text, request.voice.language)
    said.require_words()
    return said


def _write(take: ServerTake, path: Path) -> None:
    """Write what is kept of a take as WAV: from its first sound to its last."""
    import soundfile

    sound = take.sound
    soundfile.write(path, kept(sound.samples, sound.rate), sound.rate, subtype="PCM_16")
