"""The inbox: real files in a real folder, looked at tick by tick."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from inbox_keeper import Keeper, picture_bytes
from plan_texts import PLAN, changed
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.errors import StorageFullError
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.manifests import MANIFEST
from sparkle_motion_dagster.operations.control import leave
from sparkle_motion_dagster.operations.inbox.folder import InboxFolderError
from sparkle_motion_dagster.operations.inbox.memory import (
    FilmOrder,
    ask_again,
)
from sparkle_motion_dagster.operations.inbox.orders import MOST_FILES, MOST_ORDERS, PATIENCE
from sparkle_motion_dagster.operations.prune.finished_films import FinishedFilms
from sparkle_motion_dagster.operations.prune.pruning import carry_out
from sparkle_motion_dagster.operations.prune.retention import PrunePolicy
from sparkle_motion_dagster.plan.reading.document import MAX_BYTES
from sparkle_motion_dagster.plan.run_ids import run_id_of

A = PLAN
B = changed(("Mara speaks to the storm", "Mara shouts at the storm"))
C = changed(("Mara speaks to the storm", "Mara whispers"))
PICTURED = changed(("    prompt: lamp room\n", "    prompt: lamp room\n    local_path: lamp.png\n"))
WRONG = changed(("title: Harbour Light\n", "titel: Harbour Light\n"))


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path)


def test_a_plan_is_ordered_once_under_its_own_name(keeper: Keeper) -> None:
    plan = keeper.put("Harbour-Light.YAML")

    assert keeper.tick() == ()  # it may be half-written
    (order,) = keeper.tick()

    assert isinstance(order, FilmOrder)
    assert (order.run_id, order.plan_path, order.profile) == ("harbour-light", plan, "animatic")
    assert re.fullmatch(rf"harbour-light:{order.digest}:[0-9a-f]{{32}}\.1", order.run_key)
    assert keeper.ticks(5) == []
    assert keeper.notes == []


def test_every_kind_of_plan_file_counts_and_nothing_else(keeper: Keeper) -> None:
    for name in ("a.yaml", "b.yml", "notes.txt", "d.yaml~", "e.yaml.part", ".DS_Store"):
        keeper.put(name)
    (keeper.plans / "below").mkdir()
    keeper.put("below/c.yaml")
    (keeper.plans / "c.json").write_text('{"title": "no plan"}')

    assert keeper.ticks(3) == ["a", "b"]
    assert keeper.notes == []


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("film.cinematic", "cinematic"),
        ("Film.Cinematic", "cinematic"),
        ("film.animatic", "animatic"),
        ("cinematic", "animatic"),
        ("film.oil", "animatic"),
    ],
)
def test_the_end_of_a_name_chooses_the_profile(keeper: Keeper, name: str, profile: str) -> None:
    keeper.put(f"{name}.yaml")
    keeper.tick()

    (order,) = keeper.tick()

    assert (order.run_id, order.profile) == (name.lower(), profile)


def test_a_file_that_is_still_being_written_is_waited_for(keeper: Keeper) -> None:
    pieces = [A[start : start + 150] for start in range(0, len(A), 150)]
    with (keeper.plans / "film.yaml").open("w", encoding="utf-8") as file:
        for piece in pieces:
            file.write(piece)
            file.flush()
            assert keeper.tick() == ()

    assert keeper.ticks(2) == ["film"]
    assert keeper.notes == []


def test_a_writer_who_pauses_loses_nothing(keeper: Keeper) -> None:
    path = keeper.put("film.yaml", A[:600])
    assert keeper.ticks(1 + PATIENCE) == []
    with path.open("a", encoding="utf-8") as file:
        file.write(A[600:])

    assert keeper.ticks(2) == ["film"]
    assert keeper.notes == []


def test_time_that_runs_backwards_hides_no_edit(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    assert keeper.ticks(2) == ["film"]
    path.write_text(B)
    os.utime(path, ns=(0, 0))

    assert keeper.ticks(2) == ["film"]


def test_an_edit_is_ordered_under_a_key_of_its_own(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    (first,) = [*keeper.tick(), *keeper.tick()]
    path.write_text(B)
    (second,) = [*keeper.tick(), *keeper.tick()]
    path.write_text(A)
    (third,) = [*keeper.tick(), *keeper.tick()]

    assert first.digest == third.digest != second.digest
    assert [order.run_key.rsplit(".", 1)[1] for order in (first, second, third)] == ["1", "2", "3"]


@pytest.mark.parametrize("touched", ["film.yaml", "lamp.png"])
def test_a_touch_asks_again_for_a_film_that_is_not_there(keeper: Keeper, touched: str) -> None:
    keeper.picture()
    keeper.put("film.yaml", PICTURED)
    assert keeper.ticks(6) == ["film"]
    os.utime(keeper.plans / touched, ns=(5, 5))
    assert keeper.ticks(6) == ["film"]

    keeper.busy = {"film"}
    os.utime(keeper.plans / touched, ns=(6, 6))
    assert keeper.ticks(4) == []
    assert keeper.look().waiting == ("film",)


def test_a_touch_does_not_ask_for_a_film_that_is_there(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    assert keeper.ticks(3) == ["film"]
    keeper.make("film", path)
    os.utime(path, ns=(5, 5))

    assert keeper.ticks(4) == []


def test_a_picture_that_changed_makes_the_same_plan_another(keeper: Keeper) -> None:
    keeper.picture()
    keeper.put("film.yaml", PICTURED)
    assert keeper.ticks(6) == ["film"]
    keeper.picture(200)

    assert keeper.tick() == ()
    assert keeper.ticks(4) == ["film"]


def test_a_picture_that_is_gone_leaves_its_film_and_its_plan_alone(keeper: Keeper) -> None:
    picture = keeper.picture()
    plan = keeper.put("film.yaml", PICTURED)
    keeper.ticks(3)
    picture.unlink()
    assert keeper.ticks(4 + PATIENCE) == []
    assert plan.exists()
    keeper.picture(200)

    assert keeper.ticks(2) == ["film"]
    assert keeper.notes == []


@pytest.mark.parametrize("first", ["the plan", "the picture"])
def test_a_picture_that_is_still_being_written_is_waited_for(keeper: Keeper, first: str) -> None:
    if first == "the plan":
        keeper.put("film.yaml", PICTURED)
    content, pieces = picture_bytes(0), 3 * PATIENCE
    with (keeper.plans / "lamp.png").open("wb") as file:
        for piece in range(pieces):
            file.write(
                content[piece * len(content) // pieces : (piece + 1) * len(content) // pieces]
            )
            file.flush()
            if piece == PATIENCE - 1 and first == "the picture":
                keeper.put("film.yaml", PICTURED)
            assert keeper.tick() == ()

    assert keeper.ticks(2) == ["film"]
    assert keeper.notes == []


def test_an_edit_of_a_plan_with_a_picture_waits_no_longer_than_others(keeper: Keeper) -> None:
    keeper.picture()
    path = keeper.put("film.yaml", PICTURED)
    assert keeper.ticks(3) == ["film"]
    path.write_text(f"{PICTURED}# edited\n")

    assert keeper.ticks(2) == ["film"]


def test_a_picture_may_come_after_its_plan(keeper: Keeper) -> None:
    keeper.put("film.yaml", PICTURED)
    assert keeper.ticks(PATIENCE) == []
    keeper.picture()

    assert keeper.ticks(2) == ["film"]


def test_a_film_made_from_exactly_this_plan_is_not_ordered(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    keeper.make("film", path)
    assert keeper.ticks(4) == []

    path.write_text(B)
    assert keeper.ticks(2) == ["film"]


def test_a_film_with_a_damaged_manifest_is_ordered_for_a_render_mends_it(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    keeper.make("film", path)
    manifest = keeper.workbench.run_folder("film").stage("video_final") / MANIFEST
    manifest.write_bytes(manifest.read_bytes()[:40])
    assert keeper.ticks(2) == ["film"]


def test_an_edit_waits_for_the_run_that_goes_on(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    assert keeper.ticks(2) == ["film"]
    keeper.busy = {"film", "other"}
    path.write_text(B)
    assert keeper.ticks(3) == []
    assert keeper.look().waiting == ("film",)
    keeper.busy = {"other"}

    assert keeper.ticks(3) == ["film"]


def test_an_edit_waits_for_a_run_from_a_shell(keeper: Keeper) -> None:
    keeper.put("film.yaml")
    with keeper.workbench.run_folder("film").held():
        assert keeper.ticks(3) == []

    assert keeper.ticks(1) == ["film"]


def test_a_plan_that_is_wrong_is_moved_aside_with_its_reasons(keeper: Keeper) -> None:
    path = keeper.put("film.yaml", WRONG)
    assert keeper.ticks(1 + PATIENCE) == []
    assert path.exists()
    assert keeper.notes == []
    keeper.tick()

    rejected = keeper.plans / "rejected"
    assert not path.exists()
    assert (rejected / "film.yaml").read_text() == WRONG
    report = (rejected / "film.yaml.txt").read_text()
    assert "2 problems" in report
    assert "line 2, titel: " in report
    assert "drop it into the inbox again" in report
    (note,) = keeper.notes
    assert note.startswith("film.yaml is no valid plan: line ")
    assert str(rejected / "film.yaml.txt") in note


def test_what_was_rejected_may_come_again_mended_or_not(keeper: Keeper) -> None:
    keeper.put("film.yaml", WRONG)
    keeper.ticks(2 + PATIENCE)
    keeper.put("film.yaml", WRONG)
    keeper.ticks(2 + PATIENCE)
    assert len(keeper.notes) == 2
    assert not (keeper.plans / "film.yaml").exists()

    keeper.put("film.yaml", A)
    assert keeper.ticks(2) == ["film"]


def test_a_plan_dropped_again_after_it_was_rejected_is_ordered_again(keeper: Keeper) -> None:
    keeper.put("film.yaml", A)
    (first,) = [*keeper.tick(), *keeper.tick()]
    keeper.put("film.yaml", WRONG)
    keeper.ticks(2 + PATIENCE)
    keeper.put("film.yaml", A)
    (again,) = [*keeper.tick(), *keeper.tick()]

    assert again.digest == first.digest
    assert again.run_key != first.run_key


def test_a_plan_of_any_name_is_ordered_and_its_run_is_named(keeper: Keeper) -> None:
    keeper.put("Mon film été – côté.yaml")
    keeper.put("電影.yaml", B)
    assert keeper.ticks(2) == ["mon-film-ete-cote", run_id_of("電影")]
    assert keeper.notes == [
        "Mon film été – côté.yaml: its run is called mon-film-ete-cote.",
        f"電影.yaml: its run is called {run_id_of('電影')}.",
    ]
    assert keeper.ticks(2) == []


def test_two_names_of_one_run_are_left_alone(keeper: Keeper) -> None:
    for form in ("NFC", "NFD"):
        keeper.put(unicodedata.normalize(form, "côté.yaml"))
    keeper.put("plan (1).yaml")
    keeper.put("plan-1.yaml")
    assert keeper.ticks(3) == []
    assert "would make the same film, cote." in keeper.notes[0]
    assert "would make the same film, plan-1." in keeper.notes[1]


def test_a_name_that_is_no_text_is_rejected(keeper: Keeper) -> None:
    keeper.put("good.yaml")
    name = b"f\xff.yaml"
    with open(os.path.join(os.fsencode(keeper.plans), name), "w") as file:  # noqa: PTH118, PTH123
        file.write(A)

    assert keeper.ticks(2 + PATIENCE) == ["good"]
    assert name in os.listdir(os.fsencode(keeper.plans / "rejected"))  # noqa: PTH208
    (note,) = keeper.notes
    assert note.startswith("f\\udcff.yaml is no valid plan")


def test_bad_files_keep_no_good_one_back(keeper: Keeper) -> None:
    keeper.put("a.yaml", WRONG)
    keeper.put("b.json", "{")
    keeper.put("c.yaml")

    assert keeper.ticks(2) == ["c"]


def test_many_bad_files_keep_no_good_one_back(keeper: Keeper) -> None:
    for number in range(MOST_FILES + 5):
        keeper.put(f"a{number}.json", "{")
    keeper.put("z.yaml")

    assert keeper.ticks(3) == ["z"]


@pytest.mark.parametrize("obstacle", ["hidden", "folder", "pipe", "link out", "no target", "large"])
def test_what_is_no_plan_file_is_left_alone_and_said_once(keeper: Keeper, obstacle: str) -> None:
    path = keeper.plans / "film.yaml"
    match obstacle:
        case "hidden":
            path = keeper.put(".film.yaml")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link out":
            outside = keeper.root / "film.yaml"
            outside.write_text(A)
            path.symlink_to(outside)
        case "no target":
            path.symlink_to(keeper.plans / "nothing.yaml")
        case _:
            path.write_bytes(b"#" * (MAX_BYTES + 1))
    keeper.put("good.yaml")

    assert keeper.ticks(8) == ["good"]
    (note,) = keeper.notes
    assert note.startswith(f"{path.name} is left alone: it")
    assert path.is_symlink() or path.exists()


def test_a_link_within_the_inbox_is_a_plan(keeper: Keeper) -> None:
    (keeper.plans / "drafts").mkdir()
    draft = keeper.put("drafts/one.yaml")
    (keeper.plans / "film.yaml").symlink_to(draft)
    assert keeper.ticks(2) == ["film"]

    draft.write_text(B)
    assert keeper.ticks(2) == ["film"]


def test_two_plans_of_one_film_are_left_alone_until_one_goes(keeper: Keeper) -> None:
    keeper.put("film.yaml")
    other = keeper.put("Film.yml", B)
    assert keeper.ticks(4) == []
    (note,) = keeper.notes
    assert note.startswith("Film.yml and film.yaml are left alone")
    other.unlink()

    assert keeper.ticks(1) == ["film"]


def test_a_film_of_another_profile_is_left_alone(keeper: Keeper) -> None:
    path = keeper.put("film.cinematic.yaml")
    keeper.make("film.cinematic", path)
    path.write_text(B)

    assert keeper.ticks(4) == []
    (note,) = keeper.notes
    assert "film.cinematic belongs to the profile animatic" in note


def test_orders_that_nobody_passed_on_are_handed_out_again(keeper: Keeper) -> None:
    keeper.put("film.yaml")
    keeper.tick()
    lost = keeper.look()
    again = keeper.look()
    assert [order.run_id for order in lost.orders] == ["film"]
    assert (again.orders, again.cursor) == (lost.orders, lost.cursor)

    keeper.cursor, keeper.runs = again.cursor, {order.run_key for order in again.orders}
    assert keeper.ticks(3) == []


def test_an_old_cursor_does_not_vouch_for_new_orders(keeper: Keeper) -> None:
    keeper.put("a.yaml")
    keeper.ticks(2)
    (keeper.workbench.home.inbox_memory).unlink()
    keeper.look()
    lost = keeper.look()

    assert keeper.look().orders == lost.orders


def test_run_keys_of_a_lost_memory_do_not_come_again(keeper: Keeper) -> None:
    path = keeper.put("film.yaml", A)
    (first,) = [*keeper.tick(), *keeper.tick()]
    path.write_text(B)
    assert keeper.ticks(2) == ["film"]
    keeper.workbench.home.inbox_memory.write_text("{truncated")
    path.write_text(A)
    (again,) = [*keeper.tick(), *keeper.tick()]

    assert again.digest == first.digest
    assert again.run_key != first.run_key  # Dagster starts nothing for one that it knows
    memory = keeper.workbench.home.inbox_memory
    assert memory.with_name("inbox.json.unreadable").read_text() == "{truncated"
    (note,) = keeper.notes
    assert str(memory) in note


def test_a_plan_dropped_again_after_it_was_gone_is_ordered_again(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    keeper.put("other.yaml")
    (first, _) = [*keeper.tick(), *keeper.tick()]
    path.unlink()
    assert keeper.ticks(2) == []
    keeper.put("film.yaml")
    (again,) = [*keeper.tick(), *keeper.tick()]

    assert again.digest == first.digest
    assert again.run_key != first.run_key


def test_a_plan_that_is_gone_for_one_look_is_not_ordered_again(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    assert keeper.ticks(2) == ["film"]
    for _ in range(3):
        aside = path.rename(keeper.root / "film.yaml")
        assert keeper.tick() == ()
        aside.rename(path)
        assert keeper.ticks(3) == []


def test_a_plan_that_was_renamed_is_not_ordered_again(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    assert keeper.ticks(2) == ["film"]
    renamed = path.rename(path.with_suffix(".yml"))
    assert keeper.ticks(5) == []
    renamed.unlink()
    assert keeper.ticks(2) == []
    keeper.put("film.yml")

    assert keeper.ticks(2) == ["film"]


@pytest.mark.parametrize("below", [(), ("left.yaml",)], ids=["nothing", "a file"])
def test_an_inbox_that_is_not_mounted_for_a_while_orders_nothing_again(
    keeper: Keeper, below: tuple[str, ...]
) -> None:
    for name in ("a.yaml", "b.yaml"):
        keeper.put(name)
    assert keeper.ticks(2) == ["a", "b"]
    mounted = keeper.plans.rename(keeper.root / "elsewhere")
    keeper.plans.mkdir()  # the mount point
    for name in below:
        keeper.put(name, "")
    assert keeper.ticks(1) == []
    if not below:
        assert keeper.ticks(5) == []
    shutil.rmtree(keeper.plans)
    mounted.rename(keeper.plans)

    assert keeper.ticks(5) == []


def test_a_wrong_plan_that_is_a_link_stays_where_it_is(keeper: Keeper) -> None:
    (keeper.plans / "drafts").mkdir()
    draft = keeper.put("drafts/one.yaml", WRONG)
    link = keeper.plans / "film.yaml"
    link.symlink_to("drafts/one.yaml")
    assert keeper.ticks(6 + PATIENCE) == []

    assert link.readlink() == Path("drafts/one.yaml")
    assert not (keeper.plans / "rejected").exists()
    (note,) = keeper.notes
    assert "titel" in note
    assert "Mend the file that it leads to" in note
    draft.write_text(A)
    assert keeper.ticks(2) == ["film"]


def test_a_disk_that_is_full_is_named_by_the_home_on_it(keeper: Keeper) -> None:
    """The home is a disk of its own, without room."""
    home = keeper.workbench.home.root
    home.mkdir(exist_ok=True)
    mounting = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(home)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        (home / "film").write_bytes(bytes(4096))
        keeper.put("film.yaml")
        with pytest.raises(StorageFullError, match=f"The disk that holds {home} is full"):
            keeper.tick()
    finally:
        subprocess.run(["umount", "--lazy", str(home)], check=True)


def test_more_plans_than_fit_a_tick_are_worked_off(keeper: Keeper) -> None:
    text = json.dumps(YAML(typ="safe", pure=True).load(A))
    names = [f"film{number}" for number in range(2 * MOST_ORDERS + 10)]
    for name in names:
        keeper.put(f"{name}.json", text)
    keeper.tick()
    batches = []
    while batch := keeper.tick():
        batches.append(batch)

    assert len(batches) > 1
    assert max(map(len, batches)) <= MOST_ORDERS
    ordered = [order.run_id for batch in batches for order in batch]
    assert sorted(ordered) == sorted(names)


def test_an_inbox_in_which_nothing_happens_is_neither_read_nor_written_about(
    keeper: Keeper,
) -> None:
    path = keeper.put("film.yaml")
    keeper.put(".hidden.yaml")
    keeper.ticks(3)
    memory = keeper.workbench.home.inbox_memory
    before = memory.stat().st_ino, digest_file(memory)
    path.chmod(0)
    keeper.ticks(3)

    assert (memory.stat().st_ino, digest_file(memory)) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_an_unreadable_file_is_taken_when_it_may_be_read(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    path.chmod(0)
    assert keeper.ticks(2 + 2 * PATIENCE) == []
    (note,) = keeper.notes
    assert "film.yaml cannot be taken yet" in note
    path.chmod(0o600)

    assert keeper.ticks(1) == ["film"]


def test_what_cannot_be_moved_aside_is_said_once(keeper: Keeper) -> None:
    keeper.put("film.yaml", WRONG)
    keeper.put("rejected", "a file where the folder should be")
    keeper.ticks(6 + PATIENCE)

    (note,) = keeper.notes
    assert "titel" in note
    assert "cannot be moved to rejected/" in note


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_an_inbox_that_may_not_be_written_to_still_orders_films(keeper: Keeper) -> None:
    keeper.put("bad.yaml", WRONG)
    keeper.put("good.yaml")
    keeper.plans.chmod(0o500)
    assert keeper.ticks(4 + PATIENCE) == ["good"]
    keeper.plans.chmod(0o700)

    (note,) = keeper.notes
    assert "cannot be moved to rejected/" in note


def test_an_inbox_that_is_not_there_says_where_it_looks(keeper: Keeper) -> None:
    keeper.plans.rmdir()
    with pytest.raises(InboxFolderError, match=f"no folder {keeper.plans}"):
        keeper.look()


def test_a_film_whose_run_was_deleted_before_it_ended_is_asked_for_again(keeper: Keeper) -> None:
    keeper.put("film.yaml")
    (first,) = [*keeper.tick(), *keeper.tick()]
    keeper.busy = {"film"}
    assert keeper.ticks(2) == []
    keeper.busy, keeper.runs = (), set()
    (again,) = keeper.tick()

    assert again.run_key != first.run_key  # Dagster starts nothing for one that it knows
    assert keeper.ticks(3) == []
    assert keeper.notes == [
        "film.yaml is looked at again: its run was deleted before it had ended."
    ]


def test_an_edits_run_that_was_deleted_is_asked_for_again(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    keeper.make("film", path)
    assert keeper.ticks(3) == []
    path.write_text(B)
    assert keeper.ticks(2) == ["film"]
    keeper.runs.clear()

    assert keeper.ticks(3) == ["film"]


@pytest.mark.parametrize("left", ["nothing", "a failed film"])
def test_a_run_that_ended_is_not_asked_for_again_when_it_is_deleted(
    keeper: Keeper, left: str
) -> None:
    """It failed, or somebody took it out of the queue."""
    keeper.put("film.yaml")
    assert keeper.ticks(2) == ["film"]
    if left != "nothing":
        leave(keeper.workbench.run_folder("film"), Wish.STOP, "no more")
    assert keeper.ticks(3) == []
    keeper.runs.clear()

    assert keeper.ticks(3) == []


@pytest.mark.parametrize("lost", ["the folder", "what it shows"])
@pytest.mark.parametrize("by", ["the inbox", "a shell"])
def test_a_film_that_somebody_removed_is_asked_for_again(
    keeper: Keeper, by: str, lost: str
) -> None:
    path = keeper.put("film.yaml")
    if by == "the inbox":
        keeper.ticks(2)
    keeper.make("film", path)
    assert keeper.ticks(4) == []
    folder = keeper.workbench.run_folder("film").path
    for each in [folder] if lost == "the folder" else folder.glob("[!.]*"):
        shutil.rmtree(each)
    keeper.busy = {"film"}
    assert keeper.ticks(2) == []
    keeper.busy = ()

    assert keeper.ticks(4) == ["film"]
    assert keeper.notes == ["film.yaml is looked at again: its film's folder was removed."]


def test_a_film_that_prune_removed_stays_away_until_its_plan_is_touched(keeper: Keeper) -> None:
    path = keeper.put("film.yaml")
    keeper.ticks(2)
    keeper.make("film", path)
    assert keeper.ticks(2) == []
    policy = PrunePolicy(older_than=timedelta(0), films=FinishedFilms.MAY_GO)
    pruned = carry_out(keeper.workbench.home, policy, datetime.now(UTC) + timedelta(days=1))
    assert [eviction.run_id for eviction in pruned.evictions] == ["film"]
    assert keeper.ticks(3) == []
    os.utime(path, ns=(5, 5))

    assert keeper.ticks(2) == ["film"]


def test_whoever_adds_a_plan_of_the_inbox_asks_for_its_film_again(keeper: Keeper) -> None:
    keeper.put("Film.yaml")
    assert keeper.ticks(4) == ["film"]
    ask_again(keeper.workbench.home, "Film.yaml", "film")

    assert keeper.ticks(4) == ["film"]
