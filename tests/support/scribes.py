"""Scribes: engines that write down notes, and when they began each; and homes that they work in.

They go by the name of an engine that there is, so that caps can be declared for it.

Run as ``python scribes.py HOME CAPS SPEED HOW TEXT ...``, one writes notes under caps (as JSON) in
a process of its own, whose time runs SPEED times as fast as everybody's. It prints each text as it
begins, and HOW it ends: "done", "killed before" it begins the last one, or "killed amid" it. When
"watched", it prints as well what it opens of rate limits and of SQLite.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.loop import Item, Produced, produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.rate_limits.cap_file import DeclaredCaps
from sparkle_motion_dagster.production.rate_limits.caps import NO_CHARGE, Charge
from sparkle_motion_dagster.production.rate_limits.clock import SYSTEM_CLOCK, Clock, Instant
from sparkle_motion_dagster.production.rate_limits.limiter import RateLimits
from sparkle_motion_dagster.production.workbench import Workbench

NAME = "storyboard"


class NoteRequest(Request):
    """A text to write down."""

    text: str


class Scribe(Engine[NoteRequest, EngineSettings]):
    """Writes notes; ``begin`` hears of each that is begun, ``calls`` are what was asked at once."""

    name = NAME
    version = 1
    settings_model = EngineSettings

    def __init__(self, begin: Callable[[str], None] = lambda _: None) -> None:
        super().__init__(EngineSettings())
        self.calls: list[list[str]] = []
        self.begun: list[str] = []
        self.busy = False
        self._begin = begin

    def make(self, requests: Sequence[NoteRequest], folder: Path) -> Generator[Made]:
        self.calls.append([request.text for request in requests])
        self.busy = True
        try:
            for number, request in enumerate(requests):
                self.begun.append(request.text)
                self._begin(request.text)
                path = folder / f"{number}.json"
                path.write_text(json.dumps(request.text))
                yield Made({"note": MadeFile(path, "application/json")})
        finally:
            self.busy = False


def capped(*caps: dict[str, Any], **providers: list[dict[str, Any]]) -> DeclaredCaps:
    """Return caps of the scribe, and of providers."""
    return DeclaredCaps.model_validate(
        {"schema_version": "1", "engines": {NAME: caps}, "providers": providers}
    )


def written(
    scribe: Scribe,
    texts: Sequence[str],
    home: SparkleHome,
    caps: DeclaredCaps,
    clock: Clock,
    *,
    charge: Charge = NO_CHARGE,
    run_id: str = "film",
) -> tuple[Produced, ...]:
    """Have a scribe write texts, by the real loop."""
    bench = Workbench(home, RateLimits(home, lambda: caps, clock), at_once=1)
    folder = bench.run_folder(run_id)
    items = [Item(text, NoteRequest(text=text), charge) for text in texts]
    return produce(scribe, items, bench, Progress(folder, "notes"), RunControl(folder))


def fast(speed: int) -> Clock:
    """Return a clock that runs so many times as fast; for all processes it shows the same."""

    def now() -> Instant:
        own = SYSTEM_CLOCK.now()
        return Instant(own.boot, own.monotonic_ns * speed, own.wall_ns)

    return Clock(now, lambda seconds: time.sleep(seconds / speed))


class _KilledBefore(Scribe):
    def make(self, requests: Sequence[NoteRequest], folder: Path) -> Generator[Made]:
        """Die in the moment in which it is called, before it begins anything."""
        os.kill(os.getpid(), signal.SIGKILL)
        return super().make(requests, folder)


if __name__ == "__main__":
    root, declared, speed, how, *texts = sys.argv[1:]

    def begin(text: str) -> None:
        print(text, flush=True)
        if how == "killed amid" and text == texts[-1]:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if "sqlite3" in event or "/rate-limits/" in str(arguments):
            print(event, arguments, flush=True)

    if how == "watched":
        sys.addaudithook(watch)
    home, caps = SparkleHome(Path(root)), DeclaredCaps.model_validate_json(declared)
    scribe = _KilledBefore() if how == "killed before" else Scribe(begin)
    written(scribe, texts, home, caps, fast(int(speed)), run_id=f"film_{os.getpid()}")
    print("done", flush=True)
