"""What an engine that runs a model may use of the machine, and whom it reports to."""

import functools
from dataclasses import dataclass, field

from sparkle_motion_dagster.engines.base import PROCESSOR
from sparkle_motion_dagster.engines.machinery.encoded_texts import EncodedTexts
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.machinery.workers import WorkerLauncher
from sparkle_motion_dagster.gpu.device import Gpu


class _StepsOnDevice(Steps):
    """Tells a device of each step, too: one on which there is none for long counts as hanging."""

    def __init__(self, gpu: Gpu, listener: Steps) -> None:
        self._gpu = gpu
        self._listener = listener

    def done(self, step: int, of: int, doing: str) -> None:
        self._gpu.stepped(step, of, doing)
        self._listener.done(step, of, doing)

    def begun(self) -> None:
        self._gpu.begun()
        self._listener.begun()

    def waiting(self, doing: str) -> None:
        self._gpu.waiting(doing)
        self._listener.waiting(doing)


@dataclass(frozen=True)
class Facilities:
    """The device that models run on, who hears of their steps, and who starts workers.

    And where texts are kept that were encoded once.
    """

    gpu: Gpu
    listener: Steps = field(default_factory=Steps)
    launcher: WorkerLauncher = field(default_factory=WorkerLauncher)
    encoded_texts: EncodedTexts = field(default_factory=EncodedTexts)

    @property
    def device(self) -> str:
        """What was worked on: the device's preset where a model was used, else the processor."""
        return self.gpu.preset.name if self.gpu.events() else PROCESSOR

    @functools.cached_property
    def steps(self) -> Steps:
        """Whom an engine reports its steps to."""
        return _StepsOnDevice(self.gpu, self.listener)
