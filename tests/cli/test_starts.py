"""What a start imports: what it needs, and no more."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection

import click
import pytest
from click.testing import CliRunner

from sparkle_motion_dagster.cli.main import COMMANDS, main

LIBRARIES_OF_WORK = (
    {"torch", "diffusers", "transformers", "onnxruntime", "cv2", "av", "PIL", "scipy", "soundfile"}
    | {"resvg_py", "fontTools", "imagehash", "espeakng_loader", "num2words", "psutil", "rich"}
    | {"fastapi", "starlette", "uvicorn", "ipywidgets", "watchfiles", "dagster_webserver"}
)
"""Libraries that making films, showing them or serving them needs."""


def imported(code: str) -> Collection[str]:
    """Return the modules that a process has when it has run this."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
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


def test_the_code_location_loads_no_library_that_only_work_needs() -> None:
    modules = imported(
        "from sparkle_motion_dagster.definitions import film_job\n"
        "assert film_job('render_movie')\n"
        "from sparkle_motion_dagster.plan.models import MoviePlan\n"
        "assert not MoviePlan.__pydantic_complete__"
    )
    assert not LIBRARIES_OF_WORK & set(modules)
    servers = ("api", "server", "serving", "notebook", "cli", "pages")
    assert not [
        name
        for name in modules
        if name.startswith(tuple(f"sparkle_motion_dagster.{server}" for server in servers))
    ]
