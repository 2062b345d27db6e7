"""`sparkle plan`: looking at plans without rendering anything."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sparkle_motion_dagster.cli.console import readable_errors


@click.group()
def plan() -> None:
    """Check a plan, or print what plans look like."""


@plan.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@readable_errors
def check(plan_file: Path) -> None:
    """Check PLAN against every rule, and say what it asks for."""
    from sparkle_motion_dagster.plan.lines import planned_lines
    from sparkle_motion_dagster.plan.loading import load_plan

    loaded = load_plan(plan_file).plan
    seconds = sum(shot.duration_sec for shot in loaded.shots)
    click.echo(
        f"{plan_file} is a valid plan: {loaded.title!r}, {len(loaded.shots)} shots, "
        f"{len(loaded.base_images)} keyframes, {len(planned_lines(loaded))} spoken lines, "
        f"{seconds:g} s."
    )


@plan.command()
def schema() -> None:
    """Print the JSON Schema of plans, for editors and other programs."""
    from sparkle_motion_dagster.plan.schema import plan_schema

    click.echo(json.dumps(plan_schema(), indent=2))
