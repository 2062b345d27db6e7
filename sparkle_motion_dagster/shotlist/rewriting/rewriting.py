"""Rewriting a plan: its file says what a changed shot list does, and is as it was beyond that."""

from dataclasses import dataclass

from sparkle_motion_dagster.plan.editing import edited, plan_in
from sparkle_motion_dagster.shotlist.differences import Difference, differences
from sparkle_motion_dagster.shotlist.listing import listed_of
from sparkle_motion_dagster.shotlist.models import ShotList
from sparkle_motion_dagster.shotlist.pace import NO_PACES, Paces
from sparkle_motion_dagster.shotlist.provenance import stated
from sparkle_motion_dagster.shotlist.rewriting.merging import merged


@dataclass(frozen=True)
class Rewriting:
    """A plan that was rewritten.

    Attributes:
        text: It, as its file is to be.
        differences: What is otherwise in it, a summary first; none where nothing is.
    """

    text: str
    differences: tuple[Difference, ...]


def rewritten(text: str, listed: ShotList, paces: Paces = NO_PACES) -> Rewriting:
    """Return a plan that tells what a shot list does, and is as it was beyond that.

    Args:
        text: The plan's file.
        listed: What it is to tell: `listing.listed_of` the plan, changed.
        paces: How fast its characters speak.

    Raises:
        PlanError: The file holds no valid plan.
    """
    old, plan = plan_in(text)
    before = listed_of(plan)
    if listed == before:
        return Rewriting(text, ())
    old = stated(old)
    new = merged(old, plan, before, listed, paces)
    return Rewriting(edited(text, new), differences(old, new))
