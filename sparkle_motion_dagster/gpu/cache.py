"""The models that this process keeps warm on its devices, and who uses a device right now.

Warm models are guests: when another process takes a device, what is kept on it here is freed
within about a second, and the other process waits for that before it loads anything.
"""

import asyncio
import contextlib
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from filelock import FileLock

from sparkle_motion_dagster.gpu.events import EvictEvent, Reason
from sparkle_motion_dagster.gpu.lock import Device, claim_warm, drop_claim, is_wanted
from sparkle_motion_dagster.gpu.memory import give_back, report_memory
from sparkle_motion_dagster.units import Record

LOOK_S = 0.5
"""How often the keeper looks whether somebody else wants a device, in seconds."""


@dataclass
class WarmModel:
    """A model on a device.

    Attributes:
        model: The model itself; None once it is freed.
        bytes: The memory that it takes on the device.
        keep_s: How long it is kept after its last use, in seconds.
        say: Who hears that it was freed.
        last_used: When, on the monotonic clock.
    """

    device: Device
    key: str
    model: object | None
    bytes: int
    keep_s: float
    say: Callable[[EvictEvent], None]
    last_used: float = field(default_factory=time.monotonic)

    @property
    def expires(self) -> float:
        """When it has not been used for too long, on the monotonic clock."""
        return self.last_used + self.keep_s


class Counts(Record):
    """What has become of the models with one key in this process."""

    loads: int = 0
    reuses: int = 0
    evictions: int = 0


@dataclass(frozen=True)
class User:
    """Who uses a device in this process, or wants to.

    Attributes:
        thread: The thread that it runs in.
        task: The task of that thread's event loop, if it is one.
        waits_aside: Whether it waits in another thread, while its event loop goes on.
    """

    thread: int
    task: object | None
    waits_aside: bool

    @staticmethod
    def of_thread() -> "User":
        """Return the caller, who blocks its thread while it waits."""
        task = None
        with contextlib.suppress(RuntimeError):
            task = asyncio.current_task()
        return User(threading.get_ident(), task, waits_aside=False)

    @staticmethod
    def of_task() -> "User":
        """Return the task that calls, which lets its event loop go on while it waits."""
        return User(threading.get_ident(), asyncio.current_task(), waits_aside=True)

    def would_wait_for(self, other: "User | None") -> bool:
        """Tell whether waiting for another user would be waiting for oneself, for ever."""
        if other is None:
            return False
        if self.waits_aside:
            return self.task is other.task
        return self.thread == other.thread


class WarmCache:
    """The warm models of a process; its methods may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.RLock())
        self._warm: dict[tuple[Device, str], WarmModel] = {}
        self._claims: dict[Device, FileLock] = {}
        self._users: dict[Device, User | None] = {}
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._sizes: dict[tuple[Device, str], int] = {}
        self._keeper: threading.Thread | None = None
        self._shared = False

    # Devices in use -----------------------------------------------------------------------------

    def began(self, device: Device, user: User | None) -> None:
        """Note who uses a device that this process holds; None: nobody who could wait for it."""
        with self._changed:
            self._users[device] = user

    def ended(self, device: Device) -> None:
        """Note that this process is about to let go of a device."""
        with self._changed:
            del self._users[device]
            self._drop_claims()

    def user(self, device: Device) -> User | None:
        """Return who uses a device in this process; None: nobody who could wait for it."""
        with self._changed:
            return self._users.get(device)

    # Models -------------------------------------------------------------------------------------

    def keys(self, device: Device) -> list[str]:
        """Return the keys of what is warm on a device, the least recently used first."""
        with self._changed:
            return [warm.key for warm in self._oldest_first(device)]

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Have every model stay until it is evicted, or another one needs its place.

        For who lets several films use the models in turn, and knows when none needs one any more.
        When the block ends, all are freed that are still there.
        """
        self._shared = True
        try:
            yield
        finally:
            self._shared = False
            self.evict()

    def keep_s(self, usual: float) -> float:
        """Return for how many seconds a model is kept that would usually be kept for so many."""
        return float("inf") if self._shared else usual

    def take(self, device: Device, key: str) -> WarmModel | None:
        """Return a warm model to whoever holds its device; it is not evicted until it is kept."""
        with self._changed:
            warm = self._warm.pop((device, key), None)
            if warm is not None:
                self._counts[key]["reuses"] += 1
            return warm

    def loaded(self, device: Device, key: str, size: int) -> None:
        """Count a model that was loaded, and remember the bytes that it takes."""
        with self._changed:
            self._counts[key]["loads"] += 1
            self._sizes[device, key] = size

    def size(self, device: Device, key: str) -> int:
        """Return the bytes that a model took when it was loaded last; 0: it never was."""
        with self._changed:
            return self._sizes.get((device, key), 0)

    def make_room(self, device: Device, size: int, budget: float, reason: Reason = "room") -> None:
        """Free what must go, the least recently used first, before something takes its place.

        Args:
            device: The device, held by the caller.
            size: The bytes that are about to be taken.
            budget: The bytes that models may take on the device.
            reason: Whom the room is made for.
        """
        self._shrink_to(device, budget - size, reason)

    def keep(self, warm: WarmModel, budget: float) -> bool:
        """Keep a model after its use, before its device is let go of.

        Returns:
            Whether it is kept; one that takes more than the budget, or is not to be kept for any
            time, is not.
        """
        if warm.keep_s <= 0 or warm.bytes > budget:
            return False
        self._shrink_to(warm.device, budget - warm.bytes, "room")
        with self._changed:
            if warm.device not in self._claims:
                claim = claim_warm(warm.device)
                if claim is None:
                    return False
                self._claims[warm.device] = claim
            warm.last_used = time.monotonic()
            self._warm[warm.device, warm.key] = warm
            self._watch()
        return True

    def evict(
        self, key: str | None = None, *, device: Device | None = None, reason: Reason = "asked"
    ) -> int:
        """Free what is warm: one model or all, on one device or all; what is in use stays.

        Returns:
            How many were freed.
        """
        with self._changed:
            chosen = [
                warm
                for warm in self._warm.values()
                if key in (None, warm.key) and device in (None, warm.device)
            ]
            return self._free(chosen, reason)

    def free(self, warm: WarmModel, reason: Reason) -> None:
        """Free a model that was in use, because something went wrong with it."""
        with self._changed:
            self._free([warm], reason)

    def counts(self, key: str) -> Counts:
        """Return what has become of the models with a key."""
        with self._changed:
            return Counts(**self._counts[key])

    def _oldest_first(self, device: Device) -> list[WarmModel]:
        there = [warm for warm in self._warm.values() if warm.device == device]
        return sorted(there, key=lambda warm: warm.last_used)

    def _shrink_to(self, device: Device, room: float, reason: Reason) -> None:
        """Free what is warm on a device, the least recently used first, until the rest fits."""
        with self._changed:
            staying = self._oldest_first(device)
            going = []
            while staying and sum(warm.bytes for warm in staying) > room:
                going.append(staying.pop(0))
            self._free(going, reason)

    def _free(self, chosen: Iterable[WarmModel], reason: Reason) -> int:
        freed = list(chosen)
        if not freed:
            return 0
        for warm in freed:
            if self._warm.get((warm.device, warm.key)) is warm:
                del self._warm[warm.device, warm.key]
            self._counts[warm.key]["evictions"] += 1
            warm.model = None
        give_back()
        self._drop_claims()
        for warm in freed:
            warm.say(
                EvictEvent(
                    device=warm.device.name,
                    key=warm.key,
                    seconds=time.monotonic() - warm.last_used,
                    bytes=warm.bytes,
                    reason=reason,
                    snapshot=report_memory(warm.device.name),
                )
            )
        return len(freed)

    def _drop_claims(self) -> None:
        """Say, of each device on which nothing is warm any more, that this is so."""
        for device in self._claims.keys() - {warm.device for warm in self._warm.values()}:
            drop_claim(self._claims.pop(device))

    # The keeper ---------------------------------------------------------------------------------

    def _watch(self) -> None:
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep_watch, name="gpu-warm", daemon=True)
            self._keeper.start()
        self._changed.notify_all()

    def _keep_watch(self) -> None:
        """Free what has not been used for too long, or is in the way of another process."""
        with self._changed:
            try:
                while self._warm:
                    next_expiry = min(warm.expires for warm in self._warm.values())
                    self._changed.wait(max(0.0, min(LOOK_S, next_expiry - time.monotonic())))
                    self._look()
            finally:
                self._keeper = None

    def _look(self) -> None:
        now = time.monotonic()
        self._free([warm for warm in self._warm.values() if warm.expires <= now], "expired")
        for device in list(self._claims):
            if device not in self._users and is_wanted(device):
                self.evict(device=device, reason="wanted")


WARM = WarmCache()
"""The warm models of this process: there is one memory on each device, so there is one of these."""
