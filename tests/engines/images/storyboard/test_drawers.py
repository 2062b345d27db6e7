"""Keyframes that are drawn at the same time: here, and in processes that do nothing else.

A picture whose file is a named pipe is in work for as long as a test wants: until it is read.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

import forked
from clips import child_processes
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest
from sparkle_motion_dagster.engines.images.storyboard import program
from sparkle_motion_dagster.engines.images.storyboard.drawers import Drawers
from sparkle_motion_dagster.engines.images.storyboard.engine import (
    StoryboardEngine,
    StoryboardSettings,
)
from sparkle_motion_dagster.engines.images.storyboard.keyframe import KeyframeOrder, draw
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.halting import HaltedError
from sparkle_motion_dagster.production.loop import Item, produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.units import FrameSize
from waiting import PATIENCE_S, until

MARA = Appearance(id="mara", description="lighthouse keeper, fifties")
PROMPTS = (
    "close-up of Mara's face lit by the lamp, 灯台",
    "storm over a stone lighthouse, dusk, 35mm",
    "a market street in the rain, night",
    "Mara and Tom walk along the shore at dawn",
    "lamp room interior, brass lens, warm light",
)
CROWD = "a crowded market street in the rain, night"
"""It takes ten times as long as the others."""


def request(prompt: str, width: int = 320, height: int = 180) -> ImageRequest:
    size = FrameSize(width=width, height=height)
    people = (MARA, Appearance(id="tom")) if "Mara" in prompt else ()
    return ImageRequest(shot="shot_001", prompt=prompt, characters=people, size=size, seed=7)


def order(prompt: str, folder: Path, width: int = 320, height: int = 180) -> KeyframeOrder:
    folder.mkdir(exist_ok=True)
    return KeyframeOrder(
        request=request(prompt, width, height),
        caption_strip=True,
        image=folder / "image.png",
        scene=folder / "scene.json",
    )


def held(prompt: str, folder: Path) -> KeyframeOrder:
    """Return an order that is in work until its picture is read, which no pipe holds whole."""
    made = order(prompt, folder, 480, 270)
    os.mkfifo(made.image)
    return made


def drawing_processes() -> list[psutil.Process]:
    return [one for one in child_processes() if program.__name__ in one.cmdline()]


@pytest.fixture
def drawers() -> Iterator[Drawers]:
    drawers = Drawers()
    yield drawers
    drawers.dismiss()
    assert drawing_processes() == []


@pytest.fixture
def busy(drawers: Drawers, tmp_path: Path) -> Iterator[Drawers]:
    """Drawers of whom the one here has a keyframe in work."""
    mine = held(PROMPTS[0], tmp_path / "held")
    with ThreadPoolExecutor(1) as thread:
        drawn = thread.submit(drawers.draw, mine)
        with mine.image.open("rb") as picture:  # waits until it is to be written
            yield drawers
            assert picture.read().startswith(b"\x89PNG")
        drawn.result(PATIENCE_S)


def test_who_draws_alone_draws_here(drawers: Drawers, tmp_path: Path) -> None:
    drawers.draw(order(PROMPTS[1], tmp_path))
    assert drawing_processes() == []


def test_what_is_drawn_sooner_than_a_process_starts_waits_for_this_one(
    drawers: Drawers, tmp_path: Path
) -> None:
    mine = held(PROMPTS[0], tmp_path / "held")
    small = order(PROMPTS[1], tmp_path / "small", 160, 90)
    with ThreadPoolExecutor(2) as threads:
        drawn = [threads.submit(drawers.draw, mine)]
        with mine.image.open("rb") as picture:  # waits until it is to be written
            drawn.append(threads.submit(drawers.draw, small))
            assert picture.read().startswith(b"\x89PNG")
        for one in drawn:
            one.result(PATIENCE_S)
    assert small.image.exists()
    assert drawing_processes() == []


def test_another_process_draws_the_same_bytes_and_says_the_same(
    busy: Drawers, tmp_path: Path
) -> None:
    said = set()
    for number, prompt in enumerate((*PROMPTS, CROWD)):
        here, there = order(prompt, tmp_path / f"h{number}"), order(prompt, tmp_path / f"t{number}")
        remarks = draw(here)
        assert busy.draw(there) == remarks
        said |= {*remarks}
        assert there.image.read_bytes() == here.image.read_bytes()
        assert there.scene.read_bytes() == here.scene.read_bytes()
    assert len(said) == 1  # what the font lacks
    assert len(drawing_processes()) == 1  # the same for all


def test_where_this_process_looks_for_modules_for_a_moment_is_nothing_to_others(
    busy: Drawers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenCV puts its folder, with a `typing` of its own, first while it is imported."""
    modules = tmp_path / "cv2"
    modules.mkdir()
    (modules / "typing.py").write_text("raise ImportError('not the one of Python')")
    monkeypatch.syspath_prepend(modules)
    busy.draw(order(PROMPTS[1], tmp_path / "drawn"))
    assert len(drawing_processes()) == 1


def test_a_file_that_cannot_be_written_is_the_same_error_there(
    busy: Drawers, tmp_path: Path
) -> None:
    lost = order(PROMPTS[1], tmp_path / "lost")
    lost.image.parent.rmdir()
    with pytest.raises(FileNotFoundError) as there:
        busy.draw(lost)
    assert there.value.filename == str(lost.image)
    assert "No such file" in str(there.value)
    busy.draw(order(PROMPTS[1], tmp_path / "found"))
    assert len(drawing_processes()) == 1


def test_a_process_that_fails_says_why(busy: Drawers, tmp_path: Path) -> None:
    wrong = order(PROMPTS[1], tmp_path / "wrong").model_copy(update={"image": Path("a\0b")})
    with pytest.raises(EngineError, match=r"ended with status 1\.(.|\n)*ValueError: embedded null"):
        busy.draw(wrong)
    assert drawing_processes() == []


def test_a_process_that_is_killed_is_an_error_and_the_next_goes_on(
    busy: Drawers, tmp_path: Path
) -> None:
    theirs = held(PROMPTS[1], tmp_path / "theirs")
    with ThreadPoolExecutor(1) as thread:
        drawn = thread.submit(busy.draw, theirs)
        with theirs.image.open("rb"):
            (process,) = drawing_processes()
            process.kill()
            with pytest.raises(EngineError, match=r"A process .* ended by SIGKILL\. .*AT_ONCE=1"):
                drawn.result(PATIENCE_S)
    assert drawing_processes() == []
    busy.draw(order(PROMPTS[1], tmp_path / "again"))
    (idle,) = drawing_processes()
    idle.kill()
    until("it is dead", lambda: idle.status() == psutil.STATUS_ZOMBIE)
    with pytest.raises(EngineError, match="SIGKILL"):
        busy.draw(order(PROMPTS[1], tmp_path / "once more"))


class Film:
    """A film's keyframes, made by the loop."""

    def __init__(self, root: Path, at_once: int) -> None:
        self.bench = Workbench(SparkleHome(root), at_once=at_once)
        self.folder = self.bench.run_folder("film")
        self.control = RunControl(self.folder)
        self.seen: set[int] = set()

    def make(self) -> list[str]:
        """Make all, and return their digests."""
        items = [Item(f"k{n}", request(prompt)) for n, prompt in enumerate(PROMPTS)]
        engine = StoryboardEngine(StoryboardSettings())
        progress = Progress(self.folder, "keyframes", self.say)
        made = produce(engine, items, self.bench, progress, self.control)
        return [file.sha256 for one in made for file in one.files.values()]

    def say(self, _: str) -> None:
        self.seen |= {one.pid for one in drawing_processes()}


class PausedAfterOne(Film):
    """A film that somebody pauses when its first keyframe is there."""

    def say(self, line: str) -> None:
        super().say(line)
        self.folder.state.change(lambda state: state.with_wish(Wish.PAUSE))


def test_a_films_keyframes_are_the_same_however_many_are_drawn_at_once(tmp_path: Path) -> None:
    alone, together = Film(tmp_path / "alone", 1), Film(tmp_path / "together", 3)
    assert together.make() == alone.make()
    assert alone.seen == set()
    assert 1 <= len(together.seen) <= 2
    assert drawing_processes() == []


def test_a_pause_finishes_what_is_in_work_and_ends_the_processes(tmp_path: Path) -> None:
    film = PausedAfterOne(tmp_path, 3)
    with pytest.raises(HaltedError, match=r"^Paused before k[34]"):
        film.make()
    assert drawing_processes() == []
    film.folder.state.change(lambda state: state.model_copy(update={"wish": None}))
    kept = len({one.item for one in film.folder.finished.all()})
    assert 3 <= kept <= 4


ENDLESS = """
import sys, threading
from pathlib import Path
import test_drawers as t
from sparkle_motion_dagster.engines.images.storyboard.drawers import Drawers
folder, drawers = Path(sys.argv[1]), Drawers()
here = t.held(t.PROMPTS[0], folder / "here")
threading.Thread(target=drawers.draw, args=(here,)).start()
kept = here.image.open("rb")  # nobody reads it: this process goes on drawing
drawers.draw(t.order(t.PROMPTS[1], folder / "idle"))
print("idle", flush=True)
for number in range(100):
    print("draws", flush=True)
    drawers.draw(t.order(t.CROWD, folder / "busy"))
"""


@pytest.mark.parametrize("when", ["idle", "draws"])
def test_a_kill_leaves_no_process(tmp_path: Path, when: str) -> None:
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    process = forked.Piped(
        ["python", "-c", ENDLESS, str(tmp_path)], os.environ | {"PYTHONPATH": path}, tmp_path
    )
    try:
        while process.stdout.readline().strip() != when:
            pass
        left = drawing_processes()
    finally:
        process.kill()
        with contextlib.suppress(BrokenPipeError):
            process.read(PATIENCE_S)
    gone, alive = psutil.wait_procs(left, timeout=PATIENCE_S)
    assert (len(gone), alive) == (1, [])
