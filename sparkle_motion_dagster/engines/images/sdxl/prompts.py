"""What SDXL reads: a request's words, and prompts of any length as embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.engines.images.base import ImageRequest
from sparkle_motion_dagster.engines.wording import phrase, says

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 75
"""Tokens that CLIP reads at once, beside the two that open and close a text."""


@dataclass(frozen=True)
class Embedded:
    """Texts as the UNet reads them.

    Attributes:
        tokens: Texts x (77 x chunks) x width of both text encoders.
        pooled: Texts x width of the second encoder's projection: each text as a whole.
    """

    tokens: Tensor
    pooled: Tensor


def wording(request: ImageRequest) -> str:
    """Return a request's prompt, then who its characters are, where they are, and its style.

    What the prompt says by itself is not said again.
    """
    prompt = phrase(request.prompt)
    besides = (
        *(person.description for person in request.characters),
        request.place,
        request.style,
    )
    parts = [phrase(text) for text in besides if text]
    missing = [part for part in parts if not says(prompt, part)]
    return ", ".join(part for part in (prompt, *missing) if part)


def negative_wording(request: ImageRequest, always: str) -> str:
    """Return what a picture shall not show: what its plan says, then what holds for all."""
    return ", ".join(part for part in ((request.negative_prompt or "").strip(), always) if part)


def chunks_of(pipeline: Any, *texts: str) -> int:
    """Return how many chunks of 75 tokens the longest of some texts takes; at least 1."""
    return max(
        len(_chunks(tokenizer, text))
        for tokenizer in (pipeline.tokenizer, pipeline.tokenizer_2)
        for text in texts
    )


def embedded(pipeline: Any, texts: Sequence[str], chunks: int) -> Embedded:
    """Return texts as embeddings.

    CLIP reads 77 tokens. A longer text is read in chunks of 75 tokens, each opened and closed on
    its own, and their embeddings are put behind each other; a shorter one is followed by empty
    chunks. One chunk gives just what diffusers' own ``encode_prompt`` gives. The text as a whole
    is its first chunk's.

    Args:
        pipeline: A StableDiffusionXLPipeline.
        texts: What to read.
        chunks: How many chunks each text is to take; no less than `chunks_of` says.
    """
    import torch

    _, first = _read(pipeline, pipeline.tokenizer, pipeline.text_encoder, texts, chunks)
    pooled, second = _read(pipeline, pipeline.tokenizer_2, pipeline.text_encoder_2, texts, chunks)
    return Embedded(torch.cat([first, second], dim=-1), pooled)


def _read(
    pipeline: Any, tokenizer: Any, encoder: Any, texts: Sequence[str], chunks: int
) -> tuple[Tensor, Tensor]:
    """Return what a text encoder says of each text's first chunk as a whole, and of all tokens."""
    import torch

    rows = [row for text in texts for row in _rows(tokenizer, text, chunks)]
    with torch.no_grad():
        ids = torch.tensor(rows, device=pipeline._execution_device)  # noqa: SLF001
        read = encoder(ids, output_hidden_states=True)
    whole = read[0][::chunks]
    # As SDXL was trained: what the last layer but one sees.
    return whole, read.hidden_states[-2].reshape(len(texts), chunks * (CHUNK + 2), -1)


def _chunks(tokenizer: Any, text: str) -> list[list[int]]:
    ids = tokenizer(text, add_special_tokens=False, truncation=False, verbose=False).input_ids
    return [ids[start : start + CHUNK] for start in range(0, max(1, len(ids)), CHUNK)]


def _rows(tokenizer: Any, text: str, chunks: int) -> list[list[int]]:
    """Return a text's token ids as rows of 77: opened, closed and padded."""
    filled = _chunks(tokenizer, text)
    return [
        _padded([tokenizer.bos_token_id, *chunk, tokenizer.eos_token_id], tokenizer.pad_token_id)
        for chunk in [*filled, *([] for _ in range(chunks - len(filled)))]
    ]


def _padded(ids: list[int], pad: int) -> list[int]:
    return ids + [pad] * (CHUNK + 2 - len(ids))
