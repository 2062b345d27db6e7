"""The production loop, with a small engine that makes real files."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    EngineInputError,
    EngineSettings,
    Made,
    MadeFile,
    NotReadyError,
    Request,
)
from sparkle_motion_dagster.media.errors import FfmpegError, ProbeError
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.loop import Item, Produced, fingerprint, produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench


class NoteSettings(EngineSettings):
    shout: bool = False


class NoteRequest(Request):
    text: str
    mood: str = "calm"
    source: StoredFile | None = None


class NoteEngine(Engine[NoteRequest, NoteSettings]):
    """Writes notes, counts what it was asked for, and breaks on the text "break"."""

    name = "note"
    version = 1
    settings_model = NoteSettings
    unused_fields = frozenset({"mood"})

    def __init__(self, settings: NoteSettings) -> None:
        super().__init__(settings)
        self.asked: list[str] = []
        self.closed = False

    def make(self, requests: Sequence[NoteRequest], folder: Path) -> Generator[Made]:
        try:
            for number, request in enumerate(requests):
                self.asked.append(request.text)
                if request.text == "break":
                    raise EngineError("the pencil broke")
                path = folder / f"{number}.json"
                path.write_text(json.dumps({"note": request.text}))
                yield Made(
                    {"note": MadeFile(path, "application/json")}, {"length": len(request.text)}
                )
        finally:
            self.closed = True


class FussyEngine(NoteEngine):
    """Knows beforehand what it will not write."""

    def check(self, request: NoteRequest) -> None:
        if request.text == "rude":
            raise EngineInputError("such words are not written")


class SilentEngine(NoteEngine):
    """Makes nothing, and does not say so."""

    def make(self, requests: Sequence[NoteRequest], folder: Path) -> Generator[Made]:
        yield from ()


class Desk:
    def __init__(self, root: Path) -> None:
        self.bench = Workbench(SparkleHome(root))
        self.folder = self.bench.run_folder("film")

    def make(self, engine: NoteEngine, *texts: str) -> tuple[Produced, ...]:
        items = [Item(f"item_{i}", NoteRequest(text=text)) for i, text in enumerate(texts)]
        progress, control = Progress(self.folder, "notes"), RunControl(self.folder)
        return produce(engine, items, self.bench, progress, control)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def note_engine() -> NoteEngine:
    return NoteEngine(NoteSettings())


def test_what_is_known_is_never_asked_for_again(desk: Desk) -> None:
    first = desk.make(note_engine(), "a", "b")
    engine = note_engine()
    second = desk.make(engine, "a", "b", "c")
    assert engine.asked == ["c"]
    assert [item.made for item in first] == [True, True]
    assert [item.made for item in second] == [False, False, True]
    assert second[0].record == first[0].record
    assert json.loads(second[2].files["note"].path.read_text()) == {"note": "c"}


def test_items_that_look_alike_are_made_once(desk: Desk) -> None:
    engine = note_engine()
    made = desk.make(engine, "a", "b", "a")
    assert engine.asked == ["a", "b"]
    assert made[0].files == made[2].files
    assert [item.made for item in made] == [True, True, False]


def test_a_failure_loses_the_item_in_flight_and_nothing_else(desk: Desk) -> None:
    engine = note_engine()
    with pytest.raises(EngineError, match="the pencil broke"):
        desk.make(engine, "a", "b", "break", "c")
    assert engine.closed
    again = note_engine()
    desk.make(again, "a", "b", "c")
    assert again.asked == ["c"]
    assert list(desk.bench.home.work.iterdir()) == []


class MissingPencilError(NotReadyError):
    """There is no pencil."""


class LateError(EngineError):
    """Says how late."""

    def __init__(self, message: str, minutes: int) -> None:
        super().__init__(message)
        self.minutes = minutes


class FailingEngine(NoteEngine):
    """Raises what it is told to, at the second note."""

    def __init__(self, error: Exception) -> None:
        super().__init__(NoteSettings())
        self.error = error

    def make(self, requests: Sequence[NoteRequest], folder: Path) -> Generator[Made]:
        yield next(super().make(requests, folder))
        raise self.error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LateError("the pen came late", minutes=5), "item_1: the pen came late"),
        (EngineInputError("such a note cannot be"), "item_1: such a note cannot be"),
        (FfmpegError("ffmpeg ended"), "item_1: ffmpeg ended"),
        (MissingPencilError("there is no pencil"), "there is no pencil"),
        (OSError("the desk burns"), "the desk burns"),
    ],
)
def test_an_error_names_its_item_and_stays_what_it_is(
    desk: Desk, error: Exception, told: str
) -> None:
    with pytest.raises(type(error)) as raised:
        desk.make(FailingEngine(error), "a", "b", "c")
    assert raised.value is error
    assert str(error) == told
    assert getattr(error, "minutes", 5) == 5


def test_a_file_that_is_not_what_it_should_be_is_named_by_its_item(desk: Desk) -> None:
    class Scribbler(NoteEngine):
        def make(self, requests: Sequence[NoteRequest], folder: Path) -> Generator[Made]:
            for made in super().make(requests, folder):
                made.outputs["note"].path.write_text("no JSON")
                yield made

    with pytest.raises(ProbeError, match=r"^item_0: "):
        desk.make(Scribbler(NoteSettings()), "a")


def test_an_engine_that_makes_less_than_it_was_asked_for_is_an_error(desk: Desk) -> None:
    with pytest.raises(EngineError, match="ended without making item_0"):
        desk.make(SilentEngine(NoteSettings()), "a")


def test_the_fingerprint_follows_what_changes_the_result_and_nothing_else(tmp_path: Path) -> None:
    engine, base = note_engine(), NoteRequest(text="a")
    digest = "0" * 64
    here = NoteRequest(text="a", source=StoredFile(sha256=digest, path=tmp_path / "here"))
    there = NoteRequest(text="a", source=StoredFile(sha256=digest, path=tmp_path / "there"))
    assert fingerprint(engine, base) == fingerprint(engine, NoteRequest(text="a", mood="wild"))
    assert fingerprint(engine, here) == fingerprint(engine, there)
    different = [
        fingerprint(engine, base),
        fingerprint(engine, NoteRequest(text="b")),
        fingerprint(engine, here),
        fingerprint(NoteEngine(NoteSettings(shout=True)), base),
    ]
    assert len(set(different)) == len(different)


def test_the_record_holds_the_whole_request_and_what_was_probed(desk: Desk) -> None:
    record = desk.make(note_engine(), "hello")[0].record
    assert record.request == {"text": "hello", "mood": "calm", "source": None}
    assert record.metadata == {"length": 5}
    assert record.outputs["note"].size_bytes == len('{"note": "hello"}')
    assert record.engine.name == "note"


def test_what_has_a_damaged_stored_file_is_made_again_and_that_is_said(desk: Desk) -> None:
    stored = desk.make(note_engine(), "a", "b")[0].files["note"]
    stored.path.chmod(0o644)
    stored.path.write_text("damaged")
    engine = note_engine()
    again = Desk(desk.bench.home.root).make(engine, "a", "b")
    assert engine.asked == ["a"]
    assert again[0].files["note"].sha256 == stored.sha256
    assert (desk.bench.home.set_aside / stored.sha256).read_text() == "damaged"
    assert desk.folder.state.read().mended == (
        "notes: item_0 is to be made again: its stored note is missing or damaged.",
    )


def test_what_has_a_truncated_action_record_is_made_again_and_that_is_said(desk: Desk) -> None:
    record = desk.make(note_engine(), "a")[0].record
    path = desk.bench.actions.path_of(record.fingerprint)
    path.write_bytes(path.read_bytes()[:40])
    engine = note_engine()
    assert desk.make(engine, "a")[0].record.outputs == record.outputs
    assert len(engine.asked) == 1
    assert (desk.bench.home.set_aside / path.name).stat().st_size == 40
    assert "its action record is damaged" in desk.folder.state.read().mended[0]


def test_progress_says_what_is_done_and_how_much_of_it_was_made(desk: Desk) -> None:
    desk.make(note_engine(), "a")
    desk.make(note_engine(), "a", "b", "b")
    report = desk.folder.state.read().progress
    assert report is not None
    assert (report.stage, report.done, report.total) == ("notes", 3, 3)
    assert (report.made, report.making) == (1, 1)
    assert report.pid == os.getpid()


def test_folders_of_killed_processes_are_swept(desk: Desk) -> None:
    left_behind = desk.bench.home.work / "work-dead"
    left_behind.mkdir(parents=True)
    (left_behind / "half.mp4").write_bytes(b"half a film")
    with desk.bench.work_folder() as mine, Workbench(desk.bench.home).work_folder() as other:
        assert mine.is_dir()
        assert other.is_dir()
        assert not left_behind.exists()


def test_what_cannot_be_made_is_known_before_anything_is(desk: Desk) -> None:
    engine = FussyEngine(NoteSettings())
    with pytest.raises(EngineInputError, match=r"^item_2: such words are not written$"):
        desk.make(engine, "a", "b", "rude", "c")
    assert engine.asked == []


class NoteEngineWithMemory(NoteEngine):
    """Remembers what it had been asked for whenever it was to free its memory."""

    def __init__(self, settings: NoteSettings) -> None:
        super().__init__(settings)
        self.unloaded_after: list[list[str]] = []

    def unload(self) -> None:
        self.unloaded_after.append([*self.asked])


@pytest.mark.parametrize("texts", [("a", "b"), ("a", "break")])
def test_an_engine_frees_its_memory_once_when_no_item_is_left_or_one_fails(
    desk: Desk, texts: tuple[str, ...]
) -> None:
    engine = NoteEngineWithMemory(NoteSettings())
    with contextlib.suppress(EngineError):
        desk.make(engine, *texts)
    assert engine.unloaded_after == [[*texts]]
