"""Engines that run a model on a device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineSettings, Request
from sparkle_motion_dagster.engines.machinery.equipped import EquippedEngine
from sparkle_motion_dagster.gpu.presets import EnginePreset

RequestT = TypeVar("RequestT", bound=Request)
SettingsT = TypeVar("SettingsT", bound=EngineSettings)


class ModelEngine(EquippedEngine[RequestT, SettingsT]):
    """An engine whose results come from a model: device, precision and weights belong to it.

    The part of the device's preset that changes pictures (precision, attention backend, tiling)
    is part of the fingerprint; where weights are offloaded to is not.
    """

    @property
    def preset(self) -> EnginePreset:
        """How the device's preset wants this engine's model to run.

        Raises:
            GpuPresetError: The preset says nothing of this engine.
        """
        return self.facilities.gpu.preset.engine(self.name)

    def weights(self) -> Mapping[str, JsonValue]:
        """Return which further weights take part (adapters, a refiner): repository or digest."""
        return {}

    def influences(self) -> Mapping[str, JsonValue]:
        """Return the preset's part that changes the result, and the further weights."""
        return {**self.preset.changing_the_result(), **self.weights()}
