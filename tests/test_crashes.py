"""kill -9 at exact moments: the next render ends in the same bytes and repeats no finished item."""

from __future__ import annotations

import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus
from filelock import FileLock

import forked
from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.verify import verify_all
from studio import REPOSITORY, Gallery, Studio, five_shots, short_film

PATIENCE_S = 120.0
KILLING = REPOSITORY / "tests" / "support" / "killing.py"

ITEMS = {
    "movie_plan": 0,
    "dialogue_wavs": 1,
    "timeline_track": 1,
    "base_images": 3,
    "shot_clips": 2,
    "lipsync_clips": 1,
    "video_final": 2,
}
"""How many items each stage of the short film makes, in the order in which they are made."""

STAGES = list(ITEMS)

MAKING = {
    "base_images": ("open", "*/work/work-*/image_*.png"),
    "dialogue_wavs": ("subprocess.Popen", "*/phonemes/program.py"),
    "timeline_track": ("open", "*/work/work-*/timeline-0.json"),
    "shot_clips": ("open", "*/work/work-*/move_*.json"),
    "lipsync_clips": ("subprocess.Popen", "*/death_guard.py"),
    "video_final": ("open", "*/work/work-*/poster-*.jpg"),
}
"""What each stage does in the middle of an item."""

STORED = ("os.rename", "*/store/sha256/??/*")
RECORDED = ("os.rename", "*/actions/??/*.json")
STATE_CHANGED = ("os.rename", "*/runs/film/state.json")


@dataclass(frozen=True)
class Death:
    """Where a render dies.

    ``moments`` are what it does until then, as ``killing.py`` takes them; ``kept`` is how many
    items of ``stage`` are recorded by then. All stages before are finished, and none behind begun.
    """

    stage: str
    moments: tuple[str, ...]
    kept: int

    @property
    def finished(self) -> dict[str, int]:
        """How many items of each stage are recorded."""
        return {stage: self._kept_of(stage) for stage in STAGES}

    def _kept_of(self, stage: str) -> int:
        if stage == self.stage:
            return self.kept
        return ITEMS[stage] if STAGES.index(stage) < STAGES.index(self.stage) else 0


def announced(stage: str) -> tuple[str, str]:
    """Return the moment in which a stage's manifest is about to take its place."""
    return "os.rename", f"*/runs/film/{stage}/manifest.json"


def synced(stage: str) -> tuple[str, str]:
    """Return the moment in which a stage's folder is about to be synced."""
    return "open", f"*/runs/film/{stage}"


def publishing(stage: str) -> dict[str, tuple[str, ...]]:
    shown = ("os.rename", f"*/runs/film/{stage}/.new-*")
    return {
        # The first file of several is there; of a stage with a single one, its temporary link.
        "publishing": shown if stage == "movie_plan" else shown * 2,
        "before its manifest": announced(stage),
        "after its manifest": announced(stage) + synced(stage),
    }


def deaths_in(stage: str) -> dict[str, Death]:
    """Return all the ways to die in the last item of a stage, and while it is published."""
    earlier = announced(STAGES[STAGES.index(stage) - 1]) + RECORDED * (ITEMS[stage] - 1)
    in_flight = {
        "making": MAKING[stage],
        "storing its files": STORED * 2,
        "stored, not recorded": STORED * 2 + ("open", "*/actions/??/.new-*"),
        "recording": RECORDED,
    }
    done = {"recorded": (*RECORDED, "os.remove", "*/actions/??/.new-*"), **publishing(stage)}
    return {
        **{when: Death(stage, earlier + how, ITEMS[stage] - 1) for when, how in in_flight.items()},
        **{when: Death(stage, earlier + how, ITEMS[stage]) for when, how in done.items()},
    }


FILM_SHOWN = announced("video_final")

INTAKE = {
    "storing": STORED,
    "stored": (*STORED, "open", "*/runs/film/.reached"),
    **publishing("movie_plan"),
}

MATRIX = {
    **{f"movie_plan: {when}": Death("movie_plan", how, 0) for when, how in INTAKE.items()},
    **{
        f"{stage}: {when}": death
        for stage in STAGES[1:]
        for when, death in deaths_in(stage).items()
    },
    "saying that it is done": Death(
        "video_final", (*FILM_SHOWN, *STATE_CHANGED), ITEMS["video_final"]
    ),
    "letting go": Death("video_final", (*FILM_SHOWN, *STATE_CHANGED * 2), ITEMS["video_final"]),
}

LET_GO = (*FILM_SHOWN, *STATE_CHANGED * 2, "os.utime", "*/dagster/history/runs/*")

IN_EVERY_SUITE = "video_final: publishing"


@pytest.fixture(autouse=True)
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have everything happen in one order: `killing.py` counts what a render does."""
    monkeypatch.setenv("SPARKLE_AT_ONCE", "1")


@pytest.fixture
def undisturbed(gallery: Gallery) -> Studio:
    """A studio with a film whose render nothing disturbed."""
    studio = gallery.short_film()
    made = studio.rendered().made
    assert {stage: len(items) for stage, items in made.items()} == {
        stage: items for stage, items in ITEMS.items() if items
    }
    return studio


def signalled(
    studio: Studio, sent: signal.Signals, moments: tuple[str, ...], *plan: str | Path
) -> subprocess.CompletedProcess[str]:
    """Render until the last of some moments, in which the render is sent a signal."""
    return studio.python(KILLING, sent.name, *moments, "--", "render", *plan)


def render_that_dies(studio: Studio, moments: tuple[str, ...], *plan: str | Path) -> None:
    """Render until the last of some moments, which kills the render."""
    died = signalled(studio, signal.SIGKILL, moments, *plan)
    assert died.returncode == -signal.SIGKILL, died.stderr


def last_run(studio: Studio) -> tuple[str, DagsterRunStatus]:
    """Return the id and status of the run that was begun last."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        (run,) = instance.get_runs(limit=1)
    return run.run_id, run.status


def end_of(studio: Studio, dagster_run: str) -> tuple[DagsterRunStatus, str]:
    """Return the status of a run, and with which words it failed."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        run = instance.get_run_by_id(dagster_run)
        assert run is not None
        failures = instance.all_logs(dagster_run, DagsterEventType.RUN_FAILURE)
    return run.status, "\n".join(
        entry.dagster_event.message or "" for entry in failures if entry.dagster_event
    )


def wait_for_orphans(studio: Studio) -> None:
    """Wait until nothing that worked in the studio is left running."""
    left = [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(studio.root) in part for part in process.info["cmdline"] or ())
    ]
    _, alive = psutil.wait_procs(left, timeout=PATIENCE_S)
    assert not alive


def assert_goes_on(studio: Studio, undisturbed: Studio, finished: dict[str, int]) -> str:
    """Render once more: equal bytes, and nothing made again that had been recorded.

    Args:
        studio: Where a render was killed.
        undisturbed: Where none was.
        finished: How many items of each stage must have been recorded by then.

    Returns:
        What the render said on standard error.
    """
    wait_for_orphans(studio)
    assert studio.actions() == sum(finished.values())
    result = studio.sparkle("render", studio.plans / "film.yaml")
    assert result.returncode == 0, result.stderr
    rendered, reference = studio.rendered(), undisturbed.rendered()
    assert rendered.digests == reference.digests
    assert rendered.content == reference.content
    assert studio.actions() == undisturbed.actions()
    assert {stage: len(rendered.made.get(stage, ())) for stage in STAGES} == {
        stage: items - finished[stage] for stage, items in ITEMS.items()
    }
    assert_clean(studio)
    return result.stderr


def assert_clean(studio: Studio) -> None:
    """Make sure that nothing is damaged, held, left over or said to be going on."""
    assert verify_all(studio.home).findings == ()
    assert not studio.home.work.exists() or list(studio.home.work.iterdir()) == []
    folder = RunFolder(studio.home, "film")
    assert (folder.is_held(), folder.stale_holder()) == (False, None)
    state = folder.state.read().status
    assert state is not None
    assert state.state is State.RENDERED
    run, status = last_run(studio)
    assert (run, status) == (state.dagster_run, DagsterRunStatus.SUCCESS)
    shown = {path.name for stage in STAGES for path in folder.stage(stage).iterdir()}
    assert not {name for name in shown if name.startswith(".")}


def assert_buried(studio: Studio, dagster_run: str, pid: int, said: str) -> None:
    """Make sure that a run's death is told: where it is looked up, and to whom renders next."""
    status, words = end_of(studio, dagster_run)
    assert status is DagsterRunStatus.FAILURE
    assert f"(process {pid}) is gone" in words
    assert f"(process {pid}) is gone" in said


def assert_died_holding(studio: Studio, undisturbed: Studio, finished: dict[str, int]) -> None:
    """Make sure that a killed render is found dead, buried, and gone on with."""
    run, status = last_run(studio)
    assert status is DagsterRunStatus.STARTED
    dead = RunFolder(studio.home, "film").stale_holder()
    assert dead is not None
    assert dead.dagster_run == run
    said = assert_goes_on(studio, undisturbed, finished)
    assert_buried(studio, run, dead.pid, said)


@pytest.mark.parametrize(
    "death",
    [
        pytest.param(death, id=name, marks=() if name == IN_EVERY_SUITE else pytest.mark.service)
        for name, death in MATRIX.items()
    ],
)
def test_a_killed_render_goes_on(studio: Studio, undisturbed: Studio, death: Death) -> None:
    render_that_dies(studio, death.moments, studio.write(short_film()))
    assert_died_holding(studio, undisturbed, death.finished)


@pytest.mark.service
@pytest.mark.parametrize("stage", STAGES)
def test_a_render_killed_while_it_publishes_anew_goes_on(
    tmp_path: Path, undisturbed: Studio, stage: str
) -> None:
    """The film was there; a second render has just removed a stage's manifest."""
    studio = undisturbed.copy(tmp_path / "again")
    removed = "os.remove", f"*/runs/film/{stage}/manifest.json"
    plan = studio.plans / "film.yaml"
    render_that_dies(studio, removed + synced(stage), plan, "--replace")  # a run, though up to date
    assert stage not in studio.manifests()
    assert_died_holding(studio, undisturbed, ITEMS)


@pytest.mark.service
def test_an_encoder_dies_with_the_render_that_feeds_it(studio: Studio, undisturbed: Studio) -> None:
    encoder = studio.root / "encoder"
    encoder.write_text('#!/bin/sh\nkill -KILL $PPID\nexec tail -f "$0"\n')  # it would never end
    encoder.chmod(0o755)
    died = forked.run(
        ["sparkle", "render", str(studio.write(short_film()))],
        studio.environment | {"IMAGEIO_FFMPEG_EXE": str(encoder)},
        studio.root,
        PATIENCE_S,
    )
    assert died.returncode == -signal.SIGKILL
    assert_died_holding(studio, undisturbed, Death("shot_clips", (), 0).finished)


@pytest.mark.service
def test_a_render_killed_with_two_clips_in_work_goes_on(
    tmp_path: Path, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKLE_AT_ONCE", "2")
    undisturbed, studio = gallery.five_shots(), Studio(tmp_path)
    two_begun = ("subprocess.Popen", "*/death_guard.py") * 2
    render_that_dies(studio, announced("base_images") + two_begun, studio.write(five_shots()))
    wait_for_orphans(studio)
    assert studio.sparkle("render", studio.plans / "film.yaml").returncode == 0
    assert studio.rendered().digests == undisturbed.rendered().digests
    assert "shot_clips" in studio.rendered().made
    assert_clean(studio)


@pytest.mark.service
def test_a_render_killed_while_it_waits_for_a_lock_goes_on(
    studio: Studio, undisturbed: Studio
) -> None:
    plan = studio.write(short_film())
    path = studio.home.root / ".changing"
    path.parent.mkdir(parents=True)
    with FileLock(path):
        # It tries again and again; with the lock taken, there is no other way to a third time.
        render_that_dies(studio, ("open", "*/.changing") * 3, plan)
    assert_died_holding(studio, undisturbed, dict.fromkeys(STAGES, 0))


@pytest.mark.service
@pytest.mark.parametrize(
    ("moments", "finished"),
    [
        pytest.param(("open", "*/runs/film/.held"), dict.fromkeys(STAGES, 0), id="before"),
        pytest.param(STATE_CHANGED, dict.fromkeys(STAGES, 0), id="saying that it begins"),
        pytest.param(LET_GO, ITEMS, id="after"),
    ],
)
def test_a_run_killed_while_it_does_not_hold_its_film_is_given_a_minute(
    studio: Studio, undisturbed: Studio, moments: tuple[str, ...], finished: dict[str, int]
) -> None:
    """Whether it is about to begin, or to end, or dead, nobody can tell: the film goes on."""
    render_that_dies(studio, moments, studio.write(short_film()))
    run, status = last_run(studio)
    assert status is DagsterRunStatus.STARTED
    assert RunFolder(studio.home, "film").stale_holder() is None
    assert_goes_on(studio, undisturbed, finished)
    assert end_of(studio, run) == (DagsterRunStatus.STARTED, "")


@pytest.mark.parametrize(
    "with_signal", [pytest.param(signal.SIGINT, marks=pytest.mark.service), signal.SIGTERM]
)
def test_a_render_that_is_told_to_stop_says_so_and_goes_on_later(
    studio: Studio, undisturbed: Studio, with_signal: signal.Signals
) -> None:
    in_the_second_clip = MATRIX["shot_clips: making"]
    stopped = signalled(studio, with_signal, in_the_second_clip.moments, studio.write(short_film()))
    assert stopped.returncode == 1
    assert "shot_clips: Interrupted. Everything finished is kept" in stopped.stderr
    assert list(studio.home.work.iterdir()) == []
    assert last_run(studio)[1] is DagsterRunStatus.FAILURE
    state = RunFolder(studio.home, "film").state.read().status
    assert state is not None
    assert state.state is State.STOPPED
    assert_goes_on(studio, undisturbed, in_the_second_clip.finished)
