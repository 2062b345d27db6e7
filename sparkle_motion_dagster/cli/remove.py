"""`sparkle remove`: a film goes, with what only it needs."""

from datetime import UTC, datetime

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.plan.run_ids import check_run_id


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--yes", is_flag=True, help="Do it.")
@readable_errors
def remove(run_id: str, yes: bool) -> None:  # noqa: FBT001 - a command line flag
    """Say what goes with RUN, and what stays; with --yes, remove it.

    Its folder goes, what nobody but it needs in the store, and its partition in the web UI. Its
    plan stays where it is; the inbox renders it again when it is edited, touched or added.
    """
    from sparkle_motion_dagster.film.intake import find_plan
    from sparkle_motion_dagster.operations.prune.pruning import described
    from sparkle_motion_dagster.operations.prune.removal import plan_removal
    from sparkle_motion_dagster.operations.prune.removal import remove as remove_film
    from sparkle_motion_dagster.runs.films import check_not_under_way, forget_films, is_registered
    from sparkle_motion_dagster.runs.instance import open_instance

    home = SparkleHome.from_environment()
    check_run_id(run_id)
    if not home.dagster.exists():
        home.existing_run(run_id)
    with open_instance(home) as instance:
        check_not_under_way(instance, run_id)
        if RunFolder(home, run_id).path.exists() or not is_registered(instance, run_id):
            act = remove_film if yes else plan_removal
            click.echo("\n".join(described(act(home, run_id, datetime.now(UTC)))))
        else:
            click.echo(f"{run_id} has no folder: it is a partition without a film.")
        if not yes:
            click.echo("Nothing was removed. Add --yes to do it.")
            return
        forget_films(instance, home, [run_id])
    click.echo("Removed.")
    if (plan := find_plan(run_id)) is not None:
        click.echo(f"{plan} stays: edit, touch or add it, and the inbox makes the film again.")
