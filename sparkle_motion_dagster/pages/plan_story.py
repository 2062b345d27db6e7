"""A plan told as a story: shot by shot, what is seen, and who says what."""

from __future__ import annotations

from pydantic import Field

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.units import Record


class ToldLine(Record):
    """A line of a shot."""

    who: str = Field(description="the character's name")
    text: str


class ToldShot(Record):
    """A shot, as one reads it."""

    id: str
    seconds: float = Field(description="how long it is planned to be")
    setting: str | None
    description: str
    lines: tuple[ToldLine, ...] = ()


def plan_story(plan: MoviePlan) -> tuple[ToldShot, ...]:
    """Return a plan's shots in their order, each with what is said in it."""
    names = {one.id: one.name for one in plan.characters}
    return tuple(
        ToldShot(
            id=shot.id,
            seconds=shot.duration_sec,
            setting=shot.setting,
            description=shot.visual_description,
            lines=tuple(
                ToldLine(who=names[line.character_id], text=line.text) for line in shot.dialogue
            ),
        )
        for shot in plan.shots
    )
