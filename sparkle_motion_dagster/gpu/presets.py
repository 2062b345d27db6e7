"""Device presets: what devices there are, and how models run on them (``configs/gpu.yaml``)."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, JsonValue, ValidationError

from sparkle_motion_dagster.errors import reasons
from sparkle_motion_dagster.gpu.errors import GpuPresetError, NoDeviceError
from sparkle_motion_dagster.gpu.memory import GIB
from sparkle_motion_dagster.gpu.nvml import DeviceInfo
from sparkle_motion_dagster.plan.reading.yaml_values import YAMLError, yaml_value
from sparkle_motion_dagster.units import Record

DeviceKind = Literal["cuda", "cpu"]

Precision = Literal["float32", "float16", "bfloat16"]
"""What a model computes in."""

Offload = Literal["none", "model", "group"]
"""Where weights wait: on the device; whole parts, or groups of layers, in the machine's memory."""

_UNDERSTATED = 1.03
"""By how much a device of the right kind may show less memory than its preset says: what the
driver keeps for itself differs by a few hundred MiB."""


class EnginePreset(Record):
    """How one engine's model runs on a device.

    Attributes:
        precision: What it computes in.
        offload: Where its weights wait.
        attention: The attention backend, as diffusers' `set_attention_backend` calls it.
        vae_tiling: Whether pictures are decoded in tiles, which needs less memory.
    """

    precision: Precision
    offload: Offload = "none"
    attention: str = "native"
    vae_tiling: bool = False

    def changing_the_result(self) -> dict[str, JsonValue]:
        """Return the settings that change what comes out, by name."""
        return self.model_dump(mode="json", exclude={"offload"})


class DevicePreset(Record):
    """A kind of device.

    Attributes:
        device: "cuda" or "cpu".
        memory_gib: The memory that the device has, in GiB (2^30 bytes); None: the machine's.
        budget: Share of it that models which are kept warm may fill.
        warm_s: How long a model is kept after its last use, in seconds.
        step_timeout_s: How long a step of a model may take, in seconds, before it counts as
            hanging, and its process ends; None: for ever.
        engines: How engines run on it that do not run as they usually do, by name.
    """

    name: str
    device: DeviceKind
    memory_gib: float | None = Field(default=None, gt=0)
    budget: float = Field(default=0.9, gt=0, le=1)
    warm_s: float = Field(default=900, ge=0)
    step_timeout_s: float | None = Field(default=1800, gt=0)
    engines: dict[str, EnginePreset] = Field(default={})

    def fits(self, total_bytes: int) -> bool:
        """Tell whether a device with so much memory is of the preset's kind, or larger."""
        return self.memory_gib is None or self.memory_gib <= total_bytes / GIB * _UNDERSTATED


def load_presets(path: Path) -> dict[str, DevicePreset]:
    """Return all presets of a file, by name.

    Raises:
        GpuPresetError: The file cannot be read, or is not what it should be.
    """
    try:
        content = yaml_value(path.read_text(encoding="utf-8"))
        return {name: DevicePreset(name=name, **preset) for name, preset in content.items()}
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise GpuPresetError(f"The device presets {path} cannot be read: {error}") from error
    except (AttributeError, TypeError) as error:
        raise GpuPresetError(f"{path} must hold presets by name, with settings.") from error
    except ValidationError as error:
        raise GpuPresetError(f"A device preset in {path} is wrong: {reasons(error)}.") from error


def preset_named(presets: Mapping[str, DevicePreset], name: str) -> DevicePreset:
    """Return a preset, whatever the case its name is written in.

    Raises:
        GpuPresetError: There is none of that name.
    """
    known = {known.lower(): preset for known, preset in presets.items()}
    if name.lower() not in known:
        raise GpuPresetError(
            f"There is no device preset {name!r}. Known: {', '.join(sorted(presets))}; auto "
            "chooses one of them by the machine's GPU."
        )
    return known[name.lower()]


def preset_for(presets: Mapping[str, DevicePreset], devices: Sequence[DeviceInfo]) -> DevicePreset:
    """Return the preset that suits a machine's GPUs.

    That which is named like the device; else the largest that fits its memory, and of equally
    large ones the one that is named most alike. Where GPUs differ, the smallest one counts: any of
    them may be the first that is free.

    Raises:
        NoDeviceError: The machine has no GPU, or one that is too small for all presets.
    """
    names = ", ".join(sorted(presets))
    if not devices:
        raise NoDeviceError(
            "This machine shows no NVIDIA GPU, so no device preset can be chosen for it. Name one "
            f"(the gpu resource's preset; cpu is for tests with tiny models): {names}."
        )
    device = min(devices, key=lambda device: device.total_bytes)
    fitting = [
        preset
        for preset in presets.values()
        if preset.memory_gib is not None and preset.fits(device.total_bytes)
    ]
    if not fitting:
        raise NoDeviceError(
            f"{device.name} has {device.total_bytes / GIB:.0f} GiB of memory, which is less than "
            "any device preset is made for. Name one all the same (the gpu resource's preset): "
            f"{names}."
        )
    return max(fitting, key=lambda preset: _suits(preset, device.name))


def _suits(preset: DevicePreset, device: str) -> tuple[bool, float, int]:
    """Return how well a preset suits a device; the greatest suits best."""
    plain = re.sub(r"[^a-z0-9]", "", device.lower())
    parts = preset.name.lower().split("-")
    alike = sum(part in plain for part in parts)
    return alike == len(parts), preset.memory_gib or 0.0, alike
