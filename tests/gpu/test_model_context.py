"""One lifecycle for `with` and `async with`: loading, errors, timeouts, cancellation."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from gpu_peer import Weights, cpu_preset
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.gpu.cache import WARM
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.errors import (
    GpuBusyError,
    GpuError,
    ModelLoadError,
    ModelLoadTimeout,
    ModelOOMError,
)
from sparkle_motion_dagster.gpu.events import GpuEvent, LoadEvent, WaitEvent
from sparkle_motion_dagster.gpu.lock import Device, holder, is_held

_PATIENCE_S = 30


class _HaltedError(SparkleError):
    """Somebody wants the engine to stop."""


def _enters_at_once() -> None:
    """Fail unless the device is free."""
    with Gpu(cpu_preset(), wait_s=0).model_context("probe", lambda _: Weights()):
        pass


def test_a_model_is_loaded_used_and_put_away(caplog: pytest.LogCaptureFixture) -> None:
    gpu = Gpu(cpu_preset(), run_id="film", stage="base_images")
    with caplog.at_level(logging.INFO, "sparkle_motion_dagster.gpu"):
        for _ in range(2):
            with gpu.model_context("sdxl", lambda device: (device, Weights(5000))) as loaded:
                assert loaded.device == "cpu"
                with loaded.inference("keyframes 1 to 8"):
                    device, weights = loaded.model
        assert (device, weights.nbytes) == ("cpu", 5000)

    summary = gpu.summary()
    assert (summary.loads, summary.reuses, summary.evictions) == (1, 1, 0)
    assert summary.held_s >= summary.load_s + summary.inference_s > 0
    assert summary.peak_bytes is not None
    assert summary.utilisation is None
    lines = [json.loads(record.message) for record in caplog.records]
    assert [line["event"] for line in lines] == ["load", "inference", "cleanup"] * 2
    assert {(line["run_id"], line["stage"]) for line in lines} == {("film", "base_images")}
    assert [line["reused"] for line in lines if line["event"] == "load"] == [False, True]
    assert lines[0]["bytes"] == 5000
    assert lines[0]["snapshot"]["total"] > 0
    assert lines[1]["label"] == "keyframes 1 to 8"
    assert lines[2]["kept_warm"] is True


def test_nothing_is_used_after_its_context() -> None:
    with Gpu(cpu_preset()).model_context("sdxl", lambda _: Weights()) as loaded:
        model = weakref.ref(loaded.model)

    with pytest.raises(GpuError, match="after its model_context was left"):
        _ = loaded.model
    with pytest.raises(GpuError, match="after its model_context was left"), loaded.inference("x"):
        pass
    WARM.evict()
    assert model() is None


def test_a_model_that_is_not_kept_warm_is_gone() -> None:
    gpu = Gpu(cpu_preset())
    with gpu.model_context("sdxl", lambda _: Weights(), keep_warm=False) as loaded:
        model = weakref.ref(loaded.model)
    assert model() is None
    assert gpu.summary().evictions == 0


@pytest.mark.parametrize(
    "error", [ValueError("no"), _HaltedError("stop"), KeyboardInterrupt(), RuntimeError("CUDA?")]
)
def test_errors_of_the_body_pass_unchanged_and_the_model_stays(error: BaseException) -> None:
    gpu = Gpu(cpu_preset())
    with (
        pytest.raises(type(error)) as raised,
        gpu.model_context("sdxl", lambda _: Weights()) as loaded,
        loaded.inference("work"),
    ):
        raise error
    assert raised.value is error
    assert error.__cause__ is None

    with gpu.model_context("sdxl", lambda _: Weights()):
        pass
    assert (gpu.summary().loads, gpu.summary().reuses) == (1, 1)


@dataclass(frozen=True)
class _Failed:
    """A context whose body failed: what came out of it, and the model."""

    raised: BaseException
    model: weakref.ref[Weights]


def _fails(gpu: Gpu, error: Exception, expected: type[Exception]) -> _Failed:
    models: list[weakref.ref[Weights]] = []

    def body() -> None:
        with gpu.model_context("sdxl", lambda _: Weights()) as loaded:
            models.append(weakref.ref(loaded.model))
            raise error

    with pytest.raises(expected) as raised:
        body()
    return _Failed(raised.value, models[0])


def test_a_device_that_a_kernel_broke_keeps_no_models() -> None:
    gpu = Gpu(cpu_preset())
    with gpu.model_context("other", lambda _: Weights()):
        pass
    error = RuntimeError("CUDA error: device-side assert triggered")
    failed = _fails(gpu, error, RuntimeError)
    assert failed.raised is error
    assert failed.model() is None
    assert gpu.summary().evictions == 2


def test_a_loaders_error_is_a_load_error(cpu: Device) -> None:
    cause = FileNotFoundError("weights.safetensors")

    def load(_: str) -> Weights:
        raise cause

    with (
        pytest.raises(ModelLoadError, match="wan could not be loaded onto cpu: FileNotFound") as no,
        Gpu(cpu_preset()).model_context("wan", load),
    ):
        pass
    assert no.value.__cause__ is cause
    assert not is_held(cpu)


def test_a_loaders_error_for_people_passes_unchanged(cpu: Device) -> None:
    error = _HaltedError("these weights are a pickle")

    def load(_: str) -> Weights:
        raise error

    with pytest.raises(_HaltedError) as raised, Gpu(cpu_preset()).model_context("wan", load):
        pass
    assert raised.value is error
    assert not is_held(cpu)


class _Hanging:
    """A loader that hangs until it is let go."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.go_on = threading.Event()
        self.model: weakref.ref[Weights] | None = None

    def __call__(self, _: str) -> Weights:
        self.began.set()
        assert self.go_on.wait(_PATIENCE_S)
        weights = Weights()
        self.model = weakref.ref(weights)
        return weights


def test_the_caller_of_a_loader_that_hangs_is_free_and_the_device_says_why(cpu: Device) -> None:
    hanging = _Hanging()
    with (
        pytest.raises(ModelLoadTimeout, match=r"wan was not loaded onto cpu within 0\.1 s"),
        Gpu(cpu_preset(), load_timeout_s=600).model_context("wan", hanging, load_timeout_s=0.1),
    ):
        pass
    assert not hanging.go_on.is_set()

    # The caller is free; the device is not, and anybody may know why, this very thread included.
    said = holder(cpu)
    assert said is not None
    assert (said.pid, said.doing, said.model) == (os.getpid(), "loading", "wan")
    with pytest.raises(GpuBusyError, match=r"\(this one\), loading wan"):
        _enters_at_once()

    # What comes late is freed, and the device with it.
    hanging.go_on.set()
    with Gpu(cpu_preset(), wait_s=_PATIENCE_S).model_context("sdxl", lambda _: Weights()):
        assert hanging.model is not None
        assert hanging.model() is None
        assert WARM.keys(cpu) == []


def test_who_waits_for_a_load_heeds_a_wish_to_stop_and_the_load_holds_the_device(
    cpu: Device,
) -> None:
    hanging = _Hanging()

    def stopped_once_it_loads() -> None:
        if hanging.began.is_set():
            raise _HaltedError("stop")

    gpu = Gpu(cpu_preset(), heed=stopped_once_it_loads)
    with pytest.raises(_HaltedError), gpu.model_context("wan", hanging):
        pass
    assert is_held(cpu)
    hanging.go_on.set()
    with Gpu(cpu_preset(), wait_s=_PATIENCE_S).model_context("sdxl", lambda _: Weights()):
        assert hanging.model is not None
        assert hanging.model() is None


def test_out_of_memory_in_the_body_is_told_with_the_memory_at_that_moment() -> None:
    gpu = Gpu(cpu_preset())
    with gpu.model_context("other", lambda _: Weights()):
        pass
    cause = MemoryError("no more")
    failed = _fails(gpu, cause, ModelOOMError)
    assert isinstance(failed.raised, ModelOOMError)
    assert "sdxl ran out of memory on cpu" in str(failed.raised)
    assert failed.raised.__cause__ is cause
    assert (failed.raised.stage, failed.raised.detail) == ("inference", "no more")
    assert failed.raised.snapshot is not None
    assert failed.raised.snapshot.total
    assert failed.model() is None
    # What else was warm has made room for the next try.
    assert gpu.summary().evictions == 2


def test_out_of_memory_in_a_piece_of_work_frees_what_it_made(cpu: Device) -> None:
    made: list[weakref.ref[Weights]] = []

    def work() -> None:
        activations = Weights()
        made.append(weakref.ref(activations))
        raise MemoryError("no more")

    gpu = Gpu(cpu_preset())
    with gpu.model_context("wan", lambda _: Weights()) as loaded:
        with (
            pytest.raises(ModelOOMError, match="shot 3, chunk 2") as raised,
            loaded.inference("shot 3, chunk 2"),
        ):
            work()
        # The error still lives; what the work held does not.
        assert isinstance(raised.value.__cause__, MemoryError)
        assert made[0]() is None
        with loaded.inference("half of it"):
            assert loaded.model.nbytes == 1000
    assert gpu.summary().loads == 1
    assert WARM.keys(cpu) == ["wan"]


def test_a_model_that_does_not_fit_beside_warm_ones_is_loaded_again_without_them() -> None:
    gpu = Gpu(cpu_preset())
    with gpu.model_context("sdxl", lambda _: Weights()) as loaded:
        warm = weakref.ref(loaded.model)

    def load(_: str) -> Weights:
        if warm() is not None:
            raise MemoryError("sdxl is in the way")
        return Weights()

    with gpu.model_context("wan", load):
        assert warm() is None


def test_a_model_that_does_not_fit_at_all_is_told(cpu: Device) -> None:
    def load(_: str) -> Weights:
        half = Weights()
        made.append(weakref.ref(half))
        raise MemoryError("no more")

    made: list[weakref.ref[Weights]] = []
    with pytest.raises(ModelOOMError) as raised, Gpu(cpu_preset()).model_context("wan", load):
        pass
    assert raised.value.stage == "load"
    assert len(made) == 1
    assert made[0]() is None
    assert not is_held(cpu)


# Event loops ------------------------------------------------------------------------------------


def test_sync_and_async_share_a_model_and_a_lock(cpu: Device) -> None:
    gpu = Gpu(cpu_preset())
    with gpu.model_context("mixed", lambda _: Weights()):
        pass

    async def work() -> None:
        async with gpu.model_context("mixed", lambda _: Weights()) as loaded:
            said = holder(cpu)
            assert said is not None
            assert said.doing == "working"
            with loaded.inference("work"):
                assert loaded.model.nbytes == 1000

    asyncio.run(work())
    assert not is_held(cpu)
    with gpu.model_context("mixed", lambda _: Weights()):
        pass
    assert (gpu.summary().loads, gpu.summary().reuses) == (1, 2)


def test_the_event_loop_goes_on_while_a_task_waits_for_a_thread() -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with Gpu(cpu_preset()).model_context("sdxl", lambda _: Weights()):
            entered.set()
            assert leave.wait(_PATIENCE_S)

    async def work() -> str:
        waiting = asyncio.Event()
        gpu = Gpu(cpu_preset(), listener=_when_waiting(waiting))

        async def enter() -> str:
            async with gpu.model_context("wan", lambda _: Weights()) as loaded:
                return loaded.device

        task = asyncio.create_task(enter())
        await waiting.wait()
        assert not task.done()
        leave.set()
        return await task

    thread = threading.Thread(target=hold)
    thread.start()
    assert entered.wait(_PATIENCE_S)
    assert asyncio.run(work()) == "cpu"
    thread.join(_PATIENCE_S)


def _when_waiting(event: asyncio.Event) -> Callable[[GpuEvent], None]:
    """Return a listener that sets an event of the running loop when somebody waits."""
    loop = asyncio.get_running_loop()

    def heard(said: GpuEvent) -> None:
        if isinstance(said, WaitEvent):
            loop.call_soon_threadsafe(event.set)

    return heard


def test_many_tasks_take_turns() -> None:
    inside = 0

    async def enter(gpu: Gpu) -> int:
        nonlocal inside
        async with gpu.model_context("shared", lambda _: Weights()):
            inside += 1
            await asyncio.sleep(0)
            most = inside
            inside -= 1
            return most

    async def work() -> list[int]:
        gpu = Gpu(cpu_preset())
        return await asyncio.gather(*(enter(gpu) for _ in range(40)))

    assert asyncio.run(work()) == [1] * 40


def test_errors_of_an_async_body_pass_unchanged() -> None:
    error = _HaltedError("stop")

    async def work() -> None:
        async with Gpu(cpu_preset()).model_context("wan", lambda _: Weights()):
            raise error

    with pytest.raises(_HaltedError) as raised:
        asyncio.run(work())
    assert raised.value is error


def test_out_of_memory_in_an_async_body_leaves_the_coroutine_alone() -> None:
    async def work() -> str:
        # What waits in here for the context to be left must still be there afterwards.
        kept = Weights()
        try:
            async with Gpu(cpu_preset()).model_context("wan", lambda _: Weights()):
                raise MemoryError("no more")
        except ModelOOMError as error:
            return f"{error.detail}, {kept.nbytes}"

    assert asyncio.run(work()) == "no more, 1000"


def test_a_task_cancelled_while_it_waits_holds_nothing(cpu: Device) -> None:
    async def work() -> None:
        waiting = asyncio.Event()
        gpu = Gpu(cpu_preset(), listener=_when_waiting(waiting))

        async def enter() -> None:
            async with gpu.model_context("wan", lambda _: Weights()):
                pytest.fail("entered")

        async with Gpu(cpu_preset()).model_context("sdxl", lambda _: Weights()):
            task = asyncio.create_task(enter())
            await waiting.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert not is_held(cpu)

    asyncio.run(work())
    _enters_at_once()


def test_a_task_cancelled_while_its_model_loads_is_free_and_leaves_nothing(cpu: Device) -> None:
    hanging = _Hanging()

    async def work() -> None:
        async def enter() -> None:
            async with Gpu(cpu_preset()).model_context("wan", hanging):
                pytest.fail("entered")

        task = asyncio.create_task(enter())
        await asyncio.to_thread(hanging.began.wait, _PATIENCE_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(work())
    assert not hanging.go_on.is_set()
    said = holder(cpu)
    assert said is not None
    assert said.doing == "loading"

    hanging.go_on.set()
    with Gpu(cpu_preset(), wait_s=_PATIENCE_S).model_context("sdxl", lambda _: Weights()):
        assert hanging.model is not None
        assert hanging.model() is None


def test_a_task_cancelled_at_any_moment_leaves_nothing_behind(cpu: Device) -> None:
    models: list[weakref.ref[Weights]] = []
    outcomes: list[str] = []

    def load(_: str) -> Weights:
        weights = Weights()
        models.append(weakref.ref(weights))
        return weights

    async def enter() -> None:
        outcomes.append("cancelled")
        async with Gpu(cpu_preset()).model_context("wan", load, keep_warm=False):
            outcomes[-1] = "entered"
            await asyncio.Event().wait()

    async def cancelled_after(turns: int) -> None:
        task = asyncio.create_task(enter())
        for _ in range(1 + turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not is_held(cpu)

    async def cancelled_once_entered() -> None:
        task = asyncio.create_task(enter())
        while not outcomes or outcomes[-1] != "entered":
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not is_held(cpu)

    async def work() -> None:
        for power in range(12):
            await cancelled_after(2**power)
        outcomes.clear()
        await cancelled_once_entered()
        await cancelled_after(0)

    asyncio.run(work())
    assert outcomes == ["entered", "cancelled"]
    assert all(model() is None for model in models)


def test_blocking_the_loop_of_a_task_that_holds_the_device_is_refused() -> None:
    async def hold(entered: asyncio.Event, leave: asyncio.Event) -> None:
        async with Gpu(cpu_preset()).model_context("sdxl", lambda _: Weights()):
            entered.set()
            await leave.wait()

    async def work() -> None:
        entered, leave = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(hold(entered, leave))
        await entered.wait()
        with (
            pytest.raises(GpuError, match="async with"),
            Gpu(cpu_preset()).model_context("wan", lambda _: Weights()),
        ):
            pass
        leave.set()
        await task

    asyncio.run(work())


def test_a_task_that_would_wait_for_itself_is_told_at_once() -> None:
    async def work() -> None:
        gpu = Gpu(cpu_preset())
        async with gpu.model_context("sdxl", lambda _: Weights()):
            with pytest.raises(GpuError, match="would wait for itself"):
                async with gpu.model_context("wan", lambda _: Weights()):
                    pass

    asyncio.run(work())


def test_a_failed_load_is_an_event() -> None:
    gpu = Gpu(cpu_preset())

    def load(_: str) -> Weights:
        raise FileNotFoundError("weights")

    with pytest.raises(ModelLoadError), gpu.model_context("wan", load):
        pass
    (event,) = gpu.events()
    assert isinstance(event, LoadEvent)
    assert event.error == "ModelLoadError"
    assert gpu.summary().loads == 0
