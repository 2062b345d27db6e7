"""What is known of the machine's GPUs: which there are, how busy they are; and of its memory."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading

import pytest

from sparkle_motion_dagster.gpu.memory import GIB, report_memory
from sparkle_motion_dagster.gpu.nvml import (
    Activity,
    DeviceInfo,
    Sample,
    Sampler,
    devices,
    read,
    summed_up,
    visible,
)

_PATIENCE_S = 30
_THREE = [
    DeviceInfo(index=place, name="NVIDIA L4", uuid=uuid, total_bytes=22 * GIB, driver="580.1")
    for place, uuid in enumerate(["aaaa-1", "aabb-2", "cccc-3"])
]


@pytest.mark.parametrize(
    ("setting", "uuids"),
    [
        (None, ["aaaa-1", "aabb-2", "cccc-3"]),
        ("2,0", ["cccc-3", "aaaa-1"]),
        ("GPU-cccc, 1", ["cccc-3", "aabb-2"]),
        ("", []),
        ("-1", []),
        ("1,7,0", ["aabb-2"]),
        ("GPU-aa", []),  # two are called that
        ("NoDevFiles", []),
    ],
)
def test_only_what_cuda_would_show_is_seen(setting: str | None, uuids: list[str]) -> None:
    seen = visible(_THREE, setting)
    assert [device.uuid for device in seen] == uuids
    assert [device.index for device in seen] == list(range(len(uuids)))


def test_readings_are_summed_up() -> None:
    readings = [
        Sample(utilisation=0.5, power_w=100, memory_used=5),
        Sample(utilisation=1.0, power_w=300, memory_used=3, temperature_c=60),
        Sample(),
    ]
    assert summed_up(readings) == Activity(
        samples=3,
        utilisation_mean=0.75,
        utilisation_max=1.0,
        temperature_max_c=60,
        power_mean_w=200,
        power_max_w=300,
        memory_max=5,
    )
    assert summed_up([]) is None
    assert summed_up([Sample()]) == Activity(samples=1)


def test_sensors_are_read_before_meanwhile_and_after() -> None:
    thrice = threading.Event()
    threads: list[str] = []

    def sensor() -> Sample:
        threads.append(threading.current_thread().name)
        if len(threads) == 3:
            thrice.set()
        return Sample(utilisation=len(threads) / 100)

    with Sampler(sensor, interval_s=0.001) as sampler:
        assert thrice.wait(_PATIENCE_S)
    activity = sampler.activity()

    assert activity is not None
    assert activity.samples == len(threads) >= 4
    assert activity.utilisation_max == len(threads) / 100
    assert threads[0] == threads[-1] == threading.current_thread().name
    assert set(threads[1:-1]) == {"gpu-sampler"}
    assert threading.active_count() == len(threading.enumerate())
    assert "gpu-sampler" not in {thread.name for thread in threading.enumerate()}


def test_a_device_without_sensors_shows_no_activity() -> None:
    with Sampler(lambda: None, interval_s=0.001) as sampler:
        assert "gpu-sampler" not in {thread.name for thread in threading.enumerate()}
    assert sampler.activity() is None


_LOOK = """
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(message)s")
from sparkle_motion_dagster.gpu.nvml import devices, read
print(len(devices()), len(devices()), read("none"))
"""


@pytest.mark.skipif(bool(devices()), reason="this machine has NVIDIA GPUs")
def test_a_machine_without_nvidia_gpus_says_so_once() -> None:
    looked = subprocess.run(
        [sys.executable, "-c", _LOOK],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    said, found = looked.stdout.splitlines()
    assert said.startswith('INFO {"event": "nvml"')
    assert found == "0 0 None"


@pytest.mark.skipif(not devices(), reason="this machine has no NVIDIA GPU")
def test_a_real_gpus_sensors_are_read() -> None:
    for device in devices():
        reading = read(device.uuid)
        assert reading is not None
        assert reading.memory_used is not None
        assert 0 <= reading.memory_used <= device.total_bytes


def test_the_machines_memory_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    snapshot = report_memory("cpu")

    assert snapshot.total is not None
    assert snapshot.peak is not None
    if sys.platform == "linux":
        assert snapshot.free is not None
        assert snapshot.allocated is not None
        assert 0 < snapshot.free < snapshot.total
        assert 2**20 < snapshot.allocated < snapshot.total
        # What is allocated and its peak are counted by different clocks of the kernel.
        assert snapshot.peak > snapshot.allocated / 2
    assert "GiB total" in str(snapshot)


def test_the_peak_grows_with_what_the_process_takes() -> None:
    before = report_memory("cpu")
    taken = bytearray(b"\x01") * (64 * 2**20)
    after = report_memory("cpu")

    assert before.allocated is not None
    assert after.allocated is not None
    assert after.peak is not None
    assert after.allocated - before.allocated > len(taken) // 2
    assert after.peak >= before.allocated + len(taken) // 2
