"""Sizes as people type them, with their unit: 500MB, 50GB, 1.5TiB."""

import re

from pydantic import ByteSize, TypeAdapter, ValidationError

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.fields import shown

_SIZE: TypeAdapter[ByteSize] = TypeAdapter(ByteSize)
_SIZE_TEXT = re.compile(r"[0-9]+(\.[0-9]+)?\s*[kMGTP]i?B", re.IGNORECASE)
"""All of the text: pydantic itself reads 1,5TB as one byte, and 50 as fifty."""

_SMALLEST = 10**6
"""Bytes; whoever types less means something else."""


class SizeError(InputError):
    """What somebody typed is no size."""


def size_of(name: str, text: str) -> int:
    """Return a size in bytes.

    Args:
        name: What it was typed for, such as ``--max-store``.
        text: It, as it was typed.

    Raises:
        SizeError: It is none, or less than anybody means.
    """
    try:
        size = _SIZE.validate_python(text) if _SIZE_TEXT.fullmatch(text) else 0
    except (ValidationError, OverflowError):
        size = 0
    if size < _SMALLEST:
        raise SizeError(
            f"{name}: {shown(text)} is no size of 1MB or more. Write it with its unit, like "
            "500MB, 50GB or 1.5TiB."
        )
    return size
