"""plan_draft: a plan that was written, to be read, edited and approved by a person."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.config import DraftConfig
from sparkle_motion_dagster.assets.previews import table
from sparkle_motion_dagster.assets.review_gates import made_in_this_run
from sparkle_motion_dagster.assets.stage import (
    facilities_of,
    manifest_output,
    readable_failures,
    run_id_of,
)
from sparkle_motion_dagster.errors import InputError, reasons
from sparkle_motion_dagster.film.admission import admit_brief
from sparkle_motion_dagster.film.checks import drafting as checks
from sparkle_motion_dagster.film.drafting import Draft, plan_before, write_draft
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, PLAN_DRAFT
from sparkle_motion_dagster.operations.drafts import approve_draft, lay_down
from sparkle_motion_dagster.operations.reviews import how_to_decide
from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import MAX_SHOTS
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.production.loop import produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.resources.engine_resources import SpeechResource, WriterResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.resources.profiles import Profile
from sparkle_motion_dagster.runs.names import APPROVE_DRAFT
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment
from sparkle_motion_dagster.shotlist.writing.brief import LONGEST_S, SHORTEST_S, Brief

_MORE_SHOTS = 6
"""Shots that a plan may have more when it is changed."""

UNSEEN = "unseen: approved where it was asked for"
"""What is noted with the approval of a draft that nobody has read."""


class BriefError(InputError):
    """What a plan is to be written about is not what a brief may be."""


def _brief(config: DraftConfig, before: MoviePlan | None) -> Brief:
    """Return what is to be written about; `before` is the plan that is to be changed.

    Raises:
        BriefError: Something of it is out of bounds.
    """
    asked: dict[str, Any] = config.model_dump(include={"prompt", "style", "language"})
    if before is not None:
        asked |= _as_long_as(before)
    if config.seconds is not None:
        asked["seconds"] = config.seconds
    try:
        return Brief.model_validate(asked)
    except ValidationError as error:
        raise BriefError(f"That cannot be written about: {reasons(error, 'it')}.") from error


def _as_long_as(plan: MoviePlan) -> dict[str, float]:
    """Return what a brief says of a plan that is to be changed: its length, room for more shots."""
    seconds = math.fsum(shot.duration_sec for shot in plan.shots)
    shots = min(len(plan.shots) + _MORE_SHOTS, MAX_SHOTS)
    return {"seconds": min(max(seconds, SHORTEST_S), LONGEST_S), "shots": shots}


def writing_config(
    asked: Assignment, profile: Profile, before: Path | None = None
) -> dict[str, Any]:
    """Return the config of a run that has a plan written.

    Args:
        asked: What about, and by whom.
        profile: The film's profile.
        before: The plan file that is to be changed; None: there is none.
    """
    config = profile.run_config()
    writer = profile.writer(asked.writer)
    config["resources"]["writer"] = {"config": writer.model_dump(mode="json")}
    asset = asked.model_dump(mode="json", exclude={"writer"}, exclude_none=True)
    if before is not None:
        asset["plan"] = str(before.resolve())
    return config | {"ops": {PLAN_DRAFT: {"config": asset}}}


def plan_draft(
    context: dg.AssetExecutionContext,
    config: DraftConfig,
    film: FilmResource,
    writer: WriterResource,
    speech: SpeechResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[Any]]:
    """Have a plan written, and lay it down where people find it."""
    with readable_failures(context, film):
        run_id, workbench, control = run_id_of(context), film.workbench(), film.control()
        folder = workbench.run_folder(run_id)
        before = folder.read(PLAN_DRAFT)
        if not config.prompt:
            _check_beside_others(context)
            context.log.info("Nobody asked for a plan: there is no prompt in this run's config.")
            yield dg.Output(None)
            return
        progress = Progress(folder, PLAN_DRAFT, context.log.info)
        facilities = facilities_of(context, gpu, progress, control, workbench)
        changed = None if config.plan is None else plan_before(Path(config.plan), folder, workbench)
        plan_now = None if changed is None else changed.plan
        brief = _brief(config, plan_now)
        writing = writer.answering(facilities)
        admit_brief(brief, writing, AuditLog(workbench.home, "write", run_id), plan_now)
        draft = write_draft(
            lambda engine, items: produce(engine, items, workbench, progress, control),
            writing,
            brief,
            config.seed,
            speech.answering(facilities),
            changed,
        )
        manifest = draft.manifest(run_id, film.profile_name, facilities.device)
        if draft.plan is None:
            folder.publish(manifest, workbench.store)  # whoever looks why it failed finds it there
        laid = lay_down(run_id, draft.file.path.read_bytes(), before)
        if laid.kept is not None:
            context.log.warning("The draft that somebody had edited is kept as %s", laid.kept)
        _, plan = plan_in(draft.file.path.read_text(encoding="utf-8"))
        warnings = yield from reported(PLAN_DRAFT, checks.verdicts(plan, draft.request.brief))
        if not config.approve:
            film.conclude(State.WAITING, how_to_decide(manifest), PLAN_DRAFT)
        yield manifest_output(
            manifest.model_copy(update={"warnings": warnings}),
            {"next": _next(run_id, approved=config.approve), **_shown(draft, plan, laid.path)},
            workbench.home,
        )
        if config.approve:
            approved = approve_draft(folder, UNSEEN)
            context.log.info("It is the film's plan now: %s", approved.path)
            if approved.kept is not None:
                context.log.warning("The plan that was there is kept as %s", approved.kept)


def _check_beside_others(context: dg.AssetExecutionContext) -> None:
    """Make sure that a run without a prompt is there for more than to write a plan.

    Raises:
        BriefError: It is not.
    """
    if not made_in_this_run(context, MOVIE_PLAN):
        raise BriefError(
            "There is nothing to write about. Say what the film is about, in the launchpad (the "
            f"menu beside Materialize has it): ops.{PLAN_DRAFT}.config.prompt."
        )


def _shown(draft: Draft, plan: MoviePlan, path: Path) -> dict[str, Any]:
    notes = plan.metadata.model_extra or {}
    return {
        "title": plan.title,
        "story": str(notes.get("story", "")),
        "shots": _shots(plan),
        "cast": table(
            ["character", "description"], [(one.name, one.description) for one in plan.characters]
        ),
        "rounds": _rounds(draft),
        **_differences(draft),
        "draft": dg.MetadataValue.path(path),
    }


def _differences(draft: Draft) -> dict[str, dg.MetadataValue[Any]]:
    """Return what is otherwise than in the plan that is changed, as a list; else nothing."""
    if draft.differences is None:
        return {}
    rows = [(line,) for line in draft.differences.splitlines()]
    return {"differences": table(["what is otherwise"], rows)}


def _next(run_id: str, *, approved: bool) -> str:
    """Say what a person does next."""
    if approved:
        return "Nothing: it is approved, and the inbox renders it."
    return (
        "Read it, and edit the file as you like. Then approve it, and the inbox renders it: launch "
        f"the job {APPROVE_DRAFT} for the partition {run_id}, or type `sparkle approve {run_id} "
        f"{PLAN_DRAFT}`."
    )


def _shots(plan: MoviePlan) -> dg.MetadataValue[str]:
    names = {one.id: one.name for one in plan.characters}
    return table(
        ["shot", "seconds", "shows", "says"],
        [
            (
                shot.id,
                shot.duration_sec,
                shot.visual_description,
                " / ".join(f"{names[line.character_id]}: {line.text}" for line in shot.dialogue),
            )
            for shot in plan.shots
        ],
    )


def _rounds(draft: Draft) -> dg.MetadataValue[str]:
    return table(
        ["answer", "seconds", "tokens", "ended", "wrong"],
        [
            (
                one.answer.item_id,
                one.answer.record.seconds,
                str(one.answer.record.metadata.get("answer_tokens", "-")),
                str(one.answer.record.metadata.get("ended", "done")),
                "; ".join(one.said.problems) or "nothing",
            )
            for one in draft.rounds
        ],
    )
