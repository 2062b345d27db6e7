"""The checks of the film: what was measured on the finished file, before it counts."""

from collections.abc import Iterator

from sparkle_motion_dagster.film.checks.hearing import WORDS_HEARD
from sparkle_motion_dagster.film.checks.screen_texts import TEXT_IS_SAFE
from sparkle_motion_dagster.film.checks.verdict import Check, Verdict
from sparkle_motion_dagster.media.film.check import PROMISES, FilmReport

CHECKS = (
    *(Check(name, description, blocking=True) for name, description in PROMISES.items()),
    WORDS_HEARD,
    TEXT_IS_SAFE,
)


def verdicts(report: FilmReport) -> Iterator[Verdict]:
    """Return what a report on a film says, promise by promise.

    A film that was made before something was measured is not made again for it: the verdict says
    so.
    """
    found = {check.name: check for check in report.checks}
    for name, description in PROMISES.items():
        check = Check(name, description, blocking=True)
        if name in found:
            yield check.verdict(found[name].measured, kept=found[name].passed)
        else:
            yield check.verdict({"measured": "no: the film is older than this check"}, kept=True)
