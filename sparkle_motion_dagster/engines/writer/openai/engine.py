"""The openai engine: stories by models on servers that speak OpenAI's protocol."""

from __future__ import annotations

import functools
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import Made, MadeFile
from sparkle_motion_dagster.engines.machinery.equipped import EquippedEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.openai_protocol.installed import importing_the_client
from sparkle_motion_dagster.engines.machinery.openai_protocol.key import key_for
from sparkle_motion_dagster.engines.writer.base import WriterEngine, WritingRequest
from sparkle_motion_dagster.engines.writer.messages import messages
from sparkle_motion_dagster.engines.writer.openai.abilities import Abilities
from sparkle_motion_dagster.engines.writer.openai.patience import patiently
from sparkle_motion_dagster.engines.writer.openai.settings import OpenaiWriterSettings
from sparkle_motion_dagster.shotlist.writing.answers import answer_schema

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.writer.openai.replies import Reply
    from sparkle_motion_dagster.engines.writer.openai.server import ChatServer, Question

_LONGEST_NAME = 200
"""How many letters of what a server calls itself are kept."""


class OpenaiWriter(
    EquippedEngine[WritingRequest, OpenaiWriterSettings], WriterEngine[OpenaiWriterSettings]
):
    """Has a server write.

    The answer is held to its schema where the server can do that; what it cannot do, it refuses,
    and is asked without from then on. A server that is busy is asked again; an answer is paid for,
    and kept as it came, even where it was cut off.

    Equal requests need not have equal answers: servers take a seed, and promise little.
    """

    name: ClassVar[str] = "openai"
    version: ClassVar[int] = 2
    settings_model: ClassVar[type[OpenaiWriterSettings]] = OpenaiWriterSettings

    def __init__(self, settings: OpenaiWriterSettings, facilities: Facilities) -> None:
        super().__init__(settings, facilities)
        self._abilities = Abilities.supposed(settings.base_url)

    def model(self) -> tuple[str, None]:
        """Return the model's name; which revision the server has, it says with each answer."""
        return self.settings.model, None

    def make(self, requests: Sequence[WritingRequest], folder: Path) -> Generator[Made]:
        """Have one story written a request; see ``Engine.make``.

        The metadata says, beside what `WriterEngine` lists, ``structured`` (what the server took to
        hold the answer to; some take it and do not heed it), ``not_sent`` (what of the request it
        does not take: its ``seed``), and ``cut_off_by`` where it was cut off: ``max_tokens``, or
        what happened.

        Raises:
            EngineInputError: A setting is wrong: here, or to the server.
            NotReadyError: The client is not installed, or the key is missing or not taken.
            ProviderBusyError: The server stays busy, cannot be reached or does not answer in time.
            QuotaSpentError: The server says that what it grants is used up.
            EngineError: It answers with something else than a chat completion.
            SparkleError: Whoever listens to the steps wants the engine to stop.
        """
        with connected(self.settings, self._abilities) as server:
            for number, request in enumerate(requests):
                reply = self._reply(request, server)
                self._abilities = server.abilities
                answer = folder / f"answer-{number}.txt"
                # Half a surrogate pair is no text.
                answer.write_bytes(server.key.hidden_in(reply.text).encode("utf-8", "replace"))
                facts = self._facts(reply, server)
                yield Made({"answer": MadeFile(answer, "text/plain")}, facts)

    def _reply(self, request: WritingRequest, server: ChatServer) -> Reply:
        """Return what the server replies to a request."""
        steps, doing = self.facilities.steps, f"the answer of {self.settings.model}"
        listen = functools.partial(steps.waiting, doing)
        return patiently(
            functools.partial(server.reply, _question(request), listen),
            retries=self.settings.retries,
            wait_s=self.settings.wait_s,
            steps=steps,
            doing=doing,
        )

    def _facts(self, reply: Reply, server: ChatServer) -> dict[str, JsonValue]:
        """Return what is known of a reply, as the metadata lists it."""
        named: dict[str, str | int | None] = {
            name: said and server.key.hidden_in(said)[:_LONGEST_NAME]
            for name, said in (("model", reply.model), ("revision", reply.revision))
        }
        known = {
            **named,
            "prompt_tokens": reply.prompt_tokens,
            "answer_tokens": reply.answer_tokens,
            "ended": reply.ended,
            "cut_off_by": reply.cut_off_by,
            "structured": server.abilities.structures[0].value,
        }
        not_sent: dict[str, JsonValue] = {} if server.abilities.seeds else {"not_sent": ["seed"]}
        return {name: fact for name, fact in known.items() if fact is not None} | not_sent


def connected(settings: OpenaiWriterSettings, abilities: Abilities) -> ChatServer:
    """Return the server that the settings name, to be closed; nothing is sent yet.

    Args:
        settings: Which server.
        abilities: What it can do, as far as is known.

    Raises:
        MissingKeyError: The key to it is not set, or is none.
        NotReadyError: OpenAI's client is not installed.
    """
    key = key_for(settings)
    with importing_the_client(OpenaiWriter.name):
        from sparkle_motion_dagster.engines.writer.openai.server import ChatServer
    return ChatServer(settings, key, abilities)


def _question(request: WritingRequest) -> Question:
    """Return a request as a server is asked it."""
    from sparkle_motion_dagster.engines.writer.openai.server import Question

    conversation = tuple(messages(request))
    brief = request.brief
    asked = (one.content for one in conversation if one.role != "system")
    return Question(
        messages=conversation,
        schema=answer_schema(brief, request.before),
        seed=request.seed,
        private=(brief.prompt, *filter(None, [brief.style]), *asked),
    )
