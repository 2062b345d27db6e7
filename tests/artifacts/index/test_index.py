"""The index lists what the manifests list, whoever has changed them, and however that ended."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from small_runs import FINISHED, digest_of, make_run
from sparkle_motion_dagster.artifacts.addresses import AddressError, ArtifactAddress
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.looking import (
    ArtifactIndex,
    PageTokenError,
    Wanted,
)
from sparkle_motion_dagster.artifacts.index.notes import indexed, notes_left, take_away
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.main import main

EVERYTHING = Wanted()


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


def listed(home: SparkleHome, wanted: Wanted = EVERYTHING, limit: int = 100) -> list[str]:
    """Return the addresses of all artifacts, asked for page by page."""
    index, found, token = ArtifactIndex(home), [], None
    while True:
        page = index.page(wanted, limit, token)
        assert len(page.artifacts) <= limit
        found += [f"{one.address.run_id}/{one.address.stage}" for one in page.artifacts]
        if (token := page.next_token) is None:
            return found


def finished(home: SparkleHome, run_id: str) -> list[str]:
    """Publish a finished run, and return what is to be listed of it."""
    make_run(home, run_id, {stage: f"{stage} of {run_id}" for stage in FINISHED})
    return sorted(f"{run_id}/{stage}" for stage in FINISHED)


def test_pages_list_everything_once_in_order(home: SparkleHome) -> None:
    runs = [line for run_id in ("ash", "birch", "cedar") for line in finished(home, run_id)]
    for limit in (1, 2, 4, 9, 100):
        assert listed(home, limit=limit) == runs
    first = ArtifactIndex(home).page(Wanted(), 1).artifacts[0]
    assert first.sha256 == digest_of("base_images of ash")
    assert (first.media_type, first.size_bytes) == ("text/plain", len("base_images of ash"))
    assert str(first.address) == "artifact+fs://ash/base_images/item/note"


def test_pages_go_on_where_they_were_while_others_publish(home: SparkleHome) -> None:
    birch = finished(home, "birch")
    index = ArtifactIndex(home)
    page = index.page(Wanted(), 2)
    finished(home, "ash")
    cedar = finished(home, "cedar")
    rest = index.page(Wanted(), 100, page.next_token)
    named = [f"{one.address.run_id}/{one.address.stage}" for one in rest.artifacts]
    assert named == [birch[2], *cedar]


def test_what_is_wanted_is_told_by_run_stage_and_media_type(home: SparkleHome) -> None:
    ash, _ = finished(home, "ash"), finished(home, "birch")
    assert listed(home, Wanted(run_id="ash")) == ash
    assert listed(home, Wanted(stage="video_final")) == ["ash/video_final", "birch/video_final"]
    assert listed(home, Wanted(media_type="text", run_id="ash")) == ash
    assert listed(home, Wanted(media_type="text/plain", run_id="ash")) == ash
    assert listed(home, Wanted(media_type="image")) == []
    assert listed(home, Wanted(media_type="text/vtt")) == []
    assert listed(home, Wanted(run_id="ash", stage="shot_clips")) == []


def test_a_digest_finds_who_names_it(home: SparkleHome) -> None:
    finished(home, "ash")
    found = ArtifactIndex(home).naming(digest_of("video_final of ash"))
    assert found is not None
    assert found.address.parts == ("ash", "video_final", "item", "note")
    # A preview is stored, and no manifest names it.
    assert ArtifactIndex(home).naming(digest_of("preview of video_final of ash")) is None


def test_it_follows_who_publishes_withdraws_and_removes(home: SparkleHome) -> None:
    ash = finished(home, "ash")
    assert listed(home) == ash
    RunFolder(home, "ash").withdraw("video_final")
    assert rows(home) == ash[:2]
    make_run(home, "ash", {"video_final": "another end"})
    assert rows(home) == ash
    found = ArtifactIndex(home).naming(digest_of("another end"))
    assert found is not None
    shutil.rmtree(RunFolder(home, "ash").detach())
    assert rows(home) == []
    assert not notes_left(home)


def rows(home: SparkleHome) -> list[str]:
    """Return what lies in the database itself, which nobody has brought in line for it."""
    with sqlite3.connect(home.index) as connection:
        found = connection.execute("SELECT run_id || '/' || stage FROM artifacts ORDER BY 1")
        return [line for (line,) in found]


def test_what_changes_behind_its_back_is_noticed(home: SparkleHome) -> None:
    ash, birch = finished(home, "ash"), finished(home, "birch")
    assert listed(home) == ash + birch
    (home.runs / "ash" / "base_images" / "manifest.json").unlink()
    assert listed(home) == ash[1:] + birch
    (home.runs / "ash" / "movie_plan" / "manifest.json").write_text("damaged")
    assert listed(home) == ash[2:] + birch
    (home.runs / "birch").rename(home.root / "elsewhere")
    assert listed(home) == ash[2:]
    (home.root / "elsewhere").rename(home.runs / "birch")
    (home.runs / "a note of somebody's").write_text("no run")
    (home.runs / "ash" / "another").write_text("no stage")
    assert listed(home) == ash[2:] + birch


@pytest.mark.parametrize("damage", ["gone", "no database", "torn", "of another version"])
def test_a_damaged_index_is_made_anew(home: SparkleHome, damage: str) -> None:
    ash = finished(home, "ash")
    assert listed(home) == ash
    if damage == "gone":
        home.index.unlink()
    elif damage == "no database":
        home.index.write_text("this is no database, and never was one" * 100)
    elif damage == "torn":
        data = bytearray(home.index.read_bytes())
        data[4096:] = os.urandom(len(data) - 4096)
        home.index.write_bytes(data)
    else:
        with sqlite3.connect(home.index) as connection:
            connection.execute("PRAGMA user_version = 99")
    birch = finished(home, "birch")
    assert listed(home) == ash + birch
    is_set_aside = (home.set_aside / "index.sqlite").exists()
    assert is_set_aside == (damage in {"no database", "torn"})


def test_publishing_goes_on_where_the_index_is_busy_and_is_made_up_for(home: SparkleHome) -> None:
    ash = finished(home, "ash")
    assert listed(home) == ash
    with sqlite3.connect(home.index, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        make_run(home, "ash", {"shot_clips": "a clip"})
        assert [note.run_id for note in notes_left(home)] == ["ash"]
        other.execute("ROLLBACK")
    # Of this stage there are no rows yet that could be held against their manifests.
    assert listed(home, Wanted(stage="shot_clips")) == ["ash/shot_clips"]
    assert listed(home) == sorted([*ash, "ash/shot_clips"])
    assert not notes_left(home)


def test_the_note_of_somebody_who_is_not_done_stays(home: SparkleHome) -> None:
    finished(home, "ash")
    folder = RunFolder(home, "ash")
    with folder.held(), indexed(home, "ash"):
        listed(home)
        assert [note.run_id for note in notes_left(home)] == ["ash"]
    assert not notes_left(home)


def test_the_note_of_somebody_who_is_done_since_stays_for_the_next_look(home: SparkleHome) -> None:
    listed(home)
    with sqlite3.connect(home.index, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with RunFolder(home, "ash").held(), indexed(home, "ash"):
            (found,) = notes_left(home)
        # The index followed before that was published, and could not be told of it.
        take_away(found)
        (left,) = notes_left(home)
        take_away(left)
        assert not notes_left(home)


def _publish_for_ever(home: SparkleHome) -> None:
    number = 0
    while True:
        number += 1
        make_run(home, "ash", {"video_final": f"end {number}"})


def test_a_publisher_that_is_killed_leaves_nothing_unlisted(home: SparkleHome) -> None:
    finished(home, "birch")
    listed(home)
    context = multiprocessing.get_context("fork")
    for _ in range(5):
        process = context.Process(target=_publish_for_ever, args=(home,))
        process.start()
        while not listed(home, Wanted(run_id="ash")):
            pass
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        manifest = RunFolder(home, "ash").readable("video_final")
        found = ArtifactIndex(home).page(Wanted(run_id="ash"), 10).artifacts
        assert [one.sha256 for one in found] == (
            [] if manifest is None else [manifest.artifacts[0].sha256]
        )
        assert not notes_left(home)


def _publish_some(home: SparkleHome, run_id: str) -> None:
    for number in range(10):
        make_run(home, run_id, {"video_final": f"end {number} of {run_id}"})


def test_many_publish_and_look_at_once(home: SparkleHome) -> None:
    listed(home)
    context = multiprocessing.get_context("fork")
    names = [f"film_{number}" for number in range(6)]
    processes = [context.Process(target=_publish_some, args=(home, name)) for name in names]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        assert set(listed(home, limit=2)) <= {f"{name}/video_final" for name in names}
    assert all(process.exitcode == 0 for process in processes)
    assert rows(home) == [f"{name}/video_final" for name in names]


@pytest.mark.parametrize("token", ["", "x", "bm90IGpzb24=", "WzEsMl0=", "WyJhIl0=", "é", "%00"])
def test_a_page_token_that_is_none_is_refused(home: SparkleHome, token: str) -> None:
    with pytest.raises(PageTokenError, match="next_page_token"):
        ArtifactIndex(home).page(Wanted(), 10, token)


def test_the_command_makes_it_anew(home: SparkleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    ash = finished(home, "ash")
    monkeypatch.setenv("SPARKLE_HOME", str(home.root))
    for _ in range(2):
        ended = CliRunner().invoke(main, ["index", "rebuild"])
        assert ended.exit_code == 0
        assert "3 artifacts of 3 stages of 1 films" in ended.stdout
    assert rows(home) == ash


def test_addresses_are_read_as_they_are_written() -> None:
    address = ArtifactAddress(run_id="ash", stage="plan", item="a/b %2F ü.png", name="file")
    assert str(address) == "artifact+fs://ash/plan/a%2Fb%20%252F%20%C3%BC.png/file"
    assert ArtifactAddress.parse(str(address)) == address
    for wrong in ("ash/plan/a/b", "artifact+fs://ash/plan/a/b/c", "artifact+fs://ash//a/b"):
        with pytest.raises(AddressError):
            ArtifactAddress.parse(wrong)
