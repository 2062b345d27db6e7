"""What is measured: a model, its engine run in one way or another, and the bare pipeline."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.gpu_report import Row
from sparkle_motion_dagster.engines.base import Engine, Request
from sparkle_motion_dagster.engines.machinery.equipped import ModelEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.gpu.presets import DevicePreset, EnginePreset

RequestT = TypeVar("RequestT", bound=Request)


@dataclass(frozen=True)
class Variant:
    """A way to run an engine.

    Attributes:
        settings: What differs in its settings.
        preset: What differs in the device's preset.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    preset: Mapping[str, Any] = field(default_factory=dict)


STOCK = Variant()


class Subject(ABC, Generic[RequestT]):
    """A model whose engine is measured, with what it is asked for.

    Attributes:
        engine_class: The engine's class.
        unit: What it makes: "an image", "a clip".
        checkpoint: Its weights' folder.
        preset: How models run on the device.
        device: torch's name of the device.
        requests: What is asked for in a comparison.
        warm_up: What is asked for before, so that nothing is done for the first time in it.
        batch: How many the bare pipeline is asked for at once.
        steps: Hears of the engine's steps.
    """

    engine_class: ClassVar[type[ModelEngine[Any, Any]]]
    unit: ClassVar[str]
    steps: Steps = Steps()

    def __init__(
        self,
        checkpoint: Path,
        preset: DevicePreset,
        requests: Sequence[RequestT],
        warm_up: Sequence[RequestT],
        batch: int,
    ) -> None:
        self.checkpoint = checkpoint
        self.preset = preset
        self.device = "cuda:0" if preset.device == "cuda" else "cpu"
        self.requests = requests
        self.warm_up = warm_up
        self.batch = batch

    @property
    def engine_preset(self) -> EnginePreset:
        """How the engine's model runs on the device."""
        return self.engine_class.preset_on(self.preset)

    @abstractmethod
    def engine(self, variant: Variant, facilities: Facilities) -> Engine[RequestT, Any]:
        """Return the engine, run in a way."""

    @abstractmethod
    def pipeline(self) -> Any:
        """Return the bare pipeline, as its documentation loads it, placed as the preset says."""

    @abstractmethod
    def ask(self, pipeline: Any, requests: Sequence[RequestT]) -> Any:
        """Call the bare pipeline, and return what it returns."""

    @abstractmethod
    def first_shown(self, result: Any) -> NDArray[np.uint8]:
        """Return the first of what the bare pipeline returned, as `read` returns a file."""

    @abstractmethod
    def read(self, file: Path) -> NDArray[np.uint8]:
        """Return the pixels of a file that the engine made."""

    def begins(self) -> None:
        """Hear that what the engine makes from here on is measured."""

    def explained(self, what: str, ours_s: float, bare_s: float) -> Iterator[Row]:
        """Yield what else a comparison has shown.

        Args:
            what: What was compared.
            ours_s: What an item took by the engine, in seconds.
            bare_s: What it took by the bare pipeline.
        """
        yield from ()
