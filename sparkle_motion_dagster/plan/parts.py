"""The parts of a plan, as its author writes them: characters, keyframes, shots, lines."""

import math
from typing import Annotated, Literal

from pydantic import Field

from sparkle_motion_dagster.plan.limits import Limits
from sparkle_motion_dagster.plan.objects import Notes, PlanObject
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.soundtrack import Soundtrack
from sparkle_motion_dagster.plan.titles import BurnedCaptions, TitleCard
from sparkle_motion_dagster.plan.values import (
    Aspect,
    Duration,
    Id,
    Name,
    Number,
    PlanFile,
    Resolution,
    Seed,
    Start,
    Text,
    Title,
)
from sparkle_motion_dagster.plan.voices import HeardObject, LineSpec
from sparkle_motion_dagster.units import FrameSize

MAX_SHOTS = 200
"""Most shots that a film may have."""

MAX_KEYFRAMES = 2 * MAX_SHOTS
"""Most keyframes: where nothing matches, each shot may start on one and end on another."""


class BaseImageMetadata(Notes):
    """Notes on a keyframe."""

    seed: Seed | None = Field(default=None, description="the keyframe's own seed")


class RenderMetadata(Notes):
    """Notes on the rendering."""

    resolution: Resolution | None = Field(
        default=None, description="picture size, such as 1280x720: both even, 64 to 4096"
    )


class PlanMetadata(RenderMetadata):
    """Notes on the film."""

    plan_id: Text | None = Field(default=None, description="the author's own name of the plan")
    seed: Seed | None = Field(
        default=None, description="what the seed of every item derives from that has none; else 0"
    )


class VoiceProfile(PlanObject):
    """How a character sounds."""

    voice_id: Text | None = Field(default=None, description="a voice of the voice catalogue")
    language: Annotated[Text, Field(json_schema_extra={"examples": ["en-US", "fr"]})] | None = (
        Field(default=None, description="language tag, such as en-US")
    )
    pitch: Annotated[Number, Field(ge=0.5, le=2)] | None = Field(
        default=None, description="factor on the voice's own pitch; 1 is as it is"
    )
    rate: Annotated[Number, Field(ge=0.5, le=2)] | None = Field(
        default=None, description="factor on the voice's own pace; 1 is as it is"
    )
    seed: Seed | None = Field(default=None, description="seed of every line of the character")
    reference_wav: PlanFile | None = Field(
        default=None, description="recording of the voice to imitate, in the plan's folder"
    )
    exaggeration: Annotated[Number, Field(ge=0, le=2)] | None = Field(
        default=None, description="how strongly emotion is played; 0.5 is usual"
    )
    cfg_weight: Annotated[Number, Field(ge=0, le=1)] | None = Field(
        default=None, description="how closely the pace follows the reference; 0.5 is usual"
    )
    temperature: Annotated[Number, Field(gt=0, le=2)] | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="how freely takes vary; 0.8 is usual",
    )
    provider: Text | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="the provider that must speak, of those that the profile lets choose from",
    )


class CharacterSpec(HeardObject):
    """Somebody who is seen or heard."""

    id: Id = Field(description="what lines and pictures call the character")
    name: Name = Field(description="the name that people read")
    description: Text | None = Field(default=None, description="looks, age, manner")
    reference_image: PlanFile | None = Field(
        default=None, description="picture of the character, in the plan's folder"
    )
    voice_profile: VoiceProfile = Field(default_factory=VoiceProfile, description="the voice")


class BaseImageSpec(PlanObject):
    """A keyframe: a picture on which shots start or end."""

    id: Id = Field(description="what the shots call the keyframe")
    prompt: Text = Field(description="what the picture shows")
    negative_prompt: Text | None = Field(default=None, description="what it must not show")
    characters: tuple[Id, ...] = Field(default=(), description="ids of who is in the picture")
    asset_uri: PlanFile | None = Field(
        default=None,
        description="the same as local_path, or artifact://sha256/DIGEST, a file that was "
        "uploaded; nothing is ever fetched",
    )
    local_path: PlanFile | None = Field(
        default=None,
        description="picture that is used as it is, fitted to the frame; in the plan's folder",
    )
    mime_type: Text | None = Field(default=None, description="its media type, such as image/png")
    metadata: BaseImageMetadata = Field(default_factory=BaseImageMetadata, description="notes")

    @property
    def picture(self) -> str | None:
        """The picture that the user brings, as the plan names it; None where one is made."""
        return self.local_path or self.asset_uri


class TimelinePart(PlanObject):
    """A stretch of the film's time."""

    start_time_sec: Start = Field(description="seconds from the film's start")
    duration_sec: Duration = Field(description="length in seconds")

    @property
    def end_time_sec(self) -> float:
        """Where it ends, in seconds from the film's start."""
        return self.start_time_sec + self.duration_sec


class DialogueEntry(LineSpec, TimelinePart):
    """A line, and the time that it should take."""

    type: Literal["dialogue"] = Field(description="a line is spoken")


class SilenceEntry(TimelinePart):
    """Time in which nobody speaks."""

    type: Literal["silence"] = Field(description="nobody speaks")


TimelineEntry = Annotated[DialogueEntry | SilenceEntry, Field(discriminator="type")]


class VideoProfile(PlanObject):
    """What moves the pictures."""

    model_id: Text = Field(
        description="which model makes the clips, where the profile's video engine has a choice; "
        "else it is only recorded"
    )
    max_fps: Annotated[Number, Field(gt=0)] | None = Field(
        default=None, description="most frames per second; 23.976 means 24000/1001"
    )
    notes: Text | None = Field(default=None, description="notes")


ReviewedStage = Literal["movie_plan", "base_images"]
"""A stage that a plan or a profile may have a person look at before the film goes on."""


class RenderProfile(PlanObject):
    """How the film is to be rendered."""

    video: VideoProfile = Field(description="what moves the pictures")
    aspect: Aspect | None = Field(
        default=None,
        exclude_if=lambda aspect: aspect is None,
        description="the frame's shape: its size is then the largest of it for which the "
        "profile's has room, turned upright for an upright one; 1080x1920 in 1920x1080",
    )
    review: tuple[ReviewedStage, ...] = Field(
        default=(), description="stages that a person must approve before the film goes on"
    )
    burned_captions: BurnedCaptions | None = Field(
        default=None,
        exclude_if=lambda captions: captions is None,
        description="whether captions are part of the picture: off, lines, or words (the one that "
        "is spoken is lit); else as the profile says",
    )
    limits: Limits | None = Field(
        default=None,
        exclude_if=lambda limits: limits is None,
        description="what a render may take before a person is asked; a profile's lower limit "
        "holds all the same",
    )
    metadata: RenderMetadata = Field(default_factory=RenderMetadata, description="notes")


class UncheckedPlan(PlanObject):
    """All that a plan says, whether its parts agree or not."""

    schema_version: Literal["1"] = Field(default="1", description="version of this format")
    title: Title = Field(description="the film's title")
    style: Text | None = Field(
        default=None,
        exclude_if=lambda style: style is None,
        description="how every picture looks that is drawn: lens, light, palette, film stock",
    )
    characters: tuple[CharacterSpec, ...] = Field(default=(), description="who is seen or heard")
    base_images: tuple[BaseImageSpec, ...] = Field(
        max_length=MAX_KEYFRAMES,
        description="the keyframes: the pictures that shots start and end on; none where all shots "
        "are clips of your own",
    )
    shots: tuple[ShotSpec, ...] = Field(
        min_length=1, max_length=MAX_SHOTS, description="the shots, in order"
    )
    title_card: TitleCard | None = Field(
        default=None,
        exclude_if=lambda card: card is None,
        description="a card before the first shot",
    )
    end_card: TitleCard | None = Field(
        default=None,
        exclude_if=lambda card: card is None,
        description="a card after the last shot",
    )
    grade: PlanFile | None = Field(
        default=None,
        exclude_if=lambda grade: grade is None,
        description="look-up table (.cube) that the colours of all shots go through; in the "
        "plan's folder",
    )
    dialogue_timeline: tuple[TimelineEntry, ...] | None = Field(
        default=None,
        description="when each line is spoken, without gap or overlap from 0 to the film's end; "
        "derived from the shots' dialogue when left out",
    )
    soundtrack: Soundtrack | None = Field(
        default=None,
        exclude_if=lambda soundtrack: soundtrack is None,
        description="what sounds beside speech: music, ambience, effects",
    )
    render_profile: RenderProfile = Field(description="how the film is to be rendered")
    metadata: PlanMetadata = Field(default_factory=PlanMetadata, description="notes")

    @property
    def planned_seconds(self) -> float:
        """The planned length of all shots, in seconds: the film's, without its cards."""
        return math.fsum(shot.duration_sec for shot in self.shots)

    @property
    def resolution(self) -> FrameSize | None:
        """The size that the plan asks for: the render profile's, else the film's."""
        return self.render_profile.metadata.resolution or self.metadata.resolution

    def character(self, character_id: str) -> CharacterSpec:
        """Return a character by id; every id that a valid plan names is one."""
        return next(one for one in self.characters if one.id == character_id)
