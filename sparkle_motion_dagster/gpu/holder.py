"""Who holds a device, in words."""

import os
from typing import Literal

from pydantic import AwareDatetime

from sparkle_motion_dagster.units import Record

Doing = Literal["preparing", "loading", "working", "worker"]
"""What a device is held for: taking it over, a model that loads, one that works, a worker."""


class GpuHolder(Record):
    """Who holds a device, and what for.

    Attributes:
        pid: The process.
        run_id: The film that it works for, if it does.
        stage: The stage of it.
        since: When it took the device.
        doing: What it does with it.
        model: The key of the model that it loads or works with.
    """

    pid: int
    run_id: str | None
    stage: str | None
    since: AwareDatetime
    doing: Doing = "preparing"
    model: str | None = None

    def __str__(self) -> str:
        purpose = [f"run {self.run_id}"] if self.run_id else []
        purpose += [f"stage {self.stage}"] if self.stage else []
        purpose += [f"{self.doing} {self.model}" if self.model else self.doing]
        who = f"process {self.pid}" + (" (this one)" if self.pid == os.getpid() else "")
        return f"{who}, {', '.join(purpose)}, since {self.since:%Y-%m-%d %H:%M:%S} UTC"
