"""What making the items of one call takes: clocks, and what the device says."""

import time
from datetime import UTC, datetime
from typing import Any, Generic

from sparkle_motion_dagster.artifacts.models import Making
from sparkle_motion_dagster.engines.base import DeviceUse, Engine, RequestT

_STARTED: set[tuple[str, str | None]] = set()
"""The engines that have made something in this process, with their models."""


class Meter(Generic[RequestT]):
    """Measures the items of one call of an engine, one after the other."""

    def __init__(self, engine: Engine[RequestT, Any]) -> None:
        identity = engine.identity()
        self._engine = engine
        self._who = identity.name, identity.model_id
        self._called_at = datetime.now(UTC)
        self._starts = engine.starts_each_time or self._who not in _STARTED
        self.begin()

    def begin(self) -> None:
        """Begin with the next item."""
        self._since, self._use = time.monotonic(), self._engine.device_use()

    def took(self, request: RequestT) -> tuple[float, Making]:
        """Return how long the item took, and of what; the next one starts nothing any more."""
        # What is read of the device lies within the seconds.
        use = self._engine.device_use()
        return time.monotonic() - self._since, self._making(request, use)

    def _making(self, request: RequestT, use: DeviceUse) -> Making:
        starts = self._starts
        _STARTED.add(self._who)
        self._starts = False
        size = request.extent.get("size")
        return Making(
            device=self._engine.device,
            size=None if size is None else str(size),
            work=self._engine.work_of(request),
            called_at=self._called_at,
            starts=starts,
            loading_s=max(0.0, use.loading_s - self._use.loading_s),
            held_s=max(0.0, use.held_s - self._use.held_s),
        )
