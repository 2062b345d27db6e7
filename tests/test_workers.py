"""Workers: real processes in a real environment, started through Dagster Pipes by a real run."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import psutil
import pytest

import forked
from parrots import PARROT, Cage, Saying, is_device_held, parrot_environments, said
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.environments import (
    Environments,
    MissingEnvironmentError,
)
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.machinery.workers import (
    WorkerError,
    WorkerLauncher,
    WorkerOrder,
    WorkerResult,
)
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.errors import WorkerHangsError
from sparkle_motion_dagster.gpu.lock import FOLDER_VARIABLE
from sparkle_motion_dagster.gpu.presets import DevicePreset
from sparkle_motion_dagster.operations.control import ask
from sparkle_motion_dagster.production.halting import HaltedError

PATIENCE_S = 60.0
PARROTS = Path(__file__).parent / "support" / "parrots.py"


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Environments:
    return parrot_environments(tmp_path_factory, worker_id)


@pytest.fixture
def cage(tmp_path: Path, environments: Environments, monkeypatch: pytest.MonkeyPatch) -> Cage:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "locks"))
    return Cage(tmp_path / "home", environments)


def order(folder: Path, *sayings: Saying, greeting: str = "") -> WorkerOrder:
    """Return an order whose files lie in a folder."""
    folder.mkdir()
    asked = [saying.model_dump(mode="json") for saying in sayings]
    return WorkerOrder({"greeting": greeting}, asked, "cpu", folder)


def until(happened: Callable[[], Any]) -> Any:
    """Wait until something is there, and return it."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := happened()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return found


def are_gone(pids: Sequence[int]) -> bool:
    """Tell whether processes have ended; whose parent has not asked how, has ended, too."""
    alive = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    return all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


def end(pids: Sequence[int]) -> None:
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()


def event_log(instance: dg.DagsterInstance) -> list[dg.EventLogEntry]:
    [run] = instance.get_runs()
    return list(instance.all_logs(run.run_id))


def test_results_are_taken_in_order_while_the_worker_goes_on(cage: Cage, tmp_path: Path) -> None:
    def work(facilities: Facilities) -> None:
        asked = order(tmp_path / "made", said("one"), said("two", "wait"), greeting="hi ")
        results = facilities.launcher.run(PARROT, asked, facilities.steps)
        first = next(results)
        pid = first.facts["pid"]
        # It says "two" when "one" has been taken away, and not before.
        assert psutil.pid_exists(int(str(pid)))
        assert first.files["words"].read_text() == '"hi one"'
        first.files["words"].rename(tmp_path / "taken.json")
        second = next(results)
        assert second.files["words"].read_text() == '"hi two"'
        assert next(results, None) is None
        # One process, and one loading.
        assert second.facts == first.facts

    cage.in_a_run(work)


def test_what_it_says_and_measures_is_in_the_runs_event_log(
    tmp_path: Path, environments: Environments
) -> None:
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        Cage(tmp_path / "home", environments, instance).say(said("one", "warn"), said("two"))
        entries = event_log(instance)
    said_so = [entry.user_message for entry in entries]
    assert "the parrot is awake on cpu" in said_so
    assert "seeds: there are 3 left" in said_so
    kinds = [entry.dagster_event_type for entry in entries]
    observed = kinds.index(dg.DagsterEventType.ASSET_OBSERVATION)
    assert observed < kinds.index(dg.DagsterEventType.ASSET_MATERIALIZATION)
    observation = entries[observed].asset_observation
    assert observation is not None
    assert {name: value.value for name, value in observation.metadata.items()} == {
        "said": 2,
        "seconds": 0.25,
    }
    # Nothing that a person would take for trouble.
    assert [entry.user_message for entry in entries if int(entry.level) >= logging.WARNING] == [
        "seeds: there are 3 left"
    ]


def test_what_it_prints_can_be_read_while_it_works(cage: Cage, tmp_path: Path) -> None:
    told = re.compile(r"The worker of parrot is process (\d+)\. .*: tail -f (\S+)")

    def work(facilities: Facilities) -> Path:
        asked = order(tmp_path / "made", said("one", "mutter"), said("two", "wait"))
        results = facilities.launcher.run(PARROT, asked, facilities.steps)
        pid = str(next(results).facts["pid"])
        [found] = filter(
            None, (told.match(entry.user_message) for entry in event_log(cage.instance))
        )
        assert found[1] == pid
        assert Path(found[2]).read_text() == "pieces of eight\n"
        results.close()
        return Path(found[2])

    assert not cage.in_a_run(work).parent.exists()


def test_it_finds_its_environment_and_nothing_of_ours(
    cage: Cage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "leaked.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "leak"))
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")
    secrets = {
        "HF_TOKEN": "hf_secret",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "PGPASSWORD": "secret",
        "PIP_INDEX_URL": "https://me:secret@packages.example/simple",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)

    def work(facilities: Facilities) -> WorkerResult:
        asked = order(tmp_path / "made", said("one", "look around"))
        [result] = facilities.launcher.run(PARROT, asked, facilities.steps)
        return result

    facts: Any = cage.in_a_run(work).facts
    assert facts["finds"] == []
    environment = cage.environments.of(PARROT).folder
    ours = [path for path in facts["path"] if "site-packages" in path]
    assert ours
    assert all(Path(path).is_relative_to(environment) for path in ours)
    assert str(PARROT.path.parent) not in facts["path"]
    assert "VIRTUAL_ENV" not in facts["variables"]
    assert facts["variables"]["CUDA_VISIBLE_DEVICES"] == "3"
    assert facts["variables"]["TOKENIZERS_PARALLELISM"] == "false"
    assert not secrets.keys() & facts["variables"].keys()
    assert facts["folder"] == str(tmp_path / "made")
    # Who reads there finds nothing, and does not wait.
    assert facts["reads"] == ""


@pytest.mark.parametrize(
    ("deed", "error", "told"),
    [
        (
            "raise",
            WorkerError,
            "failed at the words 'two'. RuntimeError: the parrot lost its voice",
        ),
        ("eat too much", WorkerError, "The device's memory is too small .*: no seed is left"),
        ("refuse", EngineInputError, r"cannot make the words 'two': a parrot does not say that\.$"),
        pytest.param(
            "segfault",
            WorkerError,
            "was ended by SIGSEGV at the words 'two'.*\n.*falls off its perch",
            marks=pytest.mark.service,
        ),
        ("kill", WorkerError, "was ended by SIGKILL at the words 'two'"),
        ("leave", WorkerError, "ended when 1 of 3 were made"),
        ("forget", WorkerError, "finished the words 'two', but did not write .*never_written"),
        ("mix up", WorkerError, "finished request 7 when 1 was due"),
        ("steal", WorkerError, "hands over .*parrot_worker.py, not in its folder"),
    ],
)
def test_a_failure_names_its_item_and_keeps_what_was_finished(
    cage: Cage, deed: str, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=f"(?s)^item_2: .*{told}") as failure:
        cage.say(said("one"), said("two", deed), said("three"))
    assert type(failure.value) is error
    assert not is_device_held()
    # Nothing is left of it but what it had finished.
    assert list(cage.bench.home.work.iterdir()) == []
    assert cage.kept() == 1


def test_after_a_failure_only_the_rest_is_made(cage: Cage) -> None:
    with pytest.raises(WorkerError, match="SIGKILL"):
        cage.say(said("one"), said("two", "kill"), said("three"))
    again = cage.say(said("one"), said("two"), said("three"))
    assert [item.made for item in again] == [False, True, True]
    words = [item.files["words"].path.read_text() for item in again]
    assert words == ['"one"', '"two"', '"three"']


def test_an_environment_that_is_not_there_is_no_items_fault(cage: Cage, tmp_path: Path) -> None:
    elsewhere = Environments(tmp_path / "elsewhere", cage.environments.lists)
    with pytest.raises(
        MissingEnvironmentError, match=r"^parrot runs .*sparkle engines install parr"
    ):
        Cage(tmp_path / "home", elsewhere).say(said("one"))
    assert not is_device_held()


@pytest.mark.parametrize(("wish", "deed"), [(Wish.PAUSE, "sleep"), (Wish.STOP, "sleep deeply")])
def test_a_silent_worker_is_ended_when_a_person_wants_to_halt(
    cage: Cage, wish: Wish, deed: str
) -> None:
    cage.grace_s = 0.2
    parrots: list[int] = []
    held: list[bool] = []
    over = threading.Event()

    def person() -> None:
        try:
            parrots.extend(until(cage.asleep))
            held.append(is_device_held())
        finally:
            ask(cage.folder, wish)
        if not over.wait(PATIENCE_S):
            # It was not heard: the test fails, and does not hang.
            end(parrots)

    waiting = threading.Thread(target=person)
    waiting.start()
    with pytest.raises(
        HaltedError, match="before the words 'two' was finished, as asked"
    ) as halted:
        cage.say(said("one"), said("two", deed))
    over.set()
    waiting.join()
    assert halted.value.wish is wish
    assert parrots
    assert are_gone(parrots)
    assert held == [True]
    assert not is_device_held()
    assert cage.kept() == 1


def test_a_crash_at_the_very_end_takes_nothing_away(cage: Cage) -> None:
    made = cage.say(said("one"), said("two", "die in the end"))
    assert [item.made for item in made] == [True, True]
    [warning] = [
        entry.user_message
        for entry in event_log(cage.instance)
        if "was ended by" in entry.user_message
    ]
    assert "of parrot was ended by SIGKILL after it had made everything" in warning


def test_a_warning_that_is_worded_wrongly_is_no_reason_to_fail(cage: Cage) -> None:
    [item] = cage.say(said("one", "warn badly"))
    assert item.made


class Impatient(Steps):
    """Wants no more when a step of some words is done."""

    def __init__(self, words: str) -> None:
        self._words = words
        self.heard: list[tuple[int, int, str]] = []

    def begun(self) -> None:
        self.heard.append((0, 0, ""))

    def done(self, step: int, of: int, doing: str) -> None:
        self.heard.append((step, of, doing))
        if doing == self._words:
            raise WorkerError("enough")


def test_steps_are_heard_and_what_the_listener_raises_ends_the_worker(
    cage: Cage, tmp_path: Path
) -> None:
    steps = Impatient("two")

    def work(facilities: Facilities) -> None:
        asked = order(tmp_path / "made", said("one"), said("two", "sleep"))
        results = facilities.launcher.run(PARROT, asked, steps)
        pid = int(str(next(results).facts["pid"]))
        with pytest.raises(WorkerError, match=r"^enough$"):
            next(results)
        assert are_gone([pid])

    cage.in_a_run(work)
    begun = (0, 0, "")
    assert steps.heard == [begun, (1, 2, "one"), (2, 2, "one"), begun, (1, 2, "two")]
    # What Dagster says of workers that fall silent does not trouble anybody here.
    assert not [entry for entry in event_log(cage.instance) if int(entry.level) == logging.WARNING]


def test_a_worker_that_makes_no_step_for_too_long_is_ended(cage: Cage, tmp_path: Path) -> None:
    preset = DevicePreset(name="tiny", device="cpu", step_timeout_s=1)

    def work(facilities: Facilities) -> None:
        impatient = Facilities(Gpu(preset), facilities.listener, facilities.launcher)
        asked = order(tmp_path / "made", said("one"), said("two", "sleep"))
        results = impatient.launcher.run(PARROT, asked, impatient.steps)
        # Its start may take longer than a step.
        pid = int(str(next(results).facts["pid"]))
        with impatient.gpu.worker_context(), pytest.raises(WorkerHangsError) as raised:
            next(results)
        assert are_gone([pid])
        assert re.match(r"The worker has made no step for \d+\.\d s, since ", str(raised.value))
        assert "at the words 'two'. It hangs, and was ended." in str(raised.value)
        assert "step_timeout_s" in str(raised.value)

    cage.in_a_run(work)


def test_closing_early_ends_the_worker_and_all_that_it_started(cage: Cage, tmp_path: Path) -> None:
    cage.grace_s = 0.2
    folder = tmp_path / "made"

    def work(facilities: Facilities) -> list[int]:
        asked = order(folder, said("one"), said("two", "sleep deeply"))
        results = facilities.launcher.run(PARROT, asked, facilities.steps)
        next(results)
        parrots = [int(pid) for pid in until(lambda: note(folder)).split()]
        assert not are_gone(parrots)
        results.close()
        return parrots

    assert are_gone(cage.in_a_run(work))


def note(folder: Path) -> str:
    path = folder / "asleep"
    return path.read_text() if path.exists() else ""


def test_what_it_knows_of_its_files_may_be_long(cage: Cage) -> None:
    [item] = cage.say(said("one", "chatter"))
    assert item.record.metadata["chatter"] == "x" * 3_000_000


def test_two_workers_work_at_once(cage: Cage, tmp_path: Path) -> None:
    def work(facilities: Facilities) -> list[str]:
        orders = [
            order(tmp_path / name, said(name), said(name, "wait")) for name in ("left", "right")
        ]
        running = [facilities.launcher.run(PARROT, each, facilities.steps) for each in orders]
        firsts = [next(results) for results in running]
        for first in firsts:
            first.files["words"].unlink()
        seconds = [next(results) for results in running]
        assert firsts[0].facts["pid"] != firsts[1].facts["pid"]
        assert [next(results, None) for results in running] == [None, None]
        return [result.files["words"].read_text() for result in seconds]

    assert cage.in_a_run(work) == ['"left"', '"right"']


def test_outside_of_a_run_nothing_is_started(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="only a run starts"):
        WorkerLauncher().run(PARROT, order(tmp_path / "made", said("one")), Steps())


@pytest.mark.parametrize(
    "sent",
    [
        signal.SIGKILL,
        pytest.param(signal.SIGTERM, marks=pytest.mark.service),
        pytest.param(signal.SIGINT, marks=pytest.mark.service),
    ],
)
def test_a_worker_ends_with_the_run_that_started_it(
    cage: Cage, tmp_path: Path, sent: signal.Signals
) -> None:
    """Nobody can ask it to: it ignores that, and keeps its interpreter busy."""
    homes = str(cage.bench.home.root), str(cage.environments.root)
    command = ["python", str(PARROTS), *homes, "one", "two:sleep deeply"]
    log = tmp_path / "run.log"
    run = forked.Service(command, os.environ, tmp_path, log)
    try:
        parrots = until(lambda: run.poll() is not None or cage.asleep())
        assert run.poll() is None, log.read_text()
        assert is_device_held()
        os.kill(run.pid, sent)
        run.wait(PATIENCE_S)
        assert run.poll() is not None
    finally:
        run.kill()
        run.wait()
    try:
        until(lambda: are_gone(parrots))
    finally:
        end(parrots)
    assert not is_device_held()
    assert cage.kept() == 1
