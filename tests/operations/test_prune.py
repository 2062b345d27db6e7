"""Pruning removes what it says, nothing that anybody needs, and may end at any moment."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

import forked
from small_runs import (
    FINISHED,
    UNFINISHED,
    digest_of,
    files_for,
    files_in,
    fingerprint_of,
    make_item,
    make_older,
    make_run,
    records_in,
)
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import Holder
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.uploads import Upload, UploadLog
from sparkle_motion_dagster.artifacts.verify import verify_all
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.operations.prune.finished_films import FinishedFilms
from sparkle_motion_dagster.operations.prune.options import PruneOptions, policy_of
from sparkle_motion_dagster.operations.prune.pruning import (
    PrunePlan,
    carry_out,
    described,
    plan_prune,
)
from sparkle_motion_dagster.operations.prune.removal import remove
from sparkle_motion_dagster.operations.prune.retention import PrunePolicy
from waiting import PATIENCE_S

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
BIG = "x" * 100_000


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


def run(
    home: SparkleHome,
    run_id: str,
    age: timedelta,
    stages: tuple[str, ...] = UNFINISHED,
    size: int = 0,
) -> RunFolder:
    """Publish a run whose stages share nothing with other runs."""
    texts = {stage: f"{stage} of {run_id} {'x' * size}" for stage in stages}
    return make_run(home, run_id, texts, age)


def plan(home: SparkleHome, policy: PrunePolicy) -> PrunePlan:
    return plan_prune(home, policy, datetime.now(UTC))


def prune(home: SparkleHome, policy: PrunePolicy) -> PrunePlan:
    """Prune, after making sure that a plan says the same and removes nothing."""
    before = (records_in(home), files_in(home), set(home.run_ids()))
    foreseen = plan(home, policy)
    assert (records_in(home), files_in(home), set(home.run_ids())) == before
    done = carry_out(home, policy, datetime.now(UTC))
    assert done == foreseen
    assert verify_all(home).findings == ()
    return done


def test_without_anything_asked_only_old_garbage_goes(home: SparkleHome) -> None:
    run(home, "film", 10 * MONTH)
    make_item(home, "garbage", age=8 * DAY)
    make_item(home, "made yesterday", age=DAY)
    orphan = Store(home.store).write(b"no record names me").sha256
    done = prune(home, PrunePolicy())
    assert done.evictions == ()
    assert {path.stem for path in done.garbage.records} == {fingerprint_of("garbage")}
    assert {path.name for path in done.garbage.files} == {*files_for("garbage"), orphan}
    assert fingerprint_of("made yesterday") in records_in(home)
    assert files_for("made yesterday") <= files_in(home)
    assert done.store_bytes == sum(
        path.stat().st_size for path in home.store.glob("??/*") if path.is_file()
    )
    assert prune(home, PrunePolicy()).garbage.files == ()


def test_unfinished_runs_go_by_age_and_take_what_only_they_need(home: SparkleHome) -> None:
    make_run(home, "old", {"movie_plan": "old plan", "base_images": "shared"}, age=2 * MONTH)
    make_run(home, "new", {"movie_plan": "new plan", "base_images": "shared"}, age=DAY)
    make_older(ActionLog(home.actions).path_of(fingerprint_of("shared")), 2 * MONTH)
    run(home, "film", 2 * MONTH, FINISHED)
    done = prune(home, PrunePolicy(older_than=MONTH))
    assert [eviction.run_id for eviction in done.evictions] == ["old"]
    assert "unfinished, unchanged for 60 days" in done.evictions[0].reason
    assert done.evictions[0].size_bytes == len("old plan") + len("preview of old plan")
    assert list(home.run_ids()) == ["film", "new"]
    assert files_for("shared", "new plan") <= files_in(home)
    assert not files_for("old plan") & files_in(home)
    assert fingerprint_of("shared") in records_in(home)


def test_finished_films_go_only_where_that_is_asked_for(home: SparkleHome) -> None:
    run(home, "film", 2 * MONTH, FINISHED)
    assert prune(home, PrunePolicy(older_than=MONTH)).evictions == ()
    done = prune(home, PrunePolicy(older_than=MONTH, films=FinishedFilms.MAY_GO))
    assert "finished, unchanged" in done.evictions[0].reason
    assert files_in(home) == records_in(home) == set()
    assert list(home.runs.iterdir()) == []


def test_a_run_without_any_manifest_goes_by_the_age_of_its_folder(home: SparkleHome) -> None:
    folder = home.runs / "half"
    folder.mkdir(parents=True)
    (folder / "state.json").write_text("{}")
    assert prune(home, PrunePolicy(older_than=MONTH)).evictions == ()
    make_older(folder, 2 * MONTH)
    done = prune(home, PrunePolicy(older_than=MONTH))
    assert [eviction.run_id for eviction in done.evictions] == ["half"]


def test_for_a_size_the_oldest_go_and_only_as_many_as_needed(home: SparkleHome) -> None:
    for age in range(4):
        run(home, f"film_{age}", (8 + age) * DAY, UNFINISHED, size=1000)
    whole = sum(path.stat().st_size for path in home.store.glob("??/*"))
    done = prune(home, PrunePolicy(max_bytes=whole - 5000))
    assert [eviction.run_id for eviction in done.evictions] == ["film_3", "film_2"]
    assert "space is short" in done.evictions[0].reason
    assert whole - 5000 - 5000 < done.store_bytes <= whole - 5000
    assert done.bytes_missing == 0


def test_a_run_that_frees_nothing_stays(home: SparkleHome) -> None:
    shared = {"movie_plan": "plan", "base_images": "shared"}
    make_run(home, "finished", {**shared, "video_final": "the end"}, age=8 * DAY)
    make_run(home, "same_beginning", shared, age=9 * DAY)
    run(home, "fresh", timedelta(hours=1))
    done = prune(home, PrunePolicy(max_bytes=10))
    assert done.evictions == ()
    assert done.bytes_missing == done.store_bytes - 10
    assert "That is not enough" in "\n".join(described(done))


def test_a_run_is_asked_to_go_once_the_one_it_shares_with_goes(home: SparkleHome) -> None:
    shared = {"movie_plan": "plan", "base_images": f"shared {BIG}"}
    make_run(home, "one", shared, age=9 * DAY)
    make_run(home, "two", shared, age=8 * DAY)
    done = prune(home, PrunePolicy(max_bytes=10))
    assert [eviction.run_id for eviction in done.evictions] == ["one", "two"]
    assert [eviction.size_bytes > len(BIG) for eviction in done.evictions] == [False, True]
    assert files_in(home) == set()


def test_for_free_space_the_goal_counts_what_goes_anyway(home: SparkleHome) -> None:
    run(home, "film", 8 * DAY, UNFINISHED, size=1000)
    make_item(home, f"garbage {BIG}", age=8 * DAY)
    free = shutil.disk_usage(home.root).free
    # Other programs use the disk, too: a goal far beyond, and one that is always met.
    done = plan(home, PrunePolicy(free_bytes=free * 2))
    assert [eviction.run_id for eviction in done.evictions] == ["film"]
    assert 0 < done.bytes_missing < free * 2
    assert plan(home, PrunePolicy(free_bytes=1)).evictions == ()


def test_a_run_that_is_held_stays(home: SparkleHome) -> None:
    held = run(home, "held", 2 * MONTH)
    with held.held():
        assert prune(home, PrunePolicy(older_than=MONTH)).evictions == ()
    assert list(home.run_ids()) == ["held"]
    # The process that held it was killed: its name is left behind, its lock is not.
    dead = Holder(pid=1, dagster_run=None, since=datetime.now(UTC))
    held.state.change(lambda state: state.with_holder(dead))
    assert [gone.run_id for gone in prune(home, PrunePolicy(older_than=MONTH)).evictions] == [
        "held"
    ]


def test_a_run_that_is_spared_stays(home: SparkleHome) -> None:
    run(home, "queued", 2 * MONTH, size=1000)
    run(home, "old", 2 * MONTH, size=1000)
    before = files_in(home)
    policy = PrunePolicy(older_than=MONTH, max_bytes=1)
    now = datetime.now(UTC)
    assert [
        gone.run_id for gone in plan_prune(home, policy, now, lambda: ["queued"]).evictions
    ] == ["old"]
    done = carry_out(home, policy, now, lambda: ["queued"])
    assert [gone.run_id for gone in done.evictions] == ["old"]
    assert list(home.run_ids()) == ["queued"]
    assert done.bytes_missing == done.store_bytes - 1
    assert len(files_in(home)) == len(before) / 2
    assert verify_all(home).findings == ()


def test_what_a_paused_run_has_made_and_not_published_stays(home: SparkleHome) -> None:
    folder = run(home, "paused", DAY)
    with folder.held():
        make_item(home, "unpublished", age=8 * DAY)
        folder.keep([fingerprint_of("unpublished")])
    assert prune(home, PrunePolicy()).garbage.files == ()
    assert fingerprint_of("unpublished") in records_in(home)
    assert files_for("unpublished") <= files_in(home)


def test_what_a_run_has_not_published_goes_with_it(home: SparkleHome) -> None:
    for run_id in ("older", "old"):
        folder = run(home, run_id, 8 * DAY if run_id == "old" else 9 * DAY)
        make_item(home, f"{run_id} {BIG}", age=8 * DAY)
        folder.keep([fingerprint_of(f"{run_id} {BIG}")])
    whole = sum(path.stat().st_size for path in home.store.glob("??/*"))
    # What both have not published counts as theirs: one of them is enough.
    done = prune(home, PrunePolicy(max_bytes=whole - 2 * len(BIG)))
    assert [gone.run_id for gone in done.evictions] == ["older"]
    assert done.evictions[0].size_bytes > 2 * len(BIG)
    assert done.bytes_missing == 0
    assert not files_for(f"older {BIG}") & files_in(home)
    assert files_for(f"old {BIG}") <= files_in(home)


def test_a_run_that_has_published_nothing_keeps_what_it_made_until_it_goes(
    home: SparkleHome,
) -> None:
    make_item(home, "first", age=2 * MONTH)
    folder = RunFolder(home, "killed")
    with folder.held():
        folder.keep([fingerprint_of("first")])
    assert prune(home, PrunePolicy(older_than=MONTH)).evictions == ()
    assert files_in(home) == files_for("first")
    make_older(folder.path, 2 * MONTH)
    done = prune(home, PrunePolicy(older_than=MONTH))
    assert [gone.run_id for gone in done.evictions] == ["killed"]
    assert files_in(home) == set()


def test_a_run_that_begins_at_this_moment_stays(home: SparkleHome) -> None:
    folder = run(home, "film", 2 * MONTH)
    before = files_in(home)
    # Its process has the lock, and has not said yet who it is.
    with FileLock(folder.path / ".held"):
        done = carry_out(home, PrunePolicy(older_than=MONTH), datetime.now(UTC))
    assert done.evictions == ()
    assert done.garbage.files == ()
    assert files_in(home) == before
    assert folder.read("movie_plan") is not None


def test_what_a_living_run_has_taken_from_the_store_stays(home: SparkleHome) -> None:
    make_item(home, "old", age=2 * MONTH)
    make_item(home, "older", age=3 * MONTH)
    frozen = Store(home.store).write(b"a plan that is not published yet").sha256
    live = RunFolder(home, "live")
    with live.held():
        live.keep([fingerprint_of("old"), frozen])
        prune(home, PrunePolicy())
        assert records_in(home) == {fingerprint_of("old")}
        assert files_in(home) == {*files_for("old"), frozen}
    live.forget_kept()
    prune(home, PrunePolicy())
    assert files_in(home) == set()


def test_leftovers_of_interrupted_work_go_when_they_are_old(home: SparkleHome) -> None:
    run(home, "film", DAY)
    shelf = Store(home.store).path_of(digest_of("x")).parent
    shelf.mkdir(exist_ok=True)
    for path in (home.store / ".new-old", shelf / ".new-old", home.actions / ".new-old"):
        path.write_text("half")
        make_older(path, 2 * DAY)
    (home.store / ".new-now").write_text("somebody is writing this")
    (home.runs / ".removed-1" / "stage").mkdir(parents=True)
    assert len(prune(home, PrunePolicy()).garbage.leftovers) == 4
    assert [path.name for path in home.root.rglob(".new-*")] == [".new-now"]
    assert list(home.runs.glob(".removed-*")) == []


def upload(home: SparkleHome, text: str, age: timedelta) -> str:
    """Upload a text, as of some time ago, and return its digest."""
    stored, log = Store(home.store).write(text.encode()), UploadLog(home.uploads)
    log.write(
        Upload(
            sha256=stored.sha256,
            size_bytes=len(text),
            media_type="text/plain",
            name="note.txt",
            uploaded_at=datetime.now(UTC) - age,
        )
    )
    make_older(log.path_of(stored.sha256), age)
    return stored.sha256


def test_uploads_stay_for_a_month_and_as_long_as_films_use_them(home: SparkleHome) -> None:
    fresh = upload(home, "of last week", 29 * DAY)
    used = upload(home, "the end", 40 * DAY)
    make_run(home, "film", {"video_final": "the end"}, 50 * DAY)
    unused = upload(home, "of nobody", 31 * DAY)
    plan = carry_out(home, PrunePolicy(record_age=timedelta(0)), datetime.now(UTC))
    assert [path.stem for path in plan.garbage.uploads] == [unused]
    assert "1 uploads that no film uses" in described(plan)[-1]
    assert {fresh, used} <= files_in(home)
    assert unused not in files_in(home)
    assert set(UploadLog(home.uploads).written()) == {fresh, used}
    remove(home, "film", datetime.now(UTC))
    assert set(UploadLog(home.uploads).written()) == files_in(home) == {fresh}


@pytest.mark.parametrize("damaged", ["manifest", "record", "state"])
def test_what_cannot_be_read_stops_everything(home: SparkleHome, damaged: str) -> None:
    folder = run(home, "film", 2 * MONTH, FINISHED)
    run(home, "older", 3 * MONTH, FINISHED)
    make_item(home, "garbage", age=2 * MONTH)
    make_item(home, "young", age=DAY)
    policy = PrunePolicy(older_than=DAY, films=FinishedFilms.MAY_GO)
    path = {
        "manifest": folder.stage("video_final") / "manifest.json",
        "record": ActionLog(home.actions).path_of(fingerprint_of("young")),
        "state": folder.state.path,
    }[damaged]
    path.write_text("{")
    make_older(path, DAY)
    before = (records_in(home), files_in(home), set(home.run_ids()))
    with pytest.raises(UnreadableRecordError, match=path.name):
        carry_out(home, policy, datetime.now(UTC))
    assert (records_in(home), files_in(home), set(home.run_ids())) == before


KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sparkle_motion_dagster.artifacts.film_state import Holder
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.operations.prune.retention import PrunePolicy
from sparkle_motion_dagster.operations.prune.pruning import carry_out

where, left = sys.argv[2], int(sys.argv[3])

def place(path):
    return next((part for part in Path(path).parts if part in ("actions", "store")), "runs")

def die_at_a_removal(event, arguments):
    global left
    if event in ("os.remove", "os.rmdir", "os.rename") and place(arguments[0]) == where:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die_at_a_removal)
policy = PrunePolicy(older_than=timedelta(days=30))
carry_out(SparkleHome(Path(sys.argv[1])), policy, datetime.now(UTC))
"""


@pytest.mark.parametrize(
    ("where", "removals"),
    [("runs", 6), ("runs", 9), ("runs", 17), ("actions", 1), ("actions", 4), ("store", 1),
     ("store", 10)],
)  # fmt: skip
def test_a_prune_killed_at_any_moment_leaves_nothing_damaged(
    home: SparkleHome, where: str, removals: int
) -> None:
    for number in range(3):
        run(home, f"old_{number}", 2 * MONTH)
    run(home, "film", 2 * MONTH, FINISHED)
    for number in range(3):
        make_item(home, f"garbage {number}", age=8 * DAY)
    before = (len(list(home.run_ids())), len(records_in(home)), len(files_in(home)))
    program = ["python", "-c", KILLED_IN_THE_MIDDLE, str(home.root), where, str(removals)]
    killed = forked.run(program, os.environ, Path.cwd(), PATIENCE_S)
    assert killed.returncode == -9, killed.stderr
    runs, records, files = len(list(home.run_ids())), len(records_in(home)), len(files_in(home))
    match where:
        case "runs":
            assert (records, files) == before[1:]
        case "actions":
            assert (runs, records, files) == (1, before[1] - removals + 1, before[2])
        case "store":
            assert (runs, records, files) == (1, len(FINISHED), before[2] - removals + 1)
    assert verify_all(home).findings == ()
    carry_out(home, PrunePolicy(older_than=MONTH), datetime.now(UTC))
    assert list(home.run_ids()) == ["film"]
    assert list(home.runs.glob(".removed-*")) == []
    texts = [path.read_text() for path in (home.runs / "film").rglob("item.txt")]
    assert records_in(home) == {fingerprint_of(text) for text in texts}
    assert files_in(home) == files_for(*texts)


def test_options_are_read_as_people_write_them() -> None:
    assert policy_of(PruneOptions()) == PrunePolicy()
    given = PruneOptions(
        older_than="30d",
        max_store="50GB",
        min_free="1.5TiB",
        films=FinishedFilms.MAY_GO,
        records_older_than="PT12H",
    )
    assert policy_of(given) == PrunePolicy(
        older_than=MONTH,
        max_bytes=50 * 10**9,
        free_bytes=3 * 2**39,
        films=FinishedFilms.MAY_GO,
        record_age=timedelta(hours=12),
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [("1MB", 10**6), ("500 MB", 5 * 10**8), ("1.5tib", 3 * 2**39), ("2000kB", 2 * 10**6),
     ("0.25PiB", 2**48)],
)  # fmt: skip
def test_sizes_are_read_with_their_units(text: str, size: int) -> None:
    assert policy_of(PruneOptions(max_store=text)).max_bytes == size


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (PruneOptions(older_than="soon"), "older-than: 'soon' is no age"),
        (PruneOptions(older_than="-3d"), "older-than: '-3d' is no age"),
        (PruneOptions(records_older_than=""), "records-older-than: '' is no age"),
        (PruneOptions(max_store="much"), "max-store: 'much' is no size"),
        (PruneOptions(min_free="-5GB"), "min-free: '-5GB' is no size"),
        (PruneOptions(min_free="1e999GB"), "min-free"),
        (PruneOptions(min_free=f"{'9' * 400}GB"), "min-free"),
        (PruneOptions(max_store="1,5TB"), "max-store: '1,5TB' is no size"),
        (PruneOptions(max_store="50"), "max-store: '50' is no size.* with its unit"),
        (PruneOptions(max_store="50GB oops"), "max-store: '50GB oops' is no size"),
        (PruneOptions(max_store="50 G"), "max-store: '50 G' is no size"),
        (PruneOptions(max_store="50Gbit"), "max-store: '50Gbit' is no size"),
        (PruneOptions(max_store="50GB\n"), "max-store"),
        (PruneOptions(max_store="999kB"), "max-store: '999kB' is no size of 1MB or more"),
        (PruneOptions(max_store="0.5MB"), "max-store: '0.5MB' is no size of 1MB or more"),
        (PruneOptions(older_than="999999999d"), "older-than: '999999999d' is no age"),
        (PruneOptions(older_than="40000d"), "older-than: '40000d' is no age"),
        (PruneOptions(films=FinishedFilms.MAY_GO), "nothing says which"),
    ],
)
def test_options_that_mean_nothing_are_refused(options: PruneOptions, message: str) -> None:
    with pytest.raises(InputError, match=message):
        policy_of(options)
