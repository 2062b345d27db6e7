"""Asking a server to write, through OpenAI's own client: ``POST /chat/completions``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import httpx2
import openai

from sparkle_motion_dagster.engines.base import EngineError, ProviderBusyError
from sparkle_motion_dagster.engines.machinery.openai_protocol.client import ProtocolServer
from sparkle_motion_dagster.engines.machinery.openai_protocol.key import ApiKey
from sparkle_motion_dagster.engines.writer.messages import Message
from sparkle_motion_dagster.engines.writer.openai.abilities import Abilities
from sparkle_motion_dagster.engines.writer.openai.quotes import without_quotes
from sparkle_motion_dagster.engines.writer.openai.replies import (
    Choice,
    Completion,
    GrowingReply,
    Reply,
)
from sparkle_motion_dagster.engines.writer.openai.settings import OpenaiWriterSettings

_BYTES_A_TOKEN, _BYTES_BESIDE = 4096, 2**20
"""How many bytes an answer may have: each token comes in a JSON object of its own."""

_LETTERS_A_TOKEN = 32
"""More letters than tokens have on average: where more come, the server does not heed the limit."""

_TOO_LONG = Completion(choices=(Choice(finish_reason="length"),))
"""What a server should have said then."""

_LONGEST_SHOWN = 4096
"""How many letters of what a server says are looked through for what may be shown."""

_SHOWN = 80
"""How many letters are shown of what is no reply."""


class UnusableAnswerError(EngineError):
    """What a server answers with is no chat completion."""


@dataclass(frozen=True)
class Question:
    """What a server is asked to write.

    Attributes:
        messages: The conversation so far.
        schema: The JSON Schema that the reply is held to.
        seed: Decides what is left to chance.
        private: What of it no message may show.
    """

    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    seed: int
    private: tuple[str, ...]


class ChatServer(ProtocolServer):
    """A server that writes.

    Attributes:
        abilities: What it can do, as far as is known by now.
    """

    remedy = "Look at the engine's settings: base_url, model, temperature, max_tokens."

    def __init__(self, settings: OpenaiWriterSettings, key: ApiKey, abilities: Abilities) -> None:
        super().__init__(settings, key)
        self.abilities = abilities
        self._settings = settings
        self._private: tuple[str, ...] = ()

    def hidden_in(self, text: str) -> str:
        """Return the beginning of a text without the key, and without what was asked."""
        return without_quotes(super().hidden_in(text)[:_LONGEST_SHOWN], self._private)

    def reply(self, question: Question, listen: Callable[[], None]) -> Reply:
        """Return what the server replies; what is cut off, by its limit or otherwise, as it came.

        Args:
            question: What it is asked.
            listen: Called whenever some of the reply has come. What it raises ends the reply.

        Raises:
            ProviderBusyError: It cannot be reached, is overloaded, does not begin to reply in time,
                or breaks off before it does.
            QuotaSpentError: It says that what it grants is used up.
            MissingKeyError: It does not take the key.
            EngineInputError: It refuses the question as wrong.
            UnusableAnswerError: It answers with something else.
        """
        self._private = question.private
        growing = GrowingReply()
        most_bytes = _BYTES_BESIDE + _BYTES_A_TOKEN * self._settings.max_tokens
        try:
            with self._asked(most_bytes):
                self._receive(question, growing, listen)
        except (ProviderBusyError, UnusableAnswerError) as error:
            if not growing.letters:
                raise
            return growing.reply(cut_off_by=None if growing.is_finished else str(error))
        return growing.reply()

    def _receive(
        self, question: Question, growing: GrowingReply, listen: Callable[[], None]
    ) -> None:
        """Ask, with less where the server refuses some of it, and take in what comes."""
        while True:
            try:
                return self._take_in(question, growing, listen)
            except openai.APIStatusError as error:
                left = self.abilities.without_what_is_refused(error.status_code, error.body)
                if left is None:
                    raise
                self.abilities = left

    def _take_in(
        self, question: Question, growing: GrowingReply, listen: Callable[[], None]
    ) -> None:
        most = _LETTERS_A_TOKEN * self._settings.max_tokens
        with closing(self._answer(question)) as answer:
            for part in self._parts(answer):
                growing.add(part)
                listen()
                if growing.letters > most:
                    growing.add(_TOO_LONG)
                    return
        if not growing.is_finished:
            raise ProviderBusyError(f"{self.name} broke off amid its answer")

    def _answer(self, question: Question) -> httpx2.Response:
        """Return what the server answers, of which nothing has been read yet."""
        can, settings = self.abilities, self._settings
        asked: dict[str, Any] = {
            "model": settings.model,
            "messages": [{"role": one.role, "content": one.content} for one in question.messages],
            can.limits[0]: settings.max_tokens,
        }
        if settings.temperature is not None:
            asked["temperature"] = settings.temperature
        if can.seeds:
            asked["seed"] = question.seed
        if response_format := can.structures[0].response_format(question.schema):
            asked["response_format"] = response_format
        if can.streams:
            asked["stream"] = True
            if can.counts:
                asked["stream_options"] = {"include_usage": True}
        # Compressed, no limit would hold what it becomes.
        plain: openai.RequestOptions = {"headers": {"accept-encoding": "identity"}}
        # The typed method parses as what was asked for, whatever comes.
        answer: httpx2.Response = self._client.post(
            "/chat/completions", body=asked, options=plain, cast_to=httpx2.Response, stream=True
        )
        return answer

    def _parts(self, answer: httpx2.Response) -> Iterator[Completion]:
        """Yield a reply as it comes: in pieces, or whole where the server does not stream."""
        form = answer.headers.get("content-type", "").partition(";")[0].strip().casefold()
        if answer.headers.get("content-encoding", "identity").casefold() != "identity":
            raise UnusableAnswerError(f"{self.name} compresses its answer, unasked.")
        streamed = form == "text/event-stream"
        beginning = ""
        try:
            if streamed:
                chunks = openai.Stream[object](cast_to=object, response=answer, client=self._client)
                yield from (Completion.model_validate(chunk) for chunk in chunks)
                return
            content = answer.read()
            beginning = self.hidden_in(content.decode("utf-8", "replace"))
            whole = Completion.model_validate_json(content)
        except (ValueError, RecursionError):
            raise self._unusable(form, beginning) from None
        if not whole.choices:
            raise self._unusable(form, beginning)
        yield whole

    def _unusable(self, form: str, beginning: str) -> UnusableAnswerError:
        begins = " ".join(beginning.split())[:_SHOWN]
        shown = f", {begins!r}" if begins else ""
        what = self.key.hidden_in(form) or "nothing"
        return UnusableAnswerError(
            f"{self.name} answers with what is no chat completion: {what}{shown}. Look at the "
            "engine's setting base_url."
        )
