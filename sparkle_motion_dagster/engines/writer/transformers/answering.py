"""An answer, token by token, held to a JSON Schema while it is decoded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sparkle_motion_dagster.engines.base import EngineError

if TYPE_CHECKING:
    import torch
    from llguidance import LLMatcher, LLTokenizer

    from sparkle_motion_dagster.engines.writer.transformers.loading import LanguageModel
    from sparkle_motion_dagster.engines.writer.transformers.settings import TransformersSettings


class DecodingError(EngineError):
    """What holds answers to a schema does not work with a schema, or with a model's tokens."""

    retryable = False


@dataclass(frozen=True)
class Answer:
    """What a model said.

    Attributes:
        text: Its words.
        tokens: How many tokens it took, with the one that ends it.
        ended: Whether it came to its end, or was cut off.
    """

    text: str
    tokens: int
    ended: Literal["done", "length"]


def answered(
    read: torch.Tensor,
    model: LanguageModel,
    schema: Mapping[str, Any],
    settings: TransformersSettings,
    seed: int,
    stepped: Callable[[int], None],
) -> Answer:
    """Return a model's answer to a conversation.

    It is JSON that keeps to the schema, without white space between its parts, or the beginning of
    such. On one machine equal arguments give equal answers: chance begins anew with the seed.

    Args:
        read: The conversation: (1, tokens).
        model: Who answers.
        schema: What the answer keeps to.
        settings: How chance decides, and how long it may be.
        seed: Decides what is left to chance.
        stepped: Called after each token but the last with how many there are; what it raises passes
            unchanged.

    Raises:
        DecodingError: The schema, or the model's tokens, cannot be worked with.
    """
    import torch
    from transformers import LogitsProcessorList

    held = _HeldToSchema(_matcher(schema, model.pieces), read.shape[1], stepped)
    device = model.model.device
    chance = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=chance):
        torch.manual_seed(seed)
        said = model.model.generate(
            read.to(device),
            attention_mask=torch.ones_like(read, device=device),
            logits_processor=LogitsProcessorList([held]),
            max_new_tokens=settings.max_tokens,
            **_sampling(settings),
        )
    tokens = said[0, read.shape[1] :].tolist()
    ended = tokens[-1] in model.ends
    words = model.pieces.decode_bytes(tokens[:-1] if ended else tokens)
    # An answer may be cut off within a letter.
    text = words.decode("utf-8", errors="replace")
    return Answer(text, len(tokens), "done" if ended else "length")


def _sampling(settings: TransformersSettings) -> dict[str, Any]:
    if settings.temperature == 0:
        return {"do_sample": False}
    return {
        "do_sample": True,
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "top_k": 0,
    }


def _matcher(schema: Mapping[str, Any], pieces: LLTokenizer) -> LLMatcher:
    """Return what knows, after each token, which ones may follow."""
    from llguidance import LLMatcher

    grammar = LLMatcher.grammar_from_json_schema(
        json.dumps(schema),
        # Texts have no control characters, not even escaped ones.
        overrides={"whitespace_flexible": False, "json_allowed_escapes": '"\\'},
    )
    matcher = LLMatcher(pieces, grammar, log_level=0)
    _require_working(matcher)
    return matcher


def _require_working(matcher: LLMatcher) -> None:
    if matcher.is_error():
        raise DecodingError(f"The answer cannot be held to its schema: {matcher.get_error()}")


class _HeldToSchema:
    """Lets only those tokens follow that the schema allows; a LogitsProcessor of transformers.

    Args:
        matcher: Knows which they are.
        read: How many tokens the conversation has.
        stepped: Called with the number of tokens so far, from 1.
    """

    def __init__(self, matcher: LLMatcher, read: int, stepped: Callable[[int], None]) -> None:
        self._matcher = matcher
        self._read = self._known = read
        self._stepped = stepped

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return the scores of the next token, (1, vocabulary), minus infinity if not allowed."""
        import torch

        tokens = input_ids[0, self._known :].tolist()
        if tokens:
            self._known += len(tokens)
            self._matcher.consume_tokens(tokens)
            self._stepped(self._known - self._read)
        # One byte a token, 0 where it may not follow.
        allowed = bytearray(self._matcher.compute_logit_bias())
        _require_working(self._matcher)
        refused = torch.frombuffer(allowed, dtype=torch.uint8).to(scores.device) == 0
        return scores.masked_fill(refused, float("-inf"))
