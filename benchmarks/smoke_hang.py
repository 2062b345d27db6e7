"""A model whose call hangs on its device: ``python -m benchmarks.smoke_hang PRESET PATIENCE_S``.

On a GPU a kernel spins; on the CPU a lock is waited for that nobody opens.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.devices import device_preset

SPINS_S = 50
"""For how long the kernel spins on a GPU of 2 GHz, in seconds; longer on a slower one."""

_CYCLES = SPINS_S * 2 * 10**9


def main(preset: str, patience_s: float) -> None:
    """Hang, and be ended by the watchdog."""
    how = device_preset(preset).model_copy(update={"step_timeout_s": patience_s})
    gpu = Gpu(how)
    with (
        gpu.model_context("a model that hangs", _begin) as loaded,
        loaded.inference("what never ends"),
    ):
        gpu.stepped(1, 2, "what never ends")
        if loaded.device == "cpu":
            threading.Event().wait()
        loaded.model.cuda._sleep(_CYCLES)  # noqa: SLF001 - torch's own kernel that spins
        loaded.model.cuda.synchronize()


def _begin(device: str) -> Any:
    """Return torch, which has begun to work on a device: that takes seconds, and is no hanging."""
    import torch

    torch.ones(1, device=device)
    return torch


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
