"""Films as Dagster knows them: each is a partition, named by its run_id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.errors import RunBusyError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, PLAN_DRAFT
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.runs.queue import films_with_runs

if TYPE_CHECKING:
    from dagster import DagsterInstance


def register_film(instance: DagsterInstance, run_id: str) -> None:
    """Make a film known."""
    instance.add_dynamic_partitions(str(film_partitions.name), [run_id])


def register_films_on_disk(instance: DagsterInstance, home: SparkleHome) -> list[str]:
    """Make the films of a home known whose plan or draft is there; return those that were not."""
    known = set(instance.get_dynamic_partitions(str(film_partitions.name)))
    unknown = [
        run_id for run_id in home.run_ids() if run_id not in known and _is_film(home, run_id)
    ]
    instance.add_dynamic_partitions(str(film_partitions.name), unknown)
    return unknown


def _is_film(home: SparkleHome, run_id: str) -> bool:
    """Tell whether a folder holds a film by its own name; `sparkle verify` tells of damage."""
    try:
        folder = RunFolder(home, check_run_id(run_id))
        return any(folder.read(stage) is not None for stage in (MOVIE_PLAN, PLAN_DRAFT))
    except SparkleError:
        return False


def is_registered(instance: DagsterInstance, run_id: str) -> bool:
    """Tell whether a film is known, be it there or not."""
    return instance.has_dynamic_partition(str(film_partitions.name), run_id)


def check_not_under_way(instance: DagsterInstance, run_id: str) -> None:
    """Make sure that no run of a film waits, begins or goes on.

    Raises:
        RunBusyError: One does.
    """
    if run_id in films_with_runs(instance):
        raise RunBusyError(
            f"A run of {run_id} goes on, or waits in the queue. End it first: "
            f"`sparkle stop {run_id}`."
        )


def forget_films(instance: DagsterInstance, home: SparkleHome, run_ids: Iterable[str]) -> None:
    """Forget films that have gone; one that was begun or ordered since stays."""
    known = {*home.run_ids(), *films_with_runs(instance)}
    for run_id in run_ids:
        if run_id not in known:
            instance.delete_dynamic_partition(str(film_partitions.name), run_id)
