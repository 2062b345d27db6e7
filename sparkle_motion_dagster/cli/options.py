"""Options that several commands share."""

import click

from sparkle_motion_dagster.resources.profiles import DEFAULT_PROFILE

RUN_ID = click.option("--run-id", help="The film's id. Default: the plan file's name.")
REPLACE = click.option(
    "--replace", is_flag=True, help="Take the run_id over from another profile or plan file."
)
PROFILE = click.option(
    "--profile",
    default=DEFAULT_PROFILE,
    show_default=True,
    help="Which engines render it: a file in configs/profiles, or in $SPARKLE_PROFILES.",
)
