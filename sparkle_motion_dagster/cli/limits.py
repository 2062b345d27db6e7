"""`--budget` and `--over-limits`: a run that takes more than its limits is asked about first."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import InputError

if TYPE_CHECKING:
    from sparkle_motion_dagster.forecast.price.guard import PricedRun
    from sparkle_motion_dagster.runs.starting import PlannedRun

BUDGET = click.option(
    "--budget",
    multiple=True,
    metavar="WHAT=MOST",
    help="What it may take, in place of its limits: gpu_minutes, usd, disk_gb.",
)
OVER_LIMITS = click.option(
    "--over-limits", is_flag=True, help="Do not ask, even if it takes more than its limits allow."
)


def within_limits(
    home: SparkleHome, run: PlannedRun, budget: Iterable[str] = (), *, over_limits: bool
) -> PlannedRun:
    """Return a run as it may start: whoever sits at the terminal is asked if it exceeds its limits.

    Args:
        home: Where its film lies.
        run: What it is to do.
        budget: What it may take, in place of its limits, each as WHAT=MOST.
        over_limits: Whether it may exceed them.

    Raises:
        BudgetError: A budget is wrong.
        OverLimitsError: It exceeds them, or may, and nobody can be asked.
    """
    from sparkle_motion_dagster.forecast.price import guard
    from sparkle_motion_dagster.resources import limits

    if said := said_budget(budget):
        run = run.saying(**{limits.BUDGET: said})
    if over_limits:
        return run.saying(**{limits.OVER_LIMITS: True})
    priced = limits.priced_if_limited(run, None, home)
    if priced is None or not priced.objections:
        return run
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise guard.OverLimitsError(priced, limits.ASK_AGAIN)
    _ask(priced)
    return run.saying(**{limits.OVER_LIMITS: True})


def said_budget(budget: Iterable[str]) -> dict[str, float]:
    """Return what the command line allows a run, each said as WHAT=MOST.

    Raises:
        InputError: One is said in another way.
    """
    return dict(map(_amount, budget))


def _ask(priced: PricedRun) -> None:
    """Ask whether a run may exceed its limits; no ends the command."""
    from sparkle_motion_dagster.forecast.price import guard

    click.echo(priced.line, err=True)
    for objection in priced.objections:
        click.echo(f"  {objection}", err=True)
    if not click.confirm("Make it all the same?", err=True):
        click.echo("Nothing is made.", err=True)
        sys.exit(guard.OverLimitsError.exit_code)


def _amount(text: str) -> tuple[str, float]:
    name, _, most = text.partition("=")
    try:
        return name.strip(), float(most)
    except ValueError as error:
        raise InputError(f"--budget {text}: write WHAT=MOST, such as gpu_minutes=10.") from error
