"""Starting a film's job in this process, as a run that the web UI can execute again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.runs.tags import PARTITION_TAG, SHELL, STARTED_BY_TAG

if TYPE_CHECKING:
    from dagster import AssetKey, DagsterInstance, JobDefinition, JobExecutionResult
    from dagster._core.remote_origin import RemoteJobOrigin

CODE_LOCATION = "sparkle_motion_dagster.definitions"
"""The module that holds all definitions; the web UI calls the code location by its name."""


@dataclass(frozen=True)
class FilmRun:
    """What is to be run for a film: which job, on which of its assets (empty: all), and how."""

    film: str
    job: str
    run_config: Mapping[str, Any]
    assets: Collection[AssetKey] = ()


def execute_here(
    instance: DagsterInstance,
    home: SparkleHome,
    run: FilmRun,
    job_named: Callable[[str], JobDefinition],
) -> JobExecutionResult:
    """Execute a film's job to its end.

    Dagster's own `execute_job` does not say where the web UI finds the job, so that nobody could
    execute the run again there.

    Args:
        instance: Which keeps the run.
        home: Where its results go.
        run: What is to be run.
        job_named: A function of a module, by which any process finds the job again.
    """
    from dagster import build_reconstructable_job
    from dagster._core.execution.api import execute_run

    job = build_reconstructable_job(job_named.__module__, job_named.__name__, (run.job,))
    job = job.get_subset(asset_selection=frozenset(run.assets) or None)
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    dagster_run = instance.create_run_for_job(
        job_def=job.get_definition(),
        run_config={**run.run_config, **quiet},
        tags={
            PARTITION_TAG: run.film,
            STARTED_BY_TAG: SHELL,
            # Whoever started it sees that it ended, and starts it again; not the daemon.
            "dagster/max_retries": "0",
        },
        asset_selection=frozenset(run.assets) or None,
        job_code_origin=job.get_python_origin(),
        remote_job_origin=_where_the_web_ui_finds(run.job),
    )
    with _environment({"SPARKLE_HOME": str(home.root)}):
        return execute_run(job, dagster_run, instance)


def _where_the_web_ui_finds(job: str) -> RemoteJobOrigin:
    from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
    from dagster._core.remote_origin import RemoteJobOrigin, RemoteRepositoryOrigin
    from dagster._core.workspace.load import location_origin_from_module_name

    location = location_origin_from_module_name(CODE_LOCATION, None, None)
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME), job)


@contextlib.contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Change the environment, in which a run's resources find their home, and restore it."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
