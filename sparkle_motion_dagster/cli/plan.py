"""`sparkle plan`: working on plans without rendering anything."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.cli.console import readable_errors, say_name
from sparkle_motion_dagster.cli.options import PROFILE
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.resources.profiles import chosen_run_id, load_profile, profile_names

if TYPE_CHECKING:
    from sparkle_motion_dagster.film.intake import FrozenPlan


@click.group()
def plan() -> None:
    """Begin a plan, check it, put it in order, or print what plans look like."""


@plan.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@PROFILE
@readable_errors
def check(plan_file: Path, profile: str) -> None:
    """Check PLAN as rendering it would, say what it asks for, and which profiles can render it."""
    from sparkle_motion_dagster.film.intake import opened_plan
    from sparkle_motion_dagster.film.mouths import heard_only
    from sparkle_motion_dagster.film.own_clips import clip_remarks
    from sparkle_motion_dagster.film.own_pictures import remarks
    from sparkle_motion_dagster.film.screen_texts import brief
    from sparkle_motion_dagster.plan.aspects import unread_aspects
    from sparkle_motion_dagster.plan.morphs import morphs
    from sparkle_motion_dagster.plan.reading.loading import load_plan
    from sparkle_motion_dagster.plan.timeline.lines import planned_lines
    from sparkle_motion_dagster.plan.timing import shot_boundaries
    from sparkle_motion_dagster.resources.engines import size_remarks, words_left_out

    loaded = load_plan(plan_file)
    opened = opened_plan(loaded)
    chosen, plan = load_profile(profile), opened.plan
    refusals = {name: _refusal(opened, name) for name in profile_names()}
    able = ", ".join(name for name, refusal in refusals.items() if refusal is None)
    if (refused := refusals.pop(profile)) is not None:
        if able:
            click.echo(f"{plan_file} can be rendered under {able}, but not under {profile}.")
        raise refused
    film = chosen.film.format_of(plan)
    durations = [shot.duration_sec for shot in opened.rendered.shots]
    frames = shot_boundaries(durations, film.frame_rate)[-1]
    for field, remark in (
        *remarks(plan, loaded.files, chosen.film.background),
        *clip_remarks(plan, loaded.files),
        *morphs(plan),
        *heard_only(plan),
        *brief(plan),
        *unread_aspects(plan),
        *size_remarks(opened, chosen),
    ):
        click.echo(f"Please note, {field}: {remark}.")
    for field, words in words_left_out(opened, chosen):
        click.echo(f"Please note, {field}: {profile} will not show: {words}.")
    click.echo(
        f"{plan_file} is a valid plan: {plan.title!r}, {len(plan.shots)} shots, "
        f"{len(plan.base_images)} keyframes, {len(planned_lines(plan))} spoken lines, "
        f"{'' if plan.soundtrack is None else f'{len(list(plan.soundtrack.cues()))} cues, '}"
        f"{math.fsum(durations):g} s ({frames} frames of {film.size}).\n"
        f"Profiles that can render it: {able}."
    )
    say_name(plan_file, chosen_run_id(None, plan_file, profile), err=False)
    for name, refusal in refusals.items():
        if refusal is not None:
            click.echo(f"The profile {name} cannot: {refusal}")


def _refusal(opened: FrozenPlan, profile: str) -> SparkleError | None:
    """Return why a profile cannot render a plan; None: it can."""
    from sparkle_motion_dagster.resources.engines import check_opened

    try:
        check_opened(opened, load_profile(profile))
    except SparkleError as refusal:
        return refusal
    return None


@plan.command()
@click.argument("plan_file", metavar="[PLAN]", type=click.Path(path_type=Path), default="-")
@readable_errors
def new(plan_file: Path) -> None:
    """Write a short plan to begin with into PLAN, which must not be there, or print it.

    It can be rendered as it is, and its comments tell what else a plan may say. PLAN is a .yaml
    file; the suffix may be left out.
    """
    from sparkle_motion_dagster.plan.writing.skeleton import skeleton, write_skeleton

    if plan_file == Path("-"):
        click.echo(skeleton(), nl=False)
        return
    written = write_skeleton(plan_file)
    click.echo(f"Wrote {written}. Have it drawn and spoken: sparkle render {written}")


@plan.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Write it into PLAN instead of printing it.")
@readable_errors
def fmt(plan_file: Path, write: bool) -> None:  # noqa: FBT001 - a command line flag
    """Put PLAN in the one form of all plans, and print it; it says the same, comments included.

    Keys are put in order, lines broken and indented in the same way. What language models put
    around a plan (code fences, prose, typographic quotation marks) is taken off, and so is what
    JSON does not have (comments, commas before a closing bracket).
    """
    from sparkle_motion_dagster.artifacts.atomic import replace_at_once
    from sparkle_motion_dagster.plan.writing.formatting import formatted_file

    text, found = formatted_file(plan_file)
    if found:
        click.echo(f"Taken off {plan_file}: {', '.join(map(str, found))}.", err=True)
    if not write:
        click.echo(text, nl=False)
    elif plan_file.read_bytes() == text.encode():
        click.echo(f"{plan_file} is in order already.", err=True)
    else:
        replace_at_once(plan_file.resolve(), text.encode())
        click.echo(f"{plan_file} is in order now.", err=True)


@plan.command()
def schema() -> None:
    """Print the JSON Schema of plans, for editors and other programs."""
    from sparkle_motion_dagster.plan.schema import plan_schema

    click.echo(json.dumps(plan_schema(), indent=2))
