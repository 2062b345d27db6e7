"""What the launchpad asks of assets: their run config."""

from typing import Any

import dagster as dg
from pydantic import Field

from sparkle_motion_dagster.units import Seed


class IntakeConfig(dg.Config):
    """Where a run's plan is, and whether it may take a run_id over from another profile or plan."""

    plan_path: str | None = Field(
        default=None,
        description="plan file; default: $SPARKLE_PLANS/<run_id>.yaml, else an approved "
        "draft, else the frozen plan",
    )
    replace: bool = Field(default=False, description="take over a run of another profile or plan")


class DraftConfig(dg.Config):
    """What a plan is to be written about. Who writes it, the resource ``writer`` says."""

    prompt: str = Field(  # shown in the launchpad as it is empty, to be filled in
        default="", description="what the film is about; without it, the draft stays as it is"
    )
    plan: str | None = Field(
        default=None, description="a plan file that is changed as the prompt says; default: none"
    )
    seconds: float | None = Field(
        default=None,
        description="how long the film is to be, about; default: 30, or as long as that plan",
    )
    style: str | None = Field(default=None, description="how its pictures are to look")
    language: str | None = Field(
        default=None, description="what is spoken, such as fr; default: the prompt's language"
    )
    seed: Seed = Field(default=0, description="another seed, another story")
    approve: bool = Field(
        default=False, description="the draft is the film's plan at once, unseen; it is rendered"
    )


class TakesConfig(dg.Config):
    """Of what further takes are made, and how they differ."""

    item: str = Field(
        default="",
        description="a portrait, keyframe, shot or line, by its id; default: no further takes, but "
        "those that were asked for and are not there yet",
    )
    seed: int | None = Field(default=None, description="the seed of the first; default: another")
    prompt: str | None = Field(default=None, description="what to show instead; default: as it is")
    settings: dict[str, Any] = Field(default={}, description="settings of its engine, by name")
    takes: int = Field(default=1, ge=1, le=64, description="how many")
