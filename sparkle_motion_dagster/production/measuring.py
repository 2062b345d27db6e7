"""What making the items of one call takes: clocks, and what the device says."""

import contextlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Generic

from sparkle_motion_dagster.artifacts.models import Making
from sparkle_motion_dagster.engines.base import DeviceUse, Engine, RequestT

_STARTED: set[tuple[str, str | None]] = set()
"""The engines that have made something in this process, with their models."""


class Meter(Generic[RequestT]):
    """Measures the items of one call of an engine; from several threads, too.

    A moment in which several are made counts in equal parts for each, and what is examined
    meanwhile costs nothing: so the seconds of all items come to what the call took, however many
    were in work at once.

    Args:
        engine: Who makes them.
        now: The time, in seconds.
    """

    def __init__(
        self, engine: Engine[RequestT, Any], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        identity = engine.identity()
        self._engine = engine
        self._who = identity.name, identity.model_id
        self._called_at = datetime.now(UTC)
        self._starts_with: str | None = None
        self._starts = engine.starts_each_time or self._who not in _STARTED
        self._making: set[str] = set()
        self._examining: set[str] = set()
        self._seconds: dict[str, float] = defaultdict(float)
        self._use: dict[str, DeviceUse] = {}
        self._counted_until = self._now()
        self._counting = threading.Lock()

    @contextlib.contextmanager
    def making(self, item: str) -> Iterator[None]:
        """Count the time of the block as that in which an item is made."""
        if self._starts and self._starts_with is None:
            self._starts_with = item
        with self._in(self._making, item):
            before = self._engine.device_use()
            try:
                yield
            finally:
                # What is read of the device lies within the seconds.
                after = self._engine.device_use()
        self._use[item] = DeviceUse(
            max(0.0, after.held_s - before.held_s), max(0.0, after.loading_s - before.loading_s)
        )

    @contextlib.contextmanager
    def examining(self, item: str) -> Iterator[None]:
        """Count the time of the block as that in which an item is examined."""
        with self._in(self._examining, item):
            yield

    def took(self, item: str, request: RequestT) -> tuple[float, Making]:
        """Return how long an item took that was made and examined, and of what."""
        _STARTED.add(self._who)
        size, use = request.extent.get("size"), self._use[item]
        return self._seconds[item], Making(
            device=self._engine.device,
            size=None if size is None else str(size),
            work=self._engine.work_of(request),
            called_at=self._called_at,
            starts=item == self._starts_with,
            loading_s=use.loading_s,
            held_s=use.held_s,
        )

    @contextlib.contextmanager
    def _in(self, work: set[str], item: str) -> Iterator[None]:
        with self._counting:
            self._count()
            work.add(item)
        try:
            yield
        finally:
            with self._counting:
                self._count()
                work.remove(item)

    def _count(self) -> None:
        """Share out the time since this was done the last time."""
        now = self._now()
        sharing = self._making or self._examining
        for item in sharing:
            self._seconds[item] += (now - self._counted_until) / len(sharing)
        self._counted_until = now
