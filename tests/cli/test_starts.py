"""What a start imports: what it needs, and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sparkle_motion_dagster.cli.main import COMMANDS, main
from studio import Studio

LIBRARIES_OF_WORK = (
    {"torch", "diffusers", "transformers", "onnxruntime", "cv2", "av", "PIL", "scipy", "soundfile"}
    | {"resvg", "resvg_py", "fontTools", "imagehash", "espeakng_loader", "num2words", "psutil"}
    | {"fastapi", "starlette", "uvicorn", "ipywidgets", "watchfiles", "dagster_webserver", "rich"}
)
"""Libraries that making films, showing them or serving them needs."""

MODULES_OF_WORK = {
    "images.storyboard.illustration",
    "images.storyboard.people.figures",
    "lipsync.real_faces.speaking_faces",
    "hearing.comparing",
}
"""What making needs of engines, and looking up does not; each brings many other modules."""


def imported(code: str, environment: Mapping[str, str] = os.environ) -> Collection[str]:
    """Return the modules that a process has when it has run this."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1].split()


def test_help_says_of_each_command_what_it_says_itself() -> None:
    told = CliRunner().invoke(main, ["--help"], terminal_width=200).output.splitlines()
    assert isinstance(main, click.Group)
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert f"  {name:<{max(map(len, COMMANDS))}}  {command.get_short_help_str(180)}" in told


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_imports_no_command(arguments: list[str]) -> None:
    modules = imported(
        "from sparkle_motion_dagster.cli.main import main\n"
        f"main({arguments}, standalone_mode=False)"
    )
    ours = {name for name in modules if name.startswith("sparkle_motion_dagster")}
    assert ours == {f"sparkle_motion_dagster{name}" for name in ("", ".cli", ".cli.main")}


def test_what_can_be_asked_of_a_render_is_told_without_dagster() -> None:
    modules = imported(
        "from sparkle_motion_dagster.cli.main import main\n"
        "main(['render', '--help'], standalone_mode=False)"
    )
    assert not {"dagster", "numpy", "sqlalchemy"} & set(modules)


def test_a_film_that_is_up_to_date_is_verified_without_dagster(rendered: Studio) -> None:
    before = {path: path.stat().st_mtime_ns for path in (rendered.home.root).rglob("*")}
    plan = rendered.plans / "film.yaml"
    modules = imported(
        "from sparkle_motion_dagster.cli.main import main\n"
        f"main(['render', {str(plan)!r}], standalone_mode=False)",
        rendered.environment,
    )
    assert not {"dagster", "sqlalchemy", "torch", "onnxruntime", "scipy"} & set(modules)
    work = {f"sparkle_motion_dagster.engines.{name}" for name in MODULES_OF_WORK}
    assert not work & set(modules), "nothing is drawn, and no take is measured"
    after = {path: path.stat().st_mtime_ns for path in (rendered.home.root).rglob("*")}
    written = {path.name for path in after if before.get(path) != after[path] and path.is_file()}
    assert written == {"audit.jsonl", "index.html"}, "who asked is noted, and the page is anew"


def test_a_render_of_a_film_that_is_up_to_date_says_so(rendered: Studio) -> None:
    ended = rendered.sparkle_here("render", rendered.plans / "film.yaml")
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [str(rendered.film())]
    files = sum(len(manifest.artifacts) for manifest in rendered.manifests().values())
    assert f"up to date: nothing was made; {files} files verified" in ended.stderr
    (warning,) = rendered.rendered().warnings["base_images"]
    assert f"Warning: base_images: {warning}" in ended.stderr, "as the run has warned"


def test_a_process_ends_with_its_command_and_takes_nothing_apart(tmp_path: Path) -> None:
    code = (
        "import atexit, os, sys\n"
        "from sparkle_motion_dagster.__main__ import sparkle\n"
        "class Loaded:\n"
        "    def __del__(self, write=os.write):\n"
        "        write(1, b'taken apart')\n"
        "sys.modules['loaded'] = Loaded()\n"
        "try:\n"
        "    sparkle()\n"
        "finally:\n"
        "    atexit.register(print, 'called at the end')\n"
    )
    command = [sys.executable, "-c", code, "render", str(tmp_path / "gone.yaml")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.stdout.splitlines() == ["called at the end"]
    assert "gone.yaml" in ended.stderr
    assert ended.returncode == 2


def test_a_command_whose_output_is_closed_ends_without_a_word() -> None:
    closed = ["sh", "-c", 'exec "$0" "$@" >&-', sys.executable, "-m", "sparkle_motion_dagster"]
    ended = subprocess.run([*closed, "--help"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def ours_among(modules: Collection[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] == "sparkle_motion_dagster"}


@pytest.fixture(scope="module")
def location() -> Collection[str]:
    """The modules of a process that has loaded the code location, and looked a job up."""
    return imported(
        "from sparkle_motion_dagster.definitions import film_job\nassert film_job('render_movie')\n"
    )


def test_the_code_location_loads_no_library_that_only_work_needs(
    location: Collection[str],
) -> None:
    assert not (LIBRARIES_OF_WORK | {"numpy", "soundfile", "ruamel"}) & set(location)


def test_the_code_location_is_declarations_and_nothing_that_makes_films(
    location: Collection[str],
) -> None:
    """What an asset, a sensor or a job does is imported when it does it; there were 534 modules."""
    modules = ours_among(location)
    layers = {name.split(".")[1] for name in modules if "." in name}
    work = {"engines", "production", "plan", "forecast", "faces", "gpu", "policy", "shotlist"}
    above = {"api", "server", "serving", "notebook", "cli", "pages"}
    assert not layers & (work | above)
    assert len(modules) <= 60


def test_records_are_built_when_one_is_made() -> None:
    imported(
        "from sparkle_motion_dagster.plan.models import MoviePlan\n"
        "from sparkle_motion_dagster.artifacts.models import StageManifest\n"
        "from sparkle_motion_dagster.units import FrameSize\n"
        "assert not StageManifest.__pydantic_complete__\n"
        "assert not MoviePlan.__pydantic_complete__\n"
        "assert FrameSize(width=64, height=64) and FrameSize.__pydantic_complete__"
    )


def test_garbage_is_collected_again_once_the_code_location_is_loaded() -> None:
    """Also what was made before: a notebook that renders a film has models of its own."""
    imported(
        "import gc, weakref\n"
        "class Model: pass\n"
        "one, other = Model(), Model()\n"
        "one.other, other.one, left = other, one, weakref.ref(one)\n"
        "import sparkle_motion_dagster.definitions\n"
        "assert gc.isenabled()\n"
        "del one, other\n"
        "gc.collect()\n"
        "assert left() is None\n"
        "gc.disable()\n"
        "from sparkle_motion_dagster.loading import loaded_for_good, no_garbage_yet\n"
        "with no_garbage_yet():\n"
        "    pass\n"
        "assert not gc.isenabled() and gc.get_freeze_count() == 0\n"
        "with loaded_for_good():\n"
        "    pass\n"
        "assert not gc.isenabled() and gc.get_freeze_count() > 0"
    )
