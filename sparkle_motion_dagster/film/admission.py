"""Admission: what is to be filmed, or written, is held against the operator's policy."""

from collections.abc import Mapping, Sequence
from typing import Any

from sparkle_motion_dagster.engines.writer.base import WriterEngine
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.pipeline import Engines
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.policy.errors import PlanRefusedError
from sparkle_motion_dagster.policy.loading import load_policy
from sparkle_motion_dagster.policy.prompts import check_prompt
from sparkle_motion_dagster.policy.rules import Breach, Rules
from sparkle_motion_dagster.shotlist.writing.brief import Brief


def check_allowed(frozen: FrozenPlan, engines: Engines) -> None:
    """Make sure that the policy allows a plan: a look, of which nothing is noted.

    Raises:
        PlanRefusedError: It does not; rules and fields are named.
        PolicyFileError: The policy cannot be used.
    """
    rules = Rules(load_policy())
    _refuse(frozen, [*rules.broken_by_plan(frozen.plan, _names(engines))])


def admit(frozen: FrozenPlan, engines: Engines, log: AuditLog) -> None:
    """Make sure that the policy allows a plan, and note that it was asked.

    Raises:
        PlanRefusedError, PolicyFileError: As `check_allowed` says.
        StorageError: It cannot be noted.
    """
    loaded = load_policy()
    breaches = [*Rules(loaded).broken_by_plan(frozen.plan, _names(engines))]
    names = tuple(dict.fromkeys(breach.rule for breach in breaches))
    log.note("plan", frozen.digest, loaded.digest, names)
    _refuse(frozen, breaches)


def admit_brief(
    brief: Brief, writer: WriterEngine[Any], log: AuditLog, before: MoviePlan | None = None
) -> None:
    """Make sure that the policy allows a plan to be written, and note that it was asked.

    Args:
        brief: What about.
        writer: Who would write it.
        log: Where that is noted.
        before: The plan that is to be changed, which the writer reads, too; None: there is none.

    Raises:
        PromptRefusedError, PolicyFileError, StorageError: As `check_prompt` says.
    """
    check_prompt(
        brief.prompt,
        log,
        language=brief.language,
        seconds=brief.seconds,
        engines={"writer": [writer.name]},
        options={"style": brief.style, "plan": before},
    )


def admit_take(prompt: str, engines: Engines, log: AuditLog) -> None:
    """Make sure that the policy allows a take to show what a prompt says, and note the asking.

    Raises:
        PromptRefusedError, PolicyFileError, StorageError: As `check_prompt` says.
    """
    check_prompt(prompt, log, engines=_names(engines))


def _refuse(frozen: FrozenPlan, breaches: Sequence[Breach]) -> None:
    if breaches:
        error = frozen.error(breach.problem for breach in breaches)
        raise PlanRefusedError(error.path, error.problems)


def _names(engines: Engines) -> Mapping[str, Sequence[str]]:
    """Return the names of all who may answer, by kind."""
    return {
        "images": [engines.images.name],
        "video": [engines.video.name],
        "speech": [speaker.engine.name for speaker in engines.speech.by_name.values()],
        "lipsync": [engines.lipsync.name],
        "ambience": [engines.ambience.name],
        "hearing": [] if engines.hearing is None else [engines.hearing.name],
    }
