"""The device that a stage runs its models on."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from sparkle_motion_dagster.gpu.cache import WARM, User, WarmModel
from sparkle_motion_dagster.gpu.context import Loaded, ModelContext, Terms
from sparkle_motion_dagster.gpu.devices import devices_of
from sparkle_motion_dagster.gpu.errors import WorkerHangsError
from sparkle_motion_dagster.gpu.events import (
    EventLog,
    GpuEvent,
    GpuSummary,
    LendEvent,
    Listener,
    ReturnEvent,
    StallEvent,
)
from sparkle_motion_dagster.gpu.holding import Asker, Held, take
from sparkle_motion_dagster.gpu.libraries import tell_libraries
from sparkle_motion_dagster.gpu.lock import Device, locks_folder
from sparkle_motion_dagster.gpu.memory import GIB, give_back, report_memory
from sparkle_motion_dagster.gpu.nvml import Sampler, read
from sparkle_motion_dagster.gpu.presets import DevicePreset
from sparkle_motion_dagster.gpu.watchdog import WHAT_TO_DO, Pulse, Stillness, Watchdog

__all__ = ["Gpu", "Loaded", "ModelContext"]

ModelT = TypeVar("ModelT")

_LONGEST_LOOK_S = 2.0
"""How much time counts between two looks for a worker's steps, which are half a second apart."""


class Gpu:
    """The device of one stage of one run.

    Making one does no work: the preset and the device are looked for when they are first needed.
    It only says what torch and diffusers must know before they are imported.

    Args:
        preset: How models run here; or what finds that out, called once, when it is first needed.
        run_id: The film that it works for; others that wait are told.
        stage: The stage of it.
        wait_s: How long to wait while others hold the device, in seconds; 0: not at all.
        load_timeout_s: How long loading a model may take, in seconds.
        guests_s: How long other processes may take to free what they keep warm on the device.
        listener: Called with each event as it happens, in any thread; it must not raise.
        heed: Called every so often while a device or a model is waited for, by whoever waits; what
            it raises ends the waiting, and passes unchanged.
    """

    def __init__(
        self,
        preset: DevicePreset | Callable[[], DevicePreset],
        *,
        run_id: str | None = None,
        stage: str | None = None,
        wait_s: float = 3600,
        load_timeout_s: float = 900,
        guests_s: float = 30,
        listener: Listener | None = None,
        heed: Callable[[], None] = lambda: None,
    ) -> None:
        tell_libraries()
        self._preset = preset
        self._load_timeout_s = load_timeout_s
        self._log = EventLog(run_id, stage, listener)
        self._pulse = Pulse()
        self._worker: Stillness | None = None
        self._holds: list[Held] = []
        self._lent_at: float | None = None
        self._starting_s = 0.0
        self._asker = Asker(run_id, stage, wait_s, guests_s, heed, self._log)

    @property
    def preset(self) -> DevicePreset:
        """How models run on the device.

        Raises:
            GpuPresetError: There is no such preset.
            NoDeviceError: It was to be chosen by the machine's GPU, and there is none.
        """
        if not isinstance(self._preset, DevicePreset):
            self._preset = self._preset()
        return self._preset

    def model_context(
        self,
        key: str,
        loader: Callable[[str], ModelT],
        *,
        expected_bytes: int = 0,
        keep_warm: bool = True,
        load_timeout_s: float | None = None,
        given_up: threading.Event | None = None,
    ) -> ModelContext[ModelT]:
        """Hold the device, with a model on it; for `with` and `async with`.

        Args:
            key: What the model is known by in the warm cache: equal keys mean equal models.
            loader: Loads it onto the device that it is given ("cuda:0", "cpu"), and returns it. It
                is called in a thread of its own.
            expected_bytes: What its weights take, wherever they wait: so much room is made before
                it is loaded. 0: unknown; only what it took when it was loaded before is.
            keep_warm: Keep it for the next context with the same key, if there is room. Where
                several films share the models, each is kept; see `WarmCache.shared`.
            load_timeout_s: How long loading may take, in seconds; None: the device's usual limit.
            given_up: Set by another thread that wants the model no more: whoever waits to enter
                stops waiting. None: nobody else knows.

        Raises (on entering):
            GpuBusyError: Somebody else holds the device, and did not let go of it in time.
            NoDeviceError: The machine has no such device.
            ModelLoadTimeout: Loading took too long. The loader goes on, and holds the device.
            ModelLoadError: The loader failed; a SparkleError of its own passes unchanged.
            ModelOOMError: The model does not fit.
            GpuError: This very thread or task holds the device already.
            GivenUpError: `given_up` was set.

        Raises (on leaving):
            ModelOOMError: The body ran out of memory. All other errors of it pass unchanged.
        """
        terms = Terms(
            key=key,
            load_timeout_s=self._load_timeout_s if load_timeout_s is None else load_timeout_s,
            keep_s=WARM.keep_s(self.preset.warm_s if keep_warm else 0),
            budget=self._budget,
            expected_bytes=expected_bytes,
            heed=self._asker.heed,
            given_up=given_up or threading.Event(),
            watch=self._watch,
        )
        return ModelContext(self._take, loader, terms, self._log)

    def stepped(self, step: int, of: int, doing: str) -> None:
        """Say that a model that works here has done a step, from 1, and is alive."""
        self._pulse.beat(f"step {step} of {of} of {doing}")

    def begun(self) -> None:
        """Say that a worker that has the device has started, and begins with something."""
        if self._lent_at is not None:
            self._starting_s += time.monotonic() - self._lent_at
            self._lent_at = None

    def waiting(self, doing: str) -> None:
        """Say that nothing is new; called every so often while a worker has the device.

        Args:
            doing: What it works on, in a few words.

        Raises:
            WorkerHangsError: It has made no step for as long as the preset allows.
        """
        if self._worker is None or self.preset.step_timeout_s is None:
            return
        if self._worker.look() >= self.preset.step_timeout_s:
            raise WorkerHangsError(
                f"The worker {self._worker}, at {doing}. It hangs, and was ended. {WHAT_TO_DO}"
            )

    @contextlib.contextmanager
    def worker_context(self, needs_bytes: int | None = None) -> Iterator[str]:
        """Hold the device for a worker in another process.

        What this process keeps warm on the device is freed before, as far as the worker needs its
        place; CUDA itself takes some in each process, too.

        Args:
            needs_bytes: What the worker takes there at most; None: unknown, all that there is.

        Yields:
            torch's name of the device, as this process sees it: "cuda:0", "cpu".

        Raises:
            GpuBusyError: Somebody else holds the device, and did not let go of it in time.
            NoDeviceError: The machine has no such device.
        """
        held = self._take(None, User.of_thread(), threading.Event())
        try:
            self._make_room_for_worker(held.device, needs_bytes)
            held.say("worker")
            self._log.say(LendEvent(device=held.device.name))
            sensors = None if held.device.id == "cpu" else Sampler(lambda: read(held.device.id))
            self._worker = Stillness(self._pulse, _LONGEST_LOOK_S)
            self._lent_at = time.monotonic()
            try:
                with sensors or contextlib.nullcontext():
                    yield held.device.name
            finally:
                self._worker = self._lent_at = None
                seconds = time.monotonic() - held.since
                activity = sensors.activity() if sensors else None
                self._log.say(
                    ReturnEvent(device=held.device.name, seconds=seconds, activity=activity)
                )
        finally:
            held.release()

    def evict(self, key: str | None = None) -> None:
        """Free a model that this process keeps warm; all of them where none is named.

        A model in use stays.
        """
        WARM.evict(key)

    def events(self) -> tuple[GpuEvent, ...]:
        """Return what has happened so far."""
        return self._log.events()

    def summary(self) -> GpuSummary:
        """Return what that adds up to."""
        return self._log.summary()

    @property
    def held_s(self) -> float:
        """For how many seconds the device was held so far."""
        return sum(held.seconds() for held in self._holds)

    @property
    def loading_s(self) -> float:
        """In how many of those models were loaded, and workers started."""
        return self.summary().load_s + self._starting_s

    def _take(self, key: str | None, user: User, given_up: threading.Event) -> Held:
        """Take a device; one that keeps the model warm rather than another."""
        devices = devices_of(self.preset.device, locks_folder())
        preferred = sorted(devices, key=lambda device: key not in WARM.keys(device))
        held = take(preferred, self._asker, user, given_up)
        self._holds.append(held)
        return held

    def _watch(self, warm: WarmModel, label: str) -> Watchdog:
        """Return the watchdog of a piece of a model's work."""
        device, key = warm.device.name, warm.key
        return Watchdog(
            f"{key} on {device} ({label})",
            self._pulse,
            self.preset.step_timeout_s,
            lambda message: self._log.say(StallEvent(device=device, key=key, message=message)),
        )

    def _make_room_for_worker(self, device: Device, needs_bytes: int | None) -> None:
        if needs_bytes is None:
            WARM.evict(device=device, reason="worker")
            give_back()
            return
        WARM.make_room(device, needs_bytes, self._budget(device), "worker")
        give_back()
        for key in WARM.keys(device):
            free = report_memory(device.name).free
            if free is None or free >= needs_bytes:
                return
            # Others use the device, too.
            WARM.evict(key, device=device, reason="worker")

    def _budget(self, device: Device) -> float:
        """Return the bytes that models may take on a device."""
        if self.preset.memory_gib is not None:
            return self.preset.memory_gib * GIB * self.preset.budget
        total = report_memory(device.name).total
        return float("inf") if total is None else total * self.preset.budget
