"""How much memory weights take once they are loaded, read from the headers of their files."""

import json
import re
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.gpu.presets import Precision

_WIDTHS: dict[Precision, int] = {"float32": 4, "float16": 2, "bfloat16": 2}
"""Bytes a number."""

_FLOAT = re.compile(r"B?F(\d+)")
"""What safetensors calls floats, by their bits: F32, BF16, F8_E4M3."""


def weights_bytes(part: Path, precision: Precision) -> int:
    """Return the bytes that the weights of a model's part take once they are loaded.

    Floats are turned into the precision, all else stays as it is. Where there are weights in 16
    bits beside others, they are the ones that are read. No tensor is looked at: safetensors begin
    with a list of what is in them (https://github.com/huggingface/safetensors, "Format").

    Args:
        part: The part's folder, without safetensors in which its weights take nothing; or the one
            file that is read of it.
        precision: What it computes in.
    """
    if part.is_file():
        return _bytes_of(part, _WIDTHS[precision])
    files = list(part.glob("*.fp16*.safetensors")) or list(part.glob("*.safetensors"))
    return sum(_bytes_of(file, _WIDTHS[precision]) for file in files)


def _bytes_of(file: Path, width: int) -> int:
    try:
        return sum(_loaded_bytes(tensor, width) for tensor in tensors_of(file).values())
    except (ValueError, KeyError, TypeError, AttributeError):
        # No safetensors: whoever loads it says so, with what to do.
        return file.stat().st_size


def tensors_of(file: Path) -> dict[str, Any]:
    """Return what a safetensors file says of its tensors, by name, without reading them.

    Raises:
        ValueError: It is no safetensors file, or cut off.
    """
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if length > file.stat().st_size:
            raise ValueError(f"{file} is cut off in its header.")
        header = json.loads(opened.read(length))
    return {name: described for name, described in header.items() if name != "__metadata__"}


def _loaded_bytes(tensor: dict[str, Any], width: int) -> int:
    begin, end = tensor["data_offsets"]
    is_float = _FLOAT.match(tensor["dtype"])
    return int((end - begin) * 8 * width // int(is_float[1]) if is_float else end - begin)
