"""Sensors: what starts runs without being asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import dagster as dg

from sparkle_motion_dagster.film.stages import MOVIE_PLAN
from sparkle_motion_dagster.jobs import render_movie, write_plan
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.runs.names import INBOX, STARTED_BY_TAG

if TYPE_CHECKING:
    from sparkle_motion_dagster.artifacts.digests import Sha256
    from sparkle_motion_dagster.operations.inbox.memory import AnyOrder
    from sparkle_motion_dagster.operations.inbox.tick import Inbox, Tick
    from sparkle_motion_dagster.plan.reading.loading import LoadedPlan
    from sparkle_motion_dagster.shotlist.writing.assignment import Assignment

_PAUSE_S = 4
"""The daemon looks at its sensors every 5 s. One that asks for just those 5 s is not due by some
milliseconds at every other look, and is evaluated every 10 s."""

_SHOWN_NOTES = 20
"""Notes that a skipped tick shows; the tick's log has all of them."""


@dg.sensor(
    name="inbox",
    jobs=[render_movie, write_plan],
    minimum_interval_seconds=_PAUSE_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Renders the plans that are dropped into $SPARKLE_PLANS, and edits of them; has "
    "plans written of the prompt files there.",
)
def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Look at the plans folder once, and ask for a run a film."""
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.film.intake import plans_folder
    from sparkle_motion_dagster.operations.inbox.contents import Profiles
    from sparkle_motion_dagster.operations.inbox.folder import InboxFolderError
    from sparkle_motion_dagster.operations.inbox.tick import Inbox
    from sparkle_motion_dagster.plan.run_ids import run_id_of
    from sparkle_motion_dagster.policy.audit import AuditLog
    from sparkle_motion_dagster.production.workbench import Workbench
    from sparkle_motion_dagster.resources.engines import check_plan, digest_of_draft
    from sparkle_motion_dagster.resources.profiles import load_profile, profile_asked_by
    from sparkle_motion_dagster.runs.queue import InboxRuns

    # A sensor's process lives for days: profiles are read anew at each tick, once.
    profile = cache(load_profile)
    home = SparkleHome.from_environment()

    def check(plan: LoadedPlan, name: str) -> None:
        check_plan(plan, profile(name), AuditLog(home, "inbox", run_id_of(plan.path.stem)))

    def draft_digest(asked: Assignment, name: str) -> Sha256:
        return digest_of_draft(asked, profile(name))

    profiles = Profiles(profile_asked_by, check, draft_digest)
    folder = Inbox(plans_folder(), Workbench(home), profiles)
    try:
        tick = folder.tick(InboxRuns(context.instance), context.cursor)
    except InboxFolderError as error:
        return dg.SkipReason(str(error))
    for note in tick.notes:
        context.log.warning(note)
    if not tick.orders:
        return dg.SkipReason(_why_nothing(folder, tick))
    return dg.SensorResult(
        run_requests=[_run_request(order) for order in tick.orders],
        dynamic_partitions_requests=[
            film_partitions.build_add_request([order.run_id for order in tick.orders])
        ],
        cursor=tick.cursor,
    )


def _run_request(order: AnyOrder) -> dg.RunRequest:
    job, config = _asked(order)
    return dg.RunRequest(
        run_key=order.run_key,
        job_name=job,
        partition_key=order.run_id,
        run_config=config,
        tags={STARTED_BY_TAG: INBOX},
    )


def _asked(order: AnyOrder) -> tuple[str, Mapping[str, Any]]:
    """Return the name of the job that an order asks for, and the config of its run."""
    from sparkle_motion_dagster.assets.plan_draft import writing_config
    from sparkle_motion_dagster.operations.inbox.memory import DraftOrder
    from sparkle_motion_dagster.resources.profiles import load_profile

    profile = load_profile(order.profile)
    if isinstance(order, DraftOrder):
        return write_plan.name, writing_config(order.asked, profile)
    intake = {MOVIE_PLAN: {"config": {"plan_path": str(order.plan_path)}}}
    return render_movie.name, profile.run_config() | {"ops": intake}


def _why_nothing(inbox: Inbox, tick: Tick) -> str:
    lines = [
        f"There is nothing new in {inbox.folder}.",
        *tick.notes[:_SHOWN_NOTES],
    ]
    if len(tick.notes) > _SHOWN_NOTES:
        lines.append(f"The log of this tick says {len(tick.notes) - _SHOWN_NOTES} things more.")
    if tick.waiting:
        films = ", ".join(tick.waiting)
        lines.append(f"Edited files wait until the runs that their films have end: {films}.")
    return "\n".join(lines)
