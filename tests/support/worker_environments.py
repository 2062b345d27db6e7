"""Environments for workers that are made in no time, and a launcher for tests outside of a run."""

import os
import queue
import sysconfig
import threading
import venv
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from devices import on_cpu
from sparkle_motion_dagster.engines.declaration import WorkerProgram
from sparkle_motion_dagster.engines.machinery.environments import (
    Condition,
    Environment,
    EnvironmentRecord,
    Environments,
    python_version,
)
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.installing import install
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.machinery.workers import (
    WorkerLauncher,
    WorkerOrder,
    WorkerResult,
)
from sparkle_motion_dagster.engines.registry import declared

STAND_INS = Path(__file__).with_name("stand_ins")
"""Packages of the tests' own that stand in for engines'."""


def program_of(engine: str) -> WorkerProgram:
    """Return the program of an engine that works in an environment of its own."""
    program = declared(engine).program
    assert program is not None
    return program


def furnish(environment: Environment, packages: Iterable[Path]) -> None:
    """Make an environment without uv: it finds some folders' packages, then this Python's own."""
    venv.create(environment.folder, symlinks=True, clear=True)
    places = [*map(str, packages), sysconfig.get_path("purelib")]
    site = environment.folder / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    (site / "stand_ins.pth").write_text("\n".join(places), encoding="utf-8")
    record = EnvironmentRecord(digest=environment.digest(), python=python_version(), versions={})
    (environment.folder / "environment.json").write_text(record.model_dump_json())


class RunLauncher(WorkerLauncher):
    """Starts each worker in a run of its own, in a thread: the caller need not be in a run.

    Dagster is imported then: processes that only speak, or move mouths, have no use for it.
    """

    def __init__(self, environments: Environments) -> None:
        self._environments = environments

    def run(
        self, program: WorkerProgram, order: WorkerOrder, steps: Steps
    ) -> Generator[WorkerResult]:
        import dagster as dg

        from sparkle_motion_dagster.resources.workers import PipesLauncher

        results: queue.Queue[WorkerResult | BaseException | None] = queue.Queue()
        wanted: queue.Queue[bool] = queue.Queue()

        @dg.asset
        def worked(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
            launcher = PipesLauncher(context, self._environments)
            with closing(launcher.run(program, order, steps)) as made:
                while wanted.get():
                    try:
                        results.put(next(made, None))
                    except BaseException as error:  # noqa: BLE001 - raised again by the caller
                        results.put(error)
            yield dg.Output(None)

        run = threading.Thread(target=lambda: dg.materialize([worked]))
        run.start()
        try:
            while True:
                wanted.put(True)  # noqa: FBT003
                result = results.get()
                if isinstance(result, BaseException):
                    raise result
                if result is None:
                    return
                yield result
        finally:
            wanted.put(False)  # noqa: FBT003
            run.join()


def with_workers(environments: Environments, steps: Steps | None = None) -> Facilities:
    """Return the facilities of an engine whose workers run in some environments, on the CPU."""
    return Facilities(on_cpu().gpu, steps or Steps(), RunLauncher(environments))


def furnished(root: Path, name: str, packages: Sequence[Path]) -> Environments:
    """Return environments, of which an engine's is furnished with some folders' packages."""
    environments = Environments(root)
    furnish(environments.of(program_of(name)), packages)
    return environments


def installed(name: str, scratch: Path) -> Environments:
    """Return environments, of which an engine's real one is made.

    In ``$SPARKLE_TEST_ENVIRONMENTS`` it stays, and is made once; else it is made in a scratch
    folder.
    """
    root = os.environ.get("SPARKLE_TEST_ENVIRONMENTS", scratch)
    environments = Environments(Path(root).resolve())
    environment = environments.of(program_of(name))
    if environment.condition() is not Condition.READY:
        install(environment)
    return environments
