"""How an engine's model runs on a device: as the engine says, unless the device says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from sparkle_motion_dagster.engines.machinery.equipped import ModelEngine
from sparkle_motion_dagster.gpu.errors import GpuPresetError
from sparkle_motion_dagster.gpu.presets import DeviceKind, DevicePreset, EnginePreset

HALF, TILED = EnginePreset(precision="float16"), EnginePreset(precision="float16", vae_tiling=True)


class Brought(ModelEngine[Any, Any]):
    """An engine of somebody's, of which no device preset has heard."""

    name = "brought"
    usual_presets: ClassVar[Mapping[DeviceKind, EnginePreset]] = {"cuda": HALF}


def test_a_device_without_a_word_of_an_engine_runs_it_as_the_engine_says() -> None:
    assert Brought.preset_on(DevicePreset(name="large", device="cuda")) == HALF


def test_a_device_may_have_it_otherwise() -> None:
    small = DevicePreset(name="small", device="cuda", engines={"brought": TILED})
    assert Brought.preset_on(small) == TILED


def test_a_device_of_another_kind_is_refused() -> None:
    with pytest.raises(GpuPresetError, match=r"brought runs on cuda, .* preset cpu is for cpu"):
        Brought.preset_on(DevicePreset(name="cpu", device="cpu"))
