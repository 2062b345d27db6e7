"""A model on a device, for as long as a `with` block takes."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Literal, TypeVar, cast

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.gpu import memory
from sparkle_motion_dagster.gpu.aside import end_of, in_thread
from sparkle_motion_dagster.gpu.cache import WARM, User, WarmModel
from sparkle_motion_dagster.gpu.errors import GpuError, ModelLoadError, ModelOOMError
from sparkle_motion_dagster.gpu.events import CleanupEvent, EventLog, InferenceEvent, LoadEvent
from sparkle_motion_dagster.gpu.holding import Held
from sparkle_motion_dagster.gpu.load import Load
from sparkle_motion_dagster.gpu.lock import Device
from sparkle_motion_dagster.gpu.nvml import Sampler, read
from sparkle_motion_dagster.gpu.oom import breaks_device, is_out_of_memory
from sparkle_motion_dagster.gpu.watchdog import Watchdog

ModelT = TypeVar("ModelT")


@dataclass(frozen=True)
class Terms:
    """How a model is to be loaded and kept.

    Attributes:
        key: What it is known by.
        load_timeout_s: How long loading may take, in seconds.
        keep_s: How long it is kept warm after its use, in seconds; 0: not at all.
        budget: Returns the bytes that models may take on a device.
        expected_bytes: What it is expected to take there; 0: unknown.
        heed: Called every so often while it loads; what it raises ends the waiting.
        given_up: Set by whoever wants the model no more, before it is there.
        watch: Returns the watchdog of a piece of its work, which is given in a few words.
    """

    key: str
    load_timeout_s: float
    keep_s: float
    budget: Callable[[Device], float]
    expected_bytes: int
    heed: Callable[[], None]
    given_up: threading.Event
    watch: Callable[[WarmModel, str], Watchdog]


class Loaded(Generic[ModelT]):
    """A model that is on a device, ready to be used by whoever holds the device.

    Attributes:
        device: torch's name of the device: "cuda:0", "cpu".
    """

    def __init__(self, warm: WarmModel, terms: Terms, log: EventLog) -> None:
        self.device = warm.device.name
        self._warm: WarmModel | None = warm
        self._terms = terms
        self._log = log

    @property
    def model(self) -> ModelT:
        """What the loader returned.

        Raises:
            GpuError: The context was left; the model may have been freed since.
        """
        return cast(ModelT, self._in_use().model)

    @contextlib.contextmanager
    def inference(self, label: str) -> Iterator[None]:
        """Measure a piece of work: seconds, the most memory it took, how busy the GPU was.

        Whoever works reports its steps (`Gpu.stepped`, which an engine's steps do): where there is
        none for as long as the device's preset allows, this process ends.

        Raises:
            ModelOOMError: It needed more memory than there is; what could be freed was freed. All
                other errors pass unchanged.
        """
        warm = self._in_use()
        memory.reset_peak(self.device)
        sensors = Sampler(lambda: read(warm.device.id)) if warm.device.id != "cpu" else None
        began = time.monotonic()
        failure: BaseException | None = None
        try:
            with self._terms.watch(warm, label), sensors or contextlib.nullcontext():
                yield
                memory.synchronize(self.device)
        except BaseException as error:
            failure = error
            if isinstance(error, ModelOOMError) or not is_out_of_memory(error):
                raise
            raise out_of_memory(error, warm.device, warm.key, "inference", label) from error
        finally:
            snapshot = memory.report_memory(self.device)
            self._log.say(
                InferenceEvent(
                    device=self.device,
                    key=warm.key,
                    label=label,
                    seconds=time.monotonic() - began,
                    peak_bytes=snapshot.peak,
                    activity=sensors.activity() if sensors else None,
                    error=type(failure).__name__ if failure else None,
                    snapshot=snapshot,
                )
            )

    def close(self) -> None:
        """Let go of the model, because its context is left."""
        self._warm = None

    def _in_use(self) -> WarmModel:
        if self._warm is None:
            raise GpuError(
                f"The model on {self.device} was used after its model_context was left; another "
                "may have taken its place. Enter a model_context again."
            )
        return self._warm


class ModelContext(Generic[ModelT]):
    """Holds a device with a model on it; `with` and `async with` do the same.

    `async with` waits and loads in another thread, so that the event loop goes on; cancelled while
    it does, it gives up what it had got so far before it passes the cancellation on.

    Args:
        take: Takes a device that suits a key.
        loader: Loads the model onto a device.
        terms: How it is loaded and kept.
        log: Hears what happens.
    """

    def __init__(
        self,
        take: Callable[[str, User, threading.Event], Held],
        loader: Callable[[str], ModelT],
        terms: Terms,
        log: EventLog,
    ) -> None:
        self._take = take
        self._loader = loader
        self._terms = terms
        self._log = log
        self._entered: tuple[Held, WarmModel, Loaded[ModelT]] | None = None

    def __enter__(self) -> Loaded[ModelT]:
        return self._enter(User.of_thread())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave(error)

    async def __aenter__(self) -> Loaded[ModelT]:
        user = User.of_task()
        entering = in_thread(lambda: self._enter(user))
        try:
            return await asyncio.shield(entering)
        except asyncio.CancelledError:
            self._terms.given_up.set()
            await end_of(entering)
            if entering.exception() is None:
                await end_of(in_thread(lambda: self._leave(None)))
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        leaving = in_thread(lambda: self._leave(error))
        try:
            await asyncio.shield(leaving)
        except asyncio.CancelledError:
            await end_of(leaving)
            raise

    def _enter(self, user: User) -> Loaded[ModelT]:
        if self._entered is not None:
            raise GpuError("This model_context is entered already; make one for each use.")
        held = self._take(self._terms.key, user, self._terms.given_up)
        try:
            warm = self._model_on(held)
            held.say("working", self._terms.key)
        except BaseException:
            held.release()
            raise
        loaded: Loaded[ModelT] = Loaded(warm, self._terms, self._log)
        self._entered = held, warm, loaded
        return loaded

    def _leave(self, error: BaseException | None) -> None:
        if self._entered is None:
            raise GpuError("This model_context is left already.")
        held, warm, loaded = self._entered
        self._entered = None
        loaded.close()
        failure: ModelOOMError | None = None
        try:
            if error and is_out_of_memory(error) and not isinstance(error, ModelOOMError):
                failure = out_of_memory(error, held.device, warm.key, "inference", "its work")
            kept = self._put_away(warm, error)
            self._say_left(held, warm, kept=kept)
        finally:
            held.release()
        if failure is not None:
            raise failure from error

    def _put_away(self, warm: WarmModel, error: BaseException | None) -> bool:
        """Keep a model for its next use, or free it; return whether it was kept."""
        if error is not None and is_out_of_memory(error):
            WARM.free(warm, "memory")
        elif error is not None and breaks_device(error):
            WARM.free(warm, "failed")
            WARM.evict(device=warm.device, reason="failed")
        elif WARM.keep(warm, self._terms.budget(warm.device)):
            return True
        else:
            warm.model = None
            memory.give_back()
        return False

    def _say_left(self, held: Held, warm: WarmModel, *, kept: bool) -> None:
        self._log.say(
            CleanupEvent(
                device=warm.device.name,
                key=warm.key,
                seconds=time.monotonic() - held.since,
                bytes=warm.bytes,
                kept_warm=kept,
                snapshot=memory.report_memory(warm.device.name),
            )
        )

    def _model_on(self, held: Held) -> WarmModel:
        """Return the model, warm or loaded, and say so."""
        began = time.monotonic()
        failure: BaseException | None = None
        warm = WARM.take(held.device, self._terms.key)
        reused = warm is not None
        try:
            # What waits elsewhere of a warm model, comes back to work.
            self._make_room(held.device)
            if warm is None:
                warm = self._load(held)
        except BaseException as error:
            failure = error
            raise
        finally:
            self._log.say(
                LoadEvent(
                    device=held.device.name,
                    key=self._terms.key,
                    seconds=time.monotonic() - began,
                    bytes=warm.bytes if warm else 0,
                    reused=reused,
                    error=type(failure).__name__ if failure else None,
                    snapshot=memory.report_memory(held.device.name),
                )
            )
        warm.keep_s, warm.say = self._terms.keep_s, self._log.say
        return warm

    def _make_room(self, device: Device) -> None:
        terms = self._terms
        # Of weights that wait elsewhere, less is seen on the device than works there.
        size = max(terms.expected_bytes, WARM.size(device, terms.key))
        WARM.make_room(device, size, terms.budget(device))

    def _load(self, held: Held) -> WarmModel:
        held.say("loading", self._terms.key)
        try:
            return self._loaded(held)
        except ModelOOMError:
            if not WARM.evict(device=held.device, reason="memory"):
                raise
        # What was warm took the room that it needed.
        return self._loaded(held)

    def _loaded(self, held: Held) -> WarmModel:
        terms, device = self._terms, held.device
        key = terms.key
        before = memory.allocated(device.name)
        try:
            load = Load(key, self._loader, held)
            model = load.wait(terms.load_timeout_s, terms.given_up, terms.heed)
        except SparkleError:
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise out_of_memory(error, device, key, "load", "loading") from error
            raise ModelLoadError(
                f"{key} could not be loaded onto {device}: {type(error).__name__}: {error}"
            ) from error
        after = memory.allocated(device.name)
        size = (
            memory.model_bytes(model) if after is None or before is None else max(0, after - before)
        )
        WARM.loaded(device, key, size)
        return WarmModel(device, key, model, size, self._terms.keep_s, self._log.say)


def out_of_memory(
    error: BaseException, device: Device, key: str, stage: Literal["load", "inference"], doing: str
) -> ModelOOMError:
    """Free what can be freed after running out of memory, and return what to raise."""
    snapshot = memory.report_memory(device.name)
    memory.forget_locals(error)
    beside = WARM.keys(device) if stage == "inference" else []
    for warm in beside:
        WARM.evict(warm, device=device, reason="memory")
    memory.give_back()
    return ModelOOMError(
        f"{key} ran out of memory on {device} ({doing}): {error or type(error).__name__} "
        f"[{snapshot}] End what else uses the device, or ask for less at once.",
        stage=stage,
        detail=str(error),
        snapshot=snapshot,
        evicted=tuple(beside),
    )
