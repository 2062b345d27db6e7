"""The Dagster instance below ``$SPARKLE_HOME``, and the job that runs on it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.resources.profiles import CONFIGS

if TYPE_CHECKING:
    from dagster import DagsterInstance, JobDefinition


class UnusableHomeError(InputError):
    """``$SPARKLE_HOME`` cannot hold a Dagster instance."""


def prepare_instance(home: SparkleHome) -> None:
    """Make the instance's folder, and let this process and its children find it.

    Raises:
        UnusableHomeError: Its path has characters that database addresses give a meaning to.
    """
    if set("?%") & set(str(home.root)):
        raise UnusableHomeError(
            f"$SPARKLE_HOME is {home.root}: Dagster's database cannot lie in a folder with '?' or "
            "'%' in its path. Choose another folder."
        )
    settings = (CONFIGS / "dagster.yaml").read_bytes()
    target = home.dagster / "dagster.yaml"
    if not target.exists() or target.read_bytes() != settings:
        write_atomically(target, settings)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["SPARKLE_HOME"] = str(home.root)


def open_instance(home: SparkleHome) -> DagsterInstance:
    """Return the persistent instance; close it by using it in a `with` block."""
    from dagster import DagsterInstance

    prepare_instance(home)
    return DagsterInstance.get()


def register_run(instance: DagsterInstance, run_id: str) -> None:
    """Make a film known as a partition."""
    from sparkle_motion_dagster.partitions import film_partitions

    instance.add_dynamic_partitions(str(film_partitions.name), [run_id])


def render_movie_job() -> JobDefinition:
    """Return the job, by a name under which any process can find it again."""
    from sparkle_motion_dagster.definitions import defs

    return defs.resolve_job_def("render_movie")
