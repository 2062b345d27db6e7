"""Which engines there are: folders that declare themselves, and what distributions bring."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from devices import on_cpu
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.declaration import KINDS, EngineDeclaration
from sparkle_motion_dagster.engines.registry import (
    EngineRegistryError,
    class_of,
    declarations,
    declared,
    engine_of,
    named,
    weights_of,
)
from studio import REPOSITORY

EVERY_ENGINE = pytest.mark.parametrize(
    "engine", declarations().values(), ids=lambda engine: engine.name
)


@EVERY_ENGINE
def test_a_declaration_leads_to_what_it_names(engine: EngineDeclaration) -> None:
    class_of(engine)
    weights_of(engine)
    for path in (engine.readiness, engine.performance):
        assert path is None or callable(named(path))
    assert (engine.voices is None) == (engine.performance is None)


@EVERY_ENGINE
def test_every_setting_says_what_it_is(engine: EngineDeclaration) -> None:
    schema = class_of(engine).settings_model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    fields = [field for part in parts for field in part.get("properties", {}).items()]
    assert [name for name, field in fields if not field.get("description")] == []


def test_declarations_need_nothing_but_the_standard_library() -> None:
    folders = [engine.engine.rpartition(".")[0] for engine in declarations().values()]
    lines = ["import sys", f"sys.path.insert(0, {str(REPOSITORY)!r})"]
    lines += [f"from {folder} import DECLARATION" for folder in folders]
    bare = [sys.executable, "-I", "-S", "-c", "\n".join(lines)]
    subprocess.run(bare, check=True, capture_output=True)


OWN = [
    engine
    for engine in declarations().values()
    if engine.engine.startswith("sparkle_motion_dagster.")
]


def contract(beginning: str) -> dict[str, Any]:
    """Return the contract on imports whose name begins so."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    found: list[dict[str, Any]] = [one for one in contracts if one["name"].startswith(beginning)]
    return found[0]


def test_the_contracts_on_imports_hold_for_every_engine() -> None:
    folders = {engine.engine.rpartition(".")[0] for engine in OWN}
    assert set(contract("Engines do not know each other")["modules"]) == folders
    assert set(contract("Nobody knows an engine's folder")["protected_modules"]) == folders


def test_the_contracts_on_imports_hold_for_every_worker_program() -> None:
    paths = [engine.program.path for engine in OWN if engine.program]
    programs = {".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in paths}
    assert programs == set(contract("Nobody imports worker programs")["protected_modules"])
    assert programs <= set(contract("Worker programs stand alone")["source_modules"])


def test_an_engine_that_there_is_not_is_answered_with_those_of_its_kind() -> None:
    with pytest.raises(
        EngineInputError, match=r"no video engine 'camra'\. .*Did you mean 'camera'"
    ):
        engine_of("video", "camra", {}, on_cpu())
    with pytest.raises(EngineInputError, match="no video engine 'sdxl'"):
        declared("sdxl", "video")


def install(folder: Path, entry_point: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay a distribution with one entry point and one module where Python finds it."""
    about = folder / "kit-2.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: kit\nVersion: 2.0\n")
    (about / "entry_points.txt").write_text(f"[sparkle_motion.engines]\n{entry_point}\n")
    (folder / "kit_of_the_tests.py").write_text(module)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "kit_of_the_tests", raising=False)


KIT = """
from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(kind="images", name="{name}", engine="kit_of_the_tests:Engine")
"""


def kit(engine: str) -> EngineDeclaration:
    return EngineDeclaration(kind="images", name="kit", engine=engine)


def test_a_class_of_another_name_than_its_declaration_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "", "class Engine:\n    name = 'storyboard'", monkeypatch)
    with pytest.raises(EngineRegistryError, match=r"'kit'.*'storyboard'.*the same name in both"):
        class_of(kit("kit_of_the_tests:Engine"))


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("import no_such_package_anywhere", "ModuleNotFoundError: .*no_such_package_anywhere"),
        ("", "AttributeError: .*has no attribute 'Engine'"),
    ],
)
def test_a_class_that_cannot_be_loaded_is_told_with_what_to_do(
    module: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "", module, monkeypatch)
    with pytest.raises(EngineRegistryError, match=f"kit_of_the_tests:Engine.*{told}.*Mend or"):
        class_of(kit("kit_of_the_tests:Engine"))


def test_looking_for_engines_imports_nothing_but_their_declarations() -> None:
    script = (
        "import sys\n"
        "from sparkle_motion_dagster.engines.registry import declarations\n"
        "before = set(sys.modules)\n"
        "folders = {one.engine.partition('.engine:')[0] for one in declarations().values()}\n"
        "kinds = {folder.rpartition('.')[0] for folder in folders}\n"
        "new = set(sys.modules) - before\n"
        "folders_beside = {name for name in new if name.rpartition('.')[0] in kinds\n"
        "                  and hasattr(sys.modules[name], '__path__')}\n"
        "assert folders <= new, folders - new\n"
        "assert new <= folders_beside | kinds, new\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=True)


def test_a_distribution_brings_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "kit = kit_of_the_tests:DECLARATION", KIT.format(name="kit"), monkeypatch)
    found = declarations.__wrapped__()
    assert found["kit"].engine == "kit_of_the_tests:Engine"
    # Engines stay with those of their kind, and ours before others.
    kinds = [engine.kind for engine in found.values()]
    assert kinds == sorted(kinds, key=KINDS.index)


@pytest.mark.parametrize(
    ("entry_point", "module", "told"),
    [
        (
            "kit = kit_of_the_tests:DECLARATION",
            KIT.format(name="wan"),
            r"two engines 'wan': .*video\.wan and kit_of_the_tests:DECLARATION of the "
            r"distribution kit 2\.0\. Uninstall",
        ),
        (
            "kit = kit_of_the_tests:DECLARATION",
            "import no_such_package_anywhere",
            r"'kit' cannot be loaded, .*kit 2\.0: ModuleNotFoundError: .*no_such_package_anywhere",
        ),
        ("kit = kit_of_the_tests:NOTHING", "", r"'kit' cannot be loaded.*AttributeError"),
        ("kit = kit_of_the_tests:ENGINE", "ENGINE = 3", r"leads to 3, which is no EngineDecl"),
    ],
)
def test_what_a_distribution_brings_wrongly_is_named_with_it(
    entry_point: str, module: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, entry_point, module, monkeypatch)
    with pytest.raises(EngineRegistryError, match=told):
        declarations.__wrapped__()
