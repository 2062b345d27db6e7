"""Running a job for a film in this process: progress, failures and the result in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import debugging, fail
from sparkle_motion_dagster.cli.execution import FilmRun, execute_here
from sparkle_motion_dagster.cli.failures import failures_of
from sparkle_motion_dagster.cli.progress_line import shown_progress

if TYPE_CHECKING:
    from dagster import JobExecutionResult


def run_here(home: SparkleHome, run: FilmRun) -> None:
    """Run a film's job in this process, and print what came of it; a failure ends the command.

    Runs whose process is gone are found first, and marked as failed.
    """
    from sparkle_motion_dagster.cli.instance import open_instance, register_run
    from sparkle_motion_dagster.runs.recovery import recover

    with open_instance(home) as instance:
        for reason in recover(instance, home):
            click.echo(f"  {reason}", err=True)
        register_run(instance, run.film)
        with shown_progress(home, run.film):
            result = execute_here(instance, run)
        if not result.success:
            _fail(result)
    _report(home, run, result)


def _fail(result: JobExecutionResult) -> NoReturn:
    failures = failures_of(result)
    if debugging():
        click.echo("\n".join(failure.traceback for failure in failures), err=True)
    fail(
        "\n".join(failure.reason for failure in failures),
        max(failure.exit_code for failure in failures),
    )


def _report(home: SparkleHome, run: FilmRun, result: JobExecutionResult) -> None:
    from sparkle_motion_dagster.cli.status import STAGES
    from sparkle_motion_dagster.operations.state import State, read_state

    folder = RunFolder(home, run.film)
    worked = {event.step_key for event in result.all_events if event.is_step_success}
    for stage in STAGES:
        manifest = folder.read(stage)
        if manifest is not None and stage != "movie_plan" and stage in worked:
            made, taken = len(manifest.provenance.made), len(manifest.provenance.taken)
            seconds = manifest.provenance.seconds
            click.echo(
                f"  {stage:15} {made} made ({seconds:.1f} s), {taken} from the store", err=True
            )
    state = read_state(folder)
    if state is not None and state.state is State.WAITING:
        click.echo(state.message, err=True)
    elif "video_final" in worked:
        _show_film(folder)
    else:
        click.echo(str(folder.path))


def _show_film(folder: RunFolder) -> None:
    film = folder.read("video_final")
    if film is None:
        fail(f"{folder.run_id} was rendered, but nothing was published in {folder.path}", 1)
    artifact = film.artifact("film", "film")
    facts = artifact.facts
    click.echo(
        f"  {facts.duration_s:.2f} s, {facts.frames} frames, {facts.width}x{facts.height}, "
        f"{artifact.size_bytes / 2**20:.1f} MiB",
        err=True,
    )
    click.echo(str(folder.stage("video_final") / artifact.file))
