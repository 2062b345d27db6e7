"""The checks of the film: what was measured on the finished file, before it counts."""

from collections.abc import Iterator

from sparkle_motion_dagster.film.checks.hearing import WORDS_HEARD
from sparkle_motion_dagster.film.checks.screen_texts import TEXT_IS_SAFE
from sparkle_motion_dagster.film.checks.verdict import Check, Verdict
from sparkle_motion_dagster.media.film.check import PROMISES
from sparkle_motion_dagster.media.report import Report

CHECKS = (
    *(Check(name, description, blocking=True) for name, description in PROMISES.items()),
    WORDS_HEARD,
    TEXT_IS_SAFE,
)


def verdicts(report: Report) -> Iterator[Verdict]:
    """Return what a report on a film says, promise by promise."""
    for found in report.checks:
        check = Check(found.name, found.description, blocking=True)
        yield check.verdict(found.measured, kept=found.passed)
