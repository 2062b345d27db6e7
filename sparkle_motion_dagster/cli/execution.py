"""Executing a film's job in this process, as a run that the web UI can execute again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dagster import AssetKey, DagsterInstance, JobDefinition, JobExecutionResult
    from dagster._core.remote_origin import RemoteJobOrigin

WORKSPACE = Path(__file__).resolve().parents[2] / "workspace.yaml"
"""The workspace file, which names the code location."""


@dataclass(frozen=True)
class FilmRun:
    """What is to be run for a film: which job, on which of its assets (empty: all), and how."""

    film: str
    job: str
    run_config: Mapping[str, Any]
    assets: Collection[AssetKey] = ()


def film_job(name: str) -> JobDefinition:
    """Return a job by its name; any process can find it again by this function."""
    from sparkle_motion_dagster.definitions import defs

    return defs.resolve_job_def(name)


def execute_here(instance: DagsterInstance, run: FilmRun) -> JobExecutionResult:
    """Execute a film's job to its end.

    Dagster's own `execute_job` does not say where the web UI finds the job, so that nobody could
    execute the run again there.
    """
    from dagster import build_reconstructable_job
    from dagster._core.execution.api import execute_run

    job = build_reconstructable_job(film_job.__module__, film_job.__name__, (run.job,))
    job = job.get_subset(asset_selection=frozenset(run.assets) or None)
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    dagster_run = instance.create_run_for_job(
        job_def=job.get_definition(),
        run_config={**run.run_config, **quiet},
        tags=_tags(run),
        asset_selection=frozenset(run.assets) or None,
        job_code_origin=job.get_python_origin(),
        remote_job_origin=_where_the_web_ui_finds(run.job),
    )
    return execute_run(job, dagster_run, instance)


def _tags(run: FilmRun) -> dict[str, str]:
    from sparkle_motion_dagster.runs.tags import PARTITION_TAG, SHELL, STARTED_BY_TAG

    return {
        PARTITION_TAG: run.film,
        STARTED_BY_TAG: SHELL,
        # Whoever started it sees that it ended, and starts it again; not the daemon.
        "dagster/max_retries": "0",
    }


def _where_the_web_ui_finds(job: str) -> RemoteJobOrigin:
    from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
    from dagster._core.remote_origin import RemoteJobOrigin, RemoteRepositoryOrigin
    from dagster._core.workspace.load import location_origins_from_yaml_paths

    (location,) = location_origins_from_yaml_paths([str(WORKSPACE)])
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME), job)
