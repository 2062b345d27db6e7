"""Environments of workers: made by real uv, and known for what they are."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

import forked
from parrots import PACKAGES, PARROT, feather, parrot_environments
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.declaration import WorkerProgram
from sparkle_motion_dagster.engines.machinery.environments import (
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
from sparkle_motion_dagster.engines.machinery.workers import worker_variables
from sparkle_motion_dagster.engines.registry import declarations, declared
from studio import REPOSITORY
from waiting import PATIENCE_S


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Environment:
    return parrot_environments(tmp_path_factory, worker_id).of(PARROT)


@pytest.fixture
def whole(tmp_path: Path) -> Environment:
    """An environment that was made of its list, as far as anybody can see."""
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "parrot.txt").write_text(PACKAGES)
    environment = Environments(tmp_path / "environments", lists).of(PARROT)
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    record = EnvironmentRecord(digest=environment.digest(), python="3", versions={})
    (environment.folder / "environment.json").write_text(record.model_dump_json())
    return environment


def test_what_is_made_holds_what_the_lists_say_and_nothing_else(made: Environment) -> None:
    assert made.condition() is Condition.READY
    record = made.record()
    assert record is not None
    # The feather wants other pipes, and what nobody has; what the list says counts.
    assert record.versions == {"dagster-pipes": "1.13.27", "feather": "1.0"}
    held = whole_names(made)
    assert held == {"dagster_pipes", "feather"}


def whole_names(environment: Environment) -> set[str]:
    """Return the distributions that an environment holds."""
    return {folder.name.partition("-")[0] for folder in environment.folder.rglob("*.dist-info")}


def _forget(environment: Environment) -> None:
    shutil.rmtree(environment.folder)


def _interrupt(environment: Environment) -> None:
    (environment.folder / "environment.json").unlink()


def _cut_off(environment: Environment) -> None:
    (environment.folder / "environment.json").write_text('{"digest": "12')


def _change_list(environment: Environment) -> None:
    environment.requirements.write_text("dagster-pipes==1.13.26\n")


def _lose_python(environment: Environment) -> None:
    environment.python.unlink()
    environment.python.symlink_to("/usr/bin/python-that-was-removed")


@pytest.mark.parametrize(
    ("happens", "condition", "told"),
    [
        (_forget, Condition.ABSENT, "that is not there"),
        (_interrupt, Condition.UNFINISHED, "that is not whole: making it was interrupted"),
        (_cut_off, Condition.UNFINISHED, "that is not whole: making it was interrupted"),
        (_change_list, Condition.STALE, "made of other packages than .*parrot.txt asks for now"),
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
    whole.requirements.write_text(f"# What parrots need.\n\n{PACKAGES}")
    assert whole.condition() is Condition.READY


def test_a_second_list_is_refused_with_what_to_do(whole: Environment) -> None:
    lists = whole.requirements.parent
    (lists / "parrot.no-deps.txt").write_text("feather==1.0\n")
    with pytest.raises(EngineInputError, match=r"Put its lines into parrot\.txt"):
        Environments(whole.folder.parent, lists).of(PARROT)


def test_while_it_is_made_others_are_told_to_wait(whole: Environment) -> None:
    _interrupt(whole)
    with FileLock(whole.folder.with_name("parrot.lock")):
        assert whole.condition() is Condition.BEING_MADE
        with pytest.raises(MissingEnvironmentError, match="wait until it is done"):
            whole.ready_python()
        with pytest.raises(EnvironmentBusyError, match="Another process makes") as busy:
            install(whole)
    assert busy.value.exit_code == 75
    assert whole.condition() is Condition.UNFINISHED


def test_a_link_is_refused_and_what_is_behind_it_stays(whole: Environment) -> None:
    elsewhere = whole.folder.rename(whole.folder.with_name("elsewhere"))
    whole.folder.symlink_to(elsewhere)
    with pytest.raises(EnvironmentNotMadeError, match=r"parrot is a link.*SPARKLE_ENVIRONMENTS"):
        install(whole)
    assert whole.condition() is Condition.READY


def test_a_list_is_the_engines_own_unless_the_user_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("SPARKLE_ENVIRONMENTS", "SPARKLE_WORKERS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("SPARKLE_HOME", str(tmp_path / "home"))
    usual = Environments.from_environment().of(PARROT)
    assert usual.folder == SparkleHome(tmp_path / "home").root / "environments" / "parrot"
    assert usual.requirements == PARROT.requirements

    monkeypatch.setenv("SPARKLE_ENVIRONMENTS", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("SPARKLE_WORKERS", str(tmp_path / "lists"))
    own = Environments.from_environment()
    with pytest.raises(
        EngineInputError, match=r"SPARKLE_WORKERS names .*lists, which is no folder"
    ):
        own.of(PARROT)
    (tmp_path / "lists").mkdir()
    assert own.of(PARROT).requirements == PARROT.requirements
    (tmp_path / "lists" / "parrot.txt").touch()
    assert own.of(PARROT).requirements == tmp_path / "lists" / "parrot.txt"
    assert own.of(PARROT).folder == tmp_path / "elsewhere" / "parrot"


@pytest.mark.parametrize(
    "program",
    [engine.program for engine in declarations().values() if engine.program is not None],
    ids=lambda program: program.environment,
)
def test_every_program_has_a_list_that_leaves_nothing_open(program: WorkerProgram) -> None:
    assert program.path.is_file()
    lines = [line for line in program.requirements.read_text().splitlines() if line.strip()]
    wanted = [line for line in lines if not line.startswith("#")]
    assert wanted
    assert all(line.count("==") == 1 or line.endswith(" ; python_version < '0'") for line in wanted)


@pytest.mark.parametrize(
    ("packages", "told"),
    [
        ("./nothing-1.0-py3-none-any.whl\n", r"uv .*ended with status \d:\n(?s:.*)nothing-1.0"),
        ("", r"parrot_worker.py --ready` ended with status 1:\n(?s:.*)No module .*dagster_pipes"),
    ],
)
def test_what_could_not_be_made_says_why_and_is_not_taken_for_whole(
    whole: Environment, packages: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whose file this is, nobody knows: it is no module of Python's own.
    (whole.folder.parent / "logging.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(whole.folder.parent)
    whole.requirements.write_text(packages)
    (whole.folder / "old").touch()
    steps: list[str] = []
    with pytest.raises(EnvironmentNotMadeError, match=told):
        install(whole, steps.append)
    assert whole.condition() is Condition.UNFINISHED
    assert not (whole.folder / "old").exists()
    assert steps[0] == f"Removing what is in {whole.folder}"


def _index(folder: Path, version: str) -> str:
    """Lay an index of packages that has a version of the feather, and return its address."""
    page = folder / "feather"
    page.mkdir(parents=True)
    wheel = feather(page, version)
    (page / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    return folder.as_uri()


def test_of_several_indexes_that_pip_knows_any_may_have_what_is_pinned(
    whole: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_STRATEGY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", _index(tmp_path / "usual", "2.0"))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", _index(tmp_path / "extra", "1.0"))
    whole.requirements.write_text("feather==2.0\n")
    program = tmp_path / "worker.py"
    program.write_text("import feather; print('{}')")
    install(replace(whole, program=replace(PARROT, path=program)))
    assert whole_names(whole) == {"feather"}


def test_where_making_is_killed_nothing_goes_on(whole: Environment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as index:
        # Whoever asks here for a package waits for ever.
        package = f"http://127.0.0.1:{index.getsockname()[1]}/nothing-1.0-py3-none-any.whl"
        whole.requirements.write_text(f"nothing @ {package}\n")
        making = forked.Piped(
            [
                *("python", "-c"),
                "import sys; from pathlib import Path;"
                "from sparkle_motion_dagster.engines.declaration import WorkerProgram;"
                "from sparkle_motion_dagster.engines.machinery.environments import Environments;"
                "from sparkle_motion_dagster.engines.machinery.installing import install;"
                "parrot = WorkerProgram('parrot', Path('nowhere'), Path('nowhere'));"
                "install(Environments(Path(sys.argv[1]), Path(sys.argv[2])).of(parrot))",
                *(str(whole.folder.parent), str(whole.requirements.parent)),
            ],
            os.environ,
            Path.cwd(),
        )
        index.settimeout(60)
        asked, _ = index.accept()
        with asked:
            children = psutil.Process(making.pid).children(recursive=True)
            assert whole.condition() is Condition.BEING_MADE
            making.kill()
            making.read(PATIENCE_S)
            gone, alive = psutil.wait_procs(children, timeout=20)
    assert gone
    assert alive == []
    assert whole.condition() is Condition.UNFINISHED
    whole.requirements.write_text(PACKAGES)
    install(whole)
    assert whole.condition() is Condition.READY


def test_a_program_finds_this_package_and_its_own_and_nothing_beside_them(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "kazoo"
    (package / "inner").mkdir(parents=True)
    for init in (package, package / "inner"):
        (init / "__init__.py").touch()
    (package.parent / "other.py").touch()
    program = WorkerProgram("kazoo", package / "inner" / "worker.py", tmp_path / "list.txt")
    (tmp_path / "scratch").mkdir()
    library = Path(worker_variables(program, tmp_path / "scratch")["PYTHONPATH"])
    assert {path.name for path in library.iterdir()} == {"kazoo", "sparkle_motion_dagster"}
    assert (library / "kazoo").resolve() == package


def test_a_program_that_is_reached_by_a_link_finds_this_package_once(tmp_path: Path) -> None:
    chatterbox = declared("chatterbox").program
    assert chatterbox is not None
    (tmp_path / "link").symlink_to(REPOSITORY)
    linked = tmp_path / "link" / chatterbox.path.relative_to(REPOSITORY)
    library = Path(worker_variables(replace(chatterbox, path=linked), tmp_path)["PYTHONPATH"])
    assert [path.name for path in library.iterdir()] == ["sparkle_motion_dagster"]
