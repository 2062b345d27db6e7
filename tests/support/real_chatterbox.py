"""Writes Chatterbox's weights, freshly initialised: run inside its environment, `MODEL FOLDER`.

The modules are Chatterbox's own, at their full size. They have learned nothing: they babble, in
noise, for as many tokens as it is said here.
"""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers

BABBLE_TOKENS = 12
"""How long a line is, in speech tokens, of which there are 25 a second."""

_BESIDE_TEXT_TURBO = 190
"""About how many tokens stand before Turbo's speech: of the voice, and of a short line."""

_LOUD = 1000.0

_SOUNDS = 6561
"""How many speech tokens are sounds; those after them steer."""


def write(model: str, folder: Path) -> None:
    """Write what `from_local` of a model reads, with a built-in voice."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    {"english": _english, "multilingual": _multilingual, "turbo": _turbo}[model](folder)


def _english(folder: Path) -> None:
    from chatterbox.models.t3 import T3
    from chatterbox.tts import ChatterboxTTS

    _write_shared(folder, "s3gen.safetensors", meanflow=False)
    t3 = T3()
    _say(t3.hp.stop_speech_token, t3, t3.speech_pos_emb.emb.weight, BABBLE_TOKENS)
    save_file(t3.state_dict(), folder / "t3_cfg.safetensors")
    _letters(704).save(str(folder / "tokenizer.json"))
    _write_voice(ChatterboxTTS, folder)


def _multilingual(folder: Path) -> None:
    from chatterbox.models.s3gen import S3Gen
    from chatterbox.models.t3 import T3
    from chatterbox.models.t3.modules.t3_config import T3Config
    from chatterbox.models.voice_encoder import VoiceEncoder
    from chatterbox.mtl_tts import SUPPORTED_LANGUAGES, ChatterboxMultilingualTTS

    torch.save(VoiceEncoder().state_dict(), folder / "ve.pt")
    torch.save(S3Gen().state_dict(), folder / "s3gen.pt")
    t3 = T3(T3Config.multilingual())
    # It stops where its attention has come to the end of the text, which babble never does, and
    # where it says the same token twice.
    _say(100, t3, t3.speech_pos_emb.emb.weight, BABBLE_TOKENS)
    save_file(t3.state_dict(), folder / "t3_mtl23ls_v2.safetensors")
    tags = [f"[{language}]" for language in SUPPORTED_LANGUAGES]
    cangjie = [f"[cj_{letter}]" for letter in "abcdefghijklmnopqrstuvwxyz."]
    tokenizer = _letters(2454, *tags, *cangjie)
    tokenizer.save(str(folder / "grapheme_mtl_merged_expanded_v1.json"))
    (folder / "Cangjie5_TC.json").write_text(json.dumps(["你\tonf", "好\tvnd"]), encoding="utf-8")
    _write_voice(ChatterboxMultilingualTTS, folder)


def _turbo(folder: Path) -> None:
    from chatterbox.models.t3 import T3
    from chatterbox.models.t3.modules.t3_config import T3Config
    from chatterbox.tts_turbo import ChatterboxTurboTTS

    _write_shared(folder, "s3gen_meanflow.safetensors", meanflow=True)
    config = T3Config(text_tokens_dict_size=50276)
    config.llama_config_name = "GPT2_medium"
    config.speech_tokens_dict_size = 6563
    config.input_pos_emb = None
    config.speech_cond_prompt_len = 375
    config.use_perceiver_resampler = False
    config.emotion_adv = False
    t3 = T3(config)
    _say(t3.hp.stop_speech_token, t3, t3.tfmr.wpe.weight, _BESIDE_TEXT_TURBO + BABBLE_TOKENS)
    save_file(t3.state_dict(), folder / "t3_turbo_v1.safetensors")
    vocabulary = {letter: at for at, letter in enumerate(pre_tokenizers.ByteLevel.alphabet())}
    vocabulary["<|endoftext|>"] = len(vocabulary)
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "GPT2Tokenizer"}))
    (folder / "added_tokens.json").write_text("{}")
    (folder / "special_tokens_map.json").write_text("{}")
    _write_voice(ChatterboxTurboTTS, folder, seconds=6, norm_loudness=False)


def _write_shared(folder: Path, vocoder: str, *, meanflow: bool) -> None:
    from chatterbox.models.s3gen import S3Gen
    from chatterbox.models.voice_encoder import VoiceEncoder

    save_file(VoiceEncoder().state_dict(), folder / "ve.safetensors")
    save_file(S3Gen(meanflow=meanflow).state_dict(), folder / vocoder)


def _say(token: int, t3: Any, positions: torch.Tensor, first: int) -> None:
    """Have nothing but a token follow from a position on, and before it any that is a sound.

    Two dimensions are kept for it, and drown all others.
    """
    with torch.no_grad():
        positions[:, :2] = 0
        positions[first:, 0] = _LOUD
        positions[:first, 1] = _LOUD
        t3.speech_head.weight[_SOUNDS:, :2] = -1
        t3.speech_head.weight[token, 0] = 1


def _letters(room: int, *tags: str) -> Tokenizer:
    """Return a tokenizer that has a token for each letter, and one for each tag."""
    special = ["[STOP]", "[UNK]", "[SPACE]", "[START]", *tags]
    letters = [chr(code) for code in range(33, 127)]
    vocabulary = {token: at for at, token in enumerate([*special, *letters])}
    assert len(vocabulary) <= room
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token=special[1]))
    tokenizer.add_special_tokens(special)
    return tokenizer


def _write_voice(kind: Any, folder: Path, seconds: int = 2, **options: bool) -> None:
    """Write a built-in voice: what a model hears in some seconds of a hum."""
    recording = folder / "hum.wav"
    times = np.arange(seconds * 24000) / 24000
    hum = 0.2 * np.sin(2 * np.pi * 140 * times) * (1 + np.sin(2 * np.pi * 3 * times)) / 2
    with wave.open(str(recording), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24000)
        file.writeframes((hum * 32767).astype("<i2").tobytes())
    model = kind.from_local(folder, "cpu")
    model.prepare_conditionals(str(recording), **options)
    model.conds.save(folder / "conds.pt")
    recording.unlink()


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]))
