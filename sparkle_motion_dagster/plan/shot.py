"""A shot as its author writes it: its keyframes, how it ends, and what is said in it."""

import operator
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from sparkle_motion_dagster.plan.objects import Notes, PlanObject
from sparkle_motion_dagster.plan.own_clip import OwnClipOrPath
from sparkle_motion_dagster.plan.titles import OnScreenText
from sparkle_motion_dagster.plan.values import (
    Duration,
    Id,
    Number,
    PlanFile,
    Seed,
    Text,
)
from sparkle_motion_dagster.plan.voices import LineSpec


class DialogueLine(LineSpec):
    """A line that is spoken in a shot."""

    metadata: Notes = Field(default_factory=Notes, description="notes")


class FaceBox(PlanObject):
    """Where a face is in the picture of a shot, in shares of its width and height."""

    left: Annotated[Number, Field(ge=0, lt=1)] = Field(description="left edge, 0 to 1")
    top: Annotated[Number, Field(ge=0, lt=1)] = Field(description="upper edge, 0 to 1")
    width: Annotated[Number, Field(gt=0, le=1)] = Field(description="share of the width")
    height: Annotated[Number, Field(gt=0, le=1)] = Field(description="share of the height")


class ShotMetadata(Notes):
    """Notes on a shot."""

    faces: dict[Id, FaceBox | None] | None = Field(
        default=None,
        exclude_if=lambda faces: faces is None,
        description="in a talking close-up, whose face is where, by character id; null: wherever "
        "it is found. A speaker who is not named is not in the picture",
    )


Transition = Literal["match", "hold", "cut", "dissolve", "fade", "wipe"]
"""How a shot ends; `ShotSpec.transition` says what each means."""

TimedTransition = Literal["dissolve", "fade", "wipe"]
"""One that takes time: ``transition_sec``."""

TIMED_TRANSITIONS: frozenset[Transition] = frozenset(get_args(TimedTransition))
"""All of those."""

DEFAULT_TRANSITION_S = 0.8
"""How long a transition takes whose length the plan leaves open, in seconds."""


class ShotSpec(PlanObject):
    """One shot: what is seen from one cut, or transition, to the next."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["start_base_image_id"]}, {"required": ["clip"]}]}
    )

    id: Id = Field(description="the shot's name, and its files'")
    duration_sec: Duration = Field(description="planned length in seconds")
    visual_description: Text = Field(description="what happens in the picture")
    clip: OwnClipOrPath | None = Field(
        default=None,
        exclude_if=lambda clip: clip is None,
        description="a clip of your own that the shot is, instead of keyframes: its path, or "
        "file, in and out",
    )
    start_base_image_id: Id | None = Field(
        default=None,
        validate_default=True,
        exclude_if=lambda keyframe: keyframe is None,
        description="keyframe that the shot starts on; every shot has one that is no clip",
    )
    end_base_image_id: Id | None = Field(
        default=None,
        exclude_if=lambda keyframe: keyframe is None,
        description="keyframe that it ends on; where the transition is match, the one that the "
        "next shot starts on",
    )
    transition: Transition = Field(
        default="match",
        exclude_if=lambda transition: transition == "match",
        description="how the shot ends. match: on the keyframe that the next shot starts on, so "
        "that nothing jumps; hold: it stays on its one keyframe, then cuts; cut: the next shot "
        "begins on its own keyframe; dissolve, fade (through black) and wipe: the same, over "
        "transition_sec. After the last shot fade goes to black; after a clip of your own cut is "
        "meant where nothing is said",
    )
    transition_sec: Duration | None = Field(
        default=None,
        exclude_if=lambda seconds: seconds is None,
        description=f"how long dissolve, fade or wipe take, in seconds; else "
        f"{DEFAULT_TRANSITION_S:g}. Half of it lies on each side of the cut",
    )
    setting: Text | None = Field(default=None, description="where it happens")
    motion_prompt: Text | None = Field(default=None, description="how the camera moves")
    negative_prompt: Text | None = Field(default=None, description="what must not be seen")
    seed: Seed | None = Field(default=None, description="the shot's own seed")
    is_talking_closeup: bool = Field(
        default=False, strict=True, description="whether a speaking mouth is seen, and must move"
    )
    dialogue: tuple[DialogueLine, ...] = Field(default=(), description="lines spoken, in order")
    on_screen_text: tuple[OnScreenText, ...] = Field(
        default=(), exclude_if=operator.not_, description="texts over the picture"
    )
    grade: PlanFile | None = Field(
        default=None,
        exclude_if=lambda grade: grade is None,
        description="look-up table (.cube) that its colours go through, instead of the plan's",
    )
    metadata: ShotMetadata = Field(default_factory=ShotMetadata, description="notes")

    @model_validator(mode="before")
    @classmethod
    def _cut_after_a_clip(cls, data: Any) -> Any:
        """A clip ends on no keyframe: where its plan does not say how, the next shot is cut to."""
        if isinstance(data, dict) and data.get("clip") is not None and "transition" not in data:
            return {**data, "transition": "cut"}
        return data

    @field_validator("start_base_image_id")
    @classmethod
    def _is_named(cls, keyframe: str | None, info: ValidationInfo) -> str | None:
        """Where the shot is no clip, it starts on a keyframe."""
        if keyframe is None and info.data.get("clip", ...) is None:
            raise ValueError(
                "is missing: name the base image that the shot starts on (a shot that is a clip "
                "of your own has none)"
            )
        return keyframe

    @property
    def keyframes(self) -> tuple[str, ...]:
        """The ids of the keyframes that it shows, in order."""
        return tuple(
            dict.fromkeys(
                keyframe
                for keyframe in (self.start_base_image_id, self.end_base_image_id)
                if keyframe is not None
            )
        )
