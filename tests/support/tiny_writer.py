"""A tiny language model with random weights, saved the way real ones are; for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SEED = 0

MARKS = ("<|im_start|>", "<|im_end|>")

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""ChatML, as Qwen's models have it."""

_WORDS = """\
The keeper climbs the stairs of the lighthouse while the storm comes in from the sea, and the
lamp turns above an empty harbour at night. She looks at him, he turns away; nobody says what
both of them know. A wide shot of the coast, a close-up of her face, rain on the window of the
lamp room. "Not tonight," she says softly. The old woman in the grey coat waits on the platform
for a train that never comes, and the boy beside her counts the birds on the wire. Who are you?
I am your brother, Mara.
"""


def save(
    folder: Path,
    *,
    context: int = 32_768,
    chat_template: str | None = CHAT_TEMPLATE,
    words: int = 900,
) -> Path:
    """Write a model of about half a million weights, and its tokenizer.

    Args:
        folder: Where to.
        context: How many tokens it reads.
        chat_template: In Jinja; None: it has none.
        words: How many tokens it knows.
    """
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    tokenizer = _tokenizer(words)
    torch.manual_seed(SEED)
    model = Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=words + 60,  # padded, as many are
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=1,
            max_position_embeddings=context,
            tie_word_embeddings=False,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    _end_soon(model, tokenizer.convert_tokens_to_ids(['"', "]"]))
    model.save_pretrained(folder)
    tokenizer.chat_template = chat_template
    tokenizer.save_pretrained(folder)
    return folder


def _end_soon(model: Any, ends: list[int]) -> None:
    """Have some tokens be likelier than others, whatever came before: texts and lists end soon."""
    import torch

    with torch.no_grad():
        model.model.embed_tokens.weight[:, 0] = 0.1
        model.lm_head.weight[ends, 0] = 0.8


def _tokenizer(words: int) -> Any:
    """Return a tokenizer whose tokens are bytes, and what often stands together."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import PreTrainedTokenizerFast

    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(
        [_WORDS], vocab_size=words, min_frequency=1, special_tokens=list(MARKS), show_progress=False
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=trained._tokenizer,
        eos_token=MARKS[1],
        additional_special_tokens=[MARKS[0]],
    )
