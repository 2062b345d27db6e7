"""Loading a language model, its tokenizer and what holds its answers to a schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.quiet import quiet_transformers

if TYPE_CHECKING:
    from pathlib import Path

    from llguidance import LLTokenizer

    from sparkle_motion_dagster.gpu.presets import Precision


@dataclass(frozen=True)
class LanguageModel:
    """A language model on a device.

    Attributes:
        model: What transformers loads as AutoModelForCausalLM.
        tokenizer: Its fast tokenizer, with a chat template.
        pieces: The same tokenizer as llguidance has it: what text each token stands for.
        ends: The tokens that end an answer.
        context: How many tokens it reads at most, its own included; None: it does not say.
    """

    model: Any
    tokenizer: Any
    pieces: LLTokenizer
    ends: tuple[int, ...]
    context: int | None


def load(folder: Path, precision: Precision, device: str) -> LanguageModel:
    """Return a language model on a device.

    Nothing of it is run but what transformers itself knows: no code that comes with it, no pickle.

    Args:
        folder: Where it is.
        precision: What it computes in.
        device: torch's name of the device: "cuda:0", "cpu".

    Raises:
        EngineInputError: It is no instruct model: it has no chat template, or nothing in it says
            where an answer ends.
    """
    import torch
    from llguidance.hf import from_tokenizer
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

    with quiet_transformers():
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        if not tokenizer.chat_template:
            raise EngineInputError(
                f"The model in {folder} has no chat template: it goes on with a text, and cannot "
                "be asked for one. Take its instruct version."
            )
        model = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=getattr(torch, precision),
            attn_implementation="sdpa",
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        ).to(device)
    ends = _ends(model, tokenizer, folder)
    # Settings say how it samples, and nothing that comes with the model.
    model.generation_config = GenerationConfig(eos_token_id=list(ends), pad_token_id=ends[0])
    config = model.config.get_text_config()
    return LanguageModel(
        model=model,
        tokenizer=tokenizer,
        pieces=from_tokenizer(tokenizer, n_vocab=config.vocab_size, eos_token=list(ends)),
        ends=ends,
        context=getattr(config, "max_position_embeddings", None),
    )


def _ends(model: Any, tokenizer: Any, folder: Path) -> tuple[int, ...]:
    """Return the tokens that end an answer: what the tokenizer says, and what the model says."""
    said = model.generation_config.eos_token_id
    told = [tokenizer.eos_token_id, *(said if isinstance(said, list) else [said])]
    ends = tuple(dict.fromkeys(int(token) for token in told if token is not None))
    if not ends:
        raise EngineInputError(
            f"Nothing in {folder} says which token ends an answer (eos_token). Take an instruct "
            "model with its own tokenizer."
        )
    return ends
