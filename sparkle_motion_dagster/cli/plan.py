"""`sparkle plan`: looking at plans without rendering anything."""

import json
from pathlib import Path

import click

from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.options import PROFILE
from sparkle_motion_dagster.resources.profiles import load_profile


@click.group()
def plan() -> None:
    """Check a plan, or print what plans look like."""


@plan.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@PROFILE
@readable_errors
def check(plan_file: Path, profile: str) -> None:
    """Check PLAN against every rule, and say what it asks for."""
    from sparkle_motion_dagster.artifacts.digests import digest_file
    from sparkle_motion_dagster.artifacts.models import StoredFile
    from sparkle_motion_dagster.engines.machinery.facilities import Facilities
    from sparkle_motion_dagster.film.casting.cast import cast_of
    from sparkle_motion_dagster.film.feasibility import check_feasible
    from sparkle_motion_dagster.film.intake import check_timing
    from sparkle_motion_dagster.film.own_pictures import remarks
    from sparkle_motion_dagster.plan.lines import planned_lines
    from sparkle_motion_dagster.plan.reading.loading import load_plan
    from sparkle_motion_dagster.resources.engines import engines_of
    from sparkle_motion_dagster.resources.gpu import GpuResource

    loaded = load_plan(plan_file)
    config = load_profile(profile)
    settings = config.film
    frames = check_timing(loaded, settings)
    plan = loaded.plan
    facilities = Facilities(GpuResource(**config.gpu).for_stage("", "check"))
    engines = engines_of(config, facilities)
    check_feasible(plan, settings, engines.video, engines.lipsync)
    files = {
        name: StoredFile(sha256=digest_file(path), path=path) for name, path in loaded.files.items()
    }
    cast_of(plan, files, engines.speech)
    for field, remark in remarks(plan, loaded.files, settings.background):
        click.echo(f"Please note, {field}: {remark}.")
    click.echo(
        f"{plan_file} is a valid plan: {plan.title!r}, {len(plan.shots)} shots, "
        f"{len(plan.base_images)} keyframes, {len(planned_lines(plan))} spoken lines, "
        f"{plan.planned_seconds:g} s ({frames} frames)."
    )


@plan.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Write it into PLAN instead of printing it.")
@readable_errors
def fmt(plan_file: Path, write: bool) -> None:  # noqa: FBT001 - a command line flag
    """Clean PLAN of what language models put around a plan, and print it.

    Code fences, prose, typographic quotation marks, and what JSON does not have (comments, commas
    before a closing bracket) are taken off. What can be read as it is stays as it is.
    """
    from sparkle_motion_dagster.artifacts.atomic import replace_at_once
    from sparkle_motion_dagster.plan.reading.loading import cleaned_text

    text, found = cleaned_text(plan_file)
    taken_off = ", ".join(map(str, found)) or "nothing"
    click.echo(f"Taken off {plan_file}: {taken_off}.", err=True)
    if not write:
        click.echo(text, nl=False)
    elif found:
        replace_at_once(plan_file.resolve(), text.encode())


@plan.command()
def schema() -> None:
    """Print the JSON Schema of plans, for editors and other programs."""
    from sparkle_motion_dagster.plan.schema import plan_schema

    click.echo(json.dumps(plan_schema(), indent=2))
