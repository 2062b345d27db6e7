"""A program whose model makes steps, and hangs or does not: ``hanging_model.py MODE PATIENCE_S``.

``slow``: each step is short, all of them together are long. ``hang``: after two steps one does not
come back, in a thread that the main one waits for, as an engine's does. ``freeze``: the same, and
no other thread of Python's gets on, because the call keeps the global lock. It prints what its
device tells.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Generator

from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.prefetch import Prefetch, prefetched
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.events import GpuEvent, StallEvent
from sparkle_motion_dagster.gpu.presets import DevicePreset

STEP_S = 0.02


def heard(event: GpuEvent) -> None:
    if isinstance(event, StallEvent):
        print(event.message, flush=True)


def working(facilities: Facilities, mode: str, seconds: float) -> Generator[str]:
    with facilities.gpu.model_context("wan", lambda device: device) as loaded:
        yield "loaded"
        with loaded.inference("footage 1 of 3"):
            began, step = time.monotonic(), 0
            while time.monotonic() - began < seconds:
                if mode == "hang" and step == 2:
                    threading.Event().wait()
                if mode == "freeze" and step == 2:
                    ctypes.PyDLL(None).pause()
                threading.Event().wait(STEP_S)  # it is slow
                step += 1
                facilities.steps.done(step, 30, "footage 1 of 3")
        yield "made"


def main(mode: str, patience_s: float) -> None:
    preset = DevicePreset(name="tiny", device="cpu", step_timeout_s=patience_s)
    facilities = Facilities(Gpu(preset, listener=heard))

    def make(_: Prefetch) -> Generator[str]:
        return working(facilities, mode, 2 * patience_s)

    for made in prefetched(make):
        print(made, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
