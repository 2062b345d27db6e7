"""The list of what a run has finished: read as it grows, it tells each item once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.artifacts.finished_items import FinishedItem, FinishedItems, Place
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder


def item(number: int) -> FinishedItem:
    return FinishedItem(
        stage="shot_clips",
        item=f"shot_{number:03}",
        fingerprint=f"{number:064x}",
        made=True,
        done=number,
        total=100,
        files={"clip": "video/mp4"},
    )


def numbers(items: tuple[FinishedItem, ...]) -> list[int]:
    return [one.done for one in items]


@given(steps=st.lists(st.sampled_from(["add", "look", "another run"]), max_size=30))
def test_whoever_looks_however_seldom_reads_each_item_of_a_run_once(
    steps: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("run")
    listed, place, added, read = FinishedItems(folder), Place(), 0, list[int]()
    expected, run = list[int](), 0
    listed.begin("0")
    unread = list[int]()
    for step in steps:
        if step == "add":
            added += 1
            listed.add([item(added)])
            unread.append(added)
        elif step == "look":
            found, place = listed.after(place)
            read += numbers(found)
            expected += unread
            unread = []
        else:
            run += 1
            listed.begin(str(run))
            unread = []  # what nobody has read of the run before is of no use any more
    assert read == expected


def test_a_line_that_is_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    listed = FinishedItems(tmp_path)
    listed.begin("run")
    listed.add([item(1), item(2)])
    data = listed.path.read_bytes()
    listed.path.write_bytes(data[:-10])
    found, place = listed.after(Place())
    assert numbers(found) == [1]
    listed.path.write_bytes(data)
    assert numbers(listed.after(place)[0]) == [2]


def test_a_run_that_takes_its_film_up_once_more_goes_on_with_its_list(tmp_path: Path) -> None:
    folder = RunFolder(SparkleHome(tmp_path), "film")
    with folder.held("first"):
        folder.finished.add([item(1)])
    with folder.held("first"):
        folder.finished.add([item(2)])
    with folder.held(doing="archived"):
        assert numbers(folder.finished.all()) == [1, 2]
    with folder.held("second"):
        assert folder.finished.all() == ()


def test_what_a_power_cut_has_spoilt_is_not_read(tmp_path: Path) -> None:
    listed = FinishedItems(tmp_path)
    listed.add([item(1)])
    with listed.path.open("ab") as file:
        file.write(b"\0" * 100 + b"\n")
    assert numbers(listed.all()) == [1]
