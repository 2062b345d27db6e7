"""`sparkle add`: making a film known without rendering it."""

import shlex
from pathlib import Path

import click

from sparkle_motion_dagster.cli.console import readable_errors, say_name
from sparkle_motion_dagster.cli.options import PROFILE, REPLACE, RUN_ID
from sparkle_motion_dagster.resources.profiles import (
    chosen_run_id,
    load_profile,
    profile_asked_by,
)


@click.command()
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Register all films that are on disk.")
@RUN_ID
@PROFILE
@REPLACE
@readable_errors
def add(
    plan_file: Path | None,
    everything: bool,  # noqa: FBT001 - a command line flag
    run_id: str | None,
    profile: str,
    replace: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Check PLAN, freeze it, and register it as a film to be rendered from the web UI.

    With --all, the films on disk are registered that the web UI does not know: it is new, or was
    wiped. `sparkle ui` does that at its start.
    """
    if everything == (plan_file is not None):
        raise click.UsageError("Give a plan, or --all.")
    if plan_file is None:
        _add_all()
    else:
        _add(plan_file, run_id, profile, replace=replace)


def _add_all() -> None:
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.runs.films import register_films_on_disk
    from sparkle_motion_dagster.runs.instance import open_instance

    home = SparkleHome.from_environment()
    with open_instance(home) as instance:
        added = register_films_on_disk(instance, home)
    click.echo(
        f"Added {', '.join(added)}."
        if added
        else f"All films in {home.runs} whose plan or draft can be read are known."
    )


def _add(plan_file: Path, run_id: str | None, profile: str, *, replace: bool) -> None:
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.artifacts.published import mend, mend_state
    from sparkle_motion_dagster.film.intake import check_free, freeze_loaded
    from sparkle_motion_dagster.operations.inbox.folder import printable
    from sparkle_motion_dagster.operations.inbox.memory import ask_again
    from sparkle_motion_dagster.plan.reading.loading import load_plan
    from sparkle_motion_dagster.policy.audit import AuditLog
    from sparkle_motion_dagster.production.workbench import Workbench
    from sparkle_motion_dagster.resources.engines import check_plan
    from sparkle_motion_dagster.runs.films import register_film
    from sparkle_motion_dagster.runs.instance import open_instance

    chosen = load_profile(profile)
    loaded = load_plan(plan_file)
    film = chosen_run_id(run_id, plan_file, profile)
    workbench = Workbench(SparkleHome.from_environment())
    check_plan(loaded, chosen, AuditLog(workbench.home, "add", film))
    folder = workbench.run_folder(film)
    with open_instance(workbench.home) as instance:
        mended = mend_state(workbench.home, folder)
        with folder.held(doing="added"):
            if not replace:
                check_free(film, profile, plan_file, workbench)
            for line in (*mended, *mend(workbench.home, folder, workbench.store)):
                click.echo(f"  Mended: {line}", err=True)
            manifest = freeze_loaded(loaded, film, profile, workbench)
            folder.publish(manifest, workbench.store)
        register_film(instance, film)
    if run_id is None:
        say_name(plan_file, film, err=False)
    click.echo(
        f"Added {film}. Render it with `sparkle render {_typed(plan_file)} --run-id "
        f"{film} --profile {profile}`, or pick the partition {film} in the web UI (`sparkle ui`) "
        "and materialize it."
    )
    if _is_in_inbox(plan_file, film) and profile_asked_by(film) == profile:
        ask_again(workbench.home, printable(plan_file.name), film)
        click.echo("Its plan lies in the inbox: `sparkle ui` renders it in its turn.")


def _typed(path: Path) -> str:
    """Return a path as one types it: whatever its name is, it is no option."""
    return shlex.quote(f"./{path}" if str(path).startswith("-") else str(path))


def _is_in_inbox(plan_file: Path, film: str) -> bool:
    """Tell whether the inbox makes this film of this plan."""
    from sparkle_motion_dagster.film.intake import plans_folder
    from sparkle_motion_dagster.plan.run_ids import run_id_of

    in_inbox = plan_file.absolute().parent.resolve() == plans_folder()
    return in_inbox and run_id_of(plan_file.stem) == film
