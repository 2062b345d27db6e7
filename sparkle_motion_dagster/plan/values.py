"""The kinds of value that a plan's fields hold, each with an error that says what to write."""

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from sparkle_motion_dagster.artifacts.addresses import digest_in
from sparkle_motion_dagster.plan.fields import shown
from sparkle_motion_dagster.units import FrameSize

MAX_FILM_S = 3600.0
"""Longest film, in seconds."""

MAX_LINE_CHARACTERS = 2000
"""Longest spoken line."""

MAX_TITLE_CHARACTERS = 500
"""Longest title of a film."""

MAX_NAME_CHARACTERS = 200
"""Longest name of a character."""

MAX_SCREEN_CHARACTERS = 500
"""Longest text on a card or over a shot."""

ID_PATTERN = r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
"""What ids look like: safe as a file name everywhere."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_RESOLUTION = re.compile(r"([0-9]{2,4})x([0-9]{2,4})")


def _check_text(text: str) -> str:
    for letter in text:
        if unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\t\n\r":
            raise ValueError(f"holds the control character U+{ord(letter):04X}: take it out")
    return text


def _check_id(text: str) -> str:
    if re.fullmatch(ID_PATTERN, text) is None:
        raise ValueError(
            f"{shown(text)} is no id: an id is 1 to 64 letters (a-z, A-Z), digits, '.', '_' and "
            "'-', begins with a letter or a digit, and has no '..' in it"
        )
    return text


def _check_file(text: str) -> str:
    if digest_in(text) is not None:
        return text
    if text.startswith("artifact:"):
        raise ValueError(
            f"{shown(text)} is no address of an uploaded file: that is artifact://sha256/ and the "
            "64 digits (0-9, a-f) of its digest"
        )
    if _ADDRESS.match(text):
        raise ValueError(
            f"{shown(text)} is an address; nothing is fetched: put the file beside the plan and "
            "give its path from there"
        )
    if text.startswith("/"):
        raise ValueError(
            f"{shown(text)} is an absolute path: put the file into the plan's folder or below it "
            "and give its path from there"
        )
    if ".." in text.split("/"):
        raise ValueError(
            f"{shown(text)} leads out of the plan's folder ('..'): put the file into the plan's "
            "folder or below it"
        )
    return text


def _parse_seed(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value):
        return int(value)
    return value


def _parse_resolution(value: Any) -> Any:
    if isinstance(value, FrameSize):
        return value
    match = _RESOLUTION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(
            f"{shown(value)} is no resolution: write width x height as text, such as 1280x720"
        )
    width, height = int(match[1]), int(match[2])
    if any(side % 2 or not 64 <= side <= 4096 for side in (width, height)):
        raise ValueError(f"{value}: width and height must be even, and from 64 to 4096")
    return FrameSize(width=width, height=height)


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_check_text),
    Field(json_schema_extra={"pattern": r"\S"}),
]
"""Text that is not blank; white space around it does not count."""

Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE_CHARACTERS),
    AfterValidator(_check_text),
    Field(json_schema_extra={"pattern": r"\S"}),
]
"""What a film is called."""

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME_CHARACTERS),
    AfterValidator(_check_text),
    Field(json_schema_extra={"pattern": r"\S"}),
]
"""What people call a character."""

ScreenText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_SCREEN_CHARACTERS),
    AfterValidator(_check_text),
    Field(json_schema_extra={"pattern": r"\S"}),
]
"""What is written on the screen; a line break in it is one there."""

SpokenText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LINE_CHARACTERS),
    AfterValidator(_check_text),
    Field(json_schema_extra={"pattern": r"\S"}),
]
"""What a character says in one line."""

Id = Annotated[
    str, AfterValidator(_check_id), Field(json_schema_extra={"pattern": f"^{ID_PATTERN}$"})
]
"""The name of a shot, a keyframe or a character."""

PlanFile = Annotated[Text, AfterValidator(_check_file)]
"""A file: a path in the plan's folder or below it, with ``/`` between folders, or the address of an
uploaded file, ``artifact://sha256/DIGEST``."""

Seed = Annotated[
    int,
    BeforeValidator(_parse_seed),
    Field(strict=True, ge=0, lt=2**32),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "exclusiveMaximum": 2**32},
                {"type": "string", "pattern": "^[0-9]{1,10}$"},
            ]
        }
    ),
]
"""What chance starts from; digits in quotes count as the number."""

Resolution = Annotated[
    FrameSize,
    BeforeValidator(_parse_resolution),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_RESOLUTION.pattern}$"}),
]
"""A picture size, written ``1280x720``: both numbers even, from 64 to 4096 pixels."""

Aspect = Literal["16:9", "9:16", "1:1", "4:5", "2.39:1"]
"""The shape of a frame by name: its width to its height."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number; digits in quotes are text."""

Start = Annotated[Number, Field(ge=0, le=MAX_FILM_S)]
"""A moment of the film, in seconds from its start."""

Duration = Annotated[Number, Field(gt=0, le=MAX_FILM_S)]
"""A length of time, in seconds."""
