"""Disasters that a studio lives with: each ends in one right film, or in one clear error."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from disks import read_only
from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.verify import verify_all
from studio import REPOSITORY, Plan, Studio, short_film

pytestmark = pytest.mark.service

PATIENCE_S = 300.0
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
A_DAY = timedelta(days=1)

OPENING = """
import sys
from pathlib import Path
import dagster
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.runs.instance import open_instance

print("ready", flush=True)
sys.stdin.readline()
with open_instance(SparkleHome(Path(sys.argv[1]))) as instance:
    print(instance.get_runs_count())
"""

Ended = subprocess.CompletedProcess[str]


def other_film() -> Plan:
    """Return a film that begins with the same shot, and ends with another one."""
    plan = short_film()
    plan["base_images"][2]["prompt"] = "a harbour at noon, fishing boats, gulls"
    plan["metadata"]["plan_id"] = "harbour-noon"
    return plan


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio with both films, one rendered after the other."""
    studio = Studio(tmp_path_factory.mktemp("undisturbed"))
    studio.render(short_film())
    studio.render(other_film(), "other")
    return studio


def assert_right(studio: Studio, undisturbed: Studio, run_id: str = "film") -> None:
    """Make sure that a film is the one that an undisturbed render makes, and nothing is damaged."""
    assert studio.rendered(run_id).content == undisturbed.rendered(run_id).content
    assert verify_all(studio.home).findings == ()
    assert list(studio.home.work.iterdir()) == []
    folder = RunFolder(studio.home, run_id)
    assert (folder.is_held(), folder.stale_holder()) == (False, None)
    state = folder.state.read().status
    assert state is not None
    assert state.state is State.RENDERED


def test_a_read_only_home_can_be_looked_at_and_says_that_it_cannot_be_written(
    undisturbed: Studio,
) -> None:
    with read_only(undisturbed.home.root):
        refused = undisturbed.sparkle("render", undisturbed.plans / "film.yaml")
        assert refused.returncode == 1
        (said,) = refused.stderr.splitlines()
        assert "cannot be written (Read-only file system)" in said
        assert undisturbed.sparkle("status", "film").returncode == 0
        assert undisturbed.sparkle("status").returncode == 0
        assert undisturbed.sparkle("verify").returncode == 0
    assert_right(undisturbed, undisturbed)


def a_day_ahead(found: re.Match[str]) -> str:
    return (datetime.fromisoformat(found[0]) + A_DAY).isoformat().replace("+00:00", "Z")


def set_clock_back(studio: Studio) -> None:
    """Leave everything as if the clock had been a day ahead until now: times lie in the future."""
    for path in (path for path in studio.home.root.rglob("*") if path.is_file()):
        if path.suffix == ".json":
            text = path.read_text()
            if TIME.search(text):
                path.write_text(TIME.sub(a_day_ahead, text))
        status = path.stat()
        os.utime(path, (status.st_atime, status.st_mtime + A_DAY.total_seconds()))


def test_a_clock_that_is_set_back_changes_nothing(studio: Studio, undisturbed: Studio) -> None:
    plan = studio.write(short_film())
    killing, recorded = (
        REPOSITORY / "tests" / "support" / "killing.py",
        ("os.rename", "*/actions/??/*.json"),
    )
    killed = studio.python(killing, "SIGKILL", *recorded * 6, "--", "render", plan)
    assert killed.returncode == -signal.SIGKILL
    set_clock_back(studio)
    dead = RunFolder(studio.home, "film").stale_holder()
    assert dead is not None
    assert dead.since > datetime.now(dead.since.tzinfo)
    assert "Interrupted" in studio.sparkle("status", "film").stdout

    rendered = studio.render(short_film())
    assert sum(map(len, rendered.made.values())) == undisturbed_items(undisturbed) - 5
    assert_right(studio, undisturbed)

    set_clock_back(studio)
    assert "Nothing is rendering it now" in studio.sparkle("status", "film").stdout
    thorough = "--older-than", "PT1H", "--films", "--records-older-than", "PT1H", "--yes"
    pruned = studio.sparkle("prune", *thorough)
    assert pruned.returncode == 0, pruned.stderr
    assert "0 runs, 0 action records, 0 stored files" in pruned.stdout
    assert studio.render(short_film()).new_actions == 0
    assert_right(studio, undisturbed)


def undisturbed_items(undisturbed: Studio) -> int:
    """Return how many items the film has."""
    return sum(map(len, undisturbed.rendered().made.values()))


def test_a_fresh_home_is_opened_by_many_processes_at_once(studio: Studio) -> None:
    """Whoever comes first makes the database; nobody finds half of it."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPENING, str(studio.home.root)],
            env=studio.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=PATIENCE_S) for process in processes]
    assert [out for out, _ in said] == ["0\n"] * 3, said


@contextmanager
def rendering_together(studio: Studio, *plans: Path) -> Iterator[list[Future[Ended]]]:
    """Render plans in a process each, and let none make anything before the block ends."""
    studio.home.root.mkdir()
    with ThreadPoolExecutor() as processes, FileLock(studio.home.changing):
        yield [processes.submit(studio.sparkle, "render", plan) for plan in plans]


def test_two_renders_of_a_film_at_once_make_it_once(studio: Studio, undisturbed: Studio) -> None:
    plan = studio.write(short_film())
    with rendering_together(studio, plan, plan) as both:
        ended, going_on = wait(both, PATIENCE_S, return_when=FIRST_COMPLETED)
        (refused,) = [render.result() for render in ended]
        holder = RunFolder(studio.home, "film").holder()
        assert holder is not None
        assert refused.returncode == 75
        assert f"film is being rendered by {holder} right now" in refused.stderr
        assert "Traceback" not in refused.stderr
    (made,) = [render.result() for render in going_on]
    assert made.returncode == 0, made.stderr
    assert_right(studio, undisturbed)


def test_two_films_that_share_a_shot_are_rendered_at_once(
    studio: Studio, undisturbed: Studio
) -> None:
    plans = studio.write(short_film()), studio.write(other_film(), "other")
    with rendering_together(studio, *plans) as both:
        while not all(RunFolder(studio.home, run_id).is_held() for run_id in ("film", "other")):
            assert not wait(both, 0.1, return_when=FIRST_COMPLETED).done
    assert [render.result().returncode for render in both] == [0, 0]
    assert_right(studio, undisturbed)
    assert_right(studio, undisturbed, "other")
    assert studio.actions() == undisturbed.actions()
