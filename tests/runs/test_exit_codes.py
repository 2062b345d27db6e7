"""The exit code of a run of which several things failed."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.runs.failures import RunFailedError, RunFailure


@pytest.mark.parametrize(
    ("exit_codes", "of_all"),
    [([75], 75), ([75, 1], 1), ([2, 75], 2), ([75, 2, 1], 1), ([75, 75], 75)],
)
def test_try_again_is_said_only_where_that_is_all_it_needs(
    exit_codes: list[int], of_all: int
) -> None:
    failures = [RunFailure(code, f"reason {code}", "") for code in exit_codes]
    assert RunFailedError(failures).exit_code == of_all
