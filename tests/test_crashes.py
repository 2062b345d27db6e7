"""kill -9 in every stage: the next render ends in the same bytes and repeats no finished item."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from sparkle_motion_dagster.production.progress import read_progress
from studio import PROGRAMS, Rendered, Studio, example

PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rendered, int]:
    """A render that nothing disturbed, and how many action records it left."""
    studio = Studio(tmp_path_factory.mktemp("undisturbed"))
    rendered = studio.render(example("harbour_light"))
    return rendered, studio.actions()


def killed_render(studio: Studio, plan: Path, moment: Callable[[], bool]) -> None:
    """Start a render, and kill -9 it the moment that a condition holds."""
    process = subprocess.Popen(
        [str(PROGRAMS / "sparkle"), "render", str(plan)],
        env=studio.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + PATIENCE_S
    while not moment():
        assert process.poll() is None, "the render ended before it could be killed"
        assert time.monotonic() < deadline, "the moment to kill it never came"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def wait_for_orphans(studio: Studio) -> None:
    """Wait until nothing that worked in the studio's home is left running."""
    left = [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(studio.home.root) in part for part in process.info["cmdline"] or ())
    ]
    _, alive = psutil.wait_procs(left, timeout=PATIENCE_S)
    assert not alive


def assert_goes_on(studio: Studio, plan: Path, reference: tuple[Rendered, int]) -> None:
    """Render again: equal bytes, and nothing made again that had been recorded."""
    wait_for_orphans(studio)
    undisturbed, actions = reference
    recorded = studio.actions()
    result = studio.sparkle("render", plan)
    assert result.returncode == 0, result.stderr
    rendered = studio.rendered()
    assert rendered.digests == undisturbed.digests
    assert rendered.content == undisturbed.content
    assert studio.actions() == actions
    assert sum(map(len, rendered.made.values())) == actions - recorded
    verified = studio.sparkle("verify")
    assert verified.returncode == 0, verified.stdout
    assert list(studio.home.work.iterdir()) == []


@pytest.mark.parametrize(
    ("stage", "items_done"),
    [
        ("dialogue_wavs", 1),
        ("timeline_track", 0),
        ("base_images", 2),
        ("shot_clips", 1),
        ("lipsync_clips", 0),
        ("video_final", 0),
    ],
)
def test_a_render_killed_in_a_stage_goes_on(
    studio: Studio, undisturbed: tuple[Rendered, int], stage: str, items_done: int
) -> None:
    plan = studio.write(example("harbour_light"))
    folder = studio.home.runs / "film"

    def in_the_middle() -> bool:
        report = read_progress(folder)
        return (
            report is not None
            and (report.stage, report.done) == (stage, items_done)
            and report.item is not None
        )

    killed_render(studio, plan, in_the_middle)
    assert stage not in studio.manifests()
    assert_goes_on(studio, plan, undisturbed)


def test_a_render_killed_at_intake_goes_on(
    studio: Studio, undisturbed: tuple[Rendered, int]
) -> None:
    plan = studio.write(example("harbour_light"))
    killed_render(studio, plan, studio.home.store.exists)
    assert_goes_on(studio, plan, undisturbed)


def test_a_render_killed_between_a_file_and_its_record_goes_on(
    studio: Studio, undisturbed: tuple[Rendered, int]
) -> None:
    plan = studio.write(example("harbour_light"))

    def first_clip_is_stored() -> bool:
        report = read_progress(studio.home.runs / "film")
        if report is None or report.stage != "shot_clips":
            return False
        return any(path.suffix == ".lock" for path in studio.home.work.glob("*"))

    killed_render(studio, plan, first_clip_is_stored)
    assert_goes_on(studio, plan, undisturbed)
