"""The presets of the checkout, and which one suits a machine."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.gpu.errors import GpuPresetError, NoDeviceError
from sparkle_motion_dagster.gpu.memory import GIB
from sparkle_motion_dagster.gpu.nvml import DeviceInfo
from sparkle_motion_dagster.gpu.presets import load_presets, preset_for, preset_named

_PRESETS = load_presets(CONFIGS / "gpu.yaml")


def _device(name: str, gib: float) -> DeviceInfo:
    return DeviceInfo(index=0, name=name, uuid=name, total_bytes=int(gib * GIB), driver="580.65.06")


@pytest.mark.parametrize(
    ("name", "gib", "preset"),
    [
        ("NVIDIA H200", 140.4, "h200"),
        ("NVIDIA H200", 139.8, "h200"),
        ("NVIDIA H100 80GB HBM3", 79.6, "h100-80gb"),
        ("NVIDIA H100 PCIe", 79.6, "h100-80gb"),
        ("NVIDIA A100-SXM4-80GB", 80.0, "a100-80gb"),
        ("NVIDIA A100 80GB PCIe", 80.0, "a100-80gb"),
        ("NVIDIA A100-SXM4-40GB", 40.0, "a100-40gb"),
        ("NVIDIA GeForce RTX 4090", 23.99, "rtx4090"),
        ("NVIDIA L40S", 44.99, "l40s"),
        ("NVIDIA RTX A6000", 47.99, "l40s"),  # by its memory
        ("NVIDIA A40", 44.98, "l40s"),
        ("NVIDIA GeForce RTX 4080", 15.99, "rtx4080"),
        ("NVIDIA RTX A4000", 15.74, "rtx4080"),
        ("NVIDIA B200", 179.1, "h200"),
        ("NVIDIA GeForce RTX 3090", 24.0, "rtx4090"),
        ("NVIDIA L4", 22.49, "rtx4090"),
        ("NVIDIA A100-SXM4-80GB MIG 3g.40gb", 39.5, "a100-40gb"),  # a part of one
    ],
)
def test_the_preset_that_suits_a_gpu_is_found(name: str, gib: float, preset: str) -> None:
    device = _device(name, gib)
    found = preset_for(_PRESETS, [device])
    assert found.name == preset
    assert found.fits(device.total_bytes)


def test_the_smallest_of_several_gpus_counts() -> None:
    machine = [_device("NVIDIA H200", 140.4), _device("NVIDIA GeForce RTX 4090", 23.99)]
    assert preset_for(_PRESETS, machine).name == "rtx4090"


def test_a_machine_without_a_gpu_is_told_to_name_a_preset() -> None:
    with pytest.raises(NoDeviceError, match=r"Name one \(.*cpu.*rtx4090"):
        preset_for(_PRESETS, [])


def test_a_gpu_too_small_for_all_presets_is_told() -> None:
    with pytest.raises(NoDeviceError, match="Tesla T4 has 15 GiB"):
        preset_for(_PRESETS, [_device("Tesla T4", 14.6)])


def test_an_unknown_preset_lists_the_known_ones() -> None:
    with pytest.raises(GpuPresetError) as refused:
        preset_named(_PRESETS, "a100")
    for name in (*_PRESETS, "auto"):
        assert name in str(refused.value)
    assert preset_named(_PRESETS, "H200").name == "h200"
