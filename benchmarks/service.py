"""What a home with thousands of films costs those who look after it."""

from __future__ import annotations

import json
import os
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster import (
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    SensorResult,
    build_sensor_context,
)

from benchmarks.films import film
from benchmarks.many_runs import build_finished_runs
from benchmarks.results import Figure
from benchmarks.studio import Studio
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.runs.names import PARTITION_TAG, RUN_KEY_TAG
from sparkle_motion_dagster.sensors import inbox

_FEW, _MANY = 20, 2000
_TIMES = 5


@dataclass(frozen=True)
class _Seconds:
    """What a tick of the inbox, `sparkle status` and planning a prune take, in seconds."""

    tick: float
    status: float
    first_prune: float
    prune: float


def many_runs(folder: Path) -> Iterator[Figure]:
    """Measure f: a tick, `status` and `prune` with 20 and with 2,000 finished films."""
    few = _measured(folder / "few", _FEW)
    many = _measured(folder / "many", _MANY)
    for what, before, after in (
        ("a tick of the inbox, all plans known", few.tick, many.tick),
        ("`sparkle status`", few.status, many.status),
        ("`sparkle prune`, which plans and removes nothing", few.prune, many.prune),
    ):
        more = after - before
        yield Figure(
            "f",
            f"{what}: {_FEW} and {_MANY} films",
            f"{before:.2f} s and {after:.2f} s",
            "under 1 s more",
            more < 1,
        )
    yield Figure(
        "f",
        f"the first `sparkle prune` ever, which reads all manifests of {_MANY} films",
        f"{many.first_prune:.1f} s",
    )


def _measured(root: Path, films: int) -> _Seconds:
    studio = Studio(root)
    build_finished_runs(studio.home, films)
    names = list(studio.home.run_ids())
    plans = root / "plans"
    plans.mkdir(exist_ok=True)
    for name in names:
        (plans / f"{name}.json").write_text(json.dumps(film(2, 1.0, "160x90")))
    os.environ |= {"SPARKLE_HOME": str(studio.home.root), "SPARKLE_PLANS": str(plans)}
    with open_instance(studio.home) as instance:
        _finish_runs(instance, names)
        tick = _steady_tick(instance)
    first_prune = _seconds(lambda: studio.sparkle("prune"))
    return _Seconds(
        tick=tick,
        status=_median(lambda: studio.sparkle("status")),
        first_prune=first_prune,
        prune=_median(lambda: studio.sparkle("prune")),
    )


def _finish_runs(instance: DagsterInstance, names: list[str]) -> None:
    """Put finished runs on the instance, without their events: nobody here asks for those."""
    instance.add_dynamic_partitions(str(film_partitions.name), names)
    for name in names:
        _finish_run(instance, {PARTITION_TAG: name})


def _finish_run(instance: DagsterInstance, tags: Mapping[str, str]) -> None:
    run = DagsterRun(
        job_name="render_movie",
        run_id=str(uuid.uuid4()),
        status=DagsterRunStatus.SUCCESS,
        tags=tags,
    )
    instance.run_storage.add_run(run)


def _steady_tick(instance: DagsterInstance) -> float:
    """Return what a tick takes when all plans have been ordered, and their runs have ended."""
    cursor = None
    idle = 0
    while idle < 2:  # the first look at a file only remembers it
        found = inbox(build_sensor_context(instance, cursor=cursor))
        if isinstance(found, SensorResult):
            cursor, idle = found.cursor, 0
            for request in found.run_requests or ():
                _finish_run(instance, {**request.tags, RUN_KEY_TAG: str(request.run_key)})
        else:
            idle += 1
    return _median(lambda: inbox(build_sensor_context(instance, cursor=cursor)))


def _median(action: Callable[[], object]) -> float:
    return statistics.median(_seconds(action) for _ in range(_TIMES))


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
