"""What a model replies: read as it comes, piece by piece, and what is known of it in the end."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Read(BaseModel):
    """Base of what is read of a server's JSON; it says more than anybody here wants to know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Said(_Read):
    """Some of a reply, or all of it: its words, or why there are none."""

    content: str | None = None
    refusal: str | None = None


class Choice(_Read):
    """A reply: a piece of it (``delta``), or all of it (``message``)."""

    index: int | None = None
    delta: Said | None = None
    message: Said | None = None
    finish_reason: str | None = None


class Usage(_Read):
    """How many tokens it took."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Completion(_Read):
    """A chat completion, or a chunk of one, as OpenAI's API reference has them."""

    choices: tuple[Choice, ...] = ()
    model: str | None = None
    system_fingerprint: str | None = None
    usage: Usage | None = None


@dataclass(frozen=True)
class Reply:
    """A reply, word for word, and what the server says of it; None: it does not say.

    Attributes:
        text: The words.
        ended: How it ended; see ``WriterEngine``.
        cut_off_by: What cut it off, in words; None: nothing did.
        model: The model that replied.
        revision: How the server was set up that it ran on.
        prompt_tokens: Tokens that it was told.
        answer_tokens: Tokens that it replied, with those that it thought.
    """

    text: str
    ended: Literal["done", "length", "refused"]
    cut_off_by: str | None
    model: str | None
    revision: str | None
    prompt_tokens: int | None
    answer_tokens: int | None


class GrowingReply:
    """A reply while it comes.

    Attributes:
        letters: How many have come.
    """

    def __init__(self) -> None:
        self.letters = 0
        self._content: list[str] = []
        self._refusal: list[str] = []
        self._last = Completion()
        self._usage = Usage()
        self._finish_reason: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the server has said how it ended."""
        return self._finish_reason is not None

    def add(self, part: Completion) -> None:
        """Take in what came."""
        self._last = Completion(
            model=part.model or self._last.model,
            system_fingerprint=part.system_fingerprint or self._last.system_fingerprint,
        )
        self._usage = part.usage or self._usage
        for choice in part.choices:
            if choice.index:  # only one was asked for
                continue
            self._finish_reason = choice.finish_reason or self._finish_reason
            said = choice.delta or choice.message or Said()
            for words, came in ((said.content, self._content), (said.refusal, self._refusal)):
                if words:
                    came.append(words)
                    self.letters += len(words)

    def reply(self, cut_off_by: str | None = None) -> Reply:
        """Return what has come.

        Args:
            cut_off_by: Why no more came; None: the server has said how it ended.
        """
        refused = bool(self._refusal) or self._finish_reason == "content_filter"
        if self._finish_reason == "length":
            cut_off_by = "max_tokens"
        return Reply(
            text="".join(self._refusal or self._content),
            ended="refused" if refused else "length" if cut_off_by else "done",
            cut_off_by=cut_off_by,
            model=self._last.model,
            revision=self._last.system_fingerprint,
            prompt_tokens=self._usage.prompt_tokens,
            answer_tokens=self._usage.completion_tokens,
        )
