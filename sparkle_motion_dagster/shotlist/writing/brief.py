"""The brief: what somebody asks a writer for."""

import math
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from sparkle_motion_dagster.plan.parts import MAX_SHOTS
from sparkle_motion_dagster.units import Record

LONGEST_PROMPT = 20_000
"""Letters of a prompt: some 3,500 words."""

SHORTEST_S, LONGEST_S = 8.0, 600.0
"""How long films may be that somebody asks for, in seconds."""

MOST_SPEAKERS = 6
"""Characters whose voices a listener can tell apart."""

_SECONDS_A_SHOT = 2.5
"""What the shortest shots take."""

_MOST_SHOTS = 60


def _says_something(prompt: str) -> str:
    if not any(letter.isalnum() for letter in prompt):
        raise ValueError("says nothing: it has no letter and no digit")
    return prompt


Prompt = Annotated[
    str, Field(min_length=1, max_length=LONGEST_PROMPT), AfterValidator(_says_something)
]
Seconds = Annotated[float, Field(ge=SHORTEST_S, le=LONGEST_S)]
Style = Annotated[str, Field(min_length=1, max_length=200)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?$")]


class Brief(Record):
    """What a story is to be about, how long, how it looks, and what is spoken in it.

    Attributes:
        prompt: What somebody asks for, in their own words.
        seconds: How long the film is to be, about.
        style: How its pictures are to look; None: the writer decides.
        language: What is spoken; None: the language of the prompt.
        shots: How many shots the film may have; None: as many as it has time for.
    """

    prompt: Prompt
    seconds: Seconds = 30.0
    style: Style | None = None
    language: LanguageTag | None = None
    shots: int | None = Field(default=None, ge=1, le=MAX_SHOTS, exclude_if=lambda one: one is None)

    @property
    def most_shots(self) -> int:
        """How many shots the film may have."""
        if self.shots is not None:
            return self.shots
        return min(max(3, math.floor(self.seconds / _SECONDS_A_SHOT)), _MOST_SHOTS)
