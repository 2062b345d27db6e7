"""Batches: many films, rendered by one process, so that each model is loaded once for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sparkle_motion_dagster.api.batch_result import BatchResult, FilmOfBatch, film_of_batch
from sparkle_motion_dagster.api.rendering import home_at, planned_run
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.resources.profiles import chosen_run_id, load_profile
from sparkle_motion_dagster.runs.interleaving import Outcome, Turn, Watcher, execute_together
from sparkle_motion_dagster.runs.names import RENDER_MOVIE
from sparkle_motion_dagster.runs.starting import PlannedRun

if TYPE_CHECKING:
    from dagster import DagsterInstance


Teller: TypeAlias = Callable[[Turn, FilmOfBatch], None]
"""Hears of a film that has ended, in which turn, and what became of it."""


class BatchInputError(InputError):
    """Plans of a batch are wrong: all that is wrong with all of them is said."""


@dataclass(frozen=True)
class Batch:
    """Films that are rendered together: what is to be run for each, in order, and its plan file."""

    home: SparkleHome
    runs: tuple[PlannedRun, ...]
    plans: Mapping[str, Path]

    def with_runs(self, runs: Iterable[PlannedRun]) -> Batch:
        """Return it with what is to be run said in another way."""
        return replace(self, runs=tuple(runs))


def distinct_films(
    plans: Sequence[str | Path], *, profile: str = DEFAULT_PROFILE, run_id: str | None = None
) -> dict[Path, str]:
    """Return what the films of plan files are called; a file that is named twice, is one.

    Args:
        plans: The plan files.
        profile: Which engines render them.
        run_id: What the film of the only plan is called.

    Raises:
        BatchInputError: Several ask for the same film.
        InputError: The run_id is none.
    """
    films = _named(plans, profile, run_id)
    if faults := [*_same_names(films)]:
        raise BatchInputError("\n".join(faults))
    return films


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
    load_profile(profile)  # what is wrong with it is no plan's fault
    films = _named(plans, profile, run_id)
    runs, faults = list[PlannedRun](), list[str]()
    for file in films:
        try:
            runs.append(planned_run(place, file, profile, run_id, job=job, replace=replace))
        except InputError as error:
            if len(films) == 1:
                raise
            faults.append(str(error) if str(file) in str(error) else f"{file}: {error}")
    if faults := [*faults, *_same_names(films)]:
        raise BatchInputError("\n".join(["Nothing is rendered. These plans are wrong:", *faults]))
    return Batch(place, tuple(runs), {film: file for file, film in films.items()})


def render_batch(
    instance: DagsterInstance, batch: Batch, watch: Watcher, tell: Teller
) -> BatchResult:
    """Render the films of a batch in this process, each stage of all before the next stage.

    What becomes of one film stops no other one; see `execute_together`.

    Args:
        instance: Which keeps the runs.
        batch: The films.
        watch: Hears whose turn it is.
        tell: Hears at once what became of each film that ends in its turn.

    Raises:
        BusyError: This process renders already.
    """
    from sparkle_motion_dagster.definitions import film_job
    from sparkle_motion_dagster.runs.films import register_film

    def became(film: str, outcome: Outcome | None) -> FilmOfBatch:
        return film_of_batch(batch.home, film, batch.plans[film], outcome)

    def ended(turn: Turn, outcome: Outcome) -> None:
        tell(turn, became(turn.film, outcome))

    for film in batch.plans:
        register_film(instance, film)
    outcomes = execute_together(instance, batch.home, batch.runs, film_job, watch, ended)
    return BatchResult(films=tuple(became(film, outcomes[film]) for film in batch.plans))


def _named(plans: Sequence[str | Path], profile: str, run_id: str | None) -> dict[Path, str]:
    files = list({Path(plan).resolve(): Path(plan) for plan in plans}.values())
    if run_id is not None and len(files) > 1:
        raise BatchInputError(
            f"{len(files)} films cannot all be called {run_id}: --run-id goes with one plan. "
            "Films of several plans are called as their files."
        )
    return {file: chosen_run_id(run_id, file, profile) for file in files}


def _same_names(films: Mapping[Path, str]) -> Iterator[str]:
    """Yield, for each film that several plans ask for, which those are."""
    asking = defaultdict(list)
    for file, film in films.items():
        asking[film].append(str(file))
    for film, plans in asking.items():
        if len(plans) > 1:
            yield (
                f"{' and '.join(plans)} would all be rendered as {film}. Rename a file, or render "
                "them one by one, each with a `--run-id` of its own."
            )
