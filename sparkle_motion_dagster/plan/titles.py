"""What a plan writes on the screen: title cards, texts over shots, captions burned in."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from sparkle_motion_dagster.plan.objects import PlanObject
from sparkle_motion_dagster.plan.values import Number, ScreenText, Start

CardStyle = Literal["black", "paper", "picture"]
"""What a card's text stands on; `TitleCard.style` says what each means."""

TextPlace = Literal["lower_third", "top", "centre"]
"""Where a text lies in the picture."""

BurnedCaptions = Literal["off", "lines", "words"]
"""How captions are part of the picture: not at all, line by line, or with the spoken word lit."""


USUAL_FADE_S = 0.5
"""How long a card takes to come, and to go, whose plan does not say, in seconds."""


class TitleCard(PlanObject):
    """A card with a text, before the first shot or after the last one."""

    text: ScreenText = Field(
        description="what it says; what follows the first line break is set smaller"
    )
    seconds: Annotated[Number, Field(ge=0.5, le=60)] = Field(
        default=3.0, description="how long it is shown, in seconds; the film is longer by that"
    )
    style: CardStyle = Field(
        default="black",
        description="black: light on black; paper: dark on warm white; picture: on the keyframe "
        "beside it, blurred and darkened",
    )
    fade: Annotated[Number, Field(ge=0, le=5)] | None = Field(
        default=None,
        exclude_if=lambda fade: fade is None,
        description="how long it takes to come out of black, and to go back, in seconds; 0: it "
        f"cuts. Else {USUAL_FADE_S:g}, of a short card a quarter",
    )

    @property
    def fade_s(self) -> float:
        """How long it takes to come, and to go, in seconds."""
        return min(USUAL_FADE_S, self.seconds / 4) if self.fade is None else self.fade


class OnScreenText(PlanObject):
    """A text over a shot."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_alias=True)

    text: ScreenText = Field(
        description="what it says; what follows the first line break is set smaller"
    )
    place: TextPlace = Field(
        default="lower_third",
        description="lower_third: on a plate on the left, above where captions are; top and "
        "centre: in the middle of the width",
    )
    start: Start = Field(
        default=0.0, alias="from", description="when it comes, in seconds of the shot"
    )
    end: Start | None = Field(
        default=None,
        alias="to",
        description="when it has gone, in seconds of the shot; else with the shot",
    )
