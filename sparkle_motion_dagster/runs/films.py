"""Films as Dagster knows them: each is a partition, named by its run_id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.runs.queue import films_with_runs

if TYPE_CHECKING:
    from dagster import DagsterInstance


def register_film(instance: DagsterInstance, run_id: str) -> None:
    """Make a film known."""
    instance.add_dynamic_partitions(str(film_partitions.name), [run_id])


def forget_films(instance: DagsterInstance, home: SparkleHome, run_ids: Iterable[str]) -> None:
    """Forget films that have gone; one that was begun or ordered since stays."""
    known = {*home.run_ids(), *films_with_runs(instance)}
    for run_id in run_ids:
        if run_id not in known:
            instance.delete_dynamic_partition(str(film_partitions.name), run_id)
