"""From a script's file to a plan's file."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.plan.editing import edited, plan_in
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.film_format import film_format
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import PLAN_SUFFIXES
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.screenplay.reading import read_script
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.own_pictures.placing import Placement, place_pictures
from sparkle_motion_dagster.shotlist.own_pictures.stills import stills_in
from sparkle_motion_dagster.shotlist.provenance import (
    PlanText,
    made_from_script,
    signed,
    stated,
)
from sparkle_motion_dagster.shotlist.scripts.breakdown import broken_down
from sparkle_motion_dagster.shotlist.scripts.revising import Revision, revised
from sparkle_motion_dagster.units import FrameSize

_NEW_SUFFIXES = (".yaml", ".yml")
"""How plans are named that are written: as YAML, in which people can comment."""


@dataclass(frozen=True)
class Written:
    """A plan that was written.

    Attributes:
        plan: What it says.
        revision: What became of the plan that was there; None: there was none.
        placement: What became of somebody's pictures; None: there are none.
    """

    plan: PlanText
    revision: Revision | None = None
    placement: Placement | None = None


def write_plan(script: Path, target: Path, pictures: Path | None = None) -> Written:
    """Make a plan of a script, or make the one that is there anew.

    Args:
        script: The script.
        target: The plan's file.
        pictures: A folder of pictures that are to be its keyframes.

    Raises:
        ScriptError: The script cannot be read, the plan is not named like one, that which is there
            was made from none or tells another story, or the folder of pictures cannot be used.
        PlanError: The plan that is there is not valid, or what came of the script is not.
    """
    if target.suffix.lower() not in (PLAN_SUFFIXES if target.exists() else _NEW_SUFFIXES):
        raise ScriptError(
            f"{target} is no name for a plan: it ends in {' or '.join(_NEW_SUFFIXES)}."
        )
    read = read_script(script)
    try:
        made = plan_of(broken_down(read, _named(script)))
    except ScriptError as error:
        raise ScriptError(f"{script}: {error}") from error
    written = Written(signed(made, script.name))
    text = _text(target) if target.exists() else None
    try:
        if text is not None:
            revision = _revised(target, text, made, script.name)
            written = Written(revision.plan, revision)
        if pictures is not None:
            frame = _frame_of(validate(written.plan))
            placement = place_pictures(written.plan, stills_in(pictures, target), frame)
            written = replace(written, placement=placement)
        text = yaml_text(written.plan) if text is None else edited(text, written.plan)
        plan_in(text)
    except PlanError as error:
        raise PlanError(target, error.problems) from error
    write_atomically(target, text.encode())
    return written


def _frame_of(plan: MoviePlan) -> FrameSize:
    """Return of which shape a plan's film is."""
    return film_format(plan, Fraction(24), FrameSize(width=1280, height=720)).size


def _named(script: Path) -> str:
    """Return what a film is called by its script's file: ``dry_creek.txt`` is "Dry creek"."""
    words = " ".join(script.stem.replace("_", " ").split()) or script.stem
    return words[0].upper() + words[1:]


def _text(target: Path) -> str:
    try:
        return target.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{target} is there and cannot be read: {error}") from error


def _revised(target: Path, text: str, made: PlanText, script: str) -> Revision:
    old, _ = plan_in(text)
    before = made_from_script(old)
    if before is None:
        raise ScriptError(
            f"{target} is there already, and was not made from a script. Name another file with "
            "--to, or move it away."
        )
    revision = revised(stated(old), before, made, script)
    if not revision.kept and (other := old["metadata"]["script"].get("file")) != script:
        raise ScriptError(
            f"{target} is there already, and was made from {other}, which tells another story. "
            "Name another file with --to, or move it away."
        )
    return revision
