"""`sparkle verify`: is everything stored what it says it is?"""

import sys

import click

from sparkle_motion_dagster.cli.console import readable_errors


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--repair", is_flag=True, help="Set aside what is damaged; render makes it again.")
@readable_errors
def verify(run_id: str | None, repair: bool) -> None:  # noqa: FBT001 - a command line flag
    """Read every stored byte (of RUN, or of everything) and compare it with its digest."""
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.artifacts.parts import check_there
    from sparkle_motion_dagster.artifacts.verify import set_aside, verify_all, verify_run

    home = SparkleHome.from_environment()
    check_there(home)
    found = verify_run(home, home.existing_run(run_id)) if run_id else verify_all(home)
    for finding in found.findings:
        click.echo(f"{finding.damage.value}: {finding.message}")
    click.echo(
        f"Read {found.stored_files} stored files, {found.action_records} action records and "
        f"{found.manifests} manifests: {len(found.findings) or 'none'} damaged."
    )
    if not found.findings:
        return
    if repair:
        set_aside(home, found.findings)
        click.echo(
            f"What is damaged lies in {home.set_aside} now. Render again to make it anew; what "
            "people decided on a film whose state was damaged is asked for again."
        )
        return
    click.echo("Run `sparkle verify --repair` to set it aside, then render again.")
    sys.exit(1)
