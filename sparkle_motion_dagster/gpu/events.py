"""What happens on a device: events, each one a line of JSON in the log, and what they add up to."""

import logging
import threading
from collections.abc import Callable
from typing import Literal

from sparkle_motion_dagster.gpu.holder import GpuHolder
from sparkle_motion_dagster.gpu.memory import MemorySnapshot
from sparkle_motion_dagster.gpu.nvml import Activity
from sparkle_motion_dagster.units import Record

LOG = logging.getLogger("sparkle_motion_dagster.gpu")
"""Events are logged here at level info, one JSON object a line."""

Reason = Literal["room", "expired", "asked", "wanted", "worker", "memory", "late", "failed"]
"""Why a model was freed: another one needed its place; unused for too long; somebody asked;
another process took the device; a worker gets it; memory ran out; it came after its timeout; its
work broke the device."""


class _Event(Record):
    device: str
    run_id: str | None = None
    stage: str | None = None


class WaitEvent(_Event):
    """Somebody waits for a device; said once."""

    event: Literal["wait"] = "wait"
    holder: GpuHolder | None
    message: str


class LoadEvent(_Event):
    """A model was loaded, or found warm; or could not be loaded.

    Attributes:
        seconds: How long it took.
        bytes: The memory that it takes on the device.
        reused: Whether it was warm.
        error: What went wrong: the error's class.
    """

    event: Literal["load"] = "load"
    key: str
    seconds: float
    bytes: int
    reused: bool = False
    error: str | None = None
    snapshot: MemorySnapshot


class InferenceEvent(_Event):
    """A model worked.

    Attributes:
        label: On what.
        seconds: How long.
        peak_bytes: The most memory that the process took on the device meanwhile.
        activity: What the device's sensors showed meanwhile; None: it has none.
        error: What went wrong: the error's class.
    """

    event: Literal["inference"] = "inference"
    key: str
    label: str
    seconds: float
    peak_bytes: int | None
    activity: Activity | None = None
    error: str | None = None
    snapshot: MemorySnapshot


class StallEvent(_Event):
    """A model has made no step for too long.

    Attributes:
        message: Since when, and what comes of it.
    """

    event: Literal["stall"] = "stall"
    key: str
    message: str


class CleanupEvent(_Event):
    """A context was left.

    Attributes:
        seconds: How long the device was held, from taking it to letting go.
        kept_warm: Whether the model stays on it.
        bytes: The memory that the model takes.
    """

    event: Literal["cleanup"] = "cleanup"
    key: str
    seconds: float
    bytes: int
    kept_warm: bool
    snapshot: MemorySnapshot


class EvictEvent(_Event):
    """A model was freed.

    Attributes:
        seconds: How long it had not been used.
        bytes: The memory that it took.
    """

    event: Literal["evict"] = "evict"
    key: str
    seconds: float
    bytes: int
    reason: Reason
    snapshot: MemorySnapshot


class LendEvent(_Event):
    """A worker in another process gets the device."""

    event: Literal["lend"] = "lend"


class ReturnEvent(_Event):
    """A worker has ended, and the device is let go of.

    Attributes:
        seconds: How long the device was held for it.
        activity: What the device's sensors showed meanwhile; None: it has none.
    """

    event: Literal["return"] = "return"
    seconds: float
    activity: Activity | None = None


GpuEvent = (
    WaitEvent
    | LoadEvent
    | InferenceEvent
    | StallEvent
    | CleanupEvent
    | EvictEvent
    | LendEvent
    | ReturnEvent
)
Listener = Callable[[GpuEvent], None]


class GpuSummary(Record):
    """What one user of the device did with it.

    Attributes:
        loads: Models that were loaded.
        reuses: Models that were found warm.
        load_s: Seconds that loading took.
        inference_s: Seconds in which models worked.
        held_s: Seconds for which the device was held.
        evictions: Models that were freed.
        peak_bytes: The most memory that was taken on the device; None: unknown.
        utilisation: Mean share of time in which the GPU was busy while models or workers worked,
            0 to 1; None: no sensors.
    """

    loads: int = 0
    reuses: int = 0
    load_s: float = 0
    inference_s: float = 0
    held_s: float = 0
    evictions: int = 0
    peak_bytes: int | None = None
    utilisation: float | None = None


class EventLog:
    """Logs events, remembers them, and hands them on to who listens; from any thread."""

    def __init__(self, run_id: str | None, stage: str | None, listener: Listener | None) -> None:
        self._whose = {"run_id": run_id, "stage": stage}
        self._listener = listener
        self._mutex = threading.Lock()
        self._events: list[GpuEvent] = []

    def say(self, event: GpuEvent) -> None:
        """Take an event down."""
        event = event.model_copy(update=self._whose)
        with self._mutex:
            self._events.append(event)
        LOG.info("%s", event.model_dump_json(exclude_none=True))
        if self._listener is not None:
            self._listener(event)

    def events(self) -> tuple[GpuEvent, ...]:
        """Return what has happened so far."""
        with self._mutex:
            return tuple(self._events)

    def summary(self) -> GpuSummary:
        """Return what it adds up to."""
        events = self.events()
        loads = [event for event in events if isinstance(event, LoadEvent) and not event.error]
        work = [event for event in events if isinstance(event, InferenceEvent)]
        lent = [event for event in events if isinstance(event, ReturnEvent)]
        peaks = [event.peak_bytes for event in work if event.peak_bytes is not None]
        return GpuSummary(
            loads=sum(not event.reused for event in loads),
            reuses=sum(event.reused for event in loads),
            load_s=sum(event.seconds for event in loads),
            inference_s=sum(event.seconds for event in work),
            held_s=sum(
                event.seconds for event in events if isinstance(event, CleanupEvent | ReturnEvent)
            ),
            evictions=sum(isinstance(event, EvictEvent) for event in events),
            peak_bytes=max(peaks, default=None),
            utilisation=_mean_utilisation([*work, *lent]),
        )


def _mean_utilisation(work: list[InferenceEvent | ReturnEvent]) -> float | None:
    """Return the mean utilisation, each piece of work weighted by its seconds."""
    seen = [
        (event.activity.utilisation_mean, event.seconds)
        for event in work
        if event.activity is not None and event.activity.utilisation_mean is not None
    ]
    seconds = sum(weight for _, weight in seen)
    return sum(share * weight for share, weight in seen) / seconds if seconds else None
