"""What is known of the machine's GPUs: which there are, how busy they are; and of its memory."""

from __future__ import annotations

import json
import logging
import mmap
import sys
import threading
from pathlib import Path

import pytest

import forked
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
from worker_environments import STAND_INS

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


_SLICED = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.gpu.nvml import devices, read
from sparkle_motion_dagster.gpu.presets import load_presets, preset_for
presets = load_presets(CONFIGS / "gpu.yaml")
for gpus, setting in json.loads(sys.argv[2]):
    os.environ["STAND_IN_GPUS"] = gpus
    os.environ.pop("CUDA_VISIBLE_DEVICES", None)
    if setting is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = setting
    seen = devices()
    sizes = [f"{device.uuid} {device.total_bytes / 2**30:.1f}" for device in seen]
    used = [read(device.uuid).memory_used for device in seen]
    print(json.dumps([sizes, preset_for(presets, seen).name if seen else None, used]))
"""

_CASES = {
    ("a100", None): (["MIG-1111-a 39.5"], "a100-40gb"),
    ("a100", "0"): (["MIG-1111-a 39.5"], "a100-40gb"),
    ("a100", "MIG-2222"): (["MIG-2222-b 19.5"], "rtx4080"),
    ("a100", "GPU-aaaa"): (["MIG-1111-a 39.5"], "a100-40gb"),
    ("a100", "MIG-2222-b,MIG-1111-a"): (["MIG-2222-b 19.5"], "rtx4080"),
    ("a100", "MIG-3333"): ([], None),
    ("l4,a100", "1"): (["MIG-1111-a 39.5"], "a100-40gb"),
    ("l4,a100", "1,0"): (["MIG-1111-a 39.5", "bbbb-2 22.5"], "rtx4090"),
    ("unsliced", None): (["dddd-4 80.0"], "a100-80gb"),
}
"""The machine's GPUs and ``CUDA_VISIBLE_DEVICES``: what is seen, and which preset is chosen."""


def test_a_slice_of_a_gpu_has_its_own_memory_and_preset(tmp_path: Path) -> None:
    looked = forked.check(
        ["python", "-c", _SLICED, str(STAND_INS / "nvml"), json.dumps(list(_CASES))], tmp_path
    )
    said = map(json.loads, looked.splitlines())
    found = dict(zip(_CASES, said, strict=True))
    assert {case: (sizes, preset) for case, (sizes, preset, _) in found.items()} == _CASES
    # A slice's memory is read, though not all of its sensors can be.
    assert all(used == [GIB] * len(sizes) for sizes, _, used in found.values())


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
format = "%(levelname)s %(message)s"
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format=format, force=True)
from sparkle_motion_dagster.gpu.nvml import devices, read
print(len(devices()), len(devices()), read("none"))
"""


@pytest.mark.skipif(bool(devices()), reason="this machine has NVIDIA GPUs")
def test_a_machine_without_nvidia_gpus_says_so_once(tmp_path: Path) -> None:
    said, found = forked.check(["python", "-c", _LOOK], tmp_path).splitlines()
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
    # Mapped anew: an allocator may give what it holds of earlier tests, and take nothing.
    with mmap.mmap(-1, 64 * 2**20) as taken:
        for page in range(0, len(taken), mmap.PAGESIZE):
            taken[page] = 1
        size = len(taken)
        after = report_memory("cpu")

    assert before.allocated is not None
    assert after.allocated is not None
    assert after.peak is not None
    assert after.allocated - before.allocated > size // 2
    assert after.peak >= before.allocated + size // 2
