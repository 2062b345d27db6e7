"""The checks of a plan that was written."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sparkle_motion_dagster.film.checks.promises import AS_LONG_AS_ASKED
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.shotlist.writing.brief import Brief

_NEARLY = 0.25
"""How far a film may be from the length that was asked for, as a share of it."""


def verdicts(plan: MoviePlan, brief: Brief) -> Iterator[Verdict]:
    """Compare a plan with what was asked for."""
    seconds = math.fsum(shot.duration_sec for shot in plan.shots)
    yield AS_LONG_AS_ASKED.verdict(
        {"seconds": round(seconds, 1), "asked_for": brief.seconds},
        kept=abs(seconds - brief.seconds) <= _NEARLY * brief.seconds,
    )
