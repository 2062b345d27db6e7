"""The checks of the film: what was measured on the finished file, before it counts."""

from collections.abc import Iterator

from sparkle_motion_dagster.film.checks.verdict import Check, Verdict
from sparkle_motion_dagster.media.report import Report


def verdicts(report: Report) -> Iterator[Verdict]:
    """Return what a report on a film says, promise by promise."""
    for found in report.checks:
        check = Check(found.name, found.description, blocking=True)
        yield check.verdict(found.measured, kept=found.passed)
