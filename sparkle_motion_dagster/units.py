"""What every layer shares: the base of records, and exact units of pictures and sound."""

import re
import unicodedata
from fractions import Fraction
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

SAMPLE_RATE = 48_000
"""Sample rate of every sound that the film is mixed from and delivered with, in Hz."""

_RATE = re.compile(r"([1-9]\d{0,6})/([1-9]\d{0,6})")


def _parse_rate(value: Any) -> Any:
    if isinstance(value, str):
        match = _RATE.fullmatch(value)
        if match is None:
            raise ValueError(f"a frame rate is written '24/1' or '24000/1001', not {value!r}")
        return Fraction(int(match[1]), int(match[2]))
    return value


def format_rate(rate: Fraction) -> str:
    """Return a frame rate the way it is stored: ``"24/1"``, ``"24000/1001"``."""
    return f"{rate.numerator}/{rate.denominator}"


FrameRate = Annotated[
    Fraction,
    BeforeValidator(_parse_rate),
    PlainSerializer(format_rate, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _RATE.pattern}),
]
"""Frames per second as an exact fraction; ``"24/1"`` in JSON."""


def plain(text: str) -> str:
    """Return a text as it is kept: without spaces around it, its lines ended by a newline each.

    Raises:
        ValueError: It holds a control character, with which it could steer a terminal, or half of a
            character (a lone surrogate), which no file can hold.
    """
    text = text.replace("\r\n", "\n").strip()
    for letter in text:
        if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\t\n":
            raise ValueError(f"holds U+{ord(letter):04X}, which is no character that can be shown")
    return text


PlainText = Annotated[str, AfterValidator(plain)]
"""What a person says, to be shown to others."""

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
"""An sRGB colour as web pages write it: ``#ffffff`` is white."""


Seed = Annotated[int, Field(ge=0, lt=2**32)]
"""Decides what is left to chance."""


class Record(BaseModel):
    """Base of what is passed on and written to disk: frozen, and unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class FrameSize(Record):
    """The size of a picture in pixels; both sides even, because 4:2:0 video needs it."""

    width: int = Field(ge=64, le=4096, multiple_of=2, description="in pixels")
    height: int = Field(ge=64, le=4096, multiple_of=2, description="in pixels")

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"
