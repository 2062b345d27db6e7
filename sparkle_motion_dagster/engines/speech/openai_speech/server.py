"""Asking a server to speak, through OpenAI's own client."""

from dataclasses import dataclass

import openai

from sparkle_motion_dagster.engines.machinery.openai_protocol.client import ProtocolServer
from sparkle_motion_dagster.engines.machinery.openai_protocol.key import ApiKey
from sparkle_motion_dagster.engines.machinery.openai_protocol.streams import TooMuchError
from sparkle_motion_dagster.engines.speech.openai_speech.settings import OpenaiSpeechSettings

_READ_BYTES = 4096
"""How much of an answer is read as text, in case that it is one."""


@dataclass(frozen=True)
class Answer:
    """What a server sent: ``content``; and what messages may show of it, which is without the key.

    ``media_type`` is what the server says it is, ``beginning`` how it begins, read as text.
    """

    content: bytes
    media_type: str
    beginning: str


@dataclass(frozen=True)
class Question:
    """What a server is asked to speak; what is empty, or 1, is not sent."""

    text: str
    voice: str
    instructions: str
    speed: float


class SpeechServer(ProtocolServer):
    """A server that speaks."""

    remedy = (
        "Look at the engine's settings (base_url, model, voices) and at the voice's entry in the "
        "voice catalogue."
    )

    def __init__(self, settings: OpenaiSpeechSettings, key: ApiKey) -> None:
        super().__init__(settings, key)
        self._settings = settings

    def speak(self, question: Question, most_bytes: int) -> Answer:
        """Return what the server answers to a question, whatever that is.

        Raises:
            ProviderBusyError: It cannot be reached, is overloaded, does not answer in time or
                breaks off, or sends more than `most_bytes`.
            QuotaSpentError: It says that what it grants is used up.
            MissingKeyError: It does not take the key.
            EngineInputError: It refuses the question as wrong.
        """
        with self._asked(most_bytes):
            asked = self._client.audio.speech.with_streaming_response.create(
                model=self._settings.model,
                input=question.text,
                voice=question.voice,
                response_format=self._settings.response_format,
                instructions=question.instructions or openai.omit,
                speed=openai.omit if question.speed == 1.0 else question.speed,
            )
            with asked as answer:
                content = bytearray()
                for chunk in answer.iter_bytes():
                    content += chunk
                    if len(content) > most_bytes:  # it may have come compressed
                        raise TooMuchError
                return self._answer(bytes(content), answer.headers.get("content-type", "nothing"))

    def _answer(self, content: bytes, media_type: str) -> Answer:
        beginning = content[:_READ_BYTES].decode("utf-8", "replace")
        return Answer(content, self.hidden_in(media_type), self.hidden_in(beginning))
