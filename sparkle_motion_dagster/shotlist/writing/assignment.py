"""A writing assignment: what somebody wants to have written, and by whom."""

from typing import Any

from pydantic import Field, field_validator

from sparkle_motion_dagster.shotlist.writing.brief import Brief, LanguageTag, Prompt, Seconds, Style
from sparkle_motion_dagster.units import Record, Seed


class WriterChoice(Record):
    """Who writes, and how.

    Attributes:
        engine: The writer's name; None: the one that the film's profile has.
        settings: In which it differs from its defaults; of the profile's writer, from the profile.
    """

    engine: str | None = None
    settings: dict[str, Any] = Field(default={})


class Assignment(Record):
    """What a story is to be about, who is to write it, and what is to become of the draft.

    Attributes:
        prompt: What somebody asks for, in their own words.
        seconds: How long the film is to be, about; None: as a brief has it.
        style: How its pictures are to look; None: the writer decides.
        language: What is spoken; None: the language of the prompt.
        seed: Another one makes another story.
        writer: Who writes; just a name stands for that writer as it is.
        approve: Whether the draft is the film's plan at once, unseen.
    """

    prompt: Prompt
    seconds: Seconds | None = None
    style: Style | None = None
    language: LanguageTag | None = None
    seed: Seed = 0
    writer: WriterChoice = WriterChoice()
    approve: bool = False

    @field_validator("writer", mode="before")
    @classmethod
    def _named(cls, writer: object) -> object:
        return {"engine": writer} if isinstance(writer, str) else writer

    @property
    def brief(self) -> Brief:
        """The brief for a new story."""
        asked = {"prompt", "seconds", "style", "language"}
        return Brief.model_validate(self.model_dump(include=asked, exclude_none=True))
