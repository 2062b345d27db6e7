"""Rate limits between processes: real ones, which begin items at once, wait, and are killed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

import forked
import scribes
from scribes import Scribe, capped, fast, written
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.production.rate_limits.cap_file import DeclaredCaps, declared_caps
from sparkle_motion_dagster.production.rate_limits.clock import SYSTEM_CLOCK
from sparkle_motion_dagster.production.rate_limits.standing import CapStanding, standing_of
from ticking import TickingClock
from waiting import PATIENCE_S

SPEED = 100
"""A minute takes 0.6 s."""

MINUTE_NS = 60 * 10**9


def start(
    home: SparkleHome, caps: DeclaredCaps, *texts: str, how: str = "done", speed: int = SPEED
) -> forked.Piped:
    arguments = [str(home.root), caps.model_dump_json(), str(speed), how, *texts]
    return forked.Piped(["python", scribes.__file__, *arguments], os.environ, home.root)


def said_by(process: forked.Piped) -> list[str]:
    """Return what a process has printed in the end."""
    return process.read(PATIENCE_S).split()


def standing(home: SparkleHome, caps: DeclaredCaps, speed: int = SPEED) -> list[CapStanding]:
    return [*standing_of(caps.all_buckets(), home, fast(speed))]


def times(home: SparkleHome) -> list[int]:
    """Return when each item began, by the ledger."""
    with sqlite3.connect(home.rate_limits / "ledger.sqlite") as connection:
        return [at for (at,) in connection.execute("SELECT at_ns FROM taken ORDER BY at_ns")]


def most_at_once(began: Sequence[int], period_ns: int) -> int:
    return max(sum(first <= one < first + period_ns for one in began) for first in began)


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path)


def test_two_at_once_never_exceed_what_both_may(home: SparkleHome) -> None:
    caps = capped({"what": "requests", "per": "minute", "most": 4})
    texts = [[f"{who}{number}" for number in range(7)] for who in "ab"]
    both = [start(home, caps, *some) for some in texts]
    for process, some in zip(both, texts, strict=True):
        assert said_by(process) == [*some, "done"]
    began = times(home)
    assert len(began) == 14
    assert most_at_once(began, MINUTE_NS) == 4
    # 14 items, 4 a minute: none of the three minutes in between was left unused by much.
    assert began[-1] - began[0] < 5 * MINUTE_NS


def test_who_is_killed_before_it_begins_gives_back_what_it_held(home: SparkleHome) -> None:
    caps = capped({"what": "requests", "per": "day", "most": 1})
    killed = start(home, caps, "a", how="killed before")
    assert said_by(killed) == []
    assert killed.poll() == -9
    assert [*(home.rate_limits / "places").iterdir()] != []  # it could tidy up nothing
    assert said_by(start(home, caps, "a")) == ["a", "done"]
    assert [*(home.rate_limits / "places").iterdir()] == []
    assert len(times(home)) == 1


def test_what_had_begun_when_it_was_killed_counts_once_and_its_time_does_not(
    home: SparkleHome,
) -> None:
    caps = capped(
        {"what": "requests", "per": "day", "most": 3, "when_spent": "refuse"},
        {"what": "gpu_minutes", "per": "day", "most": 1000},
    )
    killed = start(home, caps, "a", "b", how="killed amid")
    assert said_by(killed) == ["a", "b"]
    requests, minutes = standing(home, caps)
    assert requests.left == 1
    took_a = 1000 - minutes.left
    assert 0 < took_a < 1000
    assert said_by(start(home, caps, "a", "b")) == ["b", "done"]  # it had finished a
    requests, minutes = standing(home, caps)
    assert requests.left == 0
    assert minutes.left > 1000 - 100 * took_a


def test_who_is_killed_while_it_waits_keeps_nobody_waiting(home: SparkleHome) -> None:
    # Their time goes as everybody's: nobody sees the end of this hour.
    caps = capped(
        {"what": "requests", "per": "hour", "most": 2},
        {"what": "gpu_minutes", "per": "hour", "most": 30, "when_spent": "refuse"},
    )
    assert said_by(start(home, caps, "a", "b", speed=1)) == ["a", "b", "done"]
    waiting = [start(home, caps, text, speed=1) for text in "cd"]
    while standing(home, caps, 1)[0].waiting < 2:
        assert [process.poll() for process in waiting] == [None, None]
    for process in waiting:
        process.kill()
        assert said_by(process) == []
    requests, minutes = standing(home, caps, 1)
    assert (requests.waiting, requests.left) == (0, 0)
    assert minutes.left > 29
    # An hour later two may begin, and not one fewer.
    now = SYSTEM_CLOCK.now()
    later = TickingClock(now.boot, now.monotonic_ns + 60 * MINUTE_NS, now.wall_ns)
    written(Scribe(), ["c", "d"], home, caps, later.clock)
    assert later.monotonic_ns == now.monotonic_ns + 60 * MINUTE_NS


def test_who_is_capped_by_nothing_opens_locks_and_writes_nothing(home: SparkleHome) -> None:
    assert said_by(start(home, declared_caps(), "a", how="watched")) == ["a", "done"]
    assert not home.rate_limits.exists()
    caps = capped({"what": "requests", "per": "day", "most": 2})
    assert "sqlite3.connect" in said_by(start(home, caps, "b", how="watched"))  # as it would show
