"""Taking a device: the first free one, waiting for it, and for what others keep warm on it."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.gpu.cache import WARM, User
from sparkle_motion_dagster.gpu.errors import GpuBusyError, GpuError
from sparkle_motion_dagster.gpu.events import EventLog, WaitEvent
from sparkle_motion_dagster.gpu.holder import Doing
from sparkle_motion_dagster.gpu.lock import Device, DeviceLock, guests, holder

_POLL_S = 0.05
"""How often a device that is not free is tried again, in seconds."""

_INSTANT_S = 0.1
"""How long "at once" takes, in seconds: whoever asks who holds it, holds it for an instant."""


class GivenUpError(GpuError):
    """Whoever wanted a device or a model wants it no more."""


@dataclass(frozen=True)
class Asker:
    """Who wants a device, and how patiently.

    Attributes:
        run_id: The film that it works for.
        stage: The stage of it.
        wait_s: How long it waits until the device is free, in seconds; 0: not at all.
        guests_s: How long it waits until other processes have freed what they keep warm there.
        heed: Called every so often while it waits; what it raises ends the waiting.
        log: Hears that it waits.
    """

    run_id: str | None
    stage: str | None
    wait_s: float
    guests_s: float
    heed: Callable[[], None]
    log: EventLog


class Held:
    """A device that this process holds."""

    def __init__(self, lock: DeviceLock) -> None:
        self.device = lock.device
        self.since = time.monotonic()
        self._until: float | None = None
        self._lock: DeviceLock | None = lock

    def seconds(self) -> float:
        """Return for how long it has been held, or was."""
        until = time.monotonic() if self._until is None else self._until
        return until - self.since

    def say(self, doing: Doing, model: str | None = None) -> None:
        """Say what the device is held for."""
        if self._lock is not None:
            self._lock.say(doing, model)

    def handed_over(self) -> "Held":
        """Return the hold to somebody else, who lets go of the device in place of this one."""
        lock = self._let_go()
        if lock is None:
            raise GpuError(f"{self.device} is not held any more.")
        # Whoever held it may ask for the device again: it then waits like anybody else.
        WARM.began(self.device, None)
        return Held(lock)

    def release(self) -> None:
        """Let go of the device; again, or after it was handed over, nothing happens."""
        lock = self._let_go()
        if lock is not None:
            WARM.ended(self.device)
            lock.release()

    def _let_go(self) -> DeviceLock | None:
        if self._lock is not None:
            self._until = time.monotonic()
        lock, self._lock = self._lock, None
        return lock


def take(devices: Sequence[Device], asker: Asker, user: User, given_up: threading.Event) -> Held:
    """Take the first device that is free, with nothing of other processes on it.

    Args:
        devices: The devices, the preferred one first.
        asker: Who wants it.
        user: The thread or task that is going to use it.
        given_up: Set by whoever does not want it any more.

    Raises:
        GpuBusyError: None was free in time, or another process did not free what it keeps there.
        GpuError: The user holds the device already: it would wait for itself.
        GivenUpError: `given_up` was set.
        Exception: What the asker heeds, unchanged.
    """
    held = _taken(devices, asker, user, given_up)
    try:
        _wait_for_guests(held.device, asker, given_up)
    except BaseException:
        held.release()
        raise
    return held


def _taken(devices: Sequence[Device], asker: Asker, user: User, given_up: threading.Event) -> Held:
    began = time.monotonic()
    deadline = began + max(asker.wait_s, _INSTANT_S)
    told = False
    while True:
        for device in _not_ones_own(devices, user):
            lock = DeviceLock(device, asker.run_id, asker.stage)
            if lock.try_take():
                WARM.began(device, user)
                return Held(lock)
        now = time.monotonic()
        if now >= deadline:
            raise _busy(devices, asker)
        if not told and now - began >= _INSTANT_S:
            _tell(devices, asker)
            told = True
        _pause(min(_POLL_S, deadline - now), asker, given_up)


def _not_ones_own(devices: Sequence[Device], user: User) -> list[Device]:
    """Return the devices that a user does not hold itself.

    Raises:
        GpuError: It holds all of them.
    """
    others = [device for device in devices if not user.would_wait_for(WARM.user(device))]
    if not others:
        names = ", ".join(str(device) for device in devices)
        raise GpuError(
            f"{names} is already held by this very thread or task, which would wait for itself. "
            "Leave the one model_context before entering the next; in an event loop, enter with "
            "`async with`."
        )
    return others


def _tell(devices: Sequence[Device], asker: Asker) -> None:
    """Say for whom one waits."""
    held_by = holder(devices[0])
    message = f"Waiting for {_who_holds(devices)}"
    asker.log.say(WaitEvent(device=devices[0].name, holder=held_by, message=message))


def _busy(devices: Sequence[Device], asker: Asker) -> GpuBusyError:
    waited = f" Waited {asker.wait_s:.0f} s." if asker.wait_s >= 1 else ""
    return GpuBusyError(
        f"{_who_holds(devices)}.{waited} Try again when it has ended, or allow a longer wait "
        "(the gpu resource's wait_s).",
        holder(devices[0]),
    )


def _who_holds(devices: Sequence[Device]) -> str:
    return "; ".join(
        f"{device}, held by {holder(device) or 'another process'}" for device in devices
    )


def _wait_for_guests(device: Device, asker: Asker, given_up: threading.Event) -> None:
    """Wait until no other process keeps anything warm on a device that is held.

    Raises:
        GpuBusyError: One did not free it in time.
    """
    deadline = time.monotonic() + asker.guests_s
    while keepers := list(guests(device)):
        if time.monotonic() >= deadline:
            named = ", ".join(map(str, keepers))
            raise GpuBusyError(
                f"Process {named} keeps models on {device} and did not free them within "
                f"{asker.guests_s:.0f} s. End that process, then try again."
            )
        _pause(_POLL_S, asker, given_up)


def _pause(seconds: float, asker: Asker, given_up: threading.Event) -> None:
    asker.heed()
    if given_up.wait(seconds):
        raise GivenUpError("Nobody wants the device any more.")
