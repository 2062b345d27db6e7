"""What every engine is: a plain class with frozen settings that makes files from requests."""

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import ConfigDict, JsonValue, ValidationError

from sparkle_motion_dagster.artifacts.models import EngineIdentity, MediaFacts
from sparkle_motion_dagster.errors import BusyError, InputError, SparkleError, reasons
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.units import SAMPLE_RATE, FrameSize, Record

PROCESSOR = "cpu"
"""What is worked on where no model is used."""


class EngineError(SparkleError):
    """An engine could not make what it was asked for."""


class NotReadyError(EngineError):
    """An engine lacks what it needs for whatever it is asked for: weights, an environment."""

    retryable = False


class EngineInputError(InputError):
    """A request or a setting is wrong; the same engine will refuse it again."""


class ProviderBusyError(EngineError, BusyError):
    """Whoever does an engine's work over the network cannot just now, but may soon.

    Attributes:
        retry_after_s: How long to wait before the next try, in seconds; None: it did not say.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ProviderTooSlowError(ProviderBusyError):
    """A provider did not answer in the time that it has."""


class QuotaSpentError(EngineError):
    """A provider will not do any more for now: what it grants is used up."""

    retryable = False


class EngineSettings(Record):
    """Base of an engine's settings.

    Every field is part of the fingerprint of what the engine makes. A setting that cannot change
    the result (a device, a batch size) is declared with ``Field(exclude=True)``.
    """

    model_config = ConfigDict(defer_build=True)  # until an engine is asked for

    configured_only: ClassVar[frozenset[str]] = frozenset()
    """Names of settings that a profile or the command line says, and no file that somebody drops
    into the inbox: what they name is whoever runs the machine's to give."""


def frame_work(size: FrameSize) -> float:
    """Return how much work a frame is: its megapixels, and what it costs however small it is."""
    return _A_FRAME + size.width * size.height / 1e6


class Request(Record):
    """Base of what an engine is asked for: all that one item needs, and nothing else.

    Files come as ``StoredFile``, so that a request's JSON holds digests and never a path.
    """

    model_config = ConfigDict(defer_build=True)  # until one is made

    @property
    def extent(self) -> Mapping[str, JsonValue]:
        """What of it tells how much work it is, by name: its size, its frames, its samples."""
        said = {name: getattr(self, name) for name in _EXTENTS if hasattr(self, name)}
        return {name: str(value) if name == "size" else value for name, value in said.items()}

    @property
    def work(self) -> float:
        """How much work it is, in a unit of its kind; what it has none of counts as 1.

        Of pictures that is frames times megapixels, of sound its seconds.
        """
        size, samples = getattr(self, "size", None), getattr(self, "samples", SAMPLE_RATE)
        megapixels = 1.0 if size is None else frame_work(size)
        seconds = max(samples / SAMPLE_RATE, _SHORTEST_S)
        return float(max(getattr(self, "frames", 1), 1) * megapixels * seconds)


_EXTENTS = ("size", "frames", "samples")

_A_FRAME = 0.15
"""What a frame costs however small it is, in megapixels of a larger one: the camera engine took 8
ms for one of 320x180, and 41 ms for one of 1280x720."""

_SHORTEST_S = 0.01


@dataclass(frozen=True)
class DeviceUse:
    """How much of the device that models run on was used so far.

    Attributes:
        held_s: For how many seconds it was held.
        loading_s: In how many of those models and workers were loaded.
    """

    held_s: float = 0.0
    loading_s: float = 0.0


@dataclass(frozen=True)
class MadeFile:
    """A finished file in the folder that the engine was given."""

    path: Path
    media_type: str


@dataclass(frozen=True)
class Made:
    """One request's result: its named files, and what is worth knowing about their making."""

    outputs: Mapping[str, MadeFile]
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Examined:
    """What was found in a finished file: measured facts, and small files that show it to people."""

    facts: MediaFacts
    previews: Mapping[str, MadeFile] = field(default_factory=dict)


SettingsT = TypeVar("SettingsT", bound=EngineSettings)
RequestT = TypeVar("RequestT", bound=Request)


class Engine(ABC, Generic[RequestT, SettingsT]):
    """Makes the items of one kind.

    A subclass names itself, raises ``version`` whenever the bytes it makes change, and lists in
    ``unused_fields`` the request fields that cannot change its result (a seed that it does not
    use, a prompt that it does not read), so that editing them makes nothing again.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    settings_model: ClassVar[type[Any]]
    unused_fields: frozenset[str] = frozenset()
    starts_each_time: ClassVar[bool] = False
    """Whether it starts anew whenever it is asked, and not once a process."""

    at_once: bool = False
    """Whether several items may be made at the same time, in threads of one process.

    Each is then asked for in a call of its own. Nothing that two of them could disturb may be kept
    on the engine, or in its module."""

    usual_pace: ClassVar[float | None] = None
    """Seconds a unit of work on the processor, before any was measured; None: nobody knows.

    What the engines built in say of that was measured on two cores of an AMD EPYC.
    """

    usual_start_s: ClassVar[float] = 0.0
    """Seconds that it takes to start, likewise; 0: nobody knows, or next to nothing."""

    usual_bytes: ClassVar[float | None] = None
    """Bytes that a result takes, a unit of work, likewise."""

    def __init__(self, settings: SettingsT) -> None:
        self.settings = settings

    def identity(self) -> EngineIdentity:
        """Return all that, beside the request, decides what this engine makes."""
        return self.introduction()

    def introduction(self) -> EngineIdentity:
        """Return who this is, without looking for a model: it may have had nothing to make."""
        return EngineIdentity(
            name=self.name, version=self.version, settings=self.settings.model_dump(mode="json")
        )

    @property
    def device(self) -> str:
        """What it works on: the name of a device's preset, or the processor.

        Raises:
            GpuPresetError, NoDeviceError: As ``Gpu.preset`` says.
        """
        return PROCESSOR

    def device_use(self) -> DeviceUse:
        """Return how much of the device was used so far, by all who share its facilities."""
        return DeviceUse()

    @property
    def holds_device(self) -> bool:
        """Whether it holds the device that models run on while it works."""
        return False

    def work_of(self, request: RequestT) -> float:
        """Return how much work a request is: its seconds grow with it, whatever its unit is."""
        return request.work

    def estimate(self, request: RequestT) -> float | None:
        """Return how many seconds a request takes on the engine's device, before one was measured.

        None: nobody knows. What it does but once is not in it; see `estimated_start`.
        """
        return None if self.usual_pace is None else self.usual_pace * self.work_of(request)

    def estimated_bytes(self, request: RequestT) -> int | None:
        """Return how many bytes a result takes, before one was measured; None: nobody knows."""
        return None if self.usual_bytes is None else round(self.usual_bytes * self.work_of(request))

    def estimated_start(self) -> float:
        """Return how many seconds starting takes, before it was measured: 0 where nobody knows."""
        return self.usual_start_s

    def with_settings(self, settings: Mapping[str, JsonValue]) -> Self:
        """Return this engine with some settings otherwise.

        Args:
            settings: Those, by name.

        Raises:
            EngineInputError: It does not take them.
        """
        return self._with(self._changed(settings))

    def _with(self, settings: SettingsT) -> Self:
        """Return this engine with other settings."""
        return type(self)(settings)

    def _changed(self, settings: Mapping[str, JsonValue]) -> SettingsT:
        said = {name: getattr(self.settings, name) for name in self.settings.model_fields_set}
        try:
            changed: SettingsT = self.settings_model.model_validate({**said, **settings})
        except ValidationError as error:
            raise EngineInputError(
                f"{self.name} does not take these settings: {reasons(error)}. What it takes: "
                f"`sparkle engines settings {self.name}`."
            ) from error
        return changed

    def check(self, request: RequestT) -> None:
        """Make sure that a request can be fulfilled, as far as that is known beforehand.

        The production loop asks this of all requests before the first one is made.

        Raises:
            EngineInputError: It cannot be fulfilled as it is written.
        """

    @abstractmethod
    def make(self, requests: Sequence[RequestT], folder: Path) -> Generator[Made]:
        """Make one result a request, in order, each yielded the moment it is complete.

        The caller may close the iterator between two results, or be killed at any moment: an
        engine keeps nothing that matters outside its yielded files, and ends what it started
        (child processes, device memory) when it is closed.

        Args:
            requests: What to make.
            folder: An empty folder of this call's own. Files yielded from it may be moved away.

        Raises:
            EngineInputError: A request cannot be fulfilled as it is written.
            EngineError: Making failed.
        """

    def unload(self) -> None:
        """Free what was loaded into memory; what is needed again is loaded again.

        It is called once all items are made that were asked for together, or an error ended that:
        the stages that follow need the memory.
        """

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Measure one of this engine's files, once, when it has been made.

        That may be in another thread than the one in which it was.

        Args:
            output: A file that `make` yielded.
            folder: Where previews may be written.

        Raises:
            ProbeError: The file is not what its media type says.
        """
        return Examined(probe(output.path, output.media_type))
