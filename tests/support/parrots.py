"""Parrots: workers of the tests' own, and the films that they speak for.

Run as a program (``python parrots.py ROOT ENVIRONMENTS SAYING ...``), this file is a run that a
test can end as it likes: each SAYING is "words" or "words:deed".
"""

import sys
import warnings
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import dagster as dg
import pytest
from filelock import FileLock

from devices import on_cpu
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.engines.declaration import WorkerProgram
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.equipped import WorkerEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.installing import install
from sparkle_motion_dagster.gpu.devices import devices_of
from sparkle_motion_dagster.gpu.lock import is_held, locks_folder
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.halting import WatchedSteps
from sparkle_motion_dagster.production.loop import Item, Produced, produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.workers import PipesLauncher
from sparkle_motion_dagster.runs.migrations import read_migrations_once

T = TypeVar("T")

PACKAGES = "dagster-pipes==1.13.27\n"
PARROT = WorkerProgram(
    "parrot", Path(__file__).with_name("parrot_worker.py"), Path("a list of the test's own")
)


class ParrotSettings(EngineSettings):
    greeting: str = ""


class Saying(Request):
    """Words, and what the parrot does before it has said them; that changes nothing of them."""

    say: str
    deeds: tuple[str, ...] = ()


class ParrotEngine(WorkerEngine[Saying, ParrotSettings]):
    """Has words repeated."""

    name = "parrot"
    version = 1
    settings_model = ParrotSettings
    program = PARROT
    unused_fields = frozenset({"deeds"})

    def model(self) -> tuple[str, str]:
        return "grey parrot", "1"

    def make(self, requests: Sequence[Saying], folder: Path) -> Generator[Made]:
        asked = [request.model_dump(mode="json") for request in requests]
        with closing(self.worked(self.settings.model_dump(), asked, folder)) as results:
            for result in results:
                words = MadeFile(result.files["words"], "application/json")
                yield Made({"words": words}, result.facts)


def said(text: str, *deeds: str) -> Saying:
    return Saying(say=text, deeds=deeds)


def parrot_environments(factory: pytest.TempPathFactory, worker_id: str) -> Environments:
    """Return where the parrot's environment is, made by real uv once for all test processes."""
    base = factory.getbasetemp()
    root = (base if worker_id == "master" else base.parent) / "parrots"
    environments = Environments(root / "environments", root / "lists")
    with FileLock(root.with_suffix(".lock")):
        (root / "lists").mkdir(parents=True, exist_ok=True)
        # It wants other pipes than ours, and a package that nobody has.
        demanding = feather(root, "1.0", ["no-such-bird==9", "dagster-pipes<1"]).as_uri()
        (root / "lists" / "parrot.txt").write_text(
            f"{PACKAGES}feather @ {demanding}\nno-such-bird ; python_version < '0'\n"
        )
        if environments.of(PARROT).record() is None:
            install(environments.of(PARROT))
    return environments


def feather(folder: Path, version: str, needs: Sequence[str] = ()) -> Path:
    """Write the wheel of a package that needs others, and holds nothing."""
    wheel = folder / f"feather-{version}-py3-none-any.whl"
    about = f"Metadata-Version: 2.1\nName: feather\nVersion: {version}\n"
    about += "".join(f"Requires-Dist: {need}\n" for need in needs)
    parts = {
        "feather.py": "",
        f"feather-{version}.dist-info/METADATA": about,
        f"feather-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
        f"feather-{version}.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return wheel


def is_device_held() -> bool:
    """Tell whether a living process holds the device that parrots work on."""
    [cpu] = devices_of("cpu", locks_folder())
    return is_held(cpu)


def _ephemeral() -> dg.DagsterInstance:
    read_migrations_once()
    return dg.DagsterInstance.ephemeral()


@dataclass
class Cage:
    """A film's home, and runs in which parrots speak for it."""

    root: Path
    environments: Environments
    instance: dg.DagsterInstance = field(default_factory=_ephemeral)
    grace_s: float = 5.0

    def __post_init__(self) -> None:
        self.bench = Workbench(SparkleHome(self.root))
        self.folder = self.bench.run_folder("film")
        self.progress = Progress(self.folder, "speech")

    def in_a_run(self, work: Callable[[Facilities], T]) -> T:
        """Do something in an asset of a run, and return what it returned, or raise what it raised.

        The asset looks as our stages do: it yields a check's result and an output.
        """
        done: list[T] = []

        @dg.asset(check_specs=[dg.AssetCheckSpec("well", asset="speech")])
        def speech(
            context: dg.AssetExecutionContext,
        ) -> Iterator[dg.AssetCheckResult | dg.Output[int]]:
            control = RunControl(self.folder)
            steps = WatchedSteps(self.progress, control)
            launcher = PipesLauncher(context, self.environments, self.grace_s)
            done.append(work(Facilities(on_cpu().gpu, steps, launcher)))
            yield dg.AssetCheckResult(passed=True)
            yield dg.Output(1)

        with warnings.catch_warnings():
            # Our own code location silences these; what is ours to avoid must not arise at all.
            warnings.simplefilter("error", dg.PreviewWarning)
            assert dg.materialize([speech], instance=self.instance).success
        return done[0]

    def say(self, *sayings: Saying, greeting: str = "") -> tuple[Produced, ...]:
        """Have words made by the production loop, as `item_1` and so on."""
        items = [Item(f"item_{i}", saying) for i, saying in enumerate(sayings, start=1)]

        def work(facilities: Facilities) -> tuple[Produced, ...]:
            engine = ParrotEngine(ParrotSettings(greeting=greeting), facilities)
            return produce(engine, items, self.bench, self.progress, RunControl(self.folder))

        with self.folder.held("a-run"):
            return self.in_a_run(work)

    def asleep(self) -> list[int]:
        """Return the processes of a parrot that sleeps over `item_2`; none before it does."""
        report = self.folder.state.read().progress
        # It sleeps after its first step, of which the run must have heard.
        if report is None or (report.item, report.step) != ("item_2", 1):
            return []
        notes = list(self.bench.home.work.glob("*/asleep"))
        return [int(pid) for note in notes for pid in note.read_text().split()]

    def kept(self) -> int:
        """Return how many items the store knows."""
        return len(list(self.bench.actions.paths()))


def _main(root: str, environments: str, *sayings: str) -> None:
    lists = Path(environments).parent / "lists"
    cage = Cage(Path(root), Environments(Path(environments), lists), grace_s=0.2)
    cage.say(*(said(*saying.split(":")) for saying in sayings))


if __name__ == "__main__":
    _main(*sys.argv[1:])
