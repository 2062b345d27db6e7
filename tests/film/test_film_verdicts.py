"""What the film's checks say of a report, also of one that an earlier version wrote."""

from __future__ import annotations

from sparkle_motion_dagster.film.checks.assembly import CHECKS, verdicts
from sparkle_motion_dagster.media.film.check import Check, FilmReport


def test_every_check_has_a_verdict_also_one_that_the_film_is_older_than() -> None:
    """Dagster wants a result of every check that the asset declares."""
    failed = Check(name="length", passed=False, measured={"film_s": 1.0}, description="Long.")
    passed = Check(name="sync", passed=True, measured={"worst_ms": 0.0}, description="In sync.")
    found = {one.check.name: one for one in verdicts(FilmReport(checks=(failed, passed)))}
    assert [check.name for check in CHECKS] == [*found, "words_heard", "text_is_safe"]
    assert (found["length"].kept, found["length"].measured) == (False, {"film_s": 1.0})
    assert (found["sync"].kept, found["sync"].measured) == (True, {"worst_ms": 0.0})
    assert found["copied"].kept
    assert found["copied"].measured == {"measured": "no: the film is older than this check"}
