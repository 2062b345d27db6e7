"""Starting a film's job, here or in its turn, as a run that the web UI can execute again."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import BusyError, InputError
from sparkle_motion_dagster.runs.names import (
    PARTITION_TAG,
    SHELL,
    STAGES_MADE_BY,
    STARTED_BY_TAG,
    configured,
)

if TYPE_CHECKING:
    from dagster import AssetKey, DagsterEvent, DagsterInstance, DagsterRun, JobDefinition
    from dagster._core.definitions.reconstruct import ReconstructableJob
    from dagster._core.remote_origin import RemoteJobOrigin

JobFinder: TypeAlias = "Callable[[str], JobDefinition]"
"""Returns a job by its name."""

CODE_LOCATION = "sparkle_motion_dagster.definitions"
"""The module that holds all definitions; the web UI calls the code location by its name."""

_executing = threading.Lock()
"""Held while this process executes a run, or several in turn."""


class RunConfigError(InputError):
    """A run's config is none that its job takes."""


@dataclass(frozen=True)
class PlannedRun:
    """What is to be run for a film: which job, on which of its assets (empty: all), and how.

    ``first`` is the Dagster run that was the first to do it, by its id; None: none has begun.
    """

    film: str
    job: str
    run_config: Mapping[str, Any]
    assets: Collection[AssetKey] = ()
    first: str | None = None

    @classmethod
    def of(cls, run: DagsterRun) -> PlannedRun:
        """Return what a run of Dagster was to do for its film."""
        assets = run.asset_selection or ()
        first = run.root_run_id or run.run_id
        return cls(run.tags[PARTITION_TAG], run.job_name, run.run_config, assets, first)

    @property
    def stages(self) -> Collection[str]:
        """The stages that it makes."""
        return [one.to_user_string() for one in self.assets] or STAGES_MADE_BY.get(self.job, ())

    def saying(self, **of_film: Any) -> PlannedRun:
        """Return it with something more said of its film, by the names of `FilmResource`."""
        resources = dict(self.run_config.get("resources") or {})
        said = configured(self.run_config, "resources", "film", "config") or {}
        resources["film"] = {"config": {**said, **of_film}}
        return replace(self, run_config={**self.run_config, "resources": resources})


@dataclass(frozen=True)
class EndedRun:
    """A run that this process has executed to its end, as its events tell it."""

    events: Sequence[DagsterEvent]

    @property
    def success(self) -> bool:
        """Whether it did all that it was asked for."""
        return any(event.is_job_success for event in self.events)

    @property
    def made(self) -> Collection[str]:
        """The stages that it has made to their end, in order."""
        return [str(event.step_key) for event in self.events if event.is_step_materialization]


def execute_here(
    instance: DagsterInstance, home: SparkleHome, run: PlannedRun, job_named: JobFinder
) -> EndedRun:
    """Execute a film's job to its end.

    Args:
        instance: Which keeps the run.
        home: Where its results go.
        run: What is to be run.
        job_named: A function of a module, by which any process finds the job again.

    Raises:
        RunConfigError: The run's config is none that the job takes.
        BusyError: This process executes a run already, in another thread.
    """
    with working_in(home):
        return EndedRun(list(begun_here(instance, run, job_named)))


def begun_here(
    instance: DagsterInstance, run: PlannedRun, job_named: JobFinder
) -> Iterator[DagsterEvent]:
    """Begin a film's job in this process, which works in the film's home; see `working_in`.

    Args:
        instance: Which keeps the run.
        run: What is to be run.
        job_named: As `execute_here` takes it.

    Returns:
        What happens in the run; it goes on as far as this is read, and ends with it.

    Raises:
        RunConfigError: The run's config is none that the job takes.
    """
    from dagster._core.execution.api import execute_run_iterator

    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    tags = {
        STARTED_BY_TAG: SHELL,
        # Whoever started it sees that it ended, and starts it again; not the daemon.
        "dagster/max_retries": "0",
    }
    job = _reconstructable(run, job_named)
    quiet_run = replace(run, run_config={**run.run_config, **quiet})
    return execute_run_iterator(job, _created(instance, job, quiet_run, tags), instance)


def put_into_queue(
    instance: DagsterInstance, run: PlannedRun, job_named: JobFinder, started_by: str
) -> None:
    """Have Dagster's daemon execute a film's job in its turn, and one run of a film at a time.

    Args:
        instance: Whose queue it is.
        run: What is to be run.
        job_named: As `execute_here` takes it.
        started_by: Who asked for it, see `runs.names`.

    Raises:
        RunConfigError: The run's config is none that the job takes.
    """
    tags = {STARTED_BY_TAG: started_by}
    created = _created(instance, _reconstructable(run, job_named), run, tags)
    # The queue lies in the instance's database: no workspace is asked before the daemon's.
    instance.submit_run(created.run_id, workspace=None)  # type: ignore[arg-type]


def _reconstructable(run: PlannedRun, job_named: JobFinder) -> ReconstructableJob:
    from dagster import build_reconstructable_job

    job = build_reconstructable_job(job_named.__module__, job_named.__name__, (run.job,))
    return job.get_subset(asset_selection=frozenset(run.assets) or None)


def _created(
    instance: DagsterInstance, job: ReconstructableJob, run: PlannedRun, tags: Mapping[str, str]
) -> DagsterRun:
    """Create a run that begins later.

    Dagster's own `execute_job` does not say where the web UI finds the job, so that nobody could
    execute the run again there.

    Raises:
        RunConfigError: The run's config is none that the job takes.
    """
    from dagster import DagsterInvalidConfigError

    try:
        return instance.create_run_for_job(
            job_def=job.get_definition(),
            run_config=run.run_config,
            tags={PARTITION_TAG: run.film, **tags},
            asset_selection=frozenset(run.assets) or None,
            job_code_origin=job.get_python_origin(),
            remote_job_origin=_where_the_web_ui_finds(run.job),
        )
    except DagsterInvalidConfigError as error:
        wrong = "; ".join(one.message for one in error.errors)
        raise RunConfigError(
            f"The config of the run of {run.film} is none that {run.job} takes: {wrong} Somebody "
            "typed it in the launchpad, or another version wrote it. Render the film anew: "
            f"`sparkle render PLAN --run-id {run.film}`; what is finished is taken from the store."
        ) from error


def _where_the_web_ui_finds(job: str) -> RemoteJobOrigin:
    from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
    from dagster._core.remote_origin import RemoteJobOrigin, RemoteRepositoryOrigin
    from dagster._core.workspace.load import location_origin_from_module_name

    location = location_origin_from_module_name(CODE_LOCATION, None, None)
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME), job)


@contextlib.contextmanager
def working_in(home: SparkleHome) -> Iterator[None]:
    """Have what this process executes find its home, in the process's environment.

    Raises:
        BusyError: The process executes another one.
    """
    if not _executing.acquire(blocking=False):
        raise BusyError(
            "This process renders a film already. Wait for it to end, or use another process."
        )
    before = os.environ.get("SPARKLE_HOME")
    os.environ["SPARKLE_HOME"] = str(home.root)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SPARKLE_HOME"]
        else:
            os.environ["SPARKLE_HOME"] = before
        _executing.release()
