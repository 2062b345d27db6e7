"""What a language model reads: a conversation in its own chat template, in tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.engines.base import EngineInputError

if TYPE_CHECKING:
    import torch

    from sparkle_motion_dagster.engines.writer.messages import Message


def read_as(conversation: Iterable[Message], tokenizer: Any) -> torch.Tensor:
    """Return a conversation as a model reads it, up to where its answer begins: (1, tokens).

    What is said in it cannot pass for the template's own marks.

    Raises:
        EngineInputError: The chat template knows no such conversation.
    """
    from jinja2 import TemplateError

    marks = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
    said = [
        {"role": message.role, "content": _without(marks, message.content)}
        for message in conversation
    ]
    try:
        read: torch.Tensor = tokenizer.apply_chat_template(
            said,
            add_generation_prompt=True,
            return_dict=True,
            return_tensors="pt",
            enable_thinking=False,  # for templates of models that can do without; others ignore it
        )["input_ids"]
    except TemplateError as error:
        raise EngineInputError(
            f"The model's chat template refuses a conversation of the roles system, user and "
            f"assistant: {error}. Take a model that knows them."
        ) from error
    return read


def _without(marks: Iterable[str], content: str) -> str:
    """Break up each mark in a text, so that none is left, nor arises."""
    for mark in marks:
        content = content.replace(mark, f"{mark[0]} {mark[1:]}")
    return content
