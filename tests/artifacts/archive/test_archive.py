"""An archived run comes back equal; an archive is checked when it is written and never trusted."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from small_runs import FINISHED, digest_of, files_for, fingerprint_of, make_run, records_in
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.archive.archiving import (
    ArchiveInHomeError,
    NothingToArchiveError,
    StateTooLargeError,
    archive_run,
)
from sparkle_motion_dagster.artifacts.archive.index import NotArchivedError, stored_path
from sparkle_motion_dagster.artifacts.archive.remote import (
    RemoteError,
    RemoteFolder,
    UnknownPlaceError,
    without_secrets,
)
from sparkle_motion_dagster.artifacts.archive.restoring import OtherRun, RunExistsError, restore_run
from sparkle_motion_dagster.artifacts.errors import (
    CorruptFileError,
    RunBusyError,
    UnreadableRecordError,
)
from sparkle_motion_dagster.artifacts.film_state import (
    Decision,
    FilmState,
    Review,
    State,
    Status,
    Wish,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.verify import verify_all
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from sparkle_motion_dagster.operations.prune.pruning import carry_out
from sparkle_motion_dagster.operations.prune.retention import PrunePolicy

TEXTS = {stage: f"{stage} of the film" for stage in FINISHED}


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


@pytest.fixture
def elsewhere(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "elsewhere")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder that holds archives."""
    return tmp_path / "archive"


APPROVED = Review(
    stage="base_images",
    content_digest="0" * 64,
    decision=Decision.APPROVED,
    note="lovely",
    by="ada",
    at=datetime(2026, 1, 2, tzinfo=UTC),
)

PAUSED = Status(state=State.PAUSED, dagster_run="a-run", since=datetime(2026, 1, 3, tzinfo=UTC))


def everything(home: SparkleHome, run_id: str = "film") -> dict[str, bytes]:
    """Return what a home holds of a run: files, records and manifests."""
    found = [*home.store.rglob("*"), *home.actions.rglob("*"), *(home.runs / run_id).rglob("*")]
    return {
        str(path.relative_to(home.root)): path.read_bytes()
        for path in found
        if path.is_file() and path.name[0] != "."
    }


def film(home: SparkleHome, run_id: str = "film") -> RunFolder:
    return make_run(home, run_id, TEXTS)


@pytest.mark.parametrize("kind", ["folder", "file address", "memory"])
def test_an_archived_run_comes_back_equal(
    home: SparkleHome, elsewhere: SparkleHome, place: Path, kind: str
) -> None:
    folder = film(home)
    decided = folder.state.change(lambda state: state.with_review(APPROVED).with_status(PAUSED))
    (folder.path / "notes.json").write_text('"of mine"')
    expected = everything(home)
    folder.state.change(lambda state: state.with_wish(Wish.STOP))
    address = {
        "folder": str(place),
        "file address": f"file://{place}",
        "memory": f"memory://{uuid.uuid4().hex}",
    }[kind]
    transfer = archive_run(home, "film", RemoteFolder(address))
    assert (transfer.files, transfer.files_copied) == (14, 14)
    assert transfer.size_bytes == transfer.bytes_copied > 0
    back = restore_run(elsewhere, "film", RemoteFolder(address), VIDEO_FINAL)
    assert (back.files, back.files_copied) == (14, 6)
    assert everything(elsewhere) == expected
    assert RunFolder(elsewhere, "film").state.read() == decided
    assert verify_all(elsewhere).findings == ()
    shown = elsewhere.runs / "film" / "video_final" / "item.txt"
    assert shown.samefile(Store(elsewhere.store).path_of(digest_of(TEXTS["video_final"])))
    assert not (elsewhere.runs / "film" / ".reached").exists()


def test_an_archive_is_laid_out_like_a_home_and_leaves_nothing_else(
    home: SparkleHome, place: Path
) -> None:
    film(home)
    archive_run(home, "film", RemoteFolder(str(place)))
    there = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    assert there == {
        *(stored_path(digest) for digest in files_for(*TEXTS.values())),
        *(f"actions/{print_[:2]}/{print_}.json" for print_ in records_in(home)),
        *(f"runs/film/{stage}/manifest.json" for stage in FINISHED),
        "runs/film/archive.json",
    }
    index = json.loads((place / "runs" / "film" / "archive.json").read_text())
    assert {file["path"] for file in index["files"]} == there - {"runs/film/archive.json"}
    for file in index["files"]:
        data = (place / file["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["size_bytes"], file["sha256"])


def test_what_is_archived_already_is_not_copied_again(home: SparkleHome, place: Path) -> None:
    film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    times = {path: path.stat().st_mtime_ns for path in place.joinpath("store").rglob("*")}
    assert archive_run(home, "film", root).files_copied == 0
    film(home, "sequel")
    assert archive_run(home, "sequel", root).files_copied == len(FINISHED)
    assert times == {path: path.stat().st_mtime_ns for path in place.joinpath("store").rglob("*")}


def test_a_damaged_file_of_the_archive_is_written_again(
    home: SparkleHome, elsewhere: SparkleHome, place: Path
) -> None:
    film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    (place / stored_path(digest_of(TEXTS["video_final"]))).write_bytes(b"rotten")
    assert archive_run(home, "film", root).files_copied == 1
    restore_run(elsewhere, "film", root, VIDEO_FINAL)
    assert verify_all(elsewhere).findings == ()


def test_a_changed_run_is_archived_anew(
    home: SparkleHome, elsewhere: SparkleHome, place: Path
) -> None:
    film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    make_run(home, "film", {"video_final": "director's cut"})
    archive_run(home, "film", root)
    restore_run(elsewhere, "film", root, VIDEO_FINAL)
    shown = elsewhere.runs / "film" / "video_final" / "item.txt"
    assert shown.read_text() == "director's cut"


def test_two_homes_that_made_the_same_item_share_an_archive(
    home: SparkleHome, elsewhere: SparkleHome, place: Path, tmp_path: Path
) -> None:
    film(home, "one")
    film(elsewhere, "two")
    root = RemoteFolder(str(place))
    archive_run(home, "one", root)
    archive_run(elsewhere, "two", root)
    for run_id in ("one", "two"):
        fresh = SparkleHome(tmp_path / f"fresh_{run_id}")
        restore_run(fresh, run_id, root, VIDEO_FINAL)
        assert verify_all(fresh).findings == ()
        assert len(records_in(fresh)) == len(FINISHED)


class ArchivedMeanwhile(RemoteFolder):
    """An archive to which another home brings the same run whenever a certain file is written."""

    other: SparkleHome
    at: str

    def write(self, path: str, blocks: Iterable[bytes]) -> None:
        super().write(path, blocks)
        if path == self.at:
            self.at = ""
            archive_run(self.other, "two", RemoteFolder(str(self)))


def with_another_preview(home: SparkleHome, text: str) -> None:
    """Record that an engine that is not deterministic made another preview."""
    actions = ActionLog(home.actions)
    record = actions.find(fingerprint_of(text))
    assert record is not None
    data = f"another preview of {text}".encode()
    preview = record.previews["small"].model_copy(
        update={"sha256": Store(home.store).write(data).sha256, "size_bytes": len(data)}
    )
    actions.write(record.model_copy(update={"previews": {"small": preview}}))


def test_two_homes_that_archive_the_same_item_at_once_list_the_same_record(
    home: SparkleHome, elsewhere: SparkleHome, place: Path, tmp_path: Path
) -> None:
    film(home, "one")
    film(elsewhere, "two")
    text = TEXTS["base_images"]
    with_another_preview(elsewhere, text)
    root = ArchivedMeanwhile(str(place))
    root.other, root.at = elsewhere, stored_path(digest_of(f"preview of {text}"))
    transfer = archive_run(home, "one", root)
    assert root.at == ""
    listed_files = json.loads((place / "runs" / "one" / "archive.json").read_text())["files"]
    assert transfer.files == len(listed_files)
    for run_id in ("one", "two"):
        fresh = SparkleHome(tmp_path / f"fresh_{run_id}")
        restore_run(fresh, run_id, root, VIDEO_FINAL)
        assert verify_all(fresh).findings == ()
        record = ActionLog(fresh.actions).find(fingerprint_of(text))
        assert record is not None
        assert record.previews["small"].sha256 == digest_of(f"another preview of {text}")


class Overwritten(RemoteFolder):
    """An archive in which a record is replaced as soon as the run's last manifest is there."""

    def write(self, path: str, blocks: Iterable[bytes]) -> None:
        super().write(path, blocks)
        if path.endswith("video_final/manifest.json"):
            print_ = fingerprint_of(TEXTS["base_images"])
            super().write(f"actions/{print_[:2]}/{print_}.json", [b"{}"])


def test_a_record_that_was_replaced_before_the_index_is_written_is_noticed(
    home: SparkleHome, place: Path
) -> None:
    film(home)
    with pytest.raises(RemoteError, match=fingerprint_of(TEXTS["base_images"])):
        archive_run(home, "film", Overwritten(str(place)))
    assert not (place / "runs" / "film" / "archive.json").exists()
    assert archive_run(home, "film", RemoteFolder(str(place))).files_copied == 1


def test_a_run_that_is_being_rendered_is_not_archived(home: SparkleHome, place: Path) -> None:
    with film(home).held(), pytest.raises(RunBusyError):
        archive_run(home, "film", RemoteFolder(str(place)))
    assert not place.exists()


def test_a_run_without_manifests_and_a_place_in_the_home_are_refused(
    home: SparkleHome, place: Path
) -> None:
    with pytest.raises(NothingToArchiveError):
        archive_run(home, "film", RemoteFolder(str(place)))
    film(home)
    for inside in (home.root, home.root / "deep"):
        with pytest.raises(ArchiveInHomeError):
            archive_run(home, "film", RemoteFolder(str(inside)))


def test_damage_at_home_is_not_archived(home: SparkleHome, place: Path) -> None:
    film(home)
    damaged = Store(home.store).path_of(digest_of(f"preview of {TEXTS['base_images']}"))
    damaged.chmod(0o644)
    damaged.write_bytes(b"rotten")
    with pytest.raises(CorruptFileError, match=damaged.name):
        archive_run(home, "film", RemoteFolder(str(place)))
    with pytest.raises(NotArchivedError):
        restore_run(home, "film", RemoteFolder(str(place)), VIDEO_FINAL)


def damage_stored(place: Path) -> str:
    path = place / stored_path(digest_of(TEXTS["video_final"]))
    path.write_bytes(b"x" * path.stat().st_size)
    return path.name


def lose_stored(place: Path) -> str:
    path = place / stored_path(digest_of(TEXTS["video_final"]))
    path.unlink()
    return path.name


def lengthen_stored(place: Path) -> str:
    path = place / stored_path(digest_of(TEXTS["video_final"]))
    path.write_bytes(path.read_bytes() + b"x" * 4_000_000)
    return path.name


def damage_manifest(place: Path) -> str:
    path = place / "runs" / "film" / "video_final" / "manifest.json"
    path.write_text("{")
    return "video_final/manifest.json"


def damage_record(place: Path) -> str:
    print_ = fingerprint_of(TEXTS["video_final"])
    (place / "actions" / print_[:2] / f"{print_}.json").write_text("{}")
    return print_


def truncate_index(place: Path) -> str:
    path = place / "runs" / "film" / "archive.json"
    path.write_text(path.read_text()[:200])
    return "archive.json"


@pytest.mark.parametrize(
    "damage",
    [
        damage_stored,
        lose_stored,
        lengthen_stored,
        damage_manifest,
        damage_record,
        truncate_index,
    ],
)
def test_a_damaged_archive_publishes_nothing_and_says_which_file(
    home: SparkleHome, elsewhere: SparkleHome, place: Path, damage: Callable[[Path], str]
) -> None:
    film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    named = damage(place)
    with pytest.raises((CorruptFileError, UnreadableRecordError), match=named) as told:
        restore_run(elsewhere, "film", root, VIDEO_FINAL)
    assert str(place) in str(told.value)
    assert list(elsewhere.run_ids()) == []
    assert verify_all(elsewhere).findings == ()
    assert not list(elsewhere.root.rglob(".new-*"))


Index = dict[str, Any]


def listed(index: Index, path: str) -> Index:
    """Return an index that lists a small file under a path."""
    data = b"evil"
    entry = {"path": path, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return {**index, "files": [*index["files"], entry]}


@pytest.mark.parametrize(
    "path",
    [
        "../evil.json",
        "runs/film/../../evil.json",
        "/tmp/evil.json",  # noqa: S108
        "runs/film/reviews/../../../evil.json",
        "runs/film/reviews/..",
        "runs/film/.held",
        "runs/film/control.json",
        "runs/film/archive.json",
        "runs/other/state.json",
        "runs/film/video_final/extra.mp4",
        f"store/sha256/00/{'0' * 64}",
        f"store/sha256/00/{'0' * 62}",
        f"actions/ff/{'0' * 64}.json",
        "runs\\film\\state.json",
        "runs/film/state.json\n",
        "",
    ],
)
def test_an_archive_cannot_name_a_path_outside_of_its_run(
    home: SparkleHome, elsewhere: SparkleHome, place: Path, path: str
) -> None:
    film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    index = place / "runs" / "film" / "archive.json"
    index.write_text(json.dumps(listed(json.loads(index.read_text()), path)))
    with pytest.raises(UnreadableRecordError, match=r"archive\.json is damaged"):
        restore_run(elsewhere, "film", root, VIDEO_FINAL)
    assert not elsewhere.root.exists()


def rewritten(place: Path, relative: str, edit: Callable[[Index], object]) -> None:
    """Edit a JSON file of an archive, and its entry in the index with it."""
    path = place / relative
    document = json.loads(path.read_text())
    edit(document)
    data = json.dumps(document).encode()
    path.write_bytes(data)
    index_path = place / "runs" / "film" / "archive.json"
    index = json.loads(index_path.read_text())
    (entry,) = [file for file in index["files"] if file["path"] == relative]
    entry.update(size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    index_path.write_text(json.dumps(index))


@pytest.mark.parametrize(
    "edit",
    [
        lambda manifest: manifest.update(run_id="other"),
        lambda manifest: manifest.update(stage="../base_images"),
        lambda manifest: manifest["artifacts"][0].update(sha256="0" * 64),
        lambda manifest: manifest["artifacts"][0].update(file="../../evil"),
    ],
    ids=["another run", "another stage", "another file", "a path"],
)
def test_a_manifest_is_not_believed_either(
    home: SparkleHome, elsewhere: SparkleHome, place: Path, edit: Callable[[Index], object]
) -> None:
    film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    rewritten(place, "runs/film/video_final/manifest.json", edit)
    with pytest.raises(SparkleError):
        restore_run(elsewhere, "film", root, VIDEO_FINAL)
    assert list(elsewhere.run_ids()) == []
    assert not list(elsewhere.root.rglob("evil"))


def test_a_state_that_nobody_can_read_is_told_with_what_to_do(
    home: SparkleHome, elsewhere: SparkleHome, place: Path
) -> None:
    film(home).state.change(lambda state: state.with_status(PAUSED))
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    rewritten(place, "runs/film/state.json", lambda state: state.update(status="lost"))
    with pytest.raises(
        UnreadableRecordError, match=r"runs/film/state\.json .* Archive film once more"
    ):
        restore_run(elsewhere, "film", root, VIDEO_FINAL)
    assert not elsewhere.root.exists()


@pytest.mark.parametrize("what", ["store", "actions"])
def test_what_no_manifest_asks_for_is_refused(
    home: SparkleHome, elsewhere: SparkleHome, place: Path, what: str
) -> None:
    film(home)
    film_of_another = make_run(home, "other", {"movie_plan": "stranger"})
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    archive_run(home, film_of_another.run_id, root)
    index_path = place / "runs" / "film" / "archive.json"
    index = json.loads(index_path.read_text())
    others = json.loads((place / "runs" / "other" / "archive.json").read_text())["files"]
    # With a record come the files that it names; a file may come alone.
    kinds = ("actions/", "store/") if what == "actions" else ("store/",)
    strangers = [file for file in others if file["path"].startswith(kinds)]
    index_path.write_text(json.dumps({**index, "files": [*index["files"], *strangers]}))
    named = fingerprint_of("stranger") if what == "actions" else "lists"
    with pytest.raises(UnreadableRecordError, match=f"{named}.*no manifest of the run asks for"):
        restore_run(elsewhere, "film", root, VIDEO_FINAL)
    assert not elsewhere.root.exists()


def test_states_are_limited(home: SparkleHome, elsewhere: SparkleHome, place: Path) -> None:
    folder = film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    index_path = place / "runs" / "film" / "archive.json"
    index = json.loads(index_path.read_text())
    huge = {"path": "runs/film/reviews/a.json", "size_bytes": 2**24 + 1, "sha256": "0" * 64}
    index_path.write_text(json.dumps({**index, "files": [*index["files"], huge]}))
    with pytest.raises(UnreadableRecordError, match="states are larger than 16777216 bytes"):
        restore_run(elsewhere, "film", root, VIDEO_FINAL)
    with (folder.path / "notes.json").open("wb") as file:
        file.truncate(2**24 + 1)
    with pytest.raises(StateTooLargeError, match=str(folder.path)):
        archive_run(home, "film", root)


def test_a_record_that_names_a_file_that_is_not_listed_is_refused(
    home: SparkleHome, elsewhere: SparkleHome, place: Path
) -> None:
    film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    print_ = fingerprint_of(TEXTS["base_images"])
    rewritten(
        place,
        f"actions/{print_[:2]}/{print_}.json",
        lambda record: record["previews"]["small"].update(sha256="0" * 64),
    )
    with pytest.raises(UnreadableRecordError, match=f"{print_} names file 0000"):
        restore_run(elsewhere, "film", root, VIDEO_FINAL)
    assert records_in(elsewhere) == set()


def test_another_run_of_the_same_id_is_replaced_only_on_demand(
    home: SparkleHome, elsewhere: SparkleHome, place: Path
) -> None:
    film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    other = make_run(elsewhere, "film", {"movie_plan": "another film", "shot_clips": "its clips"})
    other.state.change(lambda state: state.with_review(APPROVED))
    other.finished.begin("a run of the other film")
    with pytest.raises(RunExistsError, match="--replace"):
        restore_run(elsewhere, "film", root, VIDEO_FINAL)
    assert list(other.stages()) == ["movie_plan", "shot_clips"]
    restore_run(elsewhere, "film", root, VIDEO_FINAL, OtherRun.IS_REPLACED)
    assert list(other.stages()) == sorted(FINISHED)
    assert not (other.path / "shot_clips").exists()
    assert other.state.read() == FilmState()
    assert not other.finished.path.exists()
    assert verify_all(elsewhere).findings == ()


def test_a_part_of_the_same_run_is_completed(home: SparkleHome, place: Path) -> None:
    folder = film(home)
    rejected = APPROVED.model_copy(
        update={"stage": "movie_plan", "decision": Decision.REJECTED, "note": "as archived"}
    )
    folder.state.change(lambda state: state.with_review(rejected).with_status(PAUSED))
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    shutil.rmtree(folder.stage("video_final"))
    ActionLog(home.actions).path_of(fingerprint_of(TEXTS["video_final"])).unlink()
    Store(home.store).path_of(digest_of(TEXTS["video_final"])).unlink()
    since = rejected.model_copy(update={"note": "since"})
    folder.state.change(lambda _: FilmState(reviews={"movie_plan": since}))
    assert restore_run(home, "film", root, VIDEO_FINAL).files_copied == 1
    assert list(folder.stages()) == sorted(FINISHED)
    assert folder.state.read() == FilmState(status=PAUSED, reviews={"movie_plan": since})
    assert verify_all(home).findings == ()


class PrunedMeanwhile(RemoteFolder):
    """An archive that is so far away that a home is pruned between any two of its files."""

    home: SparkleHome

    def blocks(self, path: str) -> Iterator[bytes]:
        yield from super().blocks(path)
        policy = PrunePolicy(older_than=timedelta(0), record_age=timedelta(0))
        carry_out(self.home, policy, datetime.now(UTC) + timedelta(hours=1))


def test_what_has_come_back_is_not_collected_before_it_is_published(
    home: SparkleHome, elsewhere: SparkleHome, place: Path
) -> None:
    film(home)
    archive_run(home, "film", RemoteFolder(str(place)))
    root = PrunedMeanwhile(str(place))
    root.home = elsewhere
    restore_run(elsewhere, "film", root, VIDEO_FINAL)
    assert verify_all(elsewhere).findings == ()
    assert records_in(elsewhere) == records_in(home)


def test_a_run_that_is_being_rendered_is_not_restored(home: SparkleHome, place: Path) -> None:
    folder = film(home)
    root = RemoteFolder(str(place))
    archive_run(home, "film", root)
    with folder.held(), pytest.raises(RunBusyError):
        restore_run(home, "film", root, VIDEO_FINAL)


def test_an_address_that_cannot_be_used_says_why() -> None:
    with pytest.raises(UnknownPlaceError, match="'nowhere'"):
        RemoteFolder("nowhere://films")


@pytest.mark.skipif(find_spec("s3fs") is not None, reason="s3fs is installed")
def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(UnknownPlaceError, match="s3fs"):
        RemoteFolder("s3://films")


def test_secrets_of_addresses_are_not_shown() -> None:
    with pytest.raises(UnknownPlaceError) as told:
        RemoteFolder("sftp://ada:geheim@example.org/films")
    assert "geheim" not in str(told.value)
    assert without_secrets("az://films?sig=geheim is gone") == "az://films?*** is gone"
