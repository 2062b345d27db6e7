"""OpenAI's own client, asked within limits and for nobody but the server that it is for."""

import functools
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Self

import httpx2
import openai

from sparkle_motion_dagster.engines.base import ProviderBusyError, ProviderTooSlowError
from sparkle_motion_dagster.engines.machinery.openai_protocol.key import ApiKey
from sparkle_motion_dagster.engines.machinery.openai_protocol.refusals import refusal
from sparkle_motion_dagster.engines.machinery.openai_protocol.settings import (
    OFFICIAL,
    ServerSettings,
)
from sparkle_motion_dagster.engines.machinery.openai_protocol.streams import (
    BoundStream,
    Limits,
    TooLateError,
    TooMuchError,
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
"""How many bytes an answer may have that is no result."""


class ProtocolServer:
    """A server that is asked over connections of its own, until it is closed.

    The client tries nothing again, and follows nobody elsewhere: when to ask again is decided by
    whoever asks, and a key is for the server that it was given for.

    Attributes:
        name: The server, as messages begin with it.
        key: The key to it, which no message shows.
    """

    remedy: ClassVar[str]
    """Where to look when the server refuses a question as wrong, as a sentence."""

    def __init__(self, settings: ServerSettings, key: ApiKey) -> None:
        self.name = f"The server {settings.base_url}"
        self.key = key
        self._server = settings
        self._limits = Limits(0, 0.0)
        self._is_answering = False
        official = settings.base_url == OFFICIAL
        self._client = openai.OpenAI(
            base_url=settings.base_url,
            api_key=key.value or _NO_KEY,
            max_retries=0,
            timeout=httpx2.Timeout(settings.timeout_s, connect=min(settings.timeout_s, _CONNECT_S)),
            http_client=openai.DefaultHttpxClient(
                verify=_trusted(),
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

    def hidden_in(self, text: str) -> str:
        """Return a text of the server's as messages may show it: without the key."""
        return self.key.hidden_in(text)

    def has_model(self) -> bool:
        """Ask what costs nothing: whether the server lists the model; many list none.

        Raises:
            ProviderBusyError: It cannot be reached, is overloaded, does not answer in time or
                breaks off.
            QuotaSpentError: It says that what it grants is used up.
            MissingKeyError: It does not take the key.
            EngineInputError: It refuses the question as wrong.
        """
        with self._asked(_LARGEST_MESSAGE):
            try:
                self._client.models.retrieve(self._server.model)
            except openai.NotFoundError:
                return False
        return True

    @contextmanager
    def _asked(self, most_bytes: int) -> Iterator[None]:
        """Have what goes wrong be one of our errors, without a trace of what was sent."""
        timeout_s = self._server.timeout_s
        self._limits = Limits(most_bytes, time.monotonic() + timeout_s)
        self._is_answering = False
        try:
            yield
        except openai.APIStatusError as error:
            raise refusal(
                error.status_code,
                error.response.headers,
                error.body,
                server=self.name,
                remedy=self.remedy,
                key=self.key,
                hidden_in=self.hidden_in,
            ) from None
        except (openai.APITimeoutError, httpx2.TimeoutException, TooLateError):
            late = f"{self.name} did not answer within {timeout_s:g} s (the setting timeout_s)"
            raise ProviderTooSlowError(late) from None
        except TooMuchError:
            much = f"{self.name} sent more than the {most_bytes} bytes that an answer may have"
            raise ProviderBusyError(much) from None
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            what = "broke off amid its answer" if self._is_answering else "cannot be reached"
            why = self._why(error.__cause__ or error)
            raise ProviderBusyError(f"{self.name} {what}: {why}") from None

    def _why(self, error: BaseException) -> str:
        return self.hidden_in(f"{error}" or type(error).__name__)

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
        self._is_answering = True
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = BoundStream(response.stream, self._limits)


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Return whose certificates are trusted: reading them takes longer than many an answer."""
    return httpx2.create_ssl_context()
