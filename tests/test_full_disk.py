"""A full disk: one clear error, nothing lost, and the same film once there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import Studio, plan_format_example

pytestmark = pytest.mark.service


def mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes, which only root can make."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or not mount("-t", "tmpfs", "-o", "size=9m", "tmpfs", str(folder)):
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_named_and_costs_nothing_that_was_finished(
    small_disk: Path, tmp_path: Path
) -> None:
    studio = Studio(small_disk)
    plan = studio.write(plan_format_example())
    full = studio.sparkle("render", plan)
    assert full.returncode == 1
    assert f"The disk that holds {studio.home.root} is full" in full.stderr
    assert "run the same command again" in full.stderr
    assert "video_final" not in studio.manifests()
    finished = studio.actions()
    assert finished >= 5
    assert mount("-o", "remount,size=200m", str(small_disk))
    roomy = studio.render(plan_format_example())
    undisturbed = Studio(tmp_path / "elsewhere")
    assert roomy.digests == undisturbed.render(plan_format_example()).digests
    assert roomy.new_actions == undisturbed.actions() - finished
    assert studio.sparkle("verify").returncode == 0


@pytest.mark.parametrize("size", ["300k", "1000k", "2000k"])
def test_whatever_runs_out_of_disk_first_says_so(small_disk: Path, size: str) -> None:
    """The instance's database, its log of a run, or the track: none ends in a traceback."""
    assert mount("-o", f"remount,size={size}", str(small_disk))
    studio = Studio(small_disk)
    full = studio.sparkle("render", studio.write(plan_format_example()))
    assert full.returncode == 1
    assert "disk" in full.stderr.splitlines()[-1]
    assert "full" in full.stderr.splitlines()[-1]
    assert "Traceback" not in full.stderr


@pytest.mark.parametrize("size", ["16k", "200k", "900k"])
def test_no_command_dumps_the_databases_statements(small_disk: Path, size: str) -> None:
    studio = Studio(small_disk.parent)
    studio.home.dagster.mkdir(parents=True)
    assert mount("--move", str(small_disk), str(studio.home.dagster))
    try:
        assert mount("-o", f"remount,size={size}", str(studio.home.dagster))
        plan = studio.write(plan_format_example())
        for command in (("render", plan), ("ui", "--port", "39017", "--films-port", "39018")):
            full = studio.sparkle(*command)
            assert full.returncode == 1
            (said,) = full.stderr.splitlines()
            assert f"The disk that holds {studio.home.dagster} is full (0." in said
        assert "Traceback" not in studio.sparkle("status").stderr
    finally:
        assert mount("--move", str(studio.home.dagster), str(small_disk))
