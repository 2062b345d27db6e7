"""Engines that a model works for: here, in a worker's environment, or on a server."""

from abc import abstractmethod
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.engines.base import DeviceUse, Engine, RequestT, SettingsT
from sparkle_motion_dagster.engines.declaration import WorkerProgram
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.workers import WorkerOrder, WorkerResult
from sparkle_motion_dagster.gpu.errors import GpuPresetError
from sparkle_motion_dagster.gpu.presets import DeviceKind, DevicePreset, EnginePreset


class EquippedEngine(Engine[RequestT, SettingsT]):
    """An engine that is given facilities, for the model that it runs."""

    def __init__(self, settings: SettingsT, facilities: Facilities) -> None:
        super().__init__(settings)
        self.facilities = facilities

    def _with(self, settings: SettingsT) -> Self:
        """Return this engine with other settings."""
        return type(self)(settings, self.facilities)

    def device_use(self) -> DeviceUse:
        """Return how much of the device was used so far; see ``Engine.device_use``."""
        gpu = self.facilities.gpu
        return DeviceUse(gpu.held_s, gpu.loading_s)

    @abstractmethod
    def model(self) -> tuple[str, str | None]:
        """Return the model's id and its pinned revision (or a digest, for weights in a folder).

        None: a server has the model, and says which revision it is when it answers.
        """

    def influences(self) -> Mapping[str, JsonValue]:
        """Return what, beside model and settings, changes the result."""
        return {}

    def identity(self) -> EngineIdentity:
        """Return all that, beside the request, decides what this engine makes."""
        model_id, revision = self.model()
        return EngineIdentity(
            name=self.name,
            version=self.version,
            model_id=model_id,
            revision=revision,
            settings={**self.settings.model_dump(mode="json"), **self.influences()},
        )


class ModelEngine(EquippedEngine[RequestT, SettingsT]):
    """An engine whose results come from a model: device, precision and weights belong to it.

    A subclass says in ``usual_presets`` how its model runs on each kind of device that it can run
    on; a device's own preset may have it otherwise.

    The part of the device's preset that changes pictures (precision, attention backend, tiling)
    is part of the fingerprint; where weights are offloaded to is not.
    """

    usual_presets: ClassVar[Mapping[DeviceKind, EnginePreset]]

    @classmethod
    def preset_on(cls, device: DevicePreset) -> EnginePreset:
        """Return how this engine's model runs on a device.

        Raises:
            GpuPresetError: It does not run on devices of that kind.
        """
        preset = device.engines.get(cls.name) or cls.usual_presets.get(device.device)
        if preset is None:
            raise GpuPresetError(
                f"{cls.name} runs on {' or '.join(cls.usual_presets)}, and the device preset "
                f"{device.name} is for {device.device}. Name another one (the gpu resource's "
                "preset), or take another engine."
            )
        return preset

    @property
    def device(self) -> str:
        """The device's preset; see ``Engine.device``."""
        return self.facilities.gpu.preset.name

    @property
    def holds_device(self) -> bool:
        """It does; see ``Engine.holds_device``."""
        return True

    @property
    def preset(self) -> EnginePreset:
        """How this engine's model runs on the device that it is given; see `preset_on`."""
        return self.preset_on(self.facilities.gpu.preset)

    def weights(self) -> Mapping[str, JsonValue]:
        """Return which further weights take part (adapters, a refiner): repository or digest."""
        return {}

    def host_bytes(self) -> int:
        """Return the bytes of the machine's memory that the weights take; 0: unknown.

        On their way to the device they are all there at once, and some may wait there.

        Raises:
            MissingWeightsError: They are not on this machine.
        """
        return 0

    def influences(self) -> Mapping[str, JsonValue]:
        """Return the preset's part that changes the result, and the further weights."""
        return {**self.preset.changing_the_result(), **self.weights()}


class WorkerEngine(EquippedEngine[RequestT, SettingsT]):
    """An engine whose model lives in a worker: one process, and one loading, a call of `make`.

    The device is held by this process for as long as the worker works. Where a subclass says in
    ``device_bytes`` what its worker takes there at most, models for which there is room beside it
    stay warm; None: unknown.
    """

    starts_each_time = True
    program: ClassVar[WorkerProgram]
    device_bytes: ClassVar[int | None] = None

    @property
    def device(self) -> str:
        """The device's preset; see ``Engine.device``."""
        return self.facilities.gpu.preset.name

    @property
    def holds_device(self) -> bool:
        """It does; see ``Engine.holds_device``."""
        return True

    def worked(
        self,
        settings: Mapping[str, JsonValue],
        requests: Sequence[Mapping[str, JsonValue]],
        folder: Path,
    ) -> Generator[WorkerResult]:
        """Yield what the worker makes of requests; see `WorkerLauncher.run`.

        Args:
            settings: The engine's settings, as its program wants them.
            requests: The requests, as its program wants them.
            folder: A folder of its own, for what the worker makes.
        """
        with self.facilities.gpu.worker_context(self.device_bytes) as device:
            order = WorkerOrder(settings, requests, device, folder)
            yield from self.facilities.launcher.run(self.program, order, self.facilities.steps)
