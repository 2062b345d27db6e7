"""Drafts: plans that were written, where people find, edit and approve them."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.digests import Sha256, digest_bytes, digest_file
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import Decision, FilmState, State
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.keeping import free_name
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError
from sparkle_motion_dagster.film.intake import draft_file, find_plan, plans_folder
from sparkle_motion_dagster.film.stages import DRAFT, PLAN_DRAFT
from sparkle_motion_dagster.operations.reviews import approve, check_made, review_of
from sparkle_motion_dagster.plan.reading.loading import load_plan

_IN_THE_INBOX = (
    "Its plan waits for the inbox, which renders it while `sparkle serve` or `sparkle ui` runs."
)


class NoDraftError(ConflictError):
    """There is no draft to decide on."""


@dataclass(frozen=True)
class LaidDown:
    """Where a file lies now, and where that lies which was there before, if it was another one."""

    path: Path
    kept: Path | None = None


def where_it_lies(folder: RunFolder, stage: str) -> str:
    """Return in words where a person looks at what is to be reviewed."""
    if stage == PLAN_DRAFT:
        return f"It lies in {draft_file(folder.run_id)}, to be edited as you like."
    return f"It lies in {folder.stage(stage)}."


def lay_down(run_id: str, plan: bytes, before: StageManifest | None) -> LaidDown:
    """Write a draft to where people find it.

    A draft that somebody has edited stays where it is when the same is written once more, and is
    kept beside another one.

    Args:
        run_id: The film.
        plan: The draft.
        before: What the stage left behind the last time, by which an edit is known.
    """
    path = draft_file(run_id)
    ours = None if before is None else before.find(DRAFT, "plan")
    if not path.exists():
        write_atomically(path, plan)
        return LaidDown(path)
    if ours is not None and ours.sha256 == digest_bytes(plan):
        return LaidDown(path)
    is_edited = ours is None or digest_file(path) != ours.sha256
    kept = _kept(path, "edited", plan) if is_edited else None
    write_atomically(path, plan)
    return LaidDown(path, kept)


def put_into_inbox(folder: RunFolder) -> LaidDown:
    """Have the draft of a run be the run's plan, which the inbox renders.

    A plan that the run has already is kept beside the draft.

    Raises:
        NoDraftError: There is none.
        PlanError: Somebody has edited it, and it is no valid plan.
        PlanNotFoundError: The run has two plans.
    """
    draft = draft_file(folder.run_id)
    if not draft.exists():
        raise NoDraftError(
            f"{folder.run_id} has no draft: {draft} is not there. Have one written: "
            f"`sparkle write PROMPT --run-id {folder.run_id}`."
        )
    plan = draft.read_bytes()
    load_plan(draft, plans_folder())
    return lay_plan(folder.run_id, plan, ".yaml")


def plan_file(run_id: str, suffix: str) -> Path:
    """Return where in the inbox the plan of a run is to lie: as the one that is there, if one is.

    Raises:
        PlanNotFoundError: The run has two plans.
    """
    there = find_plan(run_id)
    named = plans_folder() / f"{run_id}{suffix}"
    return named if there is None else there.with_suffix(suffix)


def lay_plan(run_id: str, plan: bytes, suffix: str) -> LaidDown:
    """Have a text be a run's plan, which the inbox renders.

    A plan that the run has already is kept in the folder of drafts.

    Args:
        run_id: The film.
        plan: The text of a valid plan.
        suffix: What the file's name ends in, such as ``.yaml``.

    Raises:
        PlanNotFoundError: The run has two plans.
    """
    there, target = find_plan(run_id), plan_file(run_id, suffix)
    kept = None if there is None else _kept(there, "replaced", plan, draft_file(run_id).parent)
    write_atomically(target, plan)
    if there is not None and there != target:
        there.unlink()
    return LaidDown(target, kept)


def approve_draft(folder: RunFolder, note: str, by: str | None = None) -> LaidDown:
    """Approve the draft of a run, and have it be the run's plan; see `put_into_inbox`.

    Args:
        folder: The run's.
        note: Why; it is kept with the decision.
        by: Who decides; None: the user of this process.

    Raises:
        InputError: There is none, or it is no valid plan any more; then nothing is changed.
    """
    if check_made(folder, PLAN_DRAFT).find(DRAFT, "plan") is None:
        raise NoDraftError(
            f"The last writing of {folder.run_id} came to nothing: what lies in "
            f"{draft_file(folder.run_id)} is an earlier draft. Have one written again, or render "
            "that file as it is."
        )
    laid = put_into_inbox(folder)
    if approve(folder, PLAN_DRAFT, note, by):
        folder.state.change(_waits_no_more)
    return laid


def _waits_no_more(state: FilmState) -> FilmState:
    if state.status is None or state.status.waits_for != PLAN_DRAFT:
        return state
    done = {"state": State.PARTLY, "waits_for": None, "message": _IN_THE_INBOX}
    return state.with_status(state.status.model_copy(update=done))


def plan_to_render(folder: RunFolder) -> Path | None:
    """Return the plan that a run of a film takes: the one in the inbox, else an approved draft.

    Without either it takes the plan as it was frozen: None.

    Raises:
        PlanNotFoundError: The film has two plans in the inbox.
    """
    return find_plan(folder.run_id) or _approved_draft(folder)


def _approved_draft(folder: RunFolder) -> Path | None:
    """Return the draft of a run that a person approved as it was written; None: there is none."""
    manifest = folder.readable(PLAN_DRAFT)
    plan = None if manifest is None else manifest.find(DRAFT, "plan")
    if manifest is None or plan is None or not is_approved(folder, manifest):
        return None
    return folder.stage(PLAN_DRAFT) / plan.file


def drafted(folder: RunFolder, asked: Sha256) -> StageManifest | None:
    """Return what the draft of a run left behind, if it is one of exactly what is asked for.

    Args:
        folder: The run's.
        asked: See `film.drafting.asked_digest`.
    """
    manifest = folder.readable(PLAN_DRAFT)
    if manifest is None or manifest.plan_digest != asked or manifest.find(DRAFT, "plan") is None:
        return None
    return manifest


def is_approved(folder: RunFolder, manifest: StageManifest) -> bool:
    """Tell whether a person approved a draft as it was written."""
    review = review_of(folder.state.read(), manifest)
    return review is not None and review.decision is Decision.APPROVED


def drafts_that_wait(home: SparkleHome) -> list[str]:
    """Return the runs whose drafts wait for a person to approve them, sorted.

    Damage to a run's state is told where that run is looked at.
    """
    laid = (run_id for run_id in sorted(home.run_ids()) if draft_file(run_id).exists())
    return [run_id for run_id in laid if _waits(RunFolder(home, run_id))]


def _waits(folder: RunFolder) -> bool:
    with contextlib.suppress(UnreadableRecordError):
        status = folder.state.read().status
        return (
            status is not None and status.state is State.WAITING and status.waits_for == PLAN_DRAFT
        )
    return False


def _kept(path: Path, why: str, unless: bytes, folder: Path | None = None) -> Path | None:
    """Copy a file to a name of its own, unless it says what takes its place."""
    content = path.read_bytes()
    if content == unless:
        return None
    kept = free_name((folder or path.parent) / f"{path.stem}.{why}{path.suffix}")
    write_atomically(kept, content)
    return kept
