"""Environments of workers: made by real pip, and known for what they are."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from parrots import PACKAGES, PARROT, parrot_environments
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.environments import (
    LISTS,
    Condition,
    Environment,
    EnvironmentRecord,
    Environments,
    MissingEnvironmentError,
)
from sparkle_motion_dagster.engines.machinery.installing import (
    EnvironmentBusyError,
    EnvironmentNotMadeError,
    install,
)
from sparkle_motion_dagster.engines.machinery.workers import PROGRAMS


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Environment:
    return parrot_environments(tmp_path_factory, worker_id).of("parrot")


@pytest.fixture
def whole(tmp_path: Path) -> Environment:
    """An environment that was made of its list, as far as anybody can see."""
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "parrot.txt").write_text(PACKAGES)
    environment = Environments(tmp_path / "environments", lists).of("parrot")
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    record = EnvironmentRecord(digest=environment.digest(), python="3", versions={})
    (environment.folder / "environment.json").write_text(record.model_dump_json())
    return environment


def test_what_is_made_holds_what_the_lists_say_and_nothing_else(made: Environment) -> None:
    assert made.condition() is Condition.READY
    record = made.record()
    assert record is not None
    # The feather wants what nobody has: it is installed without.
    assert record.versions == {"dagster-pipes": "1.13.27", "feather": "1.0"}
    listed = subprocess.run(
        [str(made.ready_python()), "-I", "-m", "pip", "list", "--format", "freeze"],
        check=True,
        capture_output=True,
        text=True,
    )
    names = {line.partition("==")[0] for line in listed.stdout.splitlines()}
    assert names - {"pip", "setuptools"} == {"dagster-pipes", "feather"}


def _forget(environment: Environment) -> None:
    shutil.rmtree(environment.folder)


def _interrupt(environment: Environment) -> None:
    (environment.folder / "environment.json").unlink()


def _cut_off(environment: Environment) -> None:
    (environment.folder / "environment.json").write_text('{"digest": "12')


def _change_list(environment: Environment) -> None:
    environment.lists[0].write_text("dagster-pipes==1.13.26\n")


def _lose_python(environment: Environment) -> None:
    environment.python.unlink()
    environment.python.symlink_to("/usr/bin/python-that-was-removed")


@pytest.mark.parametrize(
    ("happens", "condition", "told"),
    [
        (_forget, Condition.ABSENT, "that is not there"),
        (_interrupt, Condition.UNFINISHED, "that is not whole: making it was interrupted"),
        (_cut_off, Condition.UNFINISHED, "that is not whole: making it was interrupted"),
        (_change_list, Condition.STALE, "made of other packages than .*parrot.txt ask for now"),
        (_lose_python, Condition.BROKEN, "has lost its Python: .*bin/python is gone"),
    ],
)
def test_what_cannot_be_used_says_why_and_what_to_type(
    whole: Environment,
    happens: Callable[[Environment], None],
    condition: Condition,
    told: str,
) -> None:
    assert whole.ready_python() == whole.python
    happens(whole)
    assert whole.condition() is condition
    ending = r"Make it: `sparkle engines install parrot`\.$"
    with pytest.raises(MissingEnvironmentError, match=f"{told}.*{ending}") as missing:
        whole.ready_python()
    assert not missing.value.retryable


def test_a_list_that_only_explains_itself_better_asks_for_the_same(whole: Environment) -> None:
    whole.lists[0].write_text(f"# What parrots need.\n\n{PACKAGES}")
    assert whole.condition() is Condition.READY


def test_a_second_list_belongs_to_it(whole: Environment) -> None:
    lists = whole.lists[0].parent
    (lists / "parrot.no-deps.txt").write_text("feather==1.0\n")
    assert Environments(whole.folder.parent, lists).of("parrot").condition() is Condition.STALE


def test_while_it_is_made_others_are_told_to_wait(whole: Environment) -> None:
    _interrupt(whole)
    with FileLock(whole.folder.with_name("parrot.lock")):
        assert whole.condition() is Condition.BEING_MADE
        with pytest.raises(MissingEnvironmentError, match="wait until it is done"):
            whole.ready_python()
        with pytest.raises(EnvironmentBusyError, match="Another process makes") as busy:
            install(whole, PARROT)
    assert busy.value.exit_code == 75
    assert whole.condition() is Condition.UNFINISHED


def test_a_link_is_refused_and_what_is_behind_it_stays(whole: Environment) -> None:
    elsewhere = whole.folder.rename(whole.folder.with_name("elsewhere"))
    whole.folder.symlink_to(elsewhere)
    with pytest.raises(EnvironmentNotMadeError, match=r"parrot is a link.*SPARKLE_ENVIRONMENTS"):
        install(whole, PARROT)
    assert whole.condition() is Condition.READY


def test_lists_are_the_checkouts_unless_one_names_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("SPARKLE_ENVIRONMENTS", "SPARKLE_WORKERS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("SPARKLE_HOME", str(tmp_path / "home"))
    usual = Environments.from_environment().of("chatterbox")
    assert usual.folder == SparkleHome(tmp_path / "home").root / "environments" / "chatterbox"
    assert usual.lists == (LISTS / "chatterbox.txt", LISTS / "chatterbox.no-deps.txt")

    monkeypatch.setenv("SPARKLE_ENVIRONMENTS", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("SPARKLE_WORKERS", str(tmp_path / "lists"))
    own = Environments.from_environment()
    with pytest.raises(
        EngineInputError, match=r"SPARKLE_WORKERS names .*lists, which is no folder"
    ):
        own.of("chatterbox")
    (tmp_path / "lists").mkdir()
    assert own.of("chatterbox").lists == usual.lists
    (tmp_path / "lists" / "chatterbox.txt").touch()
    # One's own list replaces both of ours.
    assert own.of("chatterbox").lists == (tmp_path / "lists" / "chatterbox.txt",)
    assert own.of("chatterbox").folder == tmp_path / "elsewhere" / "chatterbox"
    with pytest.raises(EngineInputError, match="says what the environment of kazoo holds"):
        own.of("kazoo")


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_every_program_has_a_list_that_leaves_nothing_open(name: str) -> None:
    assert PROGRAMS[name].path.is_file()
    for packages in Environments(Path("nowhere")).of(name).lists:
        lines = [line for line in packages.read_text().splitlines() if line.strip()]
        wanted = [line for line in lines if not line.startswith("#")]
        assert wanted
        assert all(line.count("==") == 1 for line in wanted), packages


@pytest.mark.engines
@pytest.mark.parametrize(
    ("packages", "told"),
    [
        ("./nothing-1.0-py3-none-any.whl\n", r"pip .*ended with status 1:\n(?s:.*)nothing-1.0"),
        ("", r"parrot_worker.py --ready` ended with status 1:\n(?s:.*)No module .*dagster_pipes"),
    ],
)
def test_what_could_not_be_made_says_why_and_is_not_taken_for_whole(
    whole: Environment, packages: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whose file this is, nobody knows: it is no module of Python's own.
    (whole.folder.parent / "logging.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(whole.folder.parent)
    whole.lists[0].write_text(packages)
    (whole.folder / "old").touch()
    steps: list[str] = []
    with pytest.raises(EnvironmentNotMadeError, match=told):
        install(whole, PARROT, steps.append)
    assert whole.condition() is Condition.UNFINISHED
    assert not (whole.folder / "old").exists()
    assert steps[0] == f"Removing what is in {whole.folder}"


@pytest.mark.engines
def test_where_making_is_killed_nothing_goes_on(whole: Environment) -> None:
    making = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import sys; from pathlib import Path; from parrots import PARROT;"
            "from sparkle_motion_dagster.engines.machinery.environments import Environments;"
            "from sparkle_motion_dagster.engines.machinery.installing import install;"
            "install(Environments(Path(sys.argv[1]), Path(sys.argv[2])).of('parrot'), PARROT)",
            *(str(whole.folder.parent), str(whole.lists[0].parent)),
        ],
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    deadline = time.monotonic() + 60
    children: list[psutil.Process] = []
    while not (children and whole.condition() is Condition.BEING_MADE):
        children = psutil.Process(making.pid).children(recursive=True)
        assert time.monotonic() < deadline
        time.sleep(0.01)
    making.send_signal(signal.SIGKILL)
    making.wait()
    gone, alive = psutil.wait_procs(children, timeout=20)
    assert gone
    assert alive == []
    assert whole.condition() is Condition.UNFINISHED
    install(whole, PARROT)
    assert whole.condition() is Condition.READY
