"""Asking a server, through OpenAI's own client."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import httpx2
import openai

from sparkle_motion_dagster.engines.speech.base import ProviderBusyError
from sparkle_motion_dagster.engines.speech.openai_speech.key import ApiKey
from sparkle_motion_dagster.engines.speech.openai_speech.refusals import refusal
from sparkle_motion_dagster.engines.speech.openai_speech.settings import (
    OFFICIAL,
    OpenaiSpeechSettings,
)

_NO_KEY = "none"
"""What a server that needs no key is sent: the client wants to send one."""

_HEADERS_FOR_ALL = frozenset(
    {"host", "connection", "user-agent", "authorization"}
    | {"accept", "accept-encoding", "content-type", "content-length", "transfer-encoding"}
)
"""What servers other than OpenAI's are told beside the question."""

_CONNECT_S = 10.0
"""How long it may take, in seconds, until a server takes a connection."""

_LARGEST_MESSAGE = 2**20
"""How many bytes an answer may have that is no sound."""

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


class SpeechServer:
    """A server that is asked over connections of its own, until it is closed.

    The client tries nothing again, and follows nobody elsewhere: when to ask again is decided for
    all providers in one place, and a key is for the server that it was given for.

    Attributes:
        name: The server, as messages begin with it.
        key: The key to it, which no message shows.
    """

    def __init__(self, settings: OpenaiSpeechSettings, key: ApiKey) -> None:
        self.name = f"The server {settings.base_url}"
        self._settings = settings
        self.key = key
        self._limits = _Limits(0, 0.0)
        official = settings.base_url == OFFICIAL
        self._client = openai.OpenAI(
            base_url=settings.base_url,
            api_key=key.value or _NO_KEY,
            max_retries=0,
            timeout=httpx2.Timeout(settings.timeout_s, connect=min(settings.timeout_s, _CONNECT_S)),
            http_client=openai.DefaultHttpxClient(
                follow_redirects=False,
                event_hooks={
                    "request": [] if official else [self._introduce],
                    "response": [self._bind],
                },
            ),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

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
                        raise _TooMuchError
                return self._answer(bytes(content), answer.headers.get("content-type", "nothing"))

    def _answer(self, content: bytes, media_type: str) -> Answer:
        beginning = content[:_READ_BYTES].decode("utf-8", "replace")
        return Answer(content, self.key.hidden_in(media_type), self.key.hidden_in(beginning))

    def has_model(self) -> bool:
        """Ask what costs nothing: whether the server lists the model; many list none.

        Raises:
            ProviderBusyError, QuotaSpentError, MissingKeyError, EngineInputError: As `speak` says.
        """
        with self._asked(_LARGEST_MESSAGE):
            try:
                self._client.models.retrieve(self._settings.model)
            except openai.NotFoundError:
                return False
        return True

    @contextmanager
    def _asked(self, most_bytes: int) -> Iterator[None]:
        """Have what goes wrong be one of our errors, without a trace of what was sent."""
        timeout_s = self._settings.timeout_s
        self._limits = _Limits(most_bytes, time.monotonic() + timeout_s)
        try:
            yield
        except openai.APIStatusError as error:
            headers, body = error.response.headers, error.body
            raise refusal(error.status_code, headers, body, self.name, self.key) from None
        except (openai.APITimeoutError, httpx2.TimeoutException, _TooLateError):
            late = f"{self.name} did not answer within {timeout_s:g} s (the setting timeout_s)"
            raise ProviderBusyError(late) from None
        except _TooMuchError:
            much = f"{self.name} sent more than the {most_bytes} bytes that an answer may have"
            raise ProviderBusyError(much) from None
        except openai.APIConnectionError as error:
            why = self._why(error.__cause__ or error)
            raise ProviderBusyError(f"{self.name} cannot be reached: {why}") from None
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            why = self._why(error)
            raise ProviderBusyError(f"{self.name} broke off amid its answer: {why}") from None

    def _why(self, error: BaseException) -> str:
        return self.key.hidden_in(f"{error}" or type(error).__name__)

    def _introduce(self, request: httpx2.Request) -> None:
        """Have a question say by whom it is as the settings do.

        The client adds what its own environment variables say: OpenAI's organisation and project,
        and headers of any kind.
        """
        for name in request.headers.keys() - _HEADERS_FOR_ALL:
            del request.headers[name]
        request.headers["authorization"] = f"Bearer {self.key.value or _NO_KEY}"

    def _bind(self, response: httpx2.Response) -> None:
        """Have an answer end where it becomes too long, or takes too long, error or not."""
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _BoundStream(response.stream, self._limits)


class _TooMuchError(Exception):
    """An answer has more bytes than it may have."""


class _TooLateError(Exception):
    """An answer takes longer than it may take."""


@dataclass(frozen=True)
class _Limits:
    """How many bytes an answer may have, and when it must have ended, by the monotonic clock."""

    most_bytes: int
    deadline: float


class _BoundStream(httpx2.SyncByteStream):
    """An answer as it comes, within limits: the client's timeout begins anew with each byte."""

    def __init__(self, stream: httpx2.SyncByteStream, limits: _Limits) -> None:
        self._stream, self._limits = stream, limits

    def __iter__(self) -> Iterator[bytes]:
        came = 0
        for chunk in self._stream:
            came += len(chunk)
            if came > self._limits.most_bytes:
                raise _TooMuchError
            if time.monotonic() > self._limits.deadline:
                raise _TooLateError
            yield chunk

    def close(self) -> None:
        """Let the connection go."""
        self._stream.close()
