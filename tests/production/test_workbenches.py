"""What works for the same run reads a stored file once; another run reads it again."""

from __future__ import annotations

from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.production.workbench import workbench_of_run


def test_a_run_has_one_workbench_as_long_as_it_goes_on(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path)
    bench = workbench_of_run(home, "run")
    assert workbench_of_run(home, "run") is bench
    assert workbench_of_run(home, "another") is not bench
    assert workbench_of_run(SparkleHome(tmp_path / "elsewhere"), "run") is not bench


def test_a_run_that_is_taken_up_again_trusts_nothing_of_before(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path)
    bench = workbench_of_run(home, "run")
    before, digest = bench.store, bench.store.write(b"film").sha256
    del bench
    assert workbench_of_run(home, "run").store is not before
    assert before.is_sound(digest)
