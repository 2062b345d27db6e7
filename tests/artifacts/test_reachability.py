"""What runs reach is told from one small file a run, and that file is never out of date."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from small_runs import (
    digest_of,
    files_for,
    fingerprint_of,
    make_item,
    make_older,
    make_run,
)
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import OutputFile
from sparkle_motion_dagster.artifacts.reachability import reached_besides, reached_by, survey
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.run_summary import RunSummary, summary_of
from sparkle_motion_dagster.artifacts.store import Store

WEEK = timedelta(days=7)


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


def summary(home: SparkleHome, run_id: str = "film") -> RunSummary:
    return summary_of(RunFolder(home, run_id), ActionLog(home.actions))


def test_a_summary_reaches_records_files_and_previews(home: SparkleHome) -> None:
    make_run(home, "film", {"movie_plan": "plan", "video_final": "the end"}, age=WEEK)
    found = summary(home)
    assert set(found.records) == {fingerprint_of("plan"), fingerprint_of("the end")}
    assert set(found.files) == files_for("plan", "the end")
    assert found.files[digest_of("the end")] == len("the end")
    assert set(found.manifests) == {"movie_plan", "video_final"}
    assert found.changed_at is not None
    assert abs(datetime.now(UTC) - WEEK - found.changed_at) < timedelta(minutes=1)


def test_a_summary_is_kept_and_follows_its_manifests(home: SparkleHome) -> None:
    folder = make_run(home, "film", {"movie_plan": "plan"}, age=WEEK)
    summary(home)
    kept = folder.path / ".summary.json"
    before = kept.stat().st_mtime_ns
    # What was kept is used: records are not looked at for it.
    shutil.rmtree(home.actions)
    assert set(summary(home).files) == files_for("plan")
    assert kept.stat().st_mtime_ns == before
    make_run(home, "film", {"movie_plan": "another plan"})
    assert set(summary(home).files) == files_for("another plan")
    folder.withdraw("movie_plan")
    assert summary(home).files == {}


@pytest.mark.parametrize("damage", [b"", b"{", b"[]"])
def test_a_damaged_summary_is_made_anew(home: SparkleHome, damage: bytes) -> None:
    folder = make_run(home, "film", {"movie_plan": "plan"})
    expected = summary(home)
    (folder.path / ".summary.json").write_bytes(damage)
    assert summary(home) == expected


def test_a_summary_copied_from_another_run_is_not_believed(home: SparkleHome) -> None:
    folder = make_run(home, "film", {"movie_plan": "plan"})
    summary(home)
    shutil.copytree(folder.path, home.runs / "copy", copy_function=shutil.copy2)
    with pytest.raises(UnreadableRecordError, match="a copy of the folder of film"):
        summary(home, "copy")


def test_a_manifest_that_cannot_be_read_is_an_error(home: SparkleHome) -> None:
    folder = make_run(home, "film", {"movie_plan": "plan"})
    summary(home)
    (folder.stage("movie_plan") / "manifest.json").write_text("{")
    with pytest.raises(UnreadableRecordError, match=r"manifest\.json"):
        survey(home)


def test_a_record_that_was_made_again_with_other_files_is_noticed(home: SparkleHome) -> None:
    make_run(home, "film", {"movie_plan": "plan"})
    assert set(survey(home).runs[0].summary.files) == files_for("plan")
    # As after a repair: an engine that is not deterministic made the same item again.
    actions = ActionLog(home.actions)
    record = actions.find(fingerprint_of("plan"))
    assert record is not None
    data = b"another preview"
    other = OutputFile(
        sha256=Store(home.store).write(data).sha256, size_bytes=len(data), media_type="text/plain"
    )
    actions.write(record.model_copy(update={"previews": {"small": other}}))
    assert other.sha256 in survey(home).runs[0].summary.files
    # And so is one that has come back after it was gone.
    path = actions.path_of(record.fingerprint)
    path.rename(home.root / "aside.json")
    assert other.sha256 not in survey(home).runs[0].summary.files
    (home.root / "aside.json").rename(path)
    assert other.sha256 in survey(home).runs[0].summary.files


def test_what_runs_share_is_reached_while_one_of_them_stays(home: SparkleHome) -> None:
    make_run(home, "one", {"movie_plan": "one", "base_images": "shared"})
    make_run(home, "two", {"movie_plan": "two", "base_images": "shared"})
    found = survey(home)
    assert [run.folder.run_id for run in found.runs] == ["one", "two"]
    reach = reached_by(found.runs[1:])
    assert reach.files == files_for("two", "shared")
    assert reach.records == {fingerprint_of("two"), fingerprint_of("shared")}


def test_young_records_are_needed_and_so_are_those_of_the_future(home: SparkleHome) -> None:
    make_run(home, "film", {"movie_plan": "plan"}, age=2 * WEEK)
    make_item(home, "old", age=2 * WEEK)
    make_item(home, "young", age=timedelta(days=1))
    make_item(home, "clock set back", age=timedelta(days=-400))
    found = survey(home)
    besides = reached_besides(found, reached_by(found.runs), datetime.now(UTC), WEEK)
    assert besides.records == {fingerprint_of("young"), fingerprint_of("clock set back")}
    assert besides.files == files_for("young", "clock set back")


def test_what_a_run_wrote_down_is_needed_until_its_film_is_finished(home: SparkleHome) -> None:
    make_item(home, "old", age=2 * WEEK)
    stored = Store(home.store).write(b"frozen plan").sha256
    folder = RunFolder(home, "film")
    with folder.held():
        folder.keep([fingerprint_of("old"), stored])
        found = survey(home)
        assert [run.held for run in found.runs] == [True]
        assert reached_by(found.runs).records == {fingerprint_of("old")}
        assert reached_by(found.runs).files >= files_for("old") | {stored}
    # It was paused, has failed, or was killed: its next run goes on from there.
    found = survey(home)
    assert [run.held for run in found.runs] == [False]
    assert reached_by(found.runs).records == {fingerprint_of("old")}
    assert reached_by(found.runs).files >= files_for("old") | {stored}
    folder.forget_kept()
    assert reached_by(survey(home).runs).files == set()


def test_only_what_is_ours_is_found(home: SparkleHome) -> None:
    make_run(home, "film", {"movie_plan": "plan"})
    stored = Store(home.store).path_of(digest_of("plan"))
    (stored.parent / "conflict copy").write_text("?")
    (home.store / "@e").mkdir()
    (home.store / "@e" / ("e" * 64)).write_text("?")
    (home.store / "ff").mkdir(exist_ok=True)
    (home.store / "ff" / ("e" * 64)).write_text("?")
    unlike_a_shelf = next(name for name in ("00", "01", "02") if not (home.store / name).exists())
    (home.store / unlike_a_shelf).write_text("?")
    (home.store / ".new-1").write_text("half")
    (stored.parent / ".new-2").write_text("half")
    (home.runs / ".Trash").mkdir()
    (home.runs / "refused").mkdir()
    (home.runs / ".removed-1").mkdir()
    make_older(stored, WEEK)
    found = survey(home)
    assert set(found.files) == files_for("plan")
    assert {path.name for path in found.unfinished} == {".new-1", ".new-2"}
    assert [run.folder.run_id for run in found.runs] == ["film"]
    assert [path.name for path in found.removed] == [".removed-1"]
    assert found.sizes[digest_of("plan")] == len("plan")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_run_folder_that_cannot_be_written_is_summarized_all_the_same(home: SparkleHome) -> None:
    folder = make_run(home, "film", {"movie_plan": "plan"})
    folder.path.chmod(0o555)
    try:
        assert set(summary(home).files) == files_for("plan")
    finally:
        folder.path.chmod(0o755)
