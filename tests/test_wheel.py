"""The wheel: all that a film needs is in it, and nothing of the checkout is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from uv import find_uv_bin

from measure import frame_times
from studio import REPOSITORY, short_film, write_plan

PACKAGE = "sparkle_motion_dagster"


def run(program: str | Path, *arguments: str | Path, folder: Path) -> str:
    """Run a program that finds nothing of the checkout, and return what it printed."""
    settings = ("PYTHONPATH", "SPARKLE_", "DAGSTER_")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(settings)
    }
    result = subprocess.run(
        [str(program), *map(str, arguments)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, timeout=300)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel and, instead of a download, our packages.

    Of a folder that a ``.pth`` file names, the ``.pth`` files are not read: the one that leads to
    the checkout is not.
    """
    environment = tmp_path_factory.mktemp("environment")
    uv: list[str | Path] = ["--quiet", "--offline", "--no-cache"]
    run(find_uv_bin(), *uv, "venv", "--python", sys.executable, environment, folder=environment)
    programs = environment / "bin"
    only: list[str | Path] = ["--python", programs / "python", "--no-deps", "--no-index"]
    run(find_uv_bin(), *uv, "pip", "install", *only, wheel, folder=environment)
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "ours.pth").write_text(sysconfig.get_path("purelib"))
    return programs


def test_it_holds_the_package_and_the_configuration(wheel: Path) -> None:
    package, configs = REPOSITORY / PACKAGE, REPOSITORY / "configs"
    files = [path for path in package.rglob("*") if "__pycache__" not in path.parts]
    expected = {path.relative_to(REPOSITORY).as_posix() for path in files if path.is_file()}
    expected |= {
        f"{PACKAGE}/{path.relative_to(REPOSITORY).as_posix()}"
        for path in configs.rglob("*")
        if path.is_file()
    }
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name for name in names if name.startswith(f"{PACKAGE}/")} == expected


def test_it_finds_all_that_a_film_needs(programs: Path, tmp_path: Path) -> None:
    write_plan(short_film(), tmp_path / "film.yaml")
    foreseen = run(programs / "sparkle", "explain", "film.yaml", folder=tmp_path)
    assert "video_final" in foreseen
    where = "import sparkle_motion_dagster as sparkle; print(sparkle.__file__)"
    package = run(programs / "python", "-c", where, folder=tmp_path)
    assert Path(package).is_relative_to(programs.parent)


@pytest.mark.service
def test_it_renders_a_film_in_an_empty_folder(programs: Path, tmp_path: Path) -> None:
    write_plan(short_film(), tmp_path / "film.yaml")
    printed = run(programs / "sparkle", "render", "film.yaml", folder=tmp_path)
    film = Path(printed.strip())
    assert film == tmp_path / ".sparkle" / "runs" / "film" / "video_final" / "film.mp4"
    assert len(frame_times(film)) == 36
