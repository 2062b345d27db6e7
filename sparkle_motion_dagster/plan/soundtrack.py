"""What sounds beside speech, as a plan's author writes it: music, ambience and effects, as cues."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from sparkle_motion_dagster.plan.fields import shown
from sparkle_motion_dagster.plan.objects import PlanObject
from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.plan.values import MAX_FILM_S, Id, Number, PlanFile, Start, Text

SoundKind = Literal["music", "ambience", "effects"]
"""What a cue is: each kind has a level of its own, and a stem; music makes room for speech."""

SOUND_KINDS: tuple[SoundKind, ...] = get_args(SoundKind)

MAX_CUES = 200
"""Most cues of a kind."""

Edge = Literal["start", "end"]
"""Which end of a shot or a line is meant."""

Gain = Annotated[Number, Field(ge=-40, le=20)]
"""Decibels that a cue is louder (or, below 0, quieter) than its kind usually is."""

Fade = Annotated[Number, Field(ge=0, le=60)]
"""Length of a fade, in seconds."""


class Place(PlanObject):
    """A moment of the film: a second of the plan, or the start or end of a shot or a line."""

    sec: Start | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="seconds from the start of the first shot as it is planned, behind a title "
        "card; where speech lengthens shots, it moves with its shot",
    )
    shot: Id | None = Field(
        default=None, exclude_if=lambda value: value is None, description="id of a shot"
    )
    line: Annotated[int, Field(strict=True, ge=1)] | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="number of a spoken line, counted from 1 through the whole film",
    )
    edge: Edge | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="which end of the shot or the line; else its start for `at`, its end for "
        "`until`",
    )
    offset_sec: Annotated[Number, Field(ge=-MAX_FILM_S, le=MAX_FILM_S)] = Field(
        default=0.0,
        exclude_if=lambda value: value == 0,
        description="seconds after that, or before it where it is negative",
    )

    @model_validator(mode="after")
    def _names_one_moment(self) -> Self:
        given = [name for name in ("sec", "shot", "line") if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "nothing of the kind"
            raise ValueError(
                f"a place is a number of seconds, or has one of sec, shot and line, not {found}"
            )
        if self.sec is not None and self.edge is not None:
            raise ValueError("a second has no edge: leave it out, or name a shot or a line")
        return self

    def later(self, seconds: float) -> Self:
        """Return this moment where all shots come later by some seconds."""
        if self.sec is None:
            return self
        moved = exact_seconds(self.sec) + exact_seconds(seconds)
        return self.model_copy(update={"sec": float(moved)})


def _spelled_out(value: Any) -> Any:
    """Return a place that is written as a number in the way that all are stored."""
    if isinstance(value, (dict, Place)):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"sec": value}
    raise ValueError(
        f"{shown(value)} is no place: write seconds, such as 3.5, or a shot or a line, such as "
        "{shot: shot_002} or {line: 3}"
    )


CuePlace = Annotated[Place, BeforeValidator(_spelled_out, json_schema_input_type=Start | Place)]
"""A `Place`; a number alone is seconds of the plan."""


class PlacedCue(PlanObject):
    """What every cue says: where it lies, and how loud it is."""

    at: CuePlace | None = Field(default=None, description="where it begins; else with the film")
    until: CuePlace | None = Field(
        default=None, description="where it ends at the latest; else the film's end"
    )
    gain_db: Gain = Field(
        default=0.0, description="decibels louder, or quieter, than its kind usually is"
    )


class FileCue(PlacedCue):
    """A sound file that plays from one moment to another."""

    file: PlanFile = Field(
        description="WAV, FLAC, MP3, OGG or M4A in the plan's folder, at most an hour long"
    )
    fade_in_sec: Fade = Field(default=0.0, description="seconds in which it rises")
    fade_out_sec: Fade = Field(default=0.0, description="seconds in which it falls, at its end")
    loop: bool = Field(
        default=False, strict=True, description="whether it begins again where the file ends"
    )


class AmbienceCue(PlacedCue):
    """How a place sounds: a file, or a mood that the profile's ambience engine makes."""

    file: PlanFile | None = Field(
        default=None, description="WAV, FLAC, MP3, OGG or M4A in the plan's folder; else a mood"
    )
    mood: Text | None = Field(
        default=None,
        description="what is to be heard where there is no file: wind, rain, sea, room tone, "
        "crowd murmur, hum, or what else the profile's engine makes",
    )
    fade_in_sec: Fade = Field(default=0.05, description="seconds in which it rises")
    fade_out_sec: Fade = Field(default=0.05, description="seconds in which it falls, at its end")
    loop: bool = Field(
        default=True, strict=True, description="whether a file begins again where it ends"
    )

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.file is None) == (self.mood is None):
            found = "neither" if self.file is None else "both"
            raise ValueError(f"ambience has either a file or a mood; this has {found}")
        return self


Cue = FileCue | AmbienceCue


class Soundtrack(PlanObject):
    """What sounds beside speech."""

    music: tuple[FileCue, ...] = Field(
        default=(), max_length=MAX_CUES, description="music, which makes room for speech"
    )
    ambience: tuple[AmbienceCue, ...] = Field(
        default=(), max_length=MAX_CUES, description="how places sound"
    )
    effects: tuple[FileCue, ...] = Field(
        default=(), max_length=MAX_CUES, description="single sounds, such as a door"
    )

    def of(self, kind: SoundKind) -> tuple[Cue, ...]:
        """Return the cues of a kind, in the plan's order."""
        of_kind: dict[SoundKind, tuple[Cue, ...]] = {
            "music": self.music,
            "ambience": self.ambience,
            "effects": self.effects,
        }
        return of_kind[kind]

    @property
    def kinds(self) -> tuple[SoundKind, ...]:
        """The kinds of which there are cues."""
        return tuple(kind for kind in SOUND_KINDS if self.of(kind))

    def cues(self) -> Iterator[tuple[str, Cue]]:
        """Yield every cue with its field in the plan, such as ``soundtrack.music[0]``."""
        for kind in SOUND_KINDS:
            for number, cue in enumerate(self.of(kind)):
                yield f"soundtrack.{kind}[{number}]", cue

    def later(self, seconds: float) -> Self:
        """Return this soundtrack where all shots come later by some seconds."""
        return self.model_copy(
            update={
                kind: tuple(_later(cue, seconds) for cue in self.of(kind)) for kind in self.kinds
            }
        )


def _later(cue: Cue, seconds: float) -> Cue:
    places = {name: place for name in ("at", "until") if (place := getattr(cue, name)) is not None}
    return cue.model_copy(update={name: place.later(seconds) for name, place in places.items()})
