"""Models of torch and diffusers on a device: their size, and running out of memory for real."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from gpu_peer import cpu_preset
from sparkle_motion_dagster.gpu.cache import WARM
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.errors import ModelOOMError, NoDeviceError
from sparkle_motion_dagster.gpu.lock import Device
from sparkle_motion_dagster.gpu.memory import model_bytes
from sparkle_motion_dagster.gpu.oom import is_out_of_memory, parse_oom
from sparkle_motion_dagster.gpu.presets import DevicePreset

_ABSURD = 10**15
"""Numbers that no machine has room for."""


@pytest.fixture
def torch() -> Any:
    """torch, which processes that run other tests need not import."""
    return pytest.importorskip("torch")


def test_a_models_size_is_that_of_its_weights_each_counted_once(torch: Any) -> None:
    layer = torch.nn.Linear(10, 100)  # 1100 float32
    tied = torch.nn.ModuleDict({"one": layer, "same": layer, "norm": torch.nn.BatchNorm1d(5)})
    # 1100 weights; the norm has 4 x 5 numbers and a 64-bit counter.
    assert model_bytes(tied) == 4400 + 4 * 20 + 8
    assert model_bytes([layer, {"again": layer}, torch.zeros(3, dtype=torch.float16)]) == 4406
    assert model_bytes(layer.half()) == 2200
    assert model_bytes(object()) == 0


@pytest.mark.usefixtures("torch")
def test_a_pipelines_size_is_that_of_its_components() -> None:
    from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel

    unet = UNet2DModel(
        sample_size=8,
        block_out_channels=(32,),
        down_block_types=("DownBlock2D",),
        up_block_types=("UpBlock2D",),
    )
    weights = sum(parameter.numel() for parameter in unet.parameters())
    pipeline = DDPMPipeline(unet=unet, scheduler=DDPMScheduler())
    assert model_bytes(pipeline) == 4 * weights > 0


def test_running_out_of_memory_for_real_while_working(torch: Any, cpu: Device) -> None:
    held: list[weakref.ref[object]] = []

    def work() -> None:
        activations = torch.zeros(1000)
        held.append(weakref.ref(activations))
        torch.empty(_ABSURD)

    with Gpu(cpu_preset()).model_context("tiny", lambda _: torch.nn.Linear(10, 100)) as loaded:
        with (
            pytest.raises(ModelOOMError, match="tiny ran out of memory on cpu") as raised,
            loaded.inference("a step"),
        ):
            work()
        assert held[0]() is None
        assert type(raised.value.__cause__) is RuntimeError
        assert parse_oom(raised.value.detail).requested == 4 * _ABSURD
        assert raised.value.snapshot is not None
    assert WARM.keys(cpu) == ["tiny"]


def test_running_out_of_memory_for_real_while_loading(torch: Any) -> None:
    with (
        pytest.raises(ModelOOMError) as raised,
        Gpu(cpu_preset()).model_context("huge", lambda _: torch.empty(_ABSURD)),
    ):
        pass
    assert raised.value.stage == "load"
    assert parse_oom(raised.value.detail).requested == 4 * _ABSURD


@pytest.mark.parametrize(
    ("fails", "is_memory"),
    [
        (lambda torch: torch.empty(_ABSURD), True),
        (lambda torch: torch.zeros(2) @ torch.zeros(3), False),
        (lambda torch: torch.zeros(2).view(5), False),
    ],
)
def test_torchs_own_errors_are_told_apart(
    torch: Any,
    fails: Callable[[Any], object],
    is_memory: bool,  # noqa: FBT001
) -> None:
    with pytest.raises(RuntimeError) as raised:
        fails(torch)
    assert is_out_of_memory(raised.value) is is_memory


def test_torchs_error_class_means_memory_whatever_it_says(torch: Any) -> None:
    assert is_out_of_memory(torch.OutOfMemoryError("HIP ran dry"))
    assert is_out_of_memory(torch.cuda.OutOfMemoryError("whatever"))
    assert not is_out_of_memory(torch.AcceleratorError("CUDA error: device-side assert triggered"))


def test_a_machine_without_a_gpu_is_told_what_to_do(torch: Any) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    preset = DevicePreset(name="h200", device="cuda", memory_gib=140)
    with (
        pytest.raises(NoDeviceError, match=r"nvidia-smi.*name a preset"),
        Gpu(preset).model_context("wan", lambda device: device),
    ):
        pass


def test_running_out_of_a_gpus_memory_for_real(torch: Any) -> None:
    if not torch.cuda.is_available():
        pytest.skip("this machine has no GPU")
    preset = DevicePreset(name="here", device="cuda", budget=0.9)
    gpu = Gpu(preset)
    with gpu.model_context("tiny", lambda device: torch.zeros(2**20, device=device)) as loaded:
        with pytest.raises(ModelOOMError) as raised, loaded.inference("a step"):
            torch.empty(2**40, device=loaded.device)
        sizes = parse_oom(raised.value.detail)
        assert sizes.requested == 2**42
        assert sizes.free
        assert sizes.total
        with loaded.inference("a smaller step"):
            assert float(loaded.model.sum()) == 0.0
    assert gpu.summary().peak_bytes
    assert sys.modules.get("torch") is torch
