"""One part of the smoke test, in this process: ``python -m benchmarks.smoke_part PART FOLDER``.

What it sees is noted in a file in the folder as it sees it, and printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from benchmarks.smoke_record import FINDINGS, SKIPPED, Finding
from benchmarks.smoke_scale import FULL, TINY, Smoke
from sparkle_motion_dagster.engines.base import NotReadyError
from sparkle_motion_dagster.gpu.devices import device_preset
from sparkle_motion_dagster.gpu.errors import GpuPresetError, NoDeviceError
from sparkle_motion_dagster.gpu.libraries import tell_libraries

Part = Callable[[Smoke], Iterator[Finding]]

_PARTS: Mapping[str, str] = {
    "device": "benchmarks.smoke_device:device",
    "watchdog": "benchmarks.smoke_device:watchdog",
    "sdxl": "benchmarks.smoke_images:sdxl",
    "overlap": "benchmarks.smoke_images:overlap",
    "wan-1.3b": "benchmarks.smoke_clips:vace",
    "wan-14b": "benchmarks.smoke_clips:flf2v",
    "memory": "benchmarks.smoke_memory:memory",
    "chatterbox": "benchmarks.smoke_workers:chatterbox",
}
"""Where the parts are; what one imports is no concern of the others."""


def main(arguments: Sequence[str]) -> int:
    """Run a part; return 0 when it has looked at everything, `SKIPPED` where it cannot run here."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.smoke_part", description=__doc__)
    parser.add_argument("part", choices=_PARTS)
    parser.add_argument("folder", type=Path, help="where files of it may lie")
    parser.add_argument("--preset", default="cpu", help="a device preset of configs/gpu.yaml")
    parser.add_argument("--keep", type=Path, help="a folder where checkpoints stay")
    parser.add_argument("--tiny", action="store_true", help="tiny models")
    asked = parser.parse_args(arguments)
    try:
        preset = device_preset(asked.preset)
    except (NoDeviceError, GpuPresetError) as error:
        print(error, file=sys.stderr)
        return SKIPPED
    if preset.device == "cpu" and not asked.tiny:
        print("Models of true shape need a CUDA GPU; --tiny runs on the CPU.", file=sys.stderr)
        return SKIPPED
    smoke = Smoke(preset, TINY if asked.tiny else FULL, asked.folder, asked.keep)
    tell_libraries()  # before anything imports torch
    module, _, name = _PARTS[asked.part].partition(":")
    part: Part = getattr(import_module(module), name)
    try:
        with (asked.folder / FINDINGS).open("a", encoding="utf-8") as file:
            for finding in part(smoke):
                print(f"  {finding}", flush=True)
                print(json.dumps(asdict(finding)), file=file, flush=True)
    except NotReadyError as error:
        print(error, file=sys.stderr)
        return SKIPPED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
