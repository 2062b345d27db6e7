"""Run folders show what the store holds, and a folder without a manifest does not exist."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scratch import on_another_disk
from sparkle_motion_dagster.artifacts.errors import (
    RunBusyError,
    StorageError,
    UnreadableRecordError,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.manifests import MANIFEST
from sparkle_motion_dagster.artifacts.models import (
    Artifact,
    EngineIdentity,
    Provenance,
    StageManifest,
    content_digest,
)
from sparkle_motion_dagster.artifacts.published import Fault, differences, glance
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.transfer import link_or_copy
from sparkle_motion_dagster.artifacts.verify import set_aside, verify_all, verify_run


def manifest_of(store: Store, files: dict[str, bytes]) -> StageManifest:
    artifacts = tuple(
        Artifact(
            id=name.partition(".")[0],
            name="note",
            file=name,
            media_type="text/plain",
            size_bytes=len(data),
            sha256=(digest := store.write(data).sha256),
            fingerprint=digest,
        )
        for name, data in files.items()
    )
    return StageManifest(
        run_id="film",
        profile="animatic",
        stage="notes",
        engine=EngineIdentity(name="pencil", version=1),
        plan_digest="0" * 64,
        upstream={},
        content_digest=content_digest(artifacts),
        artifacts=artifacts,
        provenance=Provenance(
            created_at=datetime.now(UTC),
            made=(),
            taken=(),
            seconds=0.0,
            versions={},
            host="here",
            device="cpu",
        ),
    )


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path)


@pytest.fixture
def store(home: SparkleHome) -> Store:
    return Store(home.store)


def test_publishing_shows_exactly_the_manifests_files(home: SparkleHome, store: Store) -> None:
    folder = RunFolder(home, "film")
    folder.publish(manifest_of(store, {"a.txt": b"1", "b.txt": b"2"}), store)
    second = manifest_of(store, {"b.txt": b"3", "c.txt": b"2"})
    folder.publish(second, store)
    shown = {path.name: path for path in folder.stage("notes").iterdir()}
    assert sorted(shown) == ["b.txt", "c.txt", "manifest.json"]
    assert shown["b.txt"].read_bytes() == b"3"
    assert shown["c.txt"].samefile(store.path_of(second.artifact("c", "note").sha256))
    assert folder.read("notes") == second
    assert list(folder.stages()) == ["notes"]


def test_a_stage_without_a_manifest_does_not_exist(home: SparkleHome) -> None:
    assert RunFolder(home, "film").read("notes") is None


@pytest.mark.parametrize("keep", [0, 1, 200])
def test_a_truncated_manifest_is_an_error(home: SparkleHome, store: Store, keep: int) -> None:
    folder = RunFolder(home, "film")
    folder.publish(manifest_of(store, {"a.txt": b"1"}), store)
    path = folder.stage("notes") / "manifest.json"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(UnreadableRecordError, match=r"sparkle verify film --repair"):
        folder.read("notes")


@pytest.mark.parametrize("name", ["../out.txt", "/etc/x", "manifest.json", ".hidden", "a\0b", ""])
def test_a_file_name_that_leaves_the_folder_is_refused(
    home: SparkleHome, store: Store, name: str
) -> None:
    manifest = manifest_of(store, {"a.txt": b"1"})
    artifact = manifest.artifacts[0].model_copy(update={"file": name})
    with pytest.raises(StorageError, match="not allowed"):
        RunFolder(home, "film").publish(
            manifest.model_copy(update={"artifacts": (artifact,)}), store
        )


def test_the_content_digest_ignores_order_and_file_names(store: Store) -> None:
    one = manifest_of(store, {"a.txt": b"1", "b.txt": b"2"}).artifacts
    assert content_digest(one) == content_digest(one[::-1])
    renamed = one[0].model_copy(update={"file": "z.txt"})
    assert content_digest((renamed, one[1])) == content_digest(one)
    other = one[0].model_copy(update={"sha256": "0" * 64})
    assert content_digest((other, one[1])) != content_digest(one)


def test_a_link_replaces_what_was_there(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"new")
    target.write_bytes(b"old")
    link_or_copy(source, target)
    assert target.samefile(source)
    link_or_copy(source, target)
    assert target.read_bytes() == b"new"


def test_publishing_over_a_damaged_manifest_is_an_error(home: SparkleHome, store: Store) -> None:
    folder = RunFolder(home, "film")
    folder.publish(manifest_of(store, {"a.txt": b"1"}), store)
    (folder.stage("notes") / "manifest.json").write_text("{")
    with pytest.raises(UnreadableRecordError):
        folder.publish(manifest_of(store, {"a.txt": b"1"}), store)


def test_a_manifest_that_was_copied_from_another_run_is_an_error(
    home: SparkleHome, store: Store
) -> None:
    RunFolder(home, "film").publish(manifest_of(store, {"a.txt": b"1"}), store)
    shutil.copytree(home.runs / "film", home.runs / "copy")
    with pytest.raises(UnreadableRecordError, match="a copy of the folder of film"):
        RunFolder(home, "copy").read("notes")


@pytest.mark.parametrize("name", ["a.txt", "mine.txt"])
def test_publishing_keeps_what_somebody_put_there(
    home: SparkleHome, store: Store, name: str
) -> None:
    folder = RunFolder(home, "film")
    folder.publish(manifest_of(store, {"a.txt": b"1"}), store)
    path = folder.stage("notes") / name
    path.unlink(missing_ok=True)
    path.write_bytes(b"mine")
    (kept,) = folder.publish(manifest_of(store, {"a.txt": b"2"}), store)
    assert (kept, kept.read_bytes()) == (folder.path / "kept" / "notes" / name, b"mine")
    assert (folder.stage("notes") / "a.txt").read_bytes() == b"2"


def test_a_file_in_place_of_a_stages_folder_is_kept(home: SparkleHome, store: Store) -> None:
    folder = RunFolder(home, "film")
    folder.path.mkdir(parents=True)
    folder.stage("notes").write_bytes(b"mine")
    (kept,) = folder.publish(manifest_of(store, {"a.txt": b"1"}), store)
    assert kept.read_bytes() == b"mine"
    assert folder.read("notes") is not None


def test_folders_in_a_stage_folder_are_left_alone(home: SparkleHome, store: Store) -> None:
    folder = RunFolder(home, "film")
    mine = folder.stage("notes") / "mine"
    mine.mkdir(parents=True)
    folder.publish(manifest_of(store, {"a.txt": b"1"}), store)
    assert mine.is_dir()


@pytest.mark.parametrize("run_id", ["..", ".", "../up", "/etc", "a/b", "", ".hidden"])
def test_a_run_id_that_leaves_the_runs_folder_is_refused(home: SparkleHome, run_id: str) -> None:
    with pytest.raises(StorageError):
        RunFolder(home, run_id)


def test_a_run_is_held_by_one_at_a_time(home: SparkleHome) -> None:
    with (
        RunFolder(home, "film").held(),
        pytest.raises(RunBusyError, match=f"process {os.getpid()}"),
        RunFolder(home, "film").held(),
    ):
        pass
    with RunFolder(home, "film").held(), RunFolder(home, "other").held():
        pass


def test_on_another_disk_a_file_is_copied(tmp_path: Path) -> None:
    disk = on_another_disk(tmp_path)
    if disk is None:
        pytest.skip("needs a second disk")
    source = tmp_path / "source"
    source.write_bytes(b"film" * 1000)
    source.chmod(0o444)
    with tempfile.TemporaryDirectory(dir=disk) as other:
        target = Path(other) / "target"
        link_or_copy(source, target)
        assert target.read_bytes() == source.read_bytes()
        assert stat.S_IMODE(target.stat().st_mode) == 0o444
        assert [path.name for path in Path(other).iterdir()] == ["target"]


def test_only_folders_that_show_something_are_runs(home: SparkleHome, store: Store) -> None:
    RunFolder(home, "film").publish(manifest_of(store, {"a.txt": b"1"}), store)
    (home.runs / ".Trash-1000" / "files").mkdir(parents=True)
    with RunFolder(home, "refused").held():
        pass
    assert list(home.run_ids()) == ["film"]


def test_verify_passes_over_what_is_not_ours(home: SparkleHome, store: Store) -> None:
    stored = store.write(b"1")
    (stored.path.parent / "conflict copy.bak").write_bytes(b"?")
    (home.store / "@e").mkdir()
    (home.store / "@e" / stored.sha256).write_bytes(b"?")
    assert verify_all(home).findings == ()


def test_verify_finds_nothing_wrong_with_a_healthy_home(home: SparkleHome, store: Store) -> None:
    RunFolder(home, "film").publish(manifest_of(store, {"a.txt": b"1", "b.txt": b"2"}), store)
    assert verify_all(home).findings == ()
    found = verify_run(home, "film")
    assert (found.stored_files, found.manifests, found.findings) == (2, 1, ())


def test_verify_names_damage_and_repair_sets_it_aside(home: SparkleHome, store: Store) -> None:
    folder = RunFolder(home, "film")
    manifest = manifest_of(store, {"a.txt": b"1", "b.txt": b"2"})
    folder.publish(manifest, store)
    damaged = store.path_of(manifest.artifact("a", "note").sha256)
    damaged.chmod(0o644)
    damaged.write_bytes(b"x")
    for found in (verify_all(home), verify_run(home, "film")):
        kinds = sorted(finding.damage.value for finding in found.findings)
        assert kinds == ["published file", "stored file"]
    set_aside(home, verify_all(home).findings)
    assert verify_all(home).findings == ()
    assert folder.read("notes") is None
    assert (home.set_aside / damaged.name).read_bytes() == b"x"


def test_repair_withdraws_an_unreadable_manifest(home: SparkleHome, store: Store) -> None:
    folder = RunFolder(home, "film")
    folder.publish(manifest_of(store, {"a.txt": b"1"}), store)
    (folder.stage("notes") / "manifest.json").write_text("{")
    found = verify_run(home, "film").findings
    assert [finding.damage.value for finding in found] == ["manifest"]
    set_aside(home, found)
    assert folder.read("notes") is None


def edited_in_place(path: Path) -> None:
    """Change a byte of a file that is one with the store's, and pretend that it is as old."""
    before = path.stat()
    path.chmod(0o644)
    path.write_bytes(b"x" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_glance_sees_an_edit_whatever_time_the_file_claims(
    home: SparkleHome, store: Store
) -> None:
    folder = RunFolder(home, "film")
    folder.publish(manifest_of(store, {"a.txt": b"1", "b.txt": b"2"}), store)
    assert glance(folder, Store(home.store)) == ()
    edited_in_place(folder.stage("notes") / "a.txt")
    (found,) = glance(folder, Store(home.store))
    assert (found.name, found.fault, found.sound) == ("notes/a.txt", Fault.EDITED, False)


def test_a_glance_reads_nothing_that_is_older_than_its_manifest(
    home: SparkleHome, store: Store
) -> None:
    folder = RunFolder(home, "film")
    folder.publish(manifest_of(store, {"a.txt": b"1"}), store)
    edited_in_place(folder.stage("notes") / "a.txt")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    os.utime(folder.stage("notes") / MANIFEST, (tomorrow, tomorrow))
    assert glance(folder, Store(home.store)) == ()
    assert differences(folder, Store(home.store))
