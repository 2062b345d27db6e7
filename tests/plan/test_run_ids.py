from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.run_ids import check_run_id, default_run_id


@pytest.mark.parametrize("run_id", ["a", "0", "harbour_light", "a.b-c", "x" * 64])
def test_run_ids(run_id: str) -> None:
    assert check_run_id(run_id) == run_id


@pytest.mark.parametrize(
    "text", ["", "A", "-a", ".a", "a..b", "../a", "a/b", "a b", "a\n", "é", "x" * 65, "a\0"]
)
def test_what_is_no_run_id(text: str) -> None:
    with pytest.raises(InputError, match="is no run id: a run id is 1 to 64 lower-case letters"):
        check_run_id(text)


def test_a_run_is_called_like_its_plan() -> None:
    path = Path("plans/Harbour_Light.yaml")
    assert default_run_id(path, "animatic") == "harbour_light"
    assert default_run_id(path, "cinematic") == "harbour_light.cinematic"
    assert default_run_id(path, "cinematic", default_profile="cinematic") == "harbour_light"


@pytest.mark.parametrize("name", ["my film.yaml", "é.yaml", "-x.yaml", f"{'x' * 60}.yaml"])
def test_a_plan_whose_name_makes_no_run_id(name: str) -> None:
    with pytest.raises(InputError, match="give one with --run-id") as caught:
        default_run_id(Path(name), "cinematic")
    assert caught.value.exit_code == 2
