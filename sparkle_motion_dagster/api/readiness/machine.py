"""Whether films can be made now: the home, its disk, who works off the queue, each engine."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sparkle_motion_dagster.api.rate_limits import caps_of_operator
from sparkle_motion_dagster.api.readiness.answers import GIB, Answer, Outcome
from sparkle_motion_dagster.api.readiness.checks import answers_by_engine
from sparkle_motion_dagster.api.readiness.devices import devices_in_use
from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import is_locked
from sparkle_motion_dagster.artifacts.parts import check_there
from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.resources.profiles import load_profile
from sparkle_motion_dagster.units import Record

ENOUGH_DISK = 2 * GIB
"""Bytes that must be free where films are made."""

_KEPT_S = 30.0
"""How long what was found of engines is told again before it is looked for anew, in seconds."""


class Check(Record):
    """One thing that making films needs: whether it is there, and if not, what to do."""

    name: str
    ok: bool
    detail: str


class Ready(Record):
    """Whether films can be made now, and what was looked at to tell."""

    ready: bool
    profile: str
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Readiness:
    """Looks at what making films needs, for whoever asks often.

    What is quick to see is looked at each time; what engines have, once in half a minute.

    Attributes:
        home: Where films are made.
        clock: Returns seconds that only ever grow.
    """

    home: SparkleHome
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[str, tuple[float, tuple[Check, ...]]] = field(default_factory=dict)

    def now(self, queue: Queue, profile: str = DEFAULT_PROFILE) -> Ready:
        """Return whether films of a profile can be made now.

        Args:
            queue: What waits, and whether somebody works that off.
            profile: The profile.

        Raises:
            ProfileError: There is no such profile.
        """
        home = self.home
        machine = (_folders(home), _room(home), _daemon(home, queue), _devices(), _limits(home))
        checks = (*machine, *self._engines(profile))
        return Ready(ready=all(one.ok for one in checks), profile=profile, checks=checks)

    def _engines(self, profile: str) -> tuple[Check, ...]:
        with self._lock:
            looked_at, checks = self._kept.get(profile, (None, ()))
            if looked_at is None or self.clock() - looked_at > _KEPT_S:
                checks = tuple(_engine_checks(profile))
                self._kept[profile] = self.clock(), checks
        return checks


def _folders(home: SparkleHome) -> Check:
    try:
        check_there(home)
    except SparkleError as error:
        return Check(name="home", ok=False, detail=str(error))
    return Check(name="home", ok=True, detail=f"Films lie in {home.root}.")


def _room(home: SparkleHome) -> Check:
    """Look at the disk that has least room of those that films are written to."""
    wanted = (home.store, home.work, home.dagster)
    there = [next(one for one in (path, *path.parents) if one.exists()) for path in wanted]
    folder = min(there, key=lambda path: shutil.disk_usage(path).free)
    free = shutil.disk_usage(folder).free
    detail = f"{free / GIB:.1f} GiB are free on the disk that holds {folder}."
    if free < ENOUGH_DISK:
        detail += " Free some: `sparkle prune` says what may go."
    return Check(name="disk", ok=free >= ENOUGH_DISK, detail=detail)


def _daemon(home: SparkleHome, queue: Queue) -> Check:
    if is_locked(home.serving):
        note = home.serving.read_text(encoding="utf-8")
        return Check(name="daemon", ok=True, detail=f"The queue is worked off: {note}.")
    if queue.worked_off:
        return Check(name="daemon", ok=True, detail="A daemon works off the queue.")
    detail = "Nobody works off the queue: start `sparkle ui` or `sparkle serve`."
    return Check(name="daemon", ok=False, detail=detail)


def _devices() -> Check:
    try:
        held = " ".join(devices_in_use())
    except SparkleError as error:
        return Check(name="devices", ok=False, detail=str(error))
    return Check(name="devices", ok=True, detail=held or "Nobody holds a device.")


def _limits(home: SparkleHome) -> Check:
    """Look whether the rate limits can be kept; one that is used up is a matter of time."""
    try:
        low = " ".join(str(cap) for cap in caps_of_operator(home) if cap.is_low or cap.waiting)
    except SparkleError as error:
        return Check(name="rate limits", ok=False, detail=str(error))
    return Check(name="rate limits", ok=True, detail=low or "No rate limit is nearly used up.")


def _engine_checks(profile: str) -> Iterator[Check]:
    for engine, answers in answers_by_engine(load_profile(profile)).items():
        wrong = [one for one in answers if one.outcome is Outcome.FAILS]
        yield Check(name=f"engine {engine}", ok=not wrong, detail=_said(wrong or answers))


def _said(answers: Sequence[Answer]) -> str:
    """Return answers as sentences."""
    said = " ".join(f"{one.what[0].upper()}{one.what[1:].rstrip('.')}." for one in answers)
    return said or "It needs nothing but this project."
