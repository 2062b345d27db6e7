"""`sparkle engines limits`: what engines and providers may be asked for, and what is left."""

import click

from sparkle_motion_dagster.cli.console import readable_errors, stdout


@click.command()
@readable_errors
def limits() -> None:
    """Show what engines and providers of speech may be asked for at most, and what is left of it.

    Caps are those of the file that $SPARKLE_RATE_LIMITS names, and of the voice catalogue. All
    processes that share $SPARKLE_HOME keep them together.
    """
    from rich.table import Table

    from sparkle_motion_dagster.api.rate_limits import all_caps
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.production.rate_limits.cap_file import load_caps
    from sparkle_motion_dagster.production.rate_limits.wording import in_words

    caps, path = all_caps(SparkleHome.from_environment()), load_caps().path
    if not caps:
        click.echo(f"Nothing is capped. {path} says so; docs/rate-limits.md tells how to.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("who", "may be asked for", "left", "more in", "waiting", "when spent"):
        table.add_column(heading, overflow="fold")
    for cap in caps:
        table.add_row(
            cap.whose,
            cap.may,
            cap.left_in_words,
            "-" if cap.more_in_s is None else in_words(cap.more_in_s),
            str(cap.waiting),
            str(cap.when_spent),
        )
    stdout().print(table)
    click.echo(f"Caps are those of {path}, and of the voice catalogue.")
