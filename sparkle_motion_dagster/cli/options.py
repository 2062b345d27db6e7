"""Options that several commands share."""

from pathlib import Path

import click

from sparkle_motion_dagster.plan.run_ids import check_run_id, default_run_id
from sparkle_motion_dagster.resources.profiles import DEFAULT_PROFILE

RUN_ID = click.option("--run-id", help="The film's id. Default: the plan file's name.")
PROFILE = click.option(
    "--profile",
    default=DEFAULT_PROFILE,
    show_default=True,
    help="Which engines render it: a file in configs/profiles, or in $SPARKLE_PROFILES.",
)


def chosen_run_id(run_id: str | None, plan_file: Path, profile: str) -> str:
    """Return the run_id that was asked for, else the default one.

    Raises:
        InputError: It is not a valid id.
    """
    return default_run_id(plan_file, profile) if run_id is None else check_run_id(run_id)
