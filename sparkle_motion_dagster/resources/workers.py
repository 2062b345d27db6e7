"""Starting workers through Dagster Pipes: what they say goes into the run's event log."""

import contextlib
import json
import shlex
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.pipes.context import PipesMessageHandler
from dagster_pipes import PipesDefaultMessageWriter, PipesParams

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.declaration import WorkerProgram
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.machinery.workers import (
    WorkerError,
    WorkerLauncher,
    WorkerOrder,
    WorkerResult,
    worker_variables,
)
from sparkle_motion_dagster.resources.worker_process import Worker, started

_LOOK_S = 0.05
"""How often messages are looked for, in seconds."""

_ASK_S = 0.5
"""How often it is asked whether to go on, in seconds."""


class PipesLauncher(WorkerLauncher):
    """Starts workers for one step of a run.

    Args:
        context: The step's.
        environments: Where workers' environments are.
        grace_s: How long a worker may take to end when it is asked to, in seconds.
    """

    def __init__(
        self, context: dg.AssetExecutionContext, environments: Environments, grace_s: float = 5.0
    ) -> None:
        self._context = context
        self._environments = environments
        self._grace_s = grace_s

    def run(
        self, program: WorkerProgram, order: WorkerOrder, steps: Steps
    ) -> Generator[WorkerResult]:
        """Yield a worker's results; see ``WorkerLauncher.run``."""
        python = self._environments.of(program).ready_python()
        # In the job's own folder: where this process is killed, it is removed with that.
        with tempfile.TemporaryDirectory(prefix=".worker-", dir=order.folder) as scratch:
            file = Path(scratch) / "order.json"
            file.write_text(order.as_json(), encoding="utf-8")
            messages = _Messages(Path(scratch) / "messages")
            with (
                dg.open_pipes_session(
                    context=self._context,
                    context_injector=dg.PipesFileContextInjector(str(Path(scratch) / "context")),
                    message_reader=messages,
                    extras={"order": str(file)},
                ) as session,
                started(
                    program.command(python),
                    {
                        **worker_variables(program, Path(scratch)),
                        **session.get_bootstrap_env_vars(),
                    },
                    Path(scratch) / "output",
                    self._grace_s,
                ) as worker,
            ):
                self._context.log.info(
                    "The worker of %s is process %d. What it prints while it works: tail -f %s",
                    program.environment,
                    worker.process.pid,
                    shlex.quote(str(worker.output)),
                )
                yield from _Session(self._context, program, order, steps, worker, messages).watch()


class _Messages(dg.PipesMessageReader):
    """Reads what a worker says from a file, whenever it is asked to.

    What Dagster understands (log lines) is handed to Dagster; our own messages are returned.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handler: PipesMessageHandler | None = None
        self._read = 0

    @property
    def expected_writer_count(self) -> int:
        """One worker; not inherited, because Dagster warns of its own."""
        return 1

    @contextlib.contextmanager
    def read_messages(self, handler: PipesMessageHandler) -> Iterator[PipesParams]:
        self._handler = handler
        self._path.touch()
        try:
            yield {PipesDefaultMessageWriter.FILE_PATH_KEY: str(self._path)}
        finally:
            # A worker that was ended early still says that it closes; Dagster warns where it hears
            # nothing of that.
            for _ in self.new():
                pass

    def no_messages_debug_text(self) -> str:
        return "Attempted to read messages from a local temporary file."

    def new(self) -> Iterator[Mapping[str, Any]]:
        """Yield our own messages that have come since the last time; a half line waits."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            lines = file.read()
        for line in lines[: lines.rfind(b"\n") + 1].splitlines(keepends=True):
            self._read += len(line)
            message = json.loads(line)
            if message["method"] == "report_custom_message":
                yield message["params"]["payload"]
            elif self._handler is not None:
                self._handler.handle_message(message)


@dataclass
class _Session:
    """Hears a worker out until it has ended."""

    context: dg.AssetExecutionContext
    program: WorkerProgram
    order: WorkerOrder
    steps: Steps
    worker: Worker
    messages: _Messages
    doing: str = "the start"
    finished: int = 0
    failure: Mapping[str, Any] | None = field(default=None)

    def watch(self) -> Generator[WorkerResult]:
        """Yield results as they come.

        Raises:
            EngineInputError: The worker refused a request.
            WorkerError: It failed, or ended before everything was made.
            SparkleError: Whoever hears the steps wants to halt.
        """
        asked = time.monotonic()
        while True:
            ended = self.worker.process.poll() is not None
            for message in self.messages.new():
                if (result := self._heard(message)) is not None:
                    yield result
            if ended:
                break
            if time.monotonic() - asked > _ASK_S:
                self.steps.waiting(self.doing)
                asked = time.monotonic()
            time.sleep(_LOOK_S)
        self._conclude()

    def _heard(self, message: Mapping[str, Any]) -> WorkerResult | None:
        match message["kind"]:
            case "begun":
                self.doing = message["what"]
                self.steps.begun()
            case "step":
                self.steps.done(message["step"], message["of"], message["doing"])
            case "metrics":
                self._show(message["measured"])
            case "failed":
                self.failure = message
            case "finished":
                return self._result(message)
        return None

    def _result(self, message: Mapping[str, Any]) -> WorkerResult:
        if message["index"] != self.finished:
            raise WorkerError(
                f"The worker of {self.program.environment} finished request {message['index']} "
                f"when {self.finished} was due. That is a mistake in {self.program.path.name}."
            )
        files = {name: Path(path) for name, path in message["files"].items()}
        folder = self.order.folder.resolve()
        if elsewhere := [
            str(path) for path in files.values() if not path.resolve().is_relative_to(folder)
        ]:
            raise WorkerError(
                f"The worker of {self.program.environment} hands over {' and '.join(elsewhere)}, "
                f"not in its folder {folder}. That is a mistake in {self.program.path.name}."
            )
        if missing := [str(path) for path in files.values() if not path.is_file()]:
            raise WorkerError(
                f"The worker of {self.program.environment} says that it finished {self.doing}, "
                f"but did not write {' and '.join(missing)}."
            )
        self.finished += 1
        return WorkerResult(files, message["facts"])

    def _show(self, measured: Mapping[str, Any]) -> None:
        """Show figures on the asset's page, before the asset is there."""
        self.context.log_event(
            dg.AssetObservation(
                asset_key=self.context.asset_key,
                partition=self.context.partition_key if self.context.has_partition_key else None,
                description=f"measured by the worker of {self.program.environment}",
                metadata=dict(measured),
            )
        )

    def _conclude(self) -> None:
        """Make sure that a worker that has ended has done everything."""
        name, wanted = self.program.environment, len(self.order.requests)
        if self.failure is not None:
            self._fail(self.failure)
        if self.worker.process.returncode == 0:
            if self.finished != wanted:
                raise WorkerError(
                    f"The worker of {name} ended when {self.finished} of {wanted} were made."
                    f"{self._last_output()}"
                )
            return
        if self.finished == wanted:
            # Libraries of devices crash when they are unloaded; nothing is lost by that.
            self.context.log.warning(
                "The worker of %s %s after it had made everything.%s",
                name,
                self.worker.how_it_ended(),
                self._last_output(),
            )
            return
        raise WorkerError(
            f"The worker of {name} {self.worker.how_it_ended()} at {self.doing}. {self._kept()}"
            f"{self._last_output()}"
        )

    def _fail(self, failure: Mapping[str, Any]) -> None:
        name, text = self.program.environment, failure["text"].strip().rstrip(".")
        if failure["family"] == "request":
            raise EngineInputError(f"{name} cannot make {self.doing}: {text}.")
        reason = (
            "The device's memory is too small for it, or others use it too"
            if failure["family"] == "memory"
            else failure["error"]
        )
        raise WorkerError(
            f"The worker of {name} failed at {self.doing}. {reason}: {text}. "
            f"{self._kept()}\n{failure['traceback']}"
        )

    def _kept(self) -> str:
        return f"What it had finished before ({self.finished}) is kept."

    def _last_output(self) -> str:
        words = self.worker.last_output()
        return f"\nIts last words:\n{words}" if words else ""
