"""plan_draft: a plan that was written, to be read, edited and approved by a person."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import dagster as dg
from pydantic import Field, ValidationError

from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.assets.checks import check_spec, reported
from sparkle_motion_dagster.assets.previews import table
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
from sparkle_motion_dagster.film.stages import PLAN_DRAFT
from sparkle_motion_dagster.operations.drafts import lay_down
from sparkle_motion_dagster.operations.reviews import how_to_decide
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import MAX_SHOTS
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.production.loop import produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.resources.engines import WriterResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.resources.profiles import EngineChoice, Profile
from sparkle_motion_dagster.shotlist.brief import LONGEST_S, SHORTEST_S, Brief

_MORE_SHOTS = 6
"""Shots that a plan may have more when it is changed."""

GROUP = "writing"
"""The asset group of what comes before a film."""


class BriefError(InputError):
    """What a plan is to be written about is not what a brief may be."""


class DraftConfig(dg.Config):
    """What a plan is to be written about. Who writes it, the resource ``writer`` says."""

    prompt: str | None = Field(
        default=None, description="what the film is about; without it, the draft stays as it is"
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
    seed: Annotated[int, Field(ge=0, lt=2**32)] = Field(
        default=0, description="another seed, another story"
    )

    def run_config(self, profile: Profile, writer: EngineChoice | None = None) -> dict[str, Any]:
        """Return the config of a run that has a plan written.

        Args:
            profile: The film's profile.
            writer: Who writes, and how; None: as the profile says.
        """
        config = profile.run_config()
        if writer is not None:
            config["resources"]["writer"] = {"config": writer.model_dump(mode="json")}
        asked = self.model_dump(mode="json", exclude_none=True)
        return config | {"ops": {PLAN_DRAFT: {"config": asked}}}

    def brief(self, prompt: str, before: MoviePlan | None = None) -> Brief:
        """Return the brief.

        Args:
            prompt: What is asked for.
            before: The plan that is to be changed; None: there is none.

        Raises:
            BriefError: Something of it is out of bounds.
        """
        asked: dict[str, Any] = {
            "prompt": prompt,
            "style": self.style,
            "language": self.language,
        }
        if before is not None:
            asked |= _as_long_as(before)
        if self.seconds is not None:
            asked["seconds"] = self.seconds
        try:
            return Brief.model_validate(asked)
        except ValidationError as error:
            raise BriefError(f"That cannot be written about: {reasons(error, 'it')}.") from error


def _as_long_as(plan: MoviePlan) -> dict[str, float]:
    """Return what a brief says of a plan that is to be changed: its length, room for more shots."""
    seconds = math.fsum(shot.duration_sec for shot in plan.shots)
    shots = min(len(plan.shots) + _MORE_SHOTS, MAX_SHOTS)
    return {"seconds": min(max(seconds, SHORTEST_S), LONGEST_S), "shots": shots}


@dg.asset(
    name=PLAN_DRAFT,
    check_specs=[check_spec(check, PLAN_DRAFT) for check in checks.CHECKS],
    partitions_def=film_partitions,
    group_name=GROUP,
    owners=["team:sparkle-motion"],
    kinds={"yaml"},
    code_version="1",
    description="A plan that was written from a prompt. Look at it, edit it, and approve it.",
)
def plan_draft(
    context: dg.AssetExecutionContext,
    config: DraftConfig,
    film: FilmResource,
    writer: WriterResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[Any]]:
    """Have a plan written, and lay it down where people find it."""
    with readable_failures(context, film):
        run_id, workbench, control = run_id_of(context), film.workbench(), film.control()
        folder = workbench.run_folder(run_id)
        before = folder.read(PLAN_DRAFT)
        if config.prompt is None:
            context.log.info("Nobody asked for a plan: there is no prompt in this run's config.")
            yield dg.Output(None)
            return
        progress = Progress(folder, PLAN_DRAFT, context.log.info)
        facilities = facilities_of(context, gpu, progress, control, workbench)
        changed = None if config.plan is None else plan_before(Path(config.plan), folder, workbench)
        brief = config.brief(config.prompt, None if changed is None else changed.plan)
        writing = writer.answering(facilities)
        admit_brief(brief, writing, AuditLog(workbench.home, "write", run_id))
        draft = write_draft(
            lambda engine, items: produce(engine, items, workbench, progress, control),
            writing,
            brief,
            config.seed,
            changed,
        )
        manifest = draft.manifest(run_id, film.profile_name, facilities.device)
        if draft.plan is None:
            folder.publish(manifest, workbench.store)  # whoever looks why it failed finds it there
        laid = lay_down(run_id, draft.file.path.read_bytes(), before)
        if laid.kept is not None:
            context.log.warning("The draft that somebody had edited is kept as %s", laid.kept)
        _, plan = plan_in(draft.file.path.read_text(encoding="utf-8"))
        warnings = yield from reported(PLAN_DRAFT, checks.verdicts(plan, draft.brief))
        film.conclude(State.WAITING, how_to_decide(manifest), PLAN_DRAFT)
        yield manifest_output(
            manifest.model_copy(update={"warnings": warnings}),
            _shown(draft, plan, laid.path),
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
