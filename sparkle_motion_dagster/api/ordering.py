"""Ordering: a job for a film is put into the queue, to be done by the daemon in its turn."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sparkle_motion_dagster.api.rendering import Explanation, explain, planned_run
from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.errors import RunBusyError, UnreadableRecordError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError
from sparkle_motion_dagster.film.stages import INPUTS, VIDEO_FINAL
from sparkle_motion_dagster.operations.drafts import plan_to_render
from sparkle_motion_dagster.operations.inbox.direct_orders import (
    check_not_ordered,
    with_ordered_plan,
)
from sparkle_motion_dagster.operations.inbox.memory import InboxMemory, changing_memory
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.resources.profiles import own_profile
from sparkle_motion_dagster.runs.names import FINALIZE_MOVIE
from sparkle_motion_dagster.runs.starting import PlannedRun

if TYPE_CHECKING:
    from dagster import DagsterInstance

FilmJob = Literal["render_movie", "stills_only", "sound_only", "finalize_movie"]
"""A job that works for a film: see `runs.names`."""


class MissingStagesError(ConflictError):
    """A film cannot be assembled: something that it consists of has not been made."""


@dataclass(frozen=True)
class Ordered:
    """A run that waits in the queue.

    Attributes:
        film: The film that it is for.
        message: What follows, in a sentence or more.
        queue_place: How many films are before it; None: its turn has come already.
    """

    film: str
    message: str
    queue_place: int | None


def order_render(
    home: SparkleHome,
    run_id: str,
    job: FilmJob,
    profile: str | None,
    *,
    replace: bool,
    over_limits: bool = False,
) -> Ordered:
    """Have the daemon render a film, or a part of it, in its turn.

    The plan is the one in the inbox, else an approved draft, else the one as it was frozen; to
    assemble the film again, it is the one that the clips were made from.

    Args:
        home: Where the film lies.
        run_id: What it is called.
        job: What is to be made of it.
        profile: Which engines render it; None: those of its own profile.
        replace: Whether the run_id is taken over from another profile or plan.
        over_limits: Whether it may exceed its limits.

    Raises:
        InputError: There is no such film, or its plan or profile is wrong.
        ConflictError: The film belongs to another plan or profile, or cannot be assembled yet.
        OverLimitsError: It would exceed its limits, or may.
        RunBusyError: A run of it goes on or waits already.
    """
    from sparkle_motion_dagster.resources.limits import within_limits

    folder = RunFolder(home, check_run_id(run_id))
    plan = None if job == FINALIZE_MOVIE else plan_to_render(folder)
    if plan is None:
        home.existing_run(run_id)
    if job == FINALIZE_MOVIE:
        check_stages_made(folder)
    of = profile or own_profile(run_id, home)
    planned = planned_run(home, plan, of, run_id, job=job, replace=replace)
    return queue_run(home, within_limits(planned, home, over_limits=over_limits), plan)


def explain_order(home: SparkleHome, run_id: str, job: FilmJob, profile: str | None) -> Explanation:
    """Return what `order_render` would have made, and why; nothing is made, nor written.

    Raises:
        InputError, ConflictError: As there; another plan or profile is but noted.
    """
    folder = RunFolder(home, check_run_id(run_id))
    if job == FINALIZE_MOVIE and folder.path.exists():
        check_stages_made(folder)
    return explain(run_id, profile=profile, job=job, home=home.root)


def check_stages_made(folder: RunFolder) -> None:
    """Make sure that all is there which a film is assembled from.

    Raises:
        MissingStagesError: Something is not.
        UnreadableRecordError: A manifest is damaged.
    """
    missing = [stage for stage in INPUTS[VIDEO_FINAL] if folder.read(stage) is None]
    if missing:
        raise MissingStagesError(
            f"{folder.run_id} cannot be assembled yet: {' and '.join(missing)} "
            f"{'has' if len(missing) == 1 else 'have'} not been made. Render the whole film; what "
            "is finished is taken from the store."
        )


def queue_run(home: SparkleHome, planned: PlannedRun, plan: Path | None = None) -> Ordered:
    """Put a run into the queue, unless the film has one that has not ended.

    Args:
        home: Whose queue it is.
        planned: The run.
        plan: The plan's file that it is of; where it lies in the inbox, that does not order it too.

    Raises:
        RunBusyError: The film has such a run already; where it waits is said.
        StoreBusyError: Another process has been ordering for a minute.
    """
    from sparkle_motion_dagster.definitions import film_job
    from sparkle_motion_dagster.runs.films import register_film
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.names import ORDER
    from sparkle_motion_dagster.runs.queue import InboxRuns
    from sparkle_motion_dagster.runs.recovery import recover
    from sparkle_motion_dagster.runs.starting import put_into_queue

    film = planned.film
    with changing_memory(home), open_instance(home) as instance:
        memory = _memory(home)
        recover(instance, home)
        _check_none_unended(instance, home, film)
        if memory is not None:
            check_not_ordered(memory, film, InboxRuns(instance))
        if plan is not None and memory is not None:
            # Before anything is ordered: somebody may have damaged the plan at this moment.
            memory = with_ordered_plan(memory, plan)
        register_film(instance, film)
        put_into_queue(instance, planned, film_job, ORDER)
        if plan is not None and memory is not None:
            memory.write(home.inbox_memory)
        queue = Queue.in_instance(instance, home)
    if film not in queue.films:
        return Ordered(film, f"The run of {film} begins.", None)
    waits = queue.place_of(film)
    return Ordered(film, f"{film} is ordered ({planned.job}). {waits}", queue.films.index(film))


def _check_none_unended(instance: DagsterInstance, home: SparkleHome, film: str) -> None:
    from sparkle_motion_dagster.runs.queue import films_with_runs

    queue = Queue.in_instance(instance, home)
    if film in queue.films:
        raise RunBusyError(f"{film} is ordered already. {queue.place_of(film)}")
    if film in films_with_runs(instance):
        raise RunBusyError(
            f"A run of {film} goes on already. Wait for its end, or end it: `sparkle pause "
            f"{film}`, `sparkle stop {film}`."
        )


def _memory(home: SparkleHome) -> InboxMemory | None:
    # One that is damaged is told of, and set aside, when the inbox is looked at.
    with contextlib.suppress(UnreadableRecordError):
        return InboxMemory.read(home.inbox_memory)
    return None
