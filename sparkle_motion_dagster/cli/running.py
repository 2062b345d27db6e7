"""Running a job for a film in this process: progress, failures and the result in words."""

import contextlib
from collections.abc import Collection

import click

from sparkle_motion_dagster.api.rendering import Film, FilmRun, find_film, run_film
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import debugging, fail, warn
from sparkle_motion_dagster.cli.progress_line import shown_progress
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, STAGES, VIDEO_FINAL
from sparkle_motion_dagster.forecast.up_to_date import FinishedFilm
from sparkle_motion_dagster.operations.drafts import where_it_lies
from sparkle_motion_dagster.runs.failures import RunFailedError
from sparkle_motion_dagster.runs.starting import PlannedRun


def run_here(home: SparkleHome, run: PlannedRun) -> None:
    """Run a film's job in this process, and print what came of it; a failure ends the command."""
    ran = make_here(home, run)
    _report(home, run, ran.made)
    for warning in ran.warnings:
        warn(warning)


def make_here(home: SparkleHome, run: PlannedRun) -> FilmRun:
    """Run a job for a film in this process; a failure ends the command.

    Runs whose process is gone are found first, and marked as failed.
    """
    from sparkle_motion_dagster.runs.instance import open_instance
    from sparkle_motion_dagster.runs.recovery import recover

    with open_instance(home) as instance:
        for reason in recover(instance, home):
            click.echo(f"  {reason}", err=True)
        try:
            with shown_progress(home, run.film):
                ran = run_film(instance, home, run)
        except RunFailedError as error:
            _say_mended(home, run)
            if debugging():
                click.echo("\n".join(failure.traceback for failure in error.failures), err=True)
            fail(str(error), error.exit_code)
    _say_mended(home, run)
    return ran


def show_up_to_date(home: SparkleHome, film: FinishedFilm) -> None:
    """Say that a film is there as it would be rendered, and print its path."""
    click.echo(f"  up to date: nothing was made; {film.files} files verified", err=True)
    _show_film(find_film(film.folder.run_id, home=home.root))
    for warning in film.warnings:
        warn(warning)


def _say_mended(home: SparkleHome, run: PlannedRun) -> None:
    """Say what the run has mended, unless somebody has damaged the film's state meanwhile."""
    with contextlib.suppress(UnreadableRecordError):
        for line in RunFolder(home, run.film).state.read().mended:
            click.echo(f"  Mended: {line}", err=True)


def _report(home: SparkleHome, run: PlannedRun, made_stages: Collection[str]) -> None:
    folder = RunFolder(home, run.film)
    for stage in STAGES:
        manifest = folder.read(stage)
        if manifest is not None and stage != MOVIE_PLAN and stage in made_stages:
            made, taken = len(manifest.provenance.made), len(manifest.provenance.taken)
            seconds = manifest.provenance.seconds
            click.echo(
                f"  {stage:15} {made} made ({seconds:.1f} s), {taken} from the store", err=True
            )
    status = folder.state.read().status
    if status is not None and status.state is State.WAITING:
        click.echo(status.message, err=True)
        if status.waits_for is not None:
            click.echo(where_it_lies(folder, status.waits_for), err=True)
    elif VIDEO_FINAL in made_stages:
        _show_price(folder)
        _show_film(find_film(run.film, home=home.root))
    else:
        click.echo(str(folder.path))


def _show_price(folder: RunFolder) -> None:
    """Say what the last render was estimated to take that made something, and what it took."""
    if (price := folder.price.read()) is not None and price.was is not None:
        click.echo(f"  work: {price}", err=True)


def _show_film(film: Film) -> None:
    facts = film.facts
    click.echo(
        f"  {facts.duration_s:.2f} s, {facts.frames} frames, {facts.width}x{facts.height}, "
        f"{film.path.stat().st_size / 2**20:.1f} MiB",
        err=True,
    )
    click.echo(str(film.path))
