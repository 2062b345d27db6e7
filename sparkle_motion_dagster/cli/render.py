"""`sparkle render`: a plan file in, a film out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from sparkle_motion_dagster.cli.console import debugging, fail, readable_errors
from sparkle_motion_dagster.cli.failures import explained_database, failures_of
from sparkle_motion_dagster.cli.options import PROFILE, RUN_ID, chosen_run_id
from sparkle_motion_dagster.cli.progress_line import shown_progress
from sparkle_motion_dagster.resources.profiles import load_profile

if TYPE_CHECKING:
    from dagster import DagsterInstance, JobExecutionResult

    from sparkle_motion_dagster.artifacts.home import SparkleHome


@click.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@RUN_ID
@PROFILE
@click.option("--replace", is_flag=True, help="Take the run_id over from another profile.")
@readable_errors
def render(
    plan_file: Path,
    run_id: str | None,
    profile: str,
    replace: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Render the film of PLAN, and print its path.

    What an earlier render has finished is taken from the store; only what an edit touches is made
    again. A render that was interrupted goes on where it was.
    """
    # Told before Dagster is loaded, so that wrong input is answered at once.
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.plan.loading import load_plan
    from sparkle_motion_dagster.production.intake import check_profile
    from sparkle_motion_dagster.production.workbench import Workbench

    load_plan(plan_file)
    run_config = load_profile(profile)
    film = chosen_run_id(run_id, plan_file, profile)
    home = SparkleHome.from_environment()
    if not replace:
        check_profile(film, profile, Workbench(home))
    intake = {"plan_path": str(plan_file.resolve()), "replace": replace}
    run_config |= {
        "ops": {"movie_plan": {"config": intake}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    from sparkle_motion_dagster.cli.instance import open_instance, register_run

    with explained_database(home.dagster), open_instance(home) as instance:
        register_run(instance, film)
        with shown_progress(home, film):
            result = _execute(instance, film, run_config)
        if not result.success:
            _fail(result)
    _report(home, film)


def _execute(
    instance: DagsterInstance, run_id: str, run_config: dict[str, Any]
) -> JobExecutionResult:
    from dagster import execute_job, reconstructable

    from sparkle_motion_dagster.cli.instance import render_movie_job

    return execute_job(
        reconstructable(render_movie_job),
        instance=instance,
        run_config=run_config,
        tags={"dagster/partition": run_id},
        raise_on_error=False,
    )


def _fail(result: JobExecutionResult) -> NoReturn:
    failures = failures_of(result)
    if debugging():
        click.echo("\n".join(failure.traceback for failure in failures), err=True)
    fail(
        "\n".join(failure.reason for failure in failures),
        max(failure.exit_code for failure in failures),
    )


def _report(home: SparkleHome, run_id: str) -> None:
    from sparkle_motion_dagster.artifacts.run_folder import RunFolder
    from sparkle_motion_dagster.cli.status import STAGES

    folder = RunFolder(home, run_id)
    for stage in STAGES:
        manifest = folder.read(stage)
        if manifest is not None and stage != "movie_plan":
            made, taken = len(manifest.provenance.made), len(manifest.provenance.taken)
            seconds = manifest.provenance.seconds
            click.echo(
                f"  {stage:15} {made} made ({seconds:.1f} s), {taken} from the store", err=True
            )
    film = folder.read("video_final")
    if film is None:
        fail(f"{run_id} was rendered, but nothing was published in {folder.path}", 1)
    artifact = film.artifact("film", "film")
    facts = artifact.facts
    click.echo(
        f"  {facts.duration_s:.2f} s, {facts.frames} frames, {facts.width}x{facts.height}, "
        f"{artifact.size_bytes / 2**20:.1f} MiB",
        err=True,
    )
    click.echo(str(folder.stage("video_final") / artifact.file))
