"""From a script's file to a plan's file."""

from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml
from sparkle_motion_dagster.plan.yaml_text import round_trip, yaml_text
from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.screenplay.reading import read_script
from sparkle_motion_dagster.shotlist.breakdown import broken_down
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.provenance import PlanText, made_from_script, signed
from sparkle_motion_dagster.shotlist.revising import Revision, revised


@dataclass(frozen=True)
class Written:
    """A plan that was written.

    Attributes:
        plan: What it says.
        revision: What became of the plan that was there; None: there was none.
    """

    plan: PlanText
    revision: Revision | None = None


def write_plan(script: Path, target: Path) -> Written:
    """Make a plan of a script, or make the one that is there anew.

    Raises:
        ScriptError: The script cannot be read, or the plan that is there was not made from one.
        PlanError: The plan that is there is not valid, or what came of the script is not.
    """
    read = read_script(script)
    try:
        made = plan_of(broken_down(read, script.stem))
    except ScriptError as error:
        raise ScriptError(f"{script}: {error}") from error
    written = Written(signed(made, script.name))
    if target.exists():
        revision = _revised(target, made, script.name)
        written = Written(revision.plan, revision)
    text = yaml_text(written.plan)
    try:
        validate(read_yaml(text).root.data())
    except PlanError as error:
        raise PlanError(target, error.problems) from error
    write_atomically(target, text.encode())
    return written


def _revised(target: Path, made: PlanText, script: str) -> Revision:
    try:
        text = target.read_text(encoding="utf-8")
        validate(read_yaml(text).root.data())
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{target} is there and cannot be read: {error}") from error
    except PlanError as error:
        raise PlanError(target, error.problems) from error
    old = round_trip().load(text)
    before = made_from_script(old)
    if before is None:
        raise ScriptError(
            f"{target} is there already, and was not made from a script. Name another file with "
            "--to, or move it away."
        )
    return revised(old, before, made, script)
