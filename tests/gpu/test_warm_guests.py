"""Warm models leave when another process takes their device: real processes."""

from __future__ import annotations

import os
import signal
import weakref

import pytest

from gpu_peer import Peer, Weights, cpu_preset
from sparkle_motion_dagster.artifacts.locks import is_locked
from sparkle_motion_dagster.gpu.cache import WARM
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.errors import GpuBusyError
from sparkle_motion_dagster.gpu.events import EvictEvent, ReturnEvent
from sparkle_motion_dagster.gpu.lock import Device
from sparkle_motion_dagster.gpu.presets import DevicePreset


def _enter_and_leave(peer: Peer, key: str) -> None:
    assert peer.ask(f"enter {key}") == "entered"
    assert peer.ask("leave") == "left"


def test_what_another_process_keeps_warm_is_gone_before_a_model_loads(cpu: Device) -> None:
    said: set[str] = set()
    with Peer() as peer:
        _enter_and_leave(peer, "sdxl")
        assert peer.ask("warm") == "warm sdxl"
        assert peer.ask("alive") == "alive"

        def load(_: str) -> Weights:
            # When the loader is called, it is gone; that it went is said at the same moment.
            said.update({peer.ask("alive"), peer.says()})
            return Weights()

        with Gpu(cpu_preset()).model_context("wan", load):
            assert said == {"dead", "evicts sdxl wanted"}


def test_a_process_that_keeps_models_and_hangs_is_named(cpu: Device) -> None:
    with Peer() as peer:
        _enter_and_leave(peer, "sdxl")
        peer.send(signal.SIGSTOP)
        try:
            with (
                pytest.raises(GpuBusyError, match=f"Process {peer.pid} keeps models on cpu"),
                Gpu(cpu_preset(), guests_s=0.2).model_context("wan", lambda _: Weights()),
            ):
                pass
        finally:
            peer.send(signal.SIGCONT)

        # The device was let go of.
        assert peer.ask("enter sdxl").startswith(("entered", "evicts"))


def test_what_a_killed_process_kept_warm_is_in_nobodys_way(cpu: Device) -> None:
    with Peer() as peer:
        _enter_and_leave(peer, "sdxl")
        peer.kill()
        claim = cpu.path(f"warm.{peer.pid}")
        assert claim.exists()

        with Gpu(cpu_preset(), wait_s=0, guests_s=0).model_context("wan", lambda _: Weights()):
            assert not claim.exists()


def test_a_process_keeps_its_models_while_only_it_uses_the_device() -> None:
    with Peer() as peer:
        _enter_and_leave(peer, "sdxl")
        _enter_and_leave(peer, "wan")

        assert peer.ask("warm") == "warm sdxl wan"


def test_a_worker_is_started_after_what_is_warm_here_was_freed(cpu: Device) -> None:
    gpu = Gpu(cpu_preset())
    with gpu.model_context("sdxl", lambda _: Weights()) as loaded:
        model = weakref.ref(loaded.model)
    claim = cpu.path(f"warm.{os.getpid()}")
    assert model() is not None
    assert is_locked(claim)

    with gpu.worker_context() as device, Peer("worker", wait_s=0) as worker:
        assert device == "cpu"
        assert worker.ask(f"claim {os.getpid()}") == "unclaimed"
        assert model() is None
        assert WARM.keys(cpu) == []
        refused = worker.ask("enter sdxl")
        assert f"process {os.getpid()} (this" not in refused
        assert f"process {os.getpid()}, worker" in refused

    assert gpu.summary().evictions == 1
    lent, returned = gpu.events()[-2:]
    assert (lent.event, returned.event) == ("lend", "return")
    assert isinstance(returned, ReturnEvent)
    assert gpu.summary().held_s > returned.seconds > 0


def test_a_worker_leaves_warm_what_there_is_room_for_beside_it(cpu: Device) -> None:
    gpu = Gpu(cpu_preset(memory=3000))
    for key in ("old", "new"):
        with gpu.model_context(key, lambda _: Weights(1000)):
            pass

    with gpu.worker_context(needs_bytes=1000):
        assert WARM.keys(cpu) == ["old", "new"]
    with gpu.worker_context(needs_bytes=1500):
        assert WARM.keys(cpu) == ["new"]
    evicted = [event for event in gpu.events() if isinstance(event, EvictEvent)]
    assert [(event.key, event.reason) for event in evicted] == [("old", "worker")]


def test_a_worker_that_needs_more_than_is_free_gets_all_that_there_is(cpu: Device) -> None:
    gpu = Gpu(DevicePreset(name="vast", device="cpu", memory_gib=2**30))
    for key in ("old", "new"):
        with gpu.model_context(key, lambda _: Weights()):
            pass
    # The preset has room for it; the machine has not.
    with gpu.worker_context(needs_bytes=2**50):
        assert WARM.keys(cpu) == []
