"""How a line is heard: from inside the picture or not, through what, and spoken or recorded."""

from typing import Annotated, Literal

from pydantic import Field

from sparkle_motion_dagster.plan.objects import PlanObject
from sparkle_motion_dagster.plan.values import Id, PlanFile, SpokenText

Effect = Literal["telephone", "radio", "far", "hall", "thought"]
"""Through what a voice is heard."""

Treatment = Literal["none", Effect]
"""What a plan says of that; ``none`` is for a line whose character is usually heard through one."""

_TREATMENTS = (
    "telephone, radio, far (from a distance), hall (in a large room), thought (close, not said "
    "aloud)"
)


class HeardObject(PlanObject):
    """What a character and a line can both say about how they are heard; the line wins."""

    off_screen: Annotated[bool, Field(strict=True)] | None = Field(
        default=None,
        exclude_if=lambda off_screen: off_screen is None,
        description="whether the voice comes from outside of the picture: a narrator, somebody on "
        "the phone, a thought. No face is moved or drawn for it, and its captions are in italics. "
        "Left out, that is so for a character who is in no picture, where all talking close-ups "
        "say who is in theirs",
    )
    treatment: Treatment | None = Field(
        default=None,
        exclude_if=lambda treatment: treatment is None,
        description=f"through what the voice is heard: {_TREATMENTS}; none, where the character's "
        "is not to be heard in a line",
    )


class LineSpec(HeardObject):
    """A line: who says what, and how it is heard."""

    character_id: Id = Field(description="id of who speaks")
    text: SpokenText = Field(description="what is said")
    audio: PlanFile | None = Field(
        default=None,
        exclude_if=lambda audio: audio is None,
        description="recording of the line, in the plan's folder: it is heard, and nobody speaks",
    )
