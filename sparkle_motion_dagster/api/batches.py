"""Batches: many films, rendered by one process, so that each model is loaded once for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.api.batch_result import BatchResult, film_of_batch
from sparkle_motion_dagster.api.rendering import home_at, planned_run
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.resources.profiles import DEFAULT_PROFILE, load_profile
from sparkle_motion_dagster.runs.interleaving import Watcher, execute_together
from sparkle_motion_dagster.runs.names import RENDER_MOVIE
from sparkle_motion_dagster.runs.starting import PlannedRun

if TYPE_CHECKING:
    from dagster import DagsterInstance


class BatchInputError(InputError):
    """Plans of a batch are wrong: all that is wrong with all of them is said."""


@dataclass(frozen=True)
class Batch:
    """Films that are rendered together: what is to be run for each, in order, and its plan file."""

    home: SparkleHome
    runs: tuple[PlannedRun, ...]
    plans: Mapping[str, Path]


def planned_batch(
    plans: Sequence[str | Path],
    *,
    profile: str = DEFAULT_PROFILE,
    run_id: str | None = None,
    job: str = RENDER_MOVIE,
    replace: bool = False,
    home: str | Path | None = None,
) -> Batch:
    """Return the films that plan files ask for, each named as its file.

    What is wrong with any of them is found before anything runs.

    Args:
        plans: The plan files, in the order in which their films take turns.
        profile: Which engines render them.
        run_id: What the film of the only plan is called.
        job: What is to be made of them.
        replace: Whether their names are taken over from other profiles or plans.
        home: Where everything lies. Default: ``$SPARKLE_HOME``, else ``./.sparkle``.

    Raises:
        BatchInputError: Plans are wrong, or ask for the same film.
        InputError: There is no such profile, or it is wrong.
    """
    place = home_at(home)
    files = [Path(plan) for plan in plans]
    if run_id is not None and len(files) > 1:
        raise BatchInputError(
            f"{len(files)} films cannot all be called {run_id}: --run-id goes with one plan. "
            "Films of several plans are called as their files."
        )
    load_profile(profile)  # what is wrong with it is no plan's fault
    runs, faults = dict[Path, PlannedRun](), list[str]()
    for file in files:
        try:
            runs[file] = planned_run(place, file, profile, run_id, job=job, replace=replace)
        except InputError as error:
            faults.append(str(error) if str(file) in str(error) else f"{file}: {error}")
    faults += _same_names(files, runs)
    if faults:
        raise BatchInputError("\n".join(["Nothing is rendered. These plans are wrong:", *faults]))
    return Batch(place, tuple(runs.values()), {run.film: file for file, run in runs.items()})


def render_batch(instance: DagsterInstance, batch: Batch, watch: Watcher) -> BatchResult:
    """Render the films of a batch in this process, each stage of all before the next stage.

    What becomes of one film stops no other one; see `execute_together`.

    Args:
        instance: Which keeps the runs.
        batch: The films.
        watch: Hears whose turn it is.

    Raises:
        BusyError: This process renders already.
    """
    from sparkle_motion_dagster.definitions import film_job
    from sparkle_motion_dagster.runs.films import register_film

    for film in batch.plans:
        register_film(instance, film)
    ended = execute_together(instance, batch.home, batch.runs, film_job, watch)
    return BatchResult(
        films=tuple(
            film_of_batch(batch.home, film, plan, ended[film]) for film, plan in batch.plans.items()
        )
    )


def _same_names(files: Sequence[Path], runs: Mapping[Path, PlannedRun]) -> Iterator[str]:
    """Yield, for each film that several plans ask for, which those are."""
    asking = defaultdict(list)
    for file in files:
        if file in runs:
            asking[runs[file].film].append(str(file))
    for film, plans in asking.items():
        if len(plans) > 1:
            yield (
                f"{' and '.join(plans)} would all be rendered as {film}. Rename a file, or render "
                "them one by one, each with a `--run-id` of its own."
            )
