"""`sparkle verify`: is everything stored what it says it is?"""

import sys

import click

from sparkle_motion_dagster.cli.console import readable_errors


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--repair", is_flag=True, help="Mend what can be; render makes the rest again.")
@readable_errors
def verify(run_id: str | None, repair: bool) -> None:  # noqa: FBT001 - a command line flag
    """Read every stored byte (of RUN, or of everything) and compare it with its digest.

    What run folders show is held against what was published.
    """
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.artifacts.parts import check_there
    from sparkle_motion_dagster.artifacts.verify import Damage, verify_all, verify_run
    from sparkle_motion_dagster.operations.repairing import repair as mend

    home = SparkleHome.from_environment()
    check_there(home)
    found = verify_run(home, home.existing_run(run_id)) if run_id else verify_all(home)
    for finding in found.findings:
        click.echo(f"{finding.damage.value}: {finding.message}")
    click.echo(
        f"Read {found.stored_files} stored files, {found.action_records} action records and "
        f"{found.manifests} manifests: {_outcome(len(found.findings))}."
    )
    if not found.findings:
        return
    if repair:
        mend(home, found.findings)
        click.echo(
            f"Mended. What was damaged lies in {home.set_aside} now, and what people had put into "
            "a run's folder in its folder `kept`. Render again to make what is missing."
        )
        again = verify_run(home, run_id) if run_id else verify_all(home)
        if not again.findings:
            return
        for finding in again.findings:
            click.echo(f"{finding.damage.value}: {finding.message}")
    elif not all(finding.damage is Damage.RUN_FOLDER for finding in found.findings):
        click.echo("`sparkle render PLAN` mends this; `sparkle verify --repair` does it before.")
    sys.exit(1)


def _outcome(findings: int) -> str:
    match findings:
        case 0:
            return "all is as it should be"
        case 1:
            return "1 thing is not as it should be"
        case _:
            return f"{findings} things are not as they should be"
