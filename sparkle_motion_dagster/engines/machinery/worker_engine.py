"""Engines whose model lives in a process of its own, in an environment that holds what it needs."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineSettings, Request
from sparkle_motion_dagster.engines.declaration import WorkerProgram
from sparkle_motion_dagster.engines.machinery.equipped import EquippedEngine
from sparkle_motion_dagster.engines.machinery.workers import WorkerOrder, WorkerResult

RequestT = TypeVar("RequestT", bound=Request)
SettingsT = TypeVar("SettingsT", bound=EngineSettings)


class WorkerEngine(EquippedEngine[RequestT, SettingsT]):
    """An engine whose model lives in a worker: one process, and one loading, a call of `make`.

    The device is held by this process for as long as the worker works.
    """

    program: ClassVar[WorkerProgram]

    def worked(
        self,
        settings: Mapping[str, JsonValue],
        requests: Sequence[Mapping[str, JsonValue]],
        folder: Path,
    ) -> Generator[WorkerResult]:
        """Yield what the worker makes of requests; see `WorkerLauncher.run`.

        Args:
            settings: The engine's settings, as its program wants them.
            requests: The requests, as its program wants them.
            folder: A folder of its own, for what the worker makes.
        """
        with self.facilities.gpu.worker_context() as device:
            order = WorkerOrder(settings, requests, device, folder)
            yield from self.facilities.launcher.run(self.program, order, self.facilities.steps)
