"""Several items in work at the same time, with engines that make real files."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import cv2
import psutil
import pytest

import filmers
import forked
from filmers import Filmer, TitleRequest
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.concurrency import items_at_once
from sparkle_motion_dagster.production.halting import HaltedError
from sparkle_motion_dagster.production.loop import Item, Produced, produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from waiting import PATIENCE_S, until


class NoteRequest(Request):
    text: str


class Clerk(Engine[NoteRequest, EngineSettings]):
    """Writes notes, several at the same time, and does what a test wants before each.

    ``busy`` counts how many are in work, ``most`` how many ever were.
    """

    name = "clerk"
    version = 1
    settings_model = EngineSettings
    at_once = True

    def __init__(self, before: Callable[[str], None] = lambda _: None) -> None:
        super().__init__(EngineSettings())
        self.before = before
        self.began: list[str] = []
        self.busy = self.most = 0
        self.counting = threading.Lock()

    def count(self, change: int) -> None:
        with self.counting:
            self.busy += change
            self.most = max(self.most, self.busy)

    def make(self, requests: Sequence[NoteRequest], folder: Path) -> Generator[Made]:
        for number, request in enumerate(requests):
            self.began.append(request.text)
            self.count(1)
            try:
                self.before(request.text)
                path = folder / f"{number}.json"
                path.write_text(json.dumps({"note": request.text}))
            finally:
                self.count(-1)
            yield Made({"note": MadeFile(path, "application/json")})


class Desk:
    def __init__(self, root: Path, at_once: int) -> None:
        self.bench = Workbench(SparkleHome(root), at_once=at_once)
        self.folder = self.bench.run_folder("film")
        self.said: list[str] = []

    def make(self, engine: Engine[NoteRequest, EngineSettings], *texts: str) -> list[Produced]:
        items = [Item(text, NoteRequest(text=text)) for text in texts]
        progress = Progress(self.folder, "notes", self.said.append)
        return [*produce(engine, items, self.bench, progress, RunControl(self.folder))]

    def kept(self) -> set[str]:
        """Return the notes that are known by now."""
        self.bench = Workbench(self.bench.home, at_once=1)
        again = Clerk()
        texts = "abcdef"
        self.make(again, *texts)
        return {*texts} - {*again.began}


def meeting(count: int) -> Callable[[str], None]:
    """Return what lets nobody go on until so many are there at the same time."""
    barrier = threading.Barrier(count)

    def meet(_: str) -> None:
        barrier.wait(PATIENCE_S)

    return meet


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_as_many_are_in_work_as_may_be_and_no_more(tmp_path: Path, at_once: int) -> None:
    engine = Clerk(meeting(at_once))
    made = Desk(tmp_path, at_once).make(engine, *"abcdef")
    assert engine.most == at_once
    assert [one.item_id for one in made] == [*"abcdef"]
    notes = [json.loads(one.files["note"].path.read_text())["note"] for one in made]
    assert notes == [*"abcdef"]


def test_opencv_parts_no_picture_among_the_cores_that_other_items_have(tmp_path: Path) -> None:
    cv2.setNumThreads(4)
    threads: list[int] = []
    Desk(tmp_path, 2).make(Clerk(lambda _: threads.append(cv2.getNumThreads())), *"ab")
    assert threads == [1, 1]


def test_each_is_published_the_moment_it_is_finished(tmp_path: Path) -> None:
    desk = Desk(tmp_path, at_once=2)

    def before(text: str) -> None:
        if text == "a":  # until b is known, and what comes after it
            until("c is made", lambda: any(line.startswith("c: made") for line in desk.said))

    made = desk.make(Clerk(before), *"abc")
    assert [line[0] for line in desk.said] == ["b", "c", "a"]
    assert [one.item_id for one in made] == ["a", "b", "c"]
    listed = [(one.item, one.done) for one in desk.folder.finished.all()]
    assert listed == [("b", 1), ("c", 2), ("a", 3)]


def test_progress_says_all_that_is_in_work(tmp_path: Path) -> None:
    desk = Desk(tmp_path, at_once=2)
    seen: list[str] = []

    def at() -> str:
        report = desk.folder.state.read().progress
        return report.at if report else ""

    def before(text: str) -> None:
        if text == "a":
            until("both are begun", lambda: at() == "a, b")
            seen.append(at())
        else:
            until("a has seen it", lambda: bool(seen))

    desk.make(Clerk(before), "a", "b")
    assert seen == ["a, b"]
    assert at() == ""


class Checker(Clerk):
    """Makes one note at a time; looking at one may take until another is begun."""

    at_once = False

    def __init__(self, during: Callable[[str], None]) -> None:
        super().__init__()
        self.during = during

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        self.during(json.loads(output.path.read_text())["note"])
        return super().examine(output, folder)


@pytest.mark.parametrize("at_once", [1, 8])
def test_one_at_a_time_is_examined_before_the_next_is_begun(tmp_path: Path, at_once: int) -> None:
    began_by_then: dict[str, list[str]] = {}
    engine = Checker(lambda text: began_by_then.update({text: [*engine.began]}))
    Desk(tmp_path, at_once).make(engine, *"abc")
    assert began_by_then == {"a": ["a"], "b": ["a", "b"], "c": ["a", "b", "c"]}


def test_one_at_a_time_is_kept_before_the_next_is_begun(tmp_path: Path) -> None:
    """Which may take minutes, and crash."""
    desk = Desk(tmp_path, at_once=8)
    there: dict[str, set[str]] = {}

    class OneByOne(Clerk):
        at_once = False

    def before(text: str) -> None:
        there[text] = {one.item for one in desk.folder.finished.all()}

    desk.make(OneByOne(before), *"abc")
    assert there == {"a": set(), "b": {"a"}, "c": {"a", "b"}}


def test_after_an_error_what_is_in_work_is_finished_and_kept(tmp_path: Path) -> None:
    desk, failed = Desk(tmp_path, at_once=2), threading.Event()

    def before(text: str) -> None:
        if text == "b":
            failed.set()
            raise EngineError("the pen broke")
        failed.wait(PATIENCE_S)

    engine = Clerk(before)
    with pytest.raises(EngineError, match=r"^b: the pen broke$"):
        desk.make(engine, *"abcd")
    assert "d" not in engine.began
    assert list(desk.bench.home.work.iterdir()) == []
    assert desk.kept() == {*engine.began} - {"b"}


def test_after_the_last_was_begun_an_error_leaves_the_others_to_be_finished(
    tmp_path: Path,
) -> None:
    desk, failed = Desk(tmp_path, at_once=3), threading.Event()

    def before(text: str) -> None:
        if text == "b":
            failed.set()
            raise EngineError("the pen broke")
        failed.wait(PATIENCE_S)

    with pytest.raises(EngineError, match=r"^b: the pen broke$"):
        desk.make(Clerk(before), *"abc")
    assert desk.kept() == {"a", "c"}


def test_of_several_errors_one_is_raised_the_others_are_said_and_what_was_made_is_kept(
    tmp_path: Path,
) -> None:
    desk, meet = Desk(tmp_path, at_once=3), meeting(3)

    def before(text: str) -> None:
        meet(text)
        if text != "c":
            raise EngineError("the pen broke")

    with pytest.raises(EngineError, match=r"^[ab]: the pen broke$") as raised:
        desk.make(Clerk(before), *"abcd")
    (other,) = {"a: the pen broke", "b: the pen broke"} - {str(raised.value)}
    assert other in desk.said
    assert "c" in desk.kept()


def test_a_pause_waits_for_what_is_in_work(tmp_path: Path) -> None:
    desk, asked = Desk(tmp_path, at_once=2), threading.Event()

    def before(text: str) -> None:
        if text == "a":
            asked.wait(PATIENCE_S)
        elif not asked.is_set():
            desk.folder.state.change(lambda state: state.with_wish(Wish.PAUSE))
            asked.set()

    engine = Clerk(before)
    with pytest.raises(HaltedError, match=r"^Paused before c, as asked"):
        desk.make(engine, *"abcd")
    desk.folder.state.change(lambda state: state.model_copy(update={"wish": None}))
    assert desk.kept() == {"a", "b"}


class Interrupter(RunControl):
    """Interrupts a run, as Ctrl-C does, before it begins with something."""

    def __init__(self, desk: Desk, what: str, when: Callable[[], None]) -> None:
        super().__init__(desk.folder)
        self.what, self.when = what, when

    def obey(self, before: str) -> None:
        if before == self.what:
            self.when()
            raise KeyboardInterrupt
        super().obey(before)


def test_an_interrupt_gives_up_what_is_in_work(tmp_path: Path) -> None:
    desk, engine = Desk(tmp_path, at_once=3), Filmer()

    def both_are_fed() -> None:
        until("both are fed", lambda: engine.fed == {"endless a", "endless b"})
        assert len(encoders()) == 2

    items = [Item(text, TitleRequest(text=text)) for text in ("endless a", "endless b", "c")]
    control = Interrupter(desk, "c", both_are_fed)
    with pytest.raises(KeyboardInterrupt):
        produce(engine, items, desk.bench, Progress(desk.folder, "clips"), control)
    assert encoders() == []
    assert [one for one in threading.enumerate() if one.name.startswith("making")] == []
    assert list(desk.bench.home.work.iterdir()) == []


def test_a_kill_loses_what_is_in_work_and_nothing_else(tmp_path: Path) -> None:
    """Two clips are begun that never end, once another is there."""
    program = ["python", filmers.__file__, str(tmp_path), "2", "a", "endless b", "endless c", "d"]
    process = forked.Piped(program, os.environ, tmp_path)
    try:
        assert sorted(process.stdout.readline() for _ in range(3)) == ["a\n", "b\n", "c\n"]
        left = until("both are encoded", lambda: len(found := encoders()) == 2 and found)
    finally:
        process.kill()
        process.read(PATIENCE_S)
    gone, alive = psutil.wait_procs(left, timeout=PATIENCE_S)
    assert (len(gone), alive) == (2, [])
    desk, again = Desk(tmp_path, at_once=2), Filmer()
    items = [Item(text, TitleRequest(text=text)) for text in "abcd"]
    made = produce(
        again, items, desk.bench, Progress(desk.folder, "clips"), RunControl(desk.folder)
    )
    assert [one.made for one in made] == [False, True, True, True]
    assert list(desk.bench.home.work.iterdir()) == []


def encoders() -> list[psutil.Process]:
    return [
        child for child in psutil.Process().children(recursive=True) if "libx264" in child.cmdline()
    ]


@pytest.mark.parametrize("said", ["0", "-1", "65", "two", "1.5", "²"])
def test_a_number_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("SPARKLE_AT_ONCE", said)
    with pytest.raises(InputError, match=r"SPARKLE_AT_ONCE says .* from 1 to 64"):
        items_at_once()


def test_as_many_as_there_are_cores_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SPARKLE_AT_ONCE", raising=False)
    assert Workbench(SparkleHome(tmp_path)).at_once == min(len(os.sched_getaffinity(0)), 8)
    monkeypatch.setenv("SPARKLE_AT_ONCE", "3")
    assert Workbench(SparkleHome(tmp_path)).at_once == 3
    assert Workbench(SparkleHome(tmp_path), at_once=5).at_once == 5
