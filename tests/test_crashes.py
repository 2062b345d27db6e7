"""kill -9 in every stage: the next render ends in the same bytes and repeats no finished item."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.production.progress import read_progress
from studio import PROGRAMS, Rendered, Studio, example

PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rendered, int]:
    """A render that nothing disturbed, and how many action records it left."""
    studio = Studio(tmp_path_factory.mktemp("undisturbed"))
    rendered = studio.render(example("harbour_light"))
    return rendered, studio.actions()


def killed_render(
    studio: Studio, plan: Path, moment: Callable[[], bool], with_signal: int = signal.SIGKILL
) -> tuple[int, str]:
    """Start a render, and send it a signal the moment that a condition holds.

    Returns:
        Its exit code, and what it said on standard error.
    """
    process = subprocess.Popen(
        [str(PROGRAMS / "sparkle"), "render", str(plan)],
        env=studio.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + PATIENCE_S
    while not moment():
        assert process.poll() is None, "the render ended before it could be killed"
        assert time.monotonic() < deadline, "the moment to kill it never came"
    process.send_signal(with_signal)
    _, errors = process.communicate(timeout=PATIENCE_S)
    return process.returncode, errors


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


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_a_render_that_is_told_to_stop_says_so_and_goes_on_later(
    studio: Studio, undisturbed: tuple[Rendered, int], with_signal: int
) -> None:
    plan = studio.write(example("harbour_light"))

    def at_the_second_clip() -> bool:
        report = read_progress(studio.home.runs / "film")
        return report is not None and (report.stage, report.done) == ("shot_clips", 1)

    exit_code, errors = killed_render(studio, plan, at_the_second_clip, with_signal)
    assert exit_code == 1
    assert "shot_clips: Interrupted. Everything finished is kept" in errors
    assert list(studio.home.work.iterdir()) == []
    assert_goes_on(studio, plan, undisturbed)


def test_a_render_killed_at_intake_goes_on(
    studio: Studio, undisturbed: tuple[Rendered, int]
) -> None:
    plan = studio.write(example("harbour_light"))
    killed_render(studio, plan, studio.home.store.exists)
    assert_goes_on(studio, plan, undisturbed)


def test_a_file_without_its_record_and_a_folder_without_its_manifest_cost_one_item(
    studio: Studio, undisturbed: tuple[Rendered, int]
) -> None:
    """What a kill leaves between storing and recording, and in the middle of publishing."""
    studio.render(example("harbour_light"))
    clips = studio.manifests()["shot_clips"]
    ActionLog(studio.home.actions).path_of(clips.artifacts[1].fingerprint).unlink()
    folder = studio.home.runs / "film" / "shot_clips"
    (folder / "manifest.json").unlink()
    (folder / clips.artifacts[0].file).unlink()
    (folder / f".new-{clips.artifacts[0].file}").write_bytes(b"half a link")
    assert_goes_on(studio, studio.plans / "film.yaml", undisturbed)
    assert studio.rendered().made == {"shot_clips": [clips.artifacts[1].id]}
    shown = {path.name for path in folder.iterdir()}
    assert shown == {"manifest.json", *(artifact.file for artifact in clips.artifacts)}
