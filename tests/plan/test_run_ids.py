from __future__ import annotations

import pytest

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.run_ids import check_run_id


@pytest.mark.parametrize("run_id", ["a", "0", "harbour_light", "a.b-c", "x" * 64])
def test_run_ids(run_id: str) -> None:
    assert check_run_id(run_id) == run_id


@pytest.mark.parametrize(
    "text", ["", "A", "-a", ".a", "a..b", "../a", "a/b", "a b", "a\n", "é", "x" * 65, "a\0"]
)
def test_what_is_no_run_id(text: str) -> None:
    with pytest.raises(InputError, match="is no run id: a run id is 1 to 64 lower-case letters"):
        check_run_id(text)
