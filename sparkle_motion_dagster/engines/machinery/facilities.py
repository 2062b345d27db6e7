"""What an engine that runs a model may use of the machine, and whom it reports to."""

from dataclasses import dataclass, field

from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.machinery.workers import WorkerLauncher
from sparkle_motion_dagster.gpu.device import Gpu


@dataclass(frozen=True)
class Facilities:
    """The device that models run on, whom steps are reported to, and who starts workers."""

    gpu: Gpu
    steps: Steps = field(default_factory=Steps)
    launcher: WorkerLauncher = field(default_factory=WorkerLauncher)
