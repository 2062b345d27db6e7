"""What goes wrong on a device."""

from typing import ClassVar, Literal, Self

from sparkle_motion_dagster.errors import BusyError, InputError, SparkleError
from sparkle_motion_dagster.gpu.holder import GpuHolder
from sparkle_motion_dagster.gpu.memory import MemorySnapshot


class GpuError(SparkleError):
    """The device, or a model on it, failed."""


class GpuPresetError(InputError):
    """There is no such device preset, or it is wrong."""


class NoDeviceError(InputError):
    """The preset needs a GPU, and this machine shows none."""


class GpuBusyError(BusyError):
    """Another process, or another thread of this one, holds the device.

    Attributes:
        holder: Who does; None: it did not say.
    """

    def __init__(self, message: str, holder: GpuHolder | None = None) -> None:
        super().__init__(message)
        self.holder = holder


class ModelLoadError(GpuError):
    """A model could not be loaded."""

    retryable: ClassVar[bool] = False


class ModelLoadTimeout(ModelLoadError):  # noqa: N818 - a load error by another name
    """A model was not loaded in time; its loader may hang."""

    retryable: ClassVar[bool] = True


class WorkerHangsError(GpuError):
    """A worker that has the device has made no step for too long."""


class ModelOOMError(GpuError):
    """The device's memory did not suffice; the same again will not fit, unless others were freed.

    Attributes:
        stage: Whether a model was being loaded, or worked.
        detail: What the allocator said; `parse_oom` reads sizes from it.
        snapshot: The memory at that moment, before anything was freed.
        evicted: The keys of the models that were warm on the device, and have been freed since.
    """

    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        stage: Literal["load", "inference"],
        detail: str,
        snapshot: MemorySnapshot | None = None,
        evicted: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.stage = stage
        self.detail = detail
        self.snapshot = snapshot
        self.evicted = evicted

    def explained(self, message: str) -> Self:
        """Return the same error with a message of somebody who knows what was being made."""
        return type(self)(
            message,
            stage=self.stage,
            detail=self.detail,
            snapshot=self.snapshot,
            evicted=self.evicted,
        )
