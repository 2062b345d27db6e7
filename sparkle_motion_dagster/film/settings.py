"""What a profile says of the film itself, beside which engines answer."""

from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.film.takes.rules import TakesRule
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.pictures import WHITE
from sparkle_motion_dagster.media.sound.ducking import Ducking
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget
from sparkle_motion_dagster.plan.film_format import FilmFormat, film_format
from sparkle_motion_dagster.plan.limits import Limits
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import ReviewedStage
from sparkle_motion_dagster.plan.titles import BurnedCaptions
from sparkle_motion_dagster.units import Colour, FrameRate, FrameSize, Record


class SoundLevels(Record):
    """How loud each kind of sound is against speech, in LU, before a plan's ``gain_db``."""

    music: float = Field(default=-6.0, ge=-40, le=10, description="where nobody speaks")
    ambience: float = Field(default=-18.0, ge=-40, le=10, description="files, and outdoor moods")
    effects: float = Field(default=-6.0, ge=-40, le=10, description="single sounds")


class FilmSettings(Record):
    """Format, pace and encoding of a profile's films; a plan may ask for another format.

    ``intermediate`` encodes clips that a later step (lip sync, finishing) encodes again.
    """

    frame_rate: FrameRate
    size: FrameSize
    max_tempo: float = Field(ge=1.0, le=2.0, description="the fastest a line may be spoken")
    delivery: ClipEncoding
    intermediate: ClipEncoding
    mastering: MasteringTarget = MasteringTarget()
    levels: SoundLevels = SoundLevels()
    ducking: Ducking = Ducking()
    background: Colour = Field(
        default=WHITE, description="what shows where a picture of the plan's own is transparent"
    )
    burned_captions: BurnedCaptions = Field(
        default="off", description="whether captions are part of the picture: off, lines or words"
    )
    review: tuple[ReviewedStage, ...] = Field(
        default=(), description="stages that a person must approve before a film goes on"
    )
    takes: TakesRule | None = Field(
        default=None,
        description="how many takes are made of each item, and which one the film has; default: "
        "one, as the plan says",
    )
    limits: Limits = Field(
        default=Limits(), description="what a render may take before a person is asked"
    )
    dedupe: Literal["off", "reuse"] = Field(
        default="off",
        description="whether a drawn keyframe gives way to an older one that looks the same",
    )
    dedupe_threshold: int = Field(
        default=6,
        ge=0,
        le=16,
        description="in how many of 64 bits the hashes of such keyframes differ at most",
    )

    def captions_of(self, plan: MoviePlan) -> BurnedCaptions:
        """Return whether the captions of a plan's film are part of its picture."""
        return plan.render_profile.burned_captions or self.burned_captions

    def limits_of(self, plan: MoviePlan) -> Limits:
        """Return what a render of a plan's film may take: as plan and profile say, the lower."""
        return self.limits.or_lower(plan.render_profile.limits or Limits())

    def format_of(self, plan: MoviePlan) -> FilmFormat:
        """Return the format of a plan's film."""
        return film_format(plan, self.frame_rate, self.size)
